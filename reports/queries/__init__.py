"""Everything one can ask of the numbers: one question, one function, one statement."""

from reports.queries.guests import active_guests
from reports.queries.heat import heatmap
from reports.queries.occupancy import occupancy
from reports.queries.revenue import revenue
from reports.queries.routes import popular_routes
from reports.queries.trends import trends
from reports.queries.turned_away import turned_away

__all__ = ["active_guests", "heatmap", "occupancy", "popular_routes", "revenue", "trends", "turned_away"]

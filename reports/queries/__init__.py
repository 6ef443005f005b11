"""Everything one can ask of the numbers: one question, one function, one statement."""

from reports.queries.occupancy import occupancy
from reports.queries.revenue import revenue

__all__ = ["occupancy", "revenue"]

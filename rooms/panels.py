"""Panels: what higher floors show on the page of a booking or on a desk, without those pages knowing them.

Payments and notifications add theirs when their apps are ready; each is asked whenever such a page is shown.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from rooms.models import Booking
from rooms.queries.terms import VenueTerms

Shown = tuple[str, dict[str, Any]] | None
Panel = Callable[[HttpRequest, Booking], Shown]
"""Returns a template's name and its context, or None where there is nothing to show."""

DeskPanel = Callable[[VenueTerms, datetime], Shown]
"""Returns the same for the desk of a venue, as things are at that time."""

_panels: list[Panel] = []
_of_desks: list[DeskPanel] = []


def add(panel: Panel) -> Panel:
    """Show the panel on the page of each booking from now on, after those added before."""
    if panel not in _panels:
        _panels.append(panel)
    return panel


def panels_of(request: HttpRequest, booking: Booking) -> list[dict[str, Any]]:
    """Return the template and context of every panel that has something to show of the booking."""
    found = (panel(request, booking) for panel in _panels)
    return [{"template": template, **context} for template, context in filter(None, found)]


def add_to_desks(panel: DeskPanel) -> DeskPanel:
    """Show the panel on each desk from now on, after those added before."""
    if panel not in _of_desks:
        _of_desks.append(panel)
    return panel


def panels_of_desk(terms: VenueTerms, *, now: datetime) -> list[dict[str, Any]]:
    """Return the template and context of every panel that has something to show at the venue's desk."""
    found = (panel(terms, now) for panel in _of_desks)
    return [{"template": template, **context} for template, context in filter(None, found)]

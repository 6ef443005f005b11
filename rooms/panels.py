"""Panels: what higher floors show on the page of a booking or on a desk, without those pages knowing them.

Payments and notifications add theirs when their apps are ready; each is asked whenever such a page is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from rooms.models import Booking
from rooms.queries.terms import VenueTerms

Shown = tuple[str, dict[str, Any]] | None
Panel = Callable[[HttpRequest, Booking], Shown]
"""Returns a template's name and its context, or None where there is nothing to show."""

DeskPanel = Callable[[HttpRequest, VenueTerms, datetime], Shown]
"""Returns the same for the desk of a venue, as things are at that time."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is still to be paid of a booking, and a key by which a second press takes nothing again."""

    amount: int
    key: str = ""


Dues = Callable[[Mapping[int, int]], Mapping[int, Due]]
"""Returns what is due of each booking, given what it costs."""

_panels: list[Panel] = []
_of_desks: list[DeskPanel] = []
_tills: list[tuple[Dues, str]] = []


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


def panels_of_desk(request: HttpRequest, terms: VenueTerms, *, now: datetime) -> list[dict[str, Any]]:
    """Return the template and context of every panel that has something to show at the venue's desk."""
    found = (panel(request, terms, now) for panel in _of_desks)
    return [{"template": template, **context} for template, context in filter(None, found)]


def open_till(dues: Dues, template: str) -> None:
    """Let this say what is due from now on, and let desks take it by the template's form."""
    _tills[:] = [(dues, template)]


def dues_of(costs: Mapping[int, int]) -> Mapping[int, Due]:
    """Return what is due of each booking, given what it costs; all of it where no floor above takes money."""
    for dues, _ in _tills:
        return dues(costs)
    return {key: Due(cost) for key, cost in costs.items()}


def form_of_till() -> str:
    """Return the template by which a desk takes what is due; nothing where no floor above takes money."""
    return next((template for _, template in _tills), "")

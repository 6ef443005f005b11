"""Panels: what higher floors show on the page of one booking, without that page knowing them.

Payments and notifications add theirs when their apps are ready; each is asked for every booking shown.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from rooms.models import Booking

Panel = Callable[[HttpRequest, Booking], "tuple[str, dict[str, Any]] | None"]
"""Returns a template's name and its context, or None where there is nothing to show."""

_panels: list[Panel] = []


def add(panel: Panel) -> Panel:
    """Show the panel on the page of each booking from now on, after those added before."""
    if panel not in _panels:
        _panels.append(panel)
    return panel


def panels_of(request: HttpRequest, booking: Booking) -> list[dict[str, Any]]:
    """Return the template and context of every panel that has something to show of the booking."""
    found = (panel(request, booking) for panel in _panels)
    return [{"template": template, **context} for template, context in filter(None, found)]

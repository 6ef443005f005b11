"""Money on desks: what is due of a line, how it is taken, and who left without paying."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from accounts import roles
from payments import debts
from rooms import money, panels, permissions
from rooms.models import Booking
from rooms.queries.terms import VenueTerms
from rooms.views.answers import rooms_text
from rooms.views.telling import STATE_NAMES

PAGE = 10  # bookings that somebody left without paying


def show() -> None:
    """Let desks say what is due, take it, and show who left without paying."""
    panels.open_till(debts.dues_of, "payments/take_due.html")
    panels.add_to_desks(left_unpaid)


def left_unpaid(request: HttpRequest, terms: VenueTerms, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Return a page of who left without paying, for whom may take money; None where nobody did."""
    if not roles.may(request.user, "take_money", terms.id):
        return None
    owing = debts.owing(now).filter(venue=terms.id)
    page = Paginator(owing, PAGE).get_page(request.GET.get("unpaid"))
    if not page.paginator.count:
        return None
    shown = owing.select_related("guest", "venue").prefetch_related("allocations__room")
    some = list(shown[page.start_index() - 1 : page.end_index()])
    dues = debts.dues_of({one.pk: one.price if one.kept is None else one.kept for one in some})
    return "payments/left_unpaid.html", {
        "css": "css/payments.css",
        "lines": [_line(one, dues[one.pk], request.user) for one in some],
        "page": page,
        "may_forgive": roles.may(request.user, "forgive", terms.id),
    }


def _line(booking: Booking, due: panels.Due, by: Any) -> dict[str, Any]:
    return {
        "booking": booking,
        "reference": booking.reference,
        "rooms": rooms_text(booking),
        "plate": permissions.plate_for(by, booking),
        "who": booking.guest.called if booking.guest else "",
        "state": booking.state,
        "state_name": STATE_NAMES[booking.state],
        "due": due,
        "due_text": money.as_text(due.amount, booking.currency),
        "due_amount": money.decimal_of(due.amount, booking.currency),
    }

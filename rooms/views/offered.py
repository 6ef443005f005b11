"""What one waited for, from the letter that says it is free: seen, taken and let go without logging in."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reservations import Invalid, ReservationError, lifecycle
from rooms import money, operations
from rooms.models import Booking
from rooms.queries.cancelling import state_at
from rooms.queries.confirming import must_pay_first
from rooms.queries.offer_links import offered_by
from rooms.queries.terms import terms_of_venue
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, problem, rooms_text, wants_json, where_to_pay, with_retry
from rooms.views.telling import STATE_NAMES

DONE = {
    lifecycle.CONFIRMED: "It is booked.",
    lifecycle.PENDING: "It is asked for. The venue decides on it.",
    lifecycle.CANCELLED: "It is let go, and others can have it.",
}
# The letter went to its guest, and whoever has it may do this much in their name.
ACTS: Mapping[str, Callable[[Booking], Booking]] = {
    "confirm": lambda found: operations.confirm(found, by=found.guest),
    "let_go": lambda found: operations.cancel(found, by=found.guest),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def offered(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is held for who has the mail, and book it or let it go.

    By POST alone: programs that look at mails follow every link in them.
    """
    found, refusal = offered_by(token), None
    if request.method == "POST":
        try:
            done = _act(found, asking.asked(request).one("act"))
        except ReservationError as error:
            if wants_json(request):
                return problem(error)
            refusal, found = error, offered_by(token)
        else:
            if wants_json(request):
                return JsonResponse({"state": done.state})
            messages.success(request, DONE[done.state])
            return HttpResponseRedirect(request.path, status=303)
    page = render(
        request, "rooms/offered.html", _page(found, refusal), status=refusal.status if refusal else 200
    )
    return with_retry(page, refusal) if refusal else page


def _act(found: Booking, what: Any) -> Booking:
    act = ACTS.get(what) if isinstance(what, str) else None
    if act is None:
        raise Invalid(f"What can be done with it: {', '.join(ACTS)}.")
    return act(found)


def _page(found: Booking, refusal: ReservationError | None) -> dict[str, Any]:
    found.rooms_text = rooms_text(found)  # type: ignore[attr-defined]
    found.state = state_at(found, database_now())
    is_held = found.state == lifecycle.HELD
    terms = terms_of_venue(found.venue)
    rooms = [row.room_id for row in found.allocations.all() if row.active]
    policies = [terms.rooms[room].policy for room in rooms if room in terms.rooms]
    pays = must_pay_first(found.guest, found.price or 0, policies, found.venue_id)
    return {
        "booking": found,
        "venue": found.venue,
        "zone_label": found.venue.zone_label,
        "price_text": money.as_text(found.price, found.currency) if found.price else "",
        "told": DONE.get(found.state, f"{STATE_NAMES[found.state]}. Nothing is held for you here any more."),
        "is_held": is_held,
        "pay_at": where_to_pay(found) if is_held and pays else "",
        "refusal": refusal,
    }

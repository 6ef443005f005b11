"""A guest's own bookings: the list, one of them, and what can be done with it."""

from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from reservations import (
    IllegalTransition,
    Invalid,
    NotAuthenticated,
    PolicyViolation,
    lifecycle,
    recurrence,
)
from rooms import money, operations, permissions
from rooms.models import Booking, Room
from rooms.queries import participants
from rooms.queries.cancelling import state_at
from rooms.queries.guests import SCOPES, counts_by_scope, of_scope, revision_of
from rooms.queries.terms import terms_of_venue
from rooms.queries.vehicles import of_same_vehicle
from rooms.queries.waiting import ahead_of, listed
from rooms.queries.wallet import has_tickets
from rooms.said import details_of
from rooms.sql import database_now
from rooms.views import asking, nights
from rooms.views.acting import CANCELLED, action, checked_out, page_of, released
from rooms.views.answers import (
    answering,
    live_head,
    rooms_text,
    told_to,
    wants_json,
)
from rooms.views.moving import done_in_words
from rooms.views.moving_to import hidden_from, place_chosen
from rooms.views.telling import STATE_NAMES
from rooms.views.waiting_words import told
from rooms.views.wallet import wallet_shown

PAGE = 20  # bookings
TICKETS, INVITED = "tickets", "invited"
SHARED = permissions.require_to_see  # the operations say which of those who are invited may


@require_safe
@answering
def bookings(request: HttpRequest) -> HttpResponse:
    """List the person's bookings: to come, over, or given up."""
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to see your bookings.")
    now, revision = database_now(), revision_of(request.user.pk)
    show = request.GET.get("show", SCOPES[0])
    show = show if show in (*SCOPES, TICKETS, INVITED) else SCOPES[0]
    mine = _of_car(request, Booking.objects.filter(guest=request.user))
    invited = participants.to_come(participants.invited_to(request.user), now=now)
    counts = {**counts_by_scope(mine, now=now), INVITED: invited.count()}
    context = {
        "show": show,
        "counts": counts,
        "has_tickets": has_tickets(request.user),
        "vehicle_of": request.GET.get("vehicle_of", ""),
        "data": {
            **live_head(now),
            "topics": {"mine": "mine"},
            "revisions": {"mine": revision},
        },
    }
    own: dict[str, Any] = (
        {"wallet": wallet_shown(request.user, now)}
        if show == TICKETS
        else {"page": _invited(request, invited, counts[show], now)}
        if show == INVITED
        else {"page": _page(request, of_scope(mine, show, now=now), counts[show], now)}
    )
    if show == SCOPES[0]:
        waits = listed(request.user, now=now)
        own["waits"] = told(waits, ahead_of(waits))
    return render(request, "rooms/bookings.html", {**context, **own})


def _page(request: HttpRequest, listed: QuerySet[Booking], number: int, now: datetime) -> Page[Booking]:
    """Return one page of the list, with what it says of each booking."""
    found = listed.prefetch_related("allocations__room")
    pages = Paginator(found, PAGE)
    pages.count = number  # for the tabs it was counted already
    page = pages.get_page(request.GET.get("page"))
    for booking in page:
        booking.state = state_at(booking, now)
        booking.state_name = STATE_NAMES[booking.state]  # type: ignore[attr-defined]
        booking.rooms_text = rooms_text(booking)  # type: ignore[attr-defined]
        booking.stay_words = nights.words_of(booking)  # type: ignore[attr-defined]
        booking.price_text = money.as_text(booking.price, booking.currency) if booking.price else ""  # type: ignore[attr-defined]
    return page


def _invited(request: HttpRequest, listed: QuerySet[Booking], number: int, now: datetime) -> Page[Booking]:
    """Return one page of what the person is invited to, with who invites and what they answered; no price."""
    page = _page(request, listed, number, now)
    answers = participants.answers_of(request.user, page)
    for booking in page:
        booking.price_text = ""  # type: ignore[attr-defined]
        booking.host = participants.called_guest(booking)  # type: ignore[attr-defined]
        booking.answer = answers[booking.pk].answer if booking.pk in answers else ""  # type: ignore[attr-defined]
    return page


def _of_car(request: HttpRequest, listed: QuerySet[Booking]) -> QuerySet[Booking]:
    """Return only the bookings for the car of one of them, where the address says which."""
    reference = request.GET.get("vehicle_of", "")
    if not reference:
        return listed
    return of_same_vehicle(listed, asking.booking_called(reference, request.user))


@require_safe
@answering
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one booking, with what can be done with it now."""
    found = asking.booking_called(reference, request.user, permissions.require_to_see)
    if wants_json(request):
        return JsonResponse({**told_to(request.user, found), **_looked(request, found)})
    return render(request, "rooms/booking.html", page_of(request, found))


def _looked(request: HttpRequest, found: Booking) -> dict[str, Any]:
    """Return what it comes to if it is moved to where the address says; nothing where it says nothing."""
    return {"move": page_of(request, found)["moving"]} if "room" in request.GET else {}


@require_POST
@answering
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Move the booking, or only say what that comes to, to whose browser runs no scripts."""
    if "look" not in request.POST:
        return _moved(request, reference)
    found = asking.booking_called(reference, request.user, SHARED)
    return render(request, "rooms/booking.html", page_of(request, found))


def _confirm(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    answers = asking.answers_in(fields)
    told = answers or any(name in fields.values for name in ("title", "party", "note"))
    kept = details_of(found)
    details = asking.details(fields, kept) if told else None
    try:
        return operations.confirm(found, by=user, details=details)
    except PolicyViolation as refusal:
        if refusal.rule == "payment" and details is not None:
            operations.describe(found, details, by=user)  # what was typed goes along to where one pays
        raise
    except IllegalTransition as refusal:
        # A second press of the same button is no mistake: the booking is what was asked for.
        if refusal.state in ("confirmed", "pending"):
            return Booking.objects.select_related("venue").get(pk=found.pk)
        raise


def _confirmed(before: str, after: Booking, reader: Any) -> str:
    if after.state == lifecycle.PENDING:
        return f"Asked for {rooms_text(after)}. You will hear when it is approved."
    return "Booked. It is on your list."


def _describe(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    kept = details_of(found)
    return operations.describe(found, asking.details(fields, kept), by=user)


def _move(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    terms = terms_of_venue(found.venue)
    span = asking.span_of(fields, terms.zone) if fields.one("start") or fields.one("end") else None
    if fields.one("arrive") or fields.one("depart"):
        span = nights.span_chosen(fields, found, terms)
    rooms: list[Room] | None = None
    if fields.many("room") or fields.many("rooms"):
        rooms = asking.rooms_named(fields, found.venue, hidden_from(found, user))
    if fields.one("to"):
        rooms, span = place_chosen(found, user, fields)
    if span is None and rooms is None:
        raise Invalid("Say where to, or when to.", field_errors={"start": ["Say where to, or when to."]})
    return operations.move(found, by=user, span=span, rooms=rooms)


def _date_of(fields: asking.Asked) -> int:
    return asking.whole(fields.one("date"), "date", least=1, most=recurrence.MOST)


def _skip(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    return operations.skip(found, _date_of(fields), by=user)


def _move_date(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    zone = terms_of_venue(found.venue).zone
    span = asking.span_of(fields, zone) if fields.one("start") or fields.one("end") else None
    rooms = asking.rooms_named(fields, found.venue, hidden_from(found, user)) or None
    return operations.move_date(found, _date_of(fields), by=user, span=span, rooms=rooms)


def _decline(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    return operations.decline(found, by=user, reason=fields.one("reason", ""))


def _note_plate(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    return operations.note_plate(found, by=user, plate=fields.one("plate"))


confirm = action(_confirmed, _confirm)
cancel = action(CANCELLED, lambda found, user, fields: operations.cancel(found, by=user), SHARED)
renew = action("You have the full time again.", lambda found, user, fields: operations.renew(found, by=user))
describe = action("Changed.", _describe)
_moved = action(lambda before, after, reader: done_in_words(before, after), _move, SHARED)
skip = action("That date is left out. The others stay.", _skip, SHARED)
move_date = action("That date is there now. The others stay.", _move_date, SHARED)
approve = action("Approved.", lambda found, user, fields: operations.approve(found, by=user))
decline = action("Declined.", _decline)
check_in = action("Checked in.", lambda found, user, fields: operations.check_in(found, by=user))
undo_check_in = action(
    "The check-in is taken back: they are expected as before.",
    lambda found, user, fields: operations.undo_check_in(found, by=user),
)
no_show = action(
    "Noted that they did not come. The rest of the time is free for others.",
    lambda found, user, fields: operations.mark_no_show(found, by=user),
)
check_out = action(checked_out, lambda found, user, fields: operations.check_out(found, by=user))
release = action(released, lambda found, user, fields: operations.release(found, by=user))
note_plate = action("The number plate is noted.", _note_plate)

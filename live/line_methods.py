"""What the verbs of the line protocol do: one function for each, in a thread that may read the tables.

Each translates, makes one call to the operations or queries that every door calls, and translates back.
Who calls is never None here: for an operation None is the system, which may do everything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.db.models import Count, Q

from live.line_taking import span_of, take, types_called
from reservations import NotAuthenticated, PolicyViolation, ReservationError, Span, iso, lifecycle
from rooms import money, operations, permissions
from rooms.models import Allocation, Booking, Unit, Venue
from rooms.queries import my_bookings
from rooms.queries.availability import Wants, free_rooms, why
from rooms.queries.guests import SCOPES
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue
from rooms.queries.timeline import timeline
from rooms.sql import database_now
from rooms.views.asking import booking_called, invalid, venue_called

MOST_LISTED = 200  # bookings in one answer
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, as they are in the tables now, and what they say."""

    user: Any
    params: dict[str, Any]


def venues(call: Call) -> list[dict[str, Any]]:
    """List the venues that this person may see."""
    seen = Q(is_listed=True)
    if call.user.is_authenticated:
        seen |= Q(pk__gt=0) if call.user.is_superuser else Q(memberships__user=call.user)
    rooms = Count("rooms", filter=Q(rooms__archived_at=None), distinct=True)
    return [
        {
            "slug": venue.slug,
            "name": venue.name,
            "kind": venue.kind,
            "city": venue.city,
            "timezone": venue.timezone,
            "currency": venue.currency,
            "rooms": venue.number,
        }
        for venue in Venue.objects.filter(seen).distinct().annotate(number=rooms).order_by("kind", "name")
    ]


def rooms(call: Call) -> dict[str, Any]:
    """List a venue's rooms, and how each is at this moment."""
    venue, terms = _place(call)
    now = database_now()
    rows = timeline(terms, Span(now, now + INSTANT), now=now)
    return {
        "venue": venue.slug,
        "timezone": venue.timezone,
        "now": iso(now),
        "rooms": [
            {**_room(room), "state": rows[room.id].taken[0].kind if rows[room.id].taken else "free"}
            for room in terms.rooms.values()
            if room.id in rows
        ],
    }


def availability(call: Call) -> dict[str, Any]:
    """List the rooms that can be had for the span, and say why not if none can."""
    venue, terms = _place(call)
    span = span_of(call.params, terms)
    kinds = {kind.pk for kind in types_called(call.params["type"], venue)} if "type" in call.params else None
    wants = Wants(capacity=call.params.get("party", 0), type_id=kinds.pop() if kinds else None)
    free = free_rooms(terms, span, wants=wants)
    count = call.params.get("count", 1)
    answer: dict[str, Any] = {
        "venue": venue.slug,
        "timezone": venue.timezone,
        "start": iso(span.start),
        "end": iso(span.end) if span.end else None,
        "free": len(free),
        "count": count,
        "enough": len(free) >= count,
        "rooms": [
            {**_room(one.room), "price": money.as_json(one.quote.total, terms.currency)} for one in free
        ],
    }
    if not free:
        fitting = next((room for room in terms.rooms.values() if wants.met_by(room)), None)
        reasons = why(fitting, terms, span) if fitting else []
        answer["reason"] = reasons[0]["sentence"] if reasons else "There is no such room here."
    return answer


def hold(call: Call) -> dict[str, Any]:
    """Keep rooms for a while."""
    return _taken(call, operations.hold)


def book(call: Call) -> dict[str, Any]:
    """Book rooms: exactly what is asked for, or nothing."""
    return _taken(call, operations.book)


def _taken(call: Call, operation: Callable[..., Booking]) -> dict[str, Any]:
    _require_person(call)
    return told(take(operation, venue_called(call.params["venue"], call.user), call.params, call.user))


def confirm(call: Call) -> dict[str, Any]:
    """Make a hold a booking."""
    return told(operations.confirm(_booking(call), by=call.user))


def cancel(call: Call) -> dict[str, Any]:
    """Give back a hold, a request or a booking that has not begun."""
    return told(operations.cancel(_booking(call), by=call.user))


def release(call: Call) -> dict[str, Any]:
    """Let go of a hold, or of what is left of a running booking; what is metered has its price then."""
    return told(operations.release(_booking(call), by=call.user))


def check_out(call: Call) -> dict[str, Any]:
    """Leave one booking, or every one of one's own: what runs ends now, what lies ahead is cancelled."""
    _require_person(call)
    if ("reference" in call.params) == call.params.get("all", False):
        raise invalid("reference", 'Say which booking, or "all": true.')
    if "reference" in call.params:
        return {"freed": [told(_left(_booking(call), call.user))], "kept": []}
    freed, kept = [], []
    for booking in my_bookings(call.user):
        try:
            freed.append(_left(booking, call.user))
        except ReservationError as refusal:
            kept.append({"reference": booking.reference, **refusal.as_problem()})
    return {"freed": all_told(freed), "kept": kept}


def _left(booking: Booking, by: Any) -> Booking:
    if booking.state not in (lifecycle.HELD, lifecycle.PENDING):
        try:
            return operations.check_out(booking, by=by)
        except PolicyViolation as refusal:
            if refusal.rule != "not_begun":
                raise
    return operations.cancel(booking, by=by)


def bookings(call: Call) -> list[dict[str, Any]]:
    """List one's own bookings, with their rooms."""
    _require_person(call)
    scope = call.params.get("scope", "upcoming")
    if scope not in SCOPES:
        raise invalid("scope", f"A scope is one of: {', '.join(SCOPES)}.")
    return all_told(list(my_bookings(call.user, scope)[:MOST_LISTED]))


METHODS: Mapping[str, Callable[[Call], Any]] = {
    "venues": venues,
    "rooms": rooms,
    "availability": availability,
    "hold": hold,
    "book": book,
    "confirm": confirm,
    "cancel": cancel,
    "check_out": check_out,
    "release": release,
    "bookings": bookings,
}


def _require_person(call: Call) -> None:
    if call.user is None or not call.user.is_authenticated:
        raise NotAuthenticated("Log in to do that.")
    permissions.require_person(call.user)


def _place(call: Call) -> tuple[Venue, VenueTerms]:
    venue = venue_called(call.params["venue"], call.user)
    return venue, terms_of_venue(venue)


def _booking(call: Call) -> Booking:
    _require_person(call)
    return booking_called(call.params["reference"].strip(), call.user)


def _room(room: RoomTerms) -> dict[str, Any]:
    return {
        "id": room.id,
        "name": room.name,
        "type": room.type_name,
        "noun": room.noun,
        "unit": room.unit,
        "capacity": room.capacity,
        "floor": room.floor,
        "check_in": _clock(room.policy.check_in if room.unit == Unit.NIGHT else None),
        "check_out": _clock(room.policy.check_out if room.unit == Unit.NIGHT else None),
    }


def _clock(value: time | None) -> str | None:
    return None if value is None else f"{value:%H:%M}"


def told(booking: Booking) -> dict[str, Any]:
    """Return the booking as its guest and the venue's staff may see it."""
    return all_told([booking])[0]


def all_told(found: Iterable[Booking]) -> list[dict[str, Any]]:
    """Return the bookings with the rooms of each, however many, in two queries."""
    asked = list(found)
    rows = Allocation.objects.filter(booking__in=asked).order_by("room__order", "room__name", "pk")
    columns = rows.values_list("booking_id", "active", "room_id", "room__name")
    by_booking: dict[int, list[tuple[bool, int, str]]] = {}
    for booking, active, room, name in columns:
        if booking is not None:
            by_booking.setdefault(booking, []).append((active, room, name))
    known = Venue.objects.in_bulk({booking.venue_id for booking in asked})
    return [_one_told(booking, known[booking.venue_id], by_booking.get(booking.pk, [])) for booking in asked]


def _one_told(booking: Booking, venue: Venue, rows: list[tuple[bool, int, str]]) -> dict[str, Any]:
    # Rows that a move left behind are cancelled; of a booking that is over, none is active any more.
    shown = [row for row in rows if row[0]] or rows
    return {
        "reference": booking.reference,
        "state": booking.state,
        "venue": venue.slug,
        "timezone": venue.timezone,
        "title": booking.title,
        "party": booking.party,
        "start": iso(booking.starts_at),
        "end": iso(booking.ends_at) if booking.ends_at else None,
        "expires_at": iso(booking.expires_at) if booking.expires_at else None,
        "price": money.as_json(booking.price, booking.currency),
        "rooms": [{"id": room, "name": name} for _, room, name in shown],
        **({"plate": booking.plate} if booking.plate else {}),
    }

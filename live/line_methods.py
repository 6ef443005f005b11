"""What the verbs of the line protocol do: one function for each, in a thread that may read the tables.

Each translates, makes one call to the operations or queries that every door calls, and translates back.
Who calls is never None here: for an operation None is the system, which may do everything.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

from django.db.models import Count, Q

from live import line_dates, line_journeys, line_rooms, line_waiting
from live.line_calling import Call, all_told, booking_of, require_person, told
from live.line_taking import span_of, take, types_called
from reservations import PolicyViolation, ReservationError, Span, iso, lifecycle
from reservations.questions import Question
from rooms import money, operations
from rooms.models import Booking, Unit, Venue
from rooms.queries import my_bookings
from rooms.queries.availability import Wants, free_rooms, why
from rooms.queries.guests import SCOPES
from rooms.queries.questions import asked_here
from rooms.queries.rights import hidden_among, terms_seen
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import timeline
from rooms.said import details_of
from rooms.sql import database_now
from rooms.views.asking import invalid, venue_called

MOST_LISTED = 200  # bookings in one answer
INSTANT = timedelta(microseconds=1)


def venues(call: Call) -> list[dict[str, Any]]:
    """List the venues that this person may see."""
    seen = Q(is_listed=True)
    if call.user.is_authenticated:
        seen |= Q(pk__gt=0) if call.user.is_superuser else Q(memberships__user=call.user)
    rooms = Count("rooms", filter=Q(rooms__archived_at=None), distinct=True)
    found = Venue.objects.filter(seen).distinct()
    hidden = hidden_among(found, call.user)
    return [
        {
            "slug": venue.slug,
            "name": venue.name,
            "kind": venue.kind,
            "city": venue.city,
            "timezone": venue.timezone,
            "currency": venue.currency,
            "rooms": venue.number - len(hidden.get(venue.pk, ())),
        }
        for venue in found.annotate(number=rooms).order_by("kind", "name")
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
        **({"questions": asked} if (asked := [_question(one) for one in asked_here(terms)]) else {}),
    }


def _question(one: Question) -> dict[str, Any]:
    """Return what the venue asks; the answer is one of the choices, where it has any."""
    told = {"id": one.id, "text": one.text, "kind": one.kind, "required": one.required, "type": one.type_name}
    return {**told, "choices": list(one.choices)}


def availability(call: Call) -> dict[str, Any]:
    """List the rooms that can be had for the span, and say why not if none can."""
    venue, terms = _place(call)
    kind = types_called(call.params["type"], venue, terms)[0].pk if "type" in call.params else None
    span = span_of(call.params, terms, of=kind)
    wants = Wants(capacity=call.params.get("party", 0), type_id=kind)
    free = free_rooms(terms, span, wants=wants, reader=call.user)
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
        reasons = why(fitting, terms, span, reader=call.user) if fitting else []
        answer["reason"] = reasons[0]["sentence"] if reasons else "There is no such room here."
    return answer


def hold(call: Call) -> dict[str, Any]:
    """Keep rooms for a while."""
    return _taken(call, operations.hold)


def book(call: Call) -> dict[str, Any]:
    """Book rooms: exactly what is asked for, or nothing."""
    return _taken(call, operations.book)


def _taken(call: Call, operation: Callable[..., Booking]) -> dict[str, Any]:
    require_person(call)
    return told(
        take(operation, venue_called(call.params["venue"], call.user), call.params, call.user), call.user
    )


def confirm(call: Call) -> dict[str, Any]:
    """Make a hold a booking."""
    found, details = booking_of(call), None
    if "answers" in call.params:
        details = details_of(found, answers=call.params["answers"])
    return told(operations.confirm(found, by=call.user, details=details), call.user)


def describe(call: Call) -> dict[str, Any]:
    """Change what a booking says of itself."""
    found = booking_of(call)
    said = {name: call.params[name] for name in ("title", "party", "note", "answers") if name in call.params}
    if not said:
        raise invalid("title", "Say what to change.")
    return told(operations.describe(found, replace(details_of(found), **said), by=call.user), call.user)


def cancel(call: Call) -> dict[str, Any]:
    """Give back a hold, a request or a booking that has not begun."""
    return told(operations.cancel(booking_of(call), by=call.user), call.user)


def release(call: Call) -> dict[str, Any]:
    """Let go of a hold, or of what is left of a running booking; what is metered has its price then."""
    return told(operations.release(booking_of(call), by=call.user), call.user)


def check_out(call: Call) -> dict[str, Any]:
    """Leave one booking, or every one of one's own: what runs ends now, what lies ahead is cancelled."""
    require_person(call)
    if ("reference" in call.params) == call.params.get("all", False):
        raise invalid("reference", 'Say which booking, or "all": true.')
    if "reference" in call.params:
        return {"freed": [told(_left(booking_of(call), call.user), call.user)], "kept": []}
    freed, kept = [], []
    for booking in my_bookings(call.user):
        try:
            freed.append(_left(booking, call.user))
        except ReservationError as refusal:
            kept.append({"reference": booking.reference, **refusal.as_problem()})
    return {"freed": all_told(freed, call.user), "kept": kept}


def _left(booking: Booking, by: Any) -> Booking:
    if booking.state not in (lifecycle.HELD, lifecycle.PENDING) and not booking.recurrence:
        try:
            return operations.check_out(booking, by=by)
        except PolicyViolation as refusal:
            if refusal.rule != "not_begun":
                raise
    return operations.cancel(booking, by=by)


def bookings(call: Call) -> list[dict[str, Any]]:
    """List one's own bookings, with their rooms."""
    require_person(call)
    scope = call.params.get("scope", "upcoming")
    if scope not in SCOPES:
        raise invalid("scope", f"A scope is one of: {', '.join(SCOPES)}.")
    return all_told(list(my_bookings(call.user, scope)[:MOST_LISTED]), call.user)


METHODS: Mapping[str, Callable[[Call], Any]] = {
    "venues": venues,
    "rooms": rooms,
    "availability": availability,
    "hold": hold,
    "book": book,
    "confirm": confirm,
    "describe": describe,
    "cancel": cancel,
    "check_out": check_out,
    "release": release,
    "bookings": bookings,
    **line_dates.METHODS,
    **line_journeys.METHODS,
    **line_waiting.METHODS,
    **line_rooms.METHODS,
}


def _place(call: Call) -> tuple[Venue, VenueTerms]:
    venue = venue_called(call.params["venue"], call.user)
    return venue, terms_seen(venue, call.user)


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

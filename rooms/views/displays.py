"""What a screen at a gate or beside a door shows: big, without a log-in, by a token of its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.origins import address_of
from accounts.throttle import Limit, network_of
from reservations import ReservationError, Span, doors, iso
from reservations.hours import Hours, day_span, in_local_words, openings
from reservations.policies import ceil_to_step
from rooms import boards, metrics, operations
from rooms.models import Display
from rooms.queries.at_door import offers_at
from rooms.queries.displays import display_called, mark_of, rooms_of, standing_of
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue
from rooms.queries.timeline import RoomTimeline, Taken, timeline
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, live_head, with_retry
from rooms.views.lot_words import length_words
from rooms.views.ticket_codes import drawn

OFTEN = "That was pressed too often. Please wait a minute."
PRESSES = Limit("presses-at-a-door", 20, 60, OFTEN)
FROM_AN_ADDRESS = Limit("presses-from-an-address", 60, 60, OFTEN)
MOST_NEXT = 4  # bookings to come that fit on a door
STATES = {doors.FREE: "Free", doors.TAKEN: "Taken", doors.BLOCKED: "Out of use", doors.CLOSED: "Closed"}


@never_cache
@require_safe
@answering
def display(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is free where the display hangs."""
    return _page(request, display_called(token))


@never_cache
@require_POST
@answering
def act(request: HttpRequest, token: str) -> HttpResponse:
    """Do what was pressed at the door, and show the door again; refused, with why."""
    found = display_called(token)
    try:
        for limit, who in ((PRESSES, token), (FROM_AN_ADDRESS, _address(request))):
            limit.take(who)
        _do(found, asking.asked(request))
    except ReservationError as refusal:
        metrics.refused("page", refusal.code)
        return with_retry(_page(request, found, refusal), refusal)
    return HttpResponseRedirect(reverse("rooms:display", args=[token]), status=303)


def _address(request: HttpRequest) -> str:
    told = request.META
    return network_of(address_of(told.get("REMOTE_ADDR", ""), told.get("HTTP_X_FORWARDED_FOR", "")))


def _do(found: Display, fields: asking.Asked) -> None:
    what, _, wanted = str(fields.one("act")).partition(" ")
    if what == "book":
        start, _, end = wanted.partition("/")
        moments = [asking.moment(text, "act", found.venue.zone) for text in (start, end)]
        operations.book_at_door(found, Span(*moments))
        return
    taken = asking.whole(fields.one("taken"), "taken")
    if what == "longer":
        operations.extend_at_door(found, taken, asking.moment(wanted, "act", found.venue.zone))
    elif what == "check-in":
        operations.check_in_at_door(found, taken)
    elif what == "end":
        operations.end_at_door(found, taken)
    else:
        raise asking.invalid("act", "Say what is to be done.")


def _page(request: HttpRequest, found: Display, refusal: ReservationError | None = None) -> HttpResponse:
    terms, now = terms_of_venue(found.venue), database_now()
    rooms = rooms_of(found, terms)
    today = day_span(now.astimezone(terms.zone).date(), terms.zone)
    rows = timeline(terms, today, rooms=[room.id for room in rooms], now=now)
    standing = {
        room.id: standing_of(room, terms, rows[room.id].taken, today, now=now)
        for room in rooms
        if room.id in rows
    }
    context = {
        "display": found,
        "venue": found.venue,
        "room": rooms[0] if found.kind == Display.Kind.DOOR and rooms else None,
        **(_door(standing, rows, terms, now) if found.kind == Display.Kind.DOOR else _sign(rooms, standing)),
        **_buttons(found, standing, rows, terms, now),
        "refusal": refusal,
        "data": _data(found, terms, rows, today, now),
    }
    return render(request, "rooms/display.html", context, status=refusal.status if refusal else 200)


def _door(
    standing: Mapping[int, doors.Standing], rows: Mapping[int, RoomTimeline], terms: VenueTerms, now: datetime
) -> dict[str, Any]:
    """Return what the panel beside a door says; of a room that is let no more, that it is closed."""
    how = next(iter(standing.values()), doors.Standing(doors.CLOSED))
    taken = [row for own in rows.values() for row in own.taken if row.start > now]
    return {
        "standing": how,
        "state": STATES[how.kind],
        "until": _until(how, terms.zone, now),
        "next": [_next(row, terms.zone) for row in taken[:MOST_NEXT]],
    }


def _next(row: Taken, zone: ZoneInfo) -> str:
    start = f"{row.start.astimezone(zone):%H:%M}"
    return f"{start} to {row.end.astimezone(zone):%H:%M}" if row.end else f"from {start}"


def _buttons(
    found: Display,
    standing: Mapping[int, doors.Standing],
    rows: Mapping[int, RoomTimeline],
    terms: VenueTerms,
    now: datetime,
) -> dict[str, Any]:
    """Return what can be pressed at the door, each with the words on it and what it sends."""
    if found.acts == Display.Acts.NOTHING or not standing:
        return {}
    [(number, how)] = standing.items()
    room = terms.rooms[number]
    offers = offers_at(found, room, terms, rows[room.id].taken, now=now)
    return {
        "acts": True,
        "offers": offers,
        "book": [_booked(span, terms.zone, now) for span in offers.book],
        "longer": [
            {"value": f"longer {iso(end)}", "until": at_words(end, terms.zone, now)} for end in offers.longer
        ],
        "code": drawn(f"{settings.BASE_URL.rstrip('/')}{_room_page(found)}"),
        "changes_at": iso(_changes_at(room, terms, how.until, now)),
    }


def _changes_at(room: RoomTerms, terms: VenueTerms, until: datetime | None, now: datetime) -> datetime:
    """Return when other things can be pressed though nothing happens: the step that runs ends, or this."""
    step = ceil_to_step(now + timedelta.resolution, room.policy, terms.zone)
    return min(step, until) if until else step


def _booked(span: Span, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    end = span.end or span.start
    return {
        "value": f"book {iso(span.start)}/{iso(end)}",
        "begins": at_words(span.start, zone, now) if span.start > now else "",
        "until": at_words(end, zone, now),
        "starts_at": iso(span.start),
        "ends_at": iso(end),
        "lasts": length_words(end - max(span.start, now)),
    }


def _room_page(found: Display) -> str:
    return reverse("rooms:room_here", args=[found.venue.slug, found.room_id])


def _until(how: doors.Standing, zone: ZoneInfo, now: datetime) -> str:
    if how.until is None:
        return ""
    verb = "opens" if how.kind == doors.CLOSED else "until"
    return f"{verb} {at_words(how.until, zone, now)}"


def at_words(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return a time as a screen says it: of another day than today's, with the day."""
    local = moment.astimezone(zone)
    is_today = local.date() == now.astimezone(zone).date()
    return f"{local:%H:%M}" if is_today else in_local_words(moment, zone, seen_from=now)


def _sign(rooms: list[RoomTerms], standing: Mapping[int, doors.Standing]) -> dict[str, Any]:
    """Return how many rooms are free by now, of all and on each floor."""
    free = [room for room in rooms if room.id in standing and standing[room.id].kind == doors.FREE]
    is_open = any(how.kind != doors.CLOSED for how in standing.values())
    floors = dict.fromkeys(room.floor for room in rooms)
    return {
        "free": len(free),
        "total": len(rooms),
        "word": "free" if free else "full" if is_open else "closed",
        "levels": [{"name": floor, "free": sum(room.floor == floor for room in free)} for floor in floors],
    }


def _data(
    found: Display, terms: VenueTerms, rows: Mapping[int, RoomTimeline], today: Span, now: datetime
) -> dict[str, Any]:
    """Return what the script begins with: the topic as it is, and when which rooms are open."""
    topic, known = f"display:{found.token}", [row for row in rows.values() if row.id in terms.rooms]
    return {
        **live_head(now),
        "topic": topic,
        "kind": found.kind,
        "zone": found.venue.timezone,
        "window": {"start": iso(today.start), "end": iso(today.end or now)},
        "hours": _hours([terms.rooms[row.id] for row in known], today, terms.zone),
        "snapshot": {
            "type": "snapshot",
            "topic": topic,
            "revision": sum(row.revision for row in known),
            "now": iso(now),
            "terms": mark_of(terms.stamp),
            "window": boards.window(today),
            "rooms": [
                {"id": row.id, "revision": row.revision, **boards.about_on_display(terms.rooms[row.id])}
                for row in known
            ],
            "allocations": [boards.allocation(taken) for row in known for taken in row.taken],
        },
    }


def _hours(rooms: Iterable[RoomTerms], today: Span, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return when the rooms are open, today and next; of rooms that never close, nothing."""
    sharing: defaultdict[Hours, list[int]] = defaultdict(list)
    for room in rooms:
        sharing[room.hours].append(room.id)
    return [
        {
            "rooms": some,
            "open": [[iso(span.start), span.end and iso(span.end)] for span in opened],
        }
        for hours, some in sharing.items()
        if (opened := openings(hours, today, zone)) is not None
    ]

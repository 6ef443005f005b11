"""What a screen at a gate or beside a door shows: big, without a log-in, by a token of its own."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reservations import NotFound, iso
from reservations.hours import day_span
from rooms import boards
from rooms.models import Display
from rooms.queries import lots
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue
from rooms.queries.timeline import timeline
from rooms.sql import database_now
from rooms.views.answers import answering, answering_json, live_head


def _called(token: str) -> Display:
    is_one = token.isascii() and token.isprintable() and len(token) <= 40
    known = Display.objects.select_related("venue", "room").filter(token=token, revoked_at=None)
    found = known.first() if is_one else None
    if found is None:
        raise NotFound("There is no such display, or it was switched off.")
    return found


@never_cache
@require_safe
@answering
def display(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is free where the display hangs."""
    found = _called(token)
    terms, now = terms_of_venue(found.venue), database_now()
    rooms = _rooms(found, terms)
    window = day_span(now.astimezone(terms.zone).date(), terms.zone)
    rows = timeline(terms, window, rooms=[room.id for room in rooms], now=now)
    topic = f"venue:{found.venue.slug}"
    context = {
        "display": found,
        "venue": found.venue,
        "room": rooms[0] if found.kind == Display.Kind.DOOR and rooms else None,
        **_counts(rooms, terms, now),
        "data": {
            **live_head(now),
            "topic": topic if found.venue.is_listed else None,
            "kind": found.kind,
            "zone": found.venue.timezone,
            "rooms": [room.id for room in rooms],
            "window": {"start": iso(window.start), "end": iso(window.end or now)},
            "snapshot": boards.snapshot(topic, terms, rows, window, now=now),
        },
    }
    return render(request, "rooms/display.html", context)


@never_cache
@require_safe
@answering_json
def display_now(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with the counts as they are: how a screen learns that it was switched off or its day is over."""
    found = _called(token)
    terms, now = terms_of_venue(found.venue), database_now()
    counts = _counts(_rooms(found, terms), terms, now)
    today = now.astimezone(terms.zone).date().isoformat()
    levels = [[level["name"], level["free"]] for level in counts["levels"]]
    told = {"free": counts["free"], "total": counts["total"], "levels": levels}
    return JsonResponse({"now": iso(now), "today": today, "stamp": f"{terms.stamp:x}", **told})


def _rooms(found: Display, terms: VenueTerms) -> list[RoomTerms]:
    if found.kind == Display.Kind.DOOR:
        return [terms.rooms[found.room_id]] if found.room_id in terms.rooms else []
    return [room for room in terms.rooms.values() if found.floor in ("", room.floor)]


def _counts(rooms: list[RoomTerms], terms: VenueTerms, now: datetime) -> dict[str, Any]:
    standing = lots.now_of(terms, now=now, rooms=[room.id for room in rooms])
    floors = list(dict.fromkeys(room.floor for room in rooms))
    free = [one.room for one in standing.values() if one.kind == "free"]
    return {
        "free": len(free),
        "total": len(rooms),
        "levels": [{"name": floor, "free": sum(room.floor == floor for room in free)} for floor in floors],
    }

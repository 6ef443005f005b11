"""The floor plan of a building for a time one chooses: which rooms are free, fit, and lie in a rectangle."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reservations import Invalid, Policy, Span, hours, iso, policies
from reservations.placing import Box, box_in
from rooms import plans
from rooms.models import Venue
from rooms.queries.availability import why as reasons_why
from rooms.queries.planned import Planned, not_let, planned
from rooms.queries.rights import terms_seen
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline, timeline
from rooms.queries.words import span_in_words
from rooms.views import asking
from rooms.views.board_data import context_of, usual_minutes, wants_of
from rooms.views.calendar import Stretch, first_hour
from rooms.views.free_times import free_times

VIEW = "plan"
DAY = timedelta(days=1)
MOST_REASONS = 5
ANY_POLICY = Policy()
LETTER, GLYPH = 7.5, 30  # units: of a name, and of what stands beside it
WORDS = {
    "free": "free", "mine": "yours", "booked": "booked", "occupied": "in use", "held": "on hold",
    "pending": "awaiting approval", "blocked": "out of service", "closed": "closed", "past": "past",
    "refused": "not to be had then",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks about: a span, and a rectangle on one of the floors."""

    span: Span
    is_now: bool  # nobody chose a time: it goes along with the clock
    within: Box | None = None
    floor: str = ""


def page(request: HttpRequest, found: Venue, now: datetime) -> HttpResponse:
    """Show the plan live; without JavaScript, draw the same from the address."""
    terms = terms_seen(found, request.user)
    day = asking.day(request.GET.get("date"), now.astimezone(terms.zone).date())
    chosen = _chosen(request, terms, day, now)
    asks = {room.id: policies.blocked(chosen.span, room.policy) for room in terms.rooms.values()}
    stretch = _stretch(terms, day, asks.values())
    rows = timeline(terms, stretch.window, now=now)
    closed = not_let(terms, chosen.span, now=now, reader=request.user)
    context = context_of(request, found, stretch, rows, now)
    mine = {row["id"] for row in context["data"]["mine"] if row["mine"]}
    standing = planned(terms, rows, chosen.span, mine=mine, closed=closed)
    lit = _lit(request, context, terms, stretch, rows, now)
    floors = plans.floor_plans(terms.rooms.values())
    context |= _drawn(floors, standing, lit, chosen, terms) | {
        "chosen": chosen,
        "span_words": span_in_words(chosen.span.start, chosen.span.end, terms.zone),
        "from": f"{chosen.span.start.astimezone(terms.zone):%H:%M}",
        "to": f"{chosen.span.end.astimezone(terms.zone):%H:%M}" if chosen.span.end else "",
        "within": _text(chosen.within),
        "why": _why(request, terms, chosen.span, now),
        "words": WORDS,
    }
    context["data"]["plan"] = _data(chosen, asks, closed)
    return render(request, "rooms/venue_plan.html", context)


def _chosen(request: HttpRequest, terms: VenueTerms, day: date, now: datetime) -> Chosen:
    """Return what the address asks about; what makes no sense in it asks for nothing."""
    first = next(iter(terms.rooms.values()), None)
    policy = first.policy if first else ANY_POLICY
    start, end = (_time(request.GET.get(name)) for name in ("from", "to"))
    is_now = not (request.GET.get("date") or start or end)
    begins = _begin(start, terms, day, now, policy)
    span = Span(begins, begins + timedelta(minutes=usual_minutes(policy)))
    if end is not None:
        local = begins.astimezone(terms.zone).date()
        dates = (local, local + DAY)  # a time before the first is of the next day
        ends = (hours.to_instant(one, end, terms.zone) for one in dates)
        span = next((Span(begins, one) for one in ends if one > begins), span)
    within, floor = _within(request.GET.get("within", "")), request.GET.get("on", "")
    return Chosen(span, is_now, within, floor[:20] if within else "")


def _time(text: str | None) -> time | None:
    try:
        found = time.fromisoformat(text) if text and len(text) <= 8 and text.isascii() else None
    except ValueError:
        return None
    return found.replace(second=0, microsecond=0, tzinfo=None) if found else None


def _begin(start: time | None, terms: VenueTerms, day: date, now: datetime, policy: Policy) -> datetime:
    """Return when the span begins: as was chosen, or else now, or on another day in its first open hour."""
    if start is not None:
        return hours.to_instant(day, start, terms.zone)
    if day == now.astimezone(terms.zone).date():
        return policies.floor_to_step(now, policy, terms.zone)
    hour = first_hour(terms, day, now)
    return hour.start if hour else hours.to_instant(day, time(9), terms.zone)


def _within(text: str) -> Box | None:
    try:
        return box_in(text)
    except Invalid:
        return None


def _text(within: Box | None) -> str:
    sides = (within.left, within.top, within.right, within.bottom) if within else ()
    return ",".join(str(round(side)) for side in sides)


def _stretch(terms: VenueTerms, day: date, asks: Iterable[Span]) -> Stretch:
    """Return the day, and as far around it as any of the spans that are asked for reaches."""
    stretch = Stretch.of(terms, VIEW, day)
    spans = [stretch.window, *asks]
    ends = [span.end for span in spans if span.end]
    return replace(stretch, window=Span(min(span.start for span in spans), max(ends)))


def _lit(
    request: HttpRequest,
    context: dict[str, Any],
    terms: VenueTerms,
    stretch: Stretch,
    rows: dict[int, RoomTimeline],
    now: datetime,
) -> frozenset[int]:
    """Return the rooms that pass the filters."""
    wants, _ = wants_of(request)
    fits = [room for room in terms.rooms.values() if wants.met_by(room)]
    if context["filters"]["free"]:
        fits = [room for room in fits if _is_free_now(room, terms, rows, stretch, now)]
    return frozenset(room.id for room in fits)


def _is_free_now(
    room: RoomTerms, terms: VenueTerms, rows: dict[int, RoomTimeline], stretch: Stretch, now: datetime
) -> bool:
    free = free_times(room, terms, rows.get(room.id), stretch.window, now)
    return any(span.contains(now) for span in free)


def _drawn(
    floors: list[plans.FloorPlan],
    standing: dict[int, Planned],
    fitting: frozenset[int],
    chosen: Chosen,
    terms: VenueTerms,
) -> dict[str, Any]:
    """Return the floors as they are drawn, and how many of how many rooms are lit."""
    drawn: list[dict[str, Any]] = []
    rooms: list[dict[str, Any]] = []
    for floor in floors:
        told = [_room(place, standing[place.room.id], terms) for place in floor.places]
        wholes = _surrounding(floor.places)
        is_chosen = chosen.within is not None and floor.name == chosen.floor
        for place, one in zip(floor.places, told, strict=True):
            one["is_whole"] = one["id"] in wholes
            one["inside"] = not chosen.within or (is_chosen and chosen.within.holds(place.box))
            one["fits"] = one["id"] in fitting and one["inside"]
            one["lit"] = one["fits"] and one["free"]
            astray = "" if one["lit"] or not one["free"] else ", but does not fit"
            one["label"] = f"{one['about']}, {one['state']}{astray}"
        rooms += told
        drawn.append({"name": floor.name, "box": floor.box, "rooms": told, "is_chosen": is_chosen})
    inside, lit = (sum(one[name] for one in rooms) for name in ("inside", "lit"))
    return {
        "plans": drawn,
        "count": counted(lit, inside, is_area=chosen.within is not None),
        "any_fits": any(one["fits"] for one in rooms),
    }


def _surrounding(places: list[plans.Placed]) -> frozenset[int]:
    """Return the rooms in which others lie: their words stand above those."""
    return frozenset(
        one.room.id
        for one in places
        if any(other is not one and one.box.joined(other.box) == one.box for other in places)
    )


def counted(lit: int, of: int, *, is_area: bool) -> str:
    """Return how many rooms can be had, as the page's script says it too."""
    where = " in the area" if is_area else ""
    return (
        f"{lit} of {of} room{'' if of == 1 else 's'}{where} {'is' if 1 in (lit, of) else 'are'} free and fit."
    )


def _room(place: plans.Placed, one: Planned, terms: VenueTerms) -> dict[str, Any]:
    room, box = place.room, place.box
    seats = f"{room.capacity} seat{'' if room.capacity == 1 else 's'}"
    floor = f"floor {room.floor}" if room.floor.isdigit() else room.floor
    until = _until(one, terms)
    return {
        "id": room.id,
        "name": room.name,
        "short": _short(room.name, box.width),
        "seats": seats if box.width >= 9 * LETTER else str(room.capacity),
        "seats_words": seats,
        "box": box,
        "is_small": box.width < plans.ROOM[0] / 2 or box.height < plans.ROOM[1] / 2,
        "kind": one.kind,
        "free": one.is_free,
        "word": WORDS[one.kind],
        "until": until,
        "state": f"{WORDS[one.kind]} {until}".strip(),
        "about": ", ".join(filter(None, [room.name, seats, floor])),
    }


def _until(one: Planned, terms: VenueTerms) -> str:
    """Return until when a room is taken, if it is and somebody knows."""
    known = one.until and not one.is_free
    return f"until {one.until.astimezone(terms.zone):%H:%M}" if known and one.until else ""


def _short(name: str, width: float) -> str:
    """Return as much of the name as there is room for."""
    most = max(2, int((width - GLYPH) / LETTER))
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _why(request: HttpRequest, terms: VenueTerms, span: Span, now: datetime) -> dict[str, Any] | None:
    """Return why the room that was pressed cannot be had, for a page without a script."""
    number = request.GET.get("room", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    room = terms.rooms.get(int(number)) if is_number else None
    if room is None:
        return None
    reasons = reasons_why(room, terms, span, now=now, reader=request.user)[:MOST_REASONS]
    return {"room": room, "reasons": reasons}


def _data(chosen: Chosen, asks: dict[int, Span], closed: dict[int, str]) -> dict[str, Any]:
    """Return what the plan's script begins with, beside what a board's does."""
    return {
        "start": iso(chosen.span.start),
        "end": iso(chosen.span.end) if chosen.span.end else None,
        "follows": chosen.is_now,
        "asks": {room: [iso(span.start), iso(span.end) if span.end else None] for room, span in asks.items()},
        "closed": closed,
        "words": WORDS,
    }

"""The page of a car park: level by level a map of its spots, and what one can do with one of them."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from reservations import Invalid, NotFound, ReservationError, Span, iso
from reservations.hours import day_span
from reservations.rights import BOOK
from rooms import boards, forms, money, operations, permissions, plans
from rooms.models import Allocation, Amenity, Booking, Room, Venue
from rooms.operations import remembering
from rooms.queries import lots
from rooms.queries.availability import Wants
from rooms.queries.guests import own_taken, revision_of
from rooms.queries.quotas import standings
from rooms.queries.rights import closed, terms_seen
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import timeline
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, booking_json, live_head, problem, wants_json
from rooms.views.lot_words import WORDS, amenity_names, length_words, rate_words, until_words
from rooms.wishes import Details

WINDOW = timedelta(hours=24)
TICKS = 90  # minutes of a running price that the page knows in advance


def page(request: HttpRequest, found: Venue, refusal: ReservationError | None = None) -> HttpResponse:
    """Show the car park live; without JavaScript, as it was when it was asked for."""
    terms, now = terms_seen(found, request.user), database_now()
    revision = revision_of(request.user.pk)
    floors = plans.floors_of(terms.rooms.values()) or [""]
    number = _number_of(request)
    asked_for = request.GET.get("level", "") or (terms.rooms[number].floor if number in terms.rooms else "")
    floor = asked_for if asked_for in floors else floors[0]
    wanted = frozenset(slug[:40] for slug in request.GET.getlist("amenity")[:20] if slug)
    shut = closed(terms, request.user, BOOK)
    standing = _standing(terms, shut, now)
    mine = _own(request.user, found, terms, now)
    chosen = _chosen(number, terms, standing, now)
    plan = plans.plan_of([room for room in terms.rooms.values() if room.floor == floor])
    context = {
        "venue": found,
        "zone_label": found.zone_label,
        "level": floor,
        "levels": _levels(floors, standing),
        "wanted": sorted(wanted),
        "amenities": _amenities(terms, standing),
        "plan": plan,
        "spots": _spots(plan, standing, {one["room"] for one in mine}, wanted, chosen),
        "free": sum(one.kind == "free" for one in standing.values()),
        "total": len(standing),
        "peak": _peak(terms, standing, now),
        "rate": rate_words(terms),
        "chosen": chosen,
        "own": mine,
        "quotas": standings(terms.rooms.values(), terms, Span(now, None), request.user, now=now),
        "key": uuid.uuid4().hex,
        **_asked(request, terms, chosen),
        "is_staff": request.user.is_authenticated and permissions.is_staff(request.user, found.pk),
        "as_list": request.GET.get("view") == "list",
        "refusal": refusal,
        "data": _data(request, found, terms, now) | {"closed": sorted(shut), "revisions": {"mine": revision}},
    }
    return render(request, "rooms/lot.html", context, status=refusal.status if refusal else 200)


def _asked(request: HttpRequest, terms: VenueTerms, chosen: dict[str, Any] | None) -> dict[str, Any]:
    """Return the fields of what is asked of who takes the spot that was chosen, or any."""
    asked = partial(
        forms.asked_at_once, terms, values=request.POST, by_staff=permissions.is_staff(request.user, terms.id)
    )
    room = chosen["id"] if chosen else None
    return {"asked": asked(room, before="chosen"), "asked_of_any": asked(None, before="any")}


def _standing(terms: VenueTerms, shut: frozenset[int], now: datetime) -> dict[int, lots.Now]:
    """Return how each spot is; what the person may not take counts as one that is closed."""
    found = lots.now_of(terms, now=now)
    return found | {
        room: replace(found[room], kind="blocked")
        for room in shut & found.keys()
        if found[room].kind == "free"
    }


def _levels(floors: list[str], standing: dict[int, lots.Now]) -> list[dict[str, Any]]:
    return [
        {
            "name": floor,
            "free": sum(one.kind == "free" and one.room.floor == floor for one in standing.values()),
            "total": sum(one.room.floor == floor for one in standing.values()),
        }
        for floor in floors
    ]


def _amenities(terms: VenueTerms, standing: dict[int, lots.Now]) -> list[dict[str, Any]]:
    """Return what spots have, with how many of those are free."""
    slugs = {slug for room in terms.rooms.values() for slug in room.amenities}
    known = Amenity.objects.filter(slug__in=slugs).order_by("name") if slugs else []
    return [
        {
            "slug": amenity.slug,
            "name": amenity.name,
            "icon": amenity.icon,
            "free": sum(
                one.kind == "free" and amenity.slug in one.room.amenities for one in standing.values()
            ),
            "total": sum(amenity.slug in room.amenities for room in terms.rooms.values()),
        }
        for amenity in known
    ]


def _spots(
    plan: plans.Plan, standing: dict[int, lots.Now], mine: set[int], wanted: frozenset[str], chosen: Any
) -> list[dict[str, Any]]:
    names = amenity_names(place.room for place in plan.places)
    spots = []
    for place in plan.places:
        room = place.room
        kind = "mine" if room.id in mine else standing[room.id].kind if room.id in standing else "blocked"
        has = [names[slug] for slug in sorted(room.amenities) if slug in names]
        words = [f"{room.noun} {room.name}", WORDS[kind], *(amenity.name for amenity in has)]
        spots.append(
            {
                "id": room.id, "name": room.name, "x": place.x, "y": place.y, "down": place.down,
                "kind": kind, "free": kind == "free", "label": ", ".join(words), "has": has,
                "fits": wanted <= room.amenities, "picked": bool(chosen and chosen["id"] == room.id),
            }
        )  # fmt: skip
    return spots


def _number_of(request: HttpRequest) -> int:
    """Return the number of the spot that was clicked, or was asked for in vain; 0 where none is named."""
    number = request.GET.get("spot", "") or request.POST.get("room", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0


def _chosen(
    number: int, terms: VenueTerms, standing: dict[int, lots.Now], now: datetime
) -> dict[str, Any] | None:
    """Return the spot that was chosen, with what one must know before taking it."""
    room = terms.rooms.get(number)
    if room is None or room.id not in standing:
        return None
    until = lots.next_taken(terms, room.id, now=now) if standing[room.id].kind == "free" else None
    return {
        "id": room.id,
        "name": room.name,
        "noun": room.noun,
        "floor": room.floor,
        "kind": standing[room.id].kind,
        "word": WORDS[standing[room.id].kind],
        "free": standing[room.id].kind == "free",
        "amenities": list(amenity_names([room]).values()),
        "until": until,
        "until_text": until_words(until, terms, now),
    }


def _own(user: Any, found: Venue, terms: VenueTerms, now: datetime) -> list[dict[str, Any]]:
    """Return what the person has here now, with what it comes to minute by minute."""
    if not user.is_authenticated:
        return []
    rows = lots.own_now(user, found.pk, now=now)
    return [_own_one(row, terms, now) for row in rows if row.room_id in terms.rooms]


def _own_one(row: Allocation, terms: VenueTerms, now: datetime) -> dict[str, Any]:
    booking = row.booking
    assert booking is not None  # noqa: S101 -- asked for by its guest
    runs = row.starts_at <= now and booking.state in ("confirmed", "checked_in")
    metered = booking.metered or booking.ends_at is None
    return {
        "booking": booking,
        "room": row.room_id,
        "name": row.room.name,
        "noun": terms.rooms[row.room_id].noun,
        "floor": row.room.floor,
        "runs": runs,
        "metered": metered,
        "since": booking.starts_at,
        "length": length_words(now - booking.starts_at) if runs else "",
        "plate": booking.plate,
        "until_text": until_words(booking.ends_at, terms, now) if booking.ends_at else "",
        "cost": money.as_text(booking.price, booking.currency),
        **(running(booking, terms, [row.room_id], now) if runs and metered else {}),
    }


def running(booking: Booking, terms: VenueTerms, rooms: list[int], now: datetime) -> dict[str, Any]:
    """Return what the booking comes to now, and to what it will in the minutes to come."""
    ticks: list[tuple[str, str]] = []
    for minute in range(TICKS + 1):
        at = now + timedelta(minutes=minute)
        text = money.as_text(lots.so_far(booking, terms, rooms, until=at), terms.currency)
        if not ticks or ticks[-1][1] != text:
            ticks.append((iso(at), text))
    return {"cost": ticks[0][1], "ticks": ticks}


def _peak(terms: VenueTerms, standing: dict[int, lots.Now], now: datetime) -> int:
    today = day_span(now.astimezone(terms.zone).date(), terms.zone)
    return lots.peak_of(terms, today, standing, now=now)


def _data(request: HttpRequest, found: Venue, terms: VenueTerms, now: datetime) -> dict[str, Any]:
    """Return what the page's script begins with."""
    user, topic = request.user, f"venue:{found.slug}"
    start = now.replace(minute=0, second=0, microsecond=0)
    window = Span(start, start + WINDOW)
    own = Q(booking__guest=user.pk, booking__venue=found)
    mine = own_taken(own, window, now=now) if user.is_authenticated else []
    return {
        **live_head(now),
        "venue": {"slug": found.slug, "name": found.name, "kind": found.kind, "timezone": found.timezone},
        "topics": {"venue": topic, "mine": "mine" if user.is_authenticated else None},
        "window": {"start": iso(start), "end": iso(start + WINDOW)},
        "snapshot": boards.snapshot(topic, terms, timeline(terms, window, now=now), window, now=now),
        "mine": boards.own(mine, reader=user.pk),
        "words": WORDS,
    }


@require_POST
@answering
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a spot, or any, from now until it is released; and show it on the map."""
    found = asking.venue_called(slug, request.user)
    permissions.require_person(request.user)
    fields = asking.asked(request)
    hidden = remembering.not_to_name(terms_seen(found, request.user), request.user, fields.one("key"))
    try:
        made = operations.take(
            one_room(fields, found, hidden) or found,
            by=request.user,
            wants=wants_of(fields),
            details=Details(plate=fields.one("plate"), answers=asking.answers_in(fields)),
            key=_text(fields.one("key"), "key"),
        )
    except ReservationError as refusal:
        return problem(refusal) if wants_json(request) else page(request, found, refusal)
    if wants_json(request):
        return JsonResponse(booking_json(made), status=201)
    return taken(request, found, made)


def one_room(fields: asking.Asked, found: Venue, hidden: frozenset[int] = frozenset()) -> Room | None:
    """Return the room that was named, if any was.

    :raises NotFound: if the venue has no such room
    """
    if not fields.one("room"):
        return None
    number = asking.whole(fields.one("room"), "room")
    room = Room.objects.filter(venue=found, pk=number, archived_at=None).first()
    if room is None or room.pk in hidden:
        raise NotFound("There is no such room here.")
    return room


def wants_of(fields: asking.Asked) -> Wants:
    """Return what any spot must have."""
    amenities = frozenset(str(slug)[:40] for slug in list(fields.many("amenity"))[:20] if slug)
    return Wants(amenities=amenities, floor=_text(fields.one("only_level"), "only_level")[:20])


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str):
        raise Invalid("This is a text.", field_errors={field: ["This is a text."]})
    return value


def taken(request: HttpRequest, found: Venue, made: Booking) -> HttpResponse:
    """Say which spot it is and until when, and go back to its level of the map."""
    terms = terms_seen(found, request.user)
    row = made.allocations.select_related("room").first()
    room: RoomTerms | None = terms.rooms.get(row.room_id) if row else None
    if room is None:
        return HttpResponseRedirect(reverse("rooms:venue", args=[found.slug]), status=303)
    where = f"{room.noun} {room.name}{f' on {room.floor}' if room.floor else ''}"
    until = until_words(made.ends_at, terms, made.starts_at)
    messages.success(request, f"{where} is yours {until}.")
    address = reverse("rooms:venue", args=[found.slug])
    return HttpResponseRedirect(f"{address}?{urlencode({'level': room.floor})}", status=303)

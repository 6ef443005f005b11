"""Venues and their rooms."""

import functools
from typing import Any

from django.db.models import Q, QuerySet

from accounts import roles
from api import cursors
from api.answers import money
from api.queries import after, venue_called
from api.routing import ANYBODY, Call, endpoint
from api.shapes_questions import Question
from api.shapes_venues import (
    OpeningHours,
    Rate,
    RoomNow,
    RoomPage,
    RoomsQuery,
    RoomType,
    Terms,
    Venue,
    VenueInFull,
    VenuePage,
    VenuesQuery,
)
from reservations import questions
from rooms import models
from rooms.queries.questions import asked_here
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import room_revisions
from rooms.texts import natural


@endpoint("GET", "venues", who=ANYBODY, query=VenuesQuery, answer=VenuePage)
def list_venues(call: Call) -> Any:
    """List the venues, by name."""
    asked: VenuesQuery = call.query
    of = ("venues", asked.kind, asked.q, call.caller.pk)
    found = _visible(call.user)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    for word in asked.q.split()[:10]:
        found = found.filter(
            Q(name__icontains=word)
            | Q(city__icontains=word)
            | Q(slug__icontains=word)
            | Q(description__icontains=word)
        )
    if asked.cursor:
        name, key = cursors.place(asked.cursor, of=of)
        found = found.filter(Q(name__gt=name) | Q(name=name, pk__gt=key))
    page, last = after(list(found.order_by("name", "pk")[: asked.limit + 1]), asked.limit)
    following = cursors.cursor([last.name, last.pk], of=of) if last else None
    return VenuePage([Venue(**_facts(venue)) for venue in page], following)


def _visible(user: Any) -> QuerySet[models.Venue]:
    """Return the venues this person may see: those that are shown, and those where they work."""
    if user is not None and user.is_superuser:
        return models.Venue.objects.all()
    own = list(roles.roles_of(user)) if user is not None else []
    return models.Venue.objects.filter(Q(is_listed=True) | Q(pk__in=own))


def _facts(venue: models.Venue) -> dict[str, Any]:
    names = ("slug", "name", "kind", "timezone", "currency", "city", "description")
    return {name: getattr(venue, name) for name in names}


@endpoint("GET", "venues/{slug}", who=ANYBODY, answer=VenueInFull, refuses=["not_found"])
def show_venue(call: Call) -> VenueInFull:
    """Tell what a venue is, what can be had there and on what terms."""
    terms = venue_called(call.path["slug"], call.user)
    venue = models.Venue.objects.get(pk=terms.id)
    hours = venue.opening_hours.filter(room=None).order_by("weekday", "opens")
    return VenueInFull(
        **_facts(venue),
        room_types=_types(terms),
        opening_hours=[OpeningHours(row.weekday, row.opens, row.closes) for row in hours],
        questions=[_question(one) for one in asked_here(terms)],
    )


def _question(one: questions.Question) -> Question:
    kind: Any = one.kind
    return Question(one.id, one.text, kind, list(one.choices), one.required, one.help, one.type_id)


def _types(terms: VenueTerms) -> list[RoomType]:
    by_type: dict[int, list[RoomTerms]] = {}
    for room in terms.rooms.values():
        by_type.setdefault(room.type_id, []).append(room)
    return [_type(rooms, terms.currency) for rooms in by_type.values()]


def _type(rooms: list[RoomTerms], currency: str) -> RoomType:
    first = rooms[0]
    told = Terms(**{name: getattr(first.policy, name) for name in Terms.__struct_fields__})
    return RoomType(
        id=first.type_id,
        name=first.type_name,
        noun=first.noun,
        unit=first.unit,
        capacity=max(room.capacity for room in rooms),
        rooms=len(rooms),
        terms=told,
        rates=[Rate(rate.name, rate.unit, money(rate.amount, currency)) for rate in first.rates],
    )


@endpoint("GET", "venues/{slug}/rooms", who=ANYBODY, query=RoomsQuery, answer=RoomPage, refuses=["not_found"])
def list_rooms(call: Call) -> Any:
    """List the rooms of a venue, in its own order."""
    asked: RoomsQuery = call.query
    terms = venue_called(call.path["slug"], call.user)
    of = ("rooms", terms.id)
    revisions = room_revisions(terms.id)
    places = [(room.order, natural(room.name), room.name, room.id) for room in terms.rooms.values()]
    if asked.cursor:
        order, name, key = cursors.place(asked.cursor, of=of)
        places = [place for place in places if place > (order, natural(name), name, key)]
    page, last = after(places[: asked.limit + 1], asked.limit)
    told = [
        RoomNow(**room_facts(terms.rooms[key]), revision=revisions[key])
        for *_, key in page
        if key in revisions  # else it was archived a moment ago
    ]
    return RoomPage(told, cursors.cursor([last[0], *last[2:]], of=of) if last else None)


@functools.lru_cache(maxsize=20_000)
def _amenities(amenities: frozenset[str]) -> list[str]:
    return sorted(amenities)


def room_facts(room: RoomTerms) -> dict[str, Any]:
    """Return what every answer says of a room."""
    return {
        "id": room.id,
        "name": room.name,
        "room_type": room.type_id,
        "type": room.type_name,
        "noun": room.noun,
        "unit": room.unit,
        "capacity": room.capacity,
        "floor": room.floor,
        "amenities": _amenities(room.amenities),
        "order": room.order,
        "step_minutes": room.policy.step_minutes,
        "min_minutes": room.policy.min_minutes,
        "parts": list(room.parts),
        "x": None if room.place is None else room.place[0],
        "y": None if room.place is None else room.place[1],
        "width": None if room.size is None else room.size[0],
        "depth": None if room.size is None else room.size[1],
    }

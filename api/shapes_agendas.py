"""Shapes of agendas: several events, and a room and a time for each."""

from typing import Annotated

from msgspec import Meta, Struct

from api.shapes import Id, Instant, Party, Title, Wanted
from api.shapes_venues import Quote
from reservations.agenda import MOST


class EventWanted(Wanted):
    """One of the events: how long, for how many, and what its room must have."""

    minutes: Annotated[int, Meta(ge=1, le=1440)]
    title: Title = ""
    party: Party = 1
    room_type: Annotated[Id | None, Meta(description="Only in rooms of this type.")] = None
    amenities: Annotated[
        list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20, description="What its room must have.")
    ] = []


class AgendaWanted(Wanted):
    """Several events that want a room and a time each within one stretch of at most 14 days."""

    start: Instant
    end: Instant
    events: Annotated[list[EventWanted], Meta(min_length=1, max_length=MOST)]
    apart: Annotated[bool, Meta(description="Whether no two may be at the same time.")] = False


class Place(Struct):
    """Where and when an event can be: with `venue` and without `event`, a body for `POST bookings`."""

    event: Annotated[int, Meta(description="Its number in the list, from 0.")]
    rooms: list[int]
    room_name: str
    start: Instant
    end: Instant
    title: str
    party: int
    quote: Quote


class Left(Struct):
    """An event that has no place, and why."""

    event: int
    sentence: str


class Agenda(Struct):
    """A place for each event, by time, none in the way of another; and what has none."""

    venue: str
    whole: Annotated[bool, Meta(description="Whether each has a place.")]
    places: list[Place]
    left: list[Left]

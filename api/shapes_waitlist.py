"""Shapes of waiting: what one waits for, and a place in the queue."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from api.shapes import (
    Count,
    Id,
    Instant,
    PageQuery,
    Party,
    PassengerWanted,
    RoomIds,
    Title,
    Wanted,
    page_of,
)
from api.shapes_bookings import TypeName
from api.shapes_journeys import Stop


class WaitlistWanted(Wanted):
    """What to wait for at a `venue`, from `start` to `end`: `rooms`, or any `count` of a `room_type`.

    Of a `departure`, so many seats of a class, the `room_type`, from stop to stop; then there is no `venue`,
    no `start` and no `end`, for the timetable says them.
    """

    venue: Annotated[str | UnsetType, Meta(description="Its slug.")] = UNSET
    rooms: RoomIds | None = None
    start: Instant | UnsetType = UNSET
    end: Instant | UnsetType = UNSET
    title: Title | UnsetType = UNSET
    party: Party | UnsetType = UNSET
    departure: Id | None = None
    room_type: Annotated[Id | TypeName | None, Meta(description="The id or the name of a type.")] = None
    from_stop: Stop | None = None
    to_stop: Stop | None = None
    count: Annotated[Count | UnsetType, Meta(description="1 if nothing is said.")] = UNSET
    passengers: Annotated[list[PassengerWanted], Meta(max_length=100)] = []


class Waiting(Struct, kw_only=True):
    """A place in the queue; once it is `offered`, `booking` is the hold that is to be confirmed or paid."""

    id: int
    venue: str
    start: Instant
    end: Instant
    rooms: Annotated[list[int], Meta(description="The rooms that are named; none where any of a type do.")]
    title: str
    party: int
    departure: int | None
    room_type: int | None
    from_stop: int | None
    to_stop: int | None
    count: int
    state: Literal["waiting", "offered", "left", "ended"]
    detail: Annotated[str, Meta(description="Why it `ended` by itself.")]
    ahead: Annotated[int, Meta(description="How many wait for the same since before.")]
    booking: str | None
    created_at: Instant


WaitlistPage = page_of("WaitlistPage", Waiting)


class WaitlistQuery(PageQuery, kw_only=True):
    pass

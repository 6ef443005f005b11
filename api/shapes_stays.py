"""Shapes of stays: hotels by the night."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from api.shapes import Count, Cursor, Instant, Limit, Money, page_of
from api.shapes_venues import Quote

Night = Annotated[dt.date, Meta(examples=["2026-12-04"])]
MOST_NIGHTS = 62


class StaysQuery(Struct, kw_only=True):
    arrive: Annotated[Night, Meta(description="The date of the first night.")]
    depart: Annotated[Night, Meta(description="The date of the morning on which the guests leave.")]
    guests: Annotated[int, Meta(ge=1, le=10_000, description="How many, together.")] = 1
    count: Annotated[Count, Meta(description="How many rooms of one type are wanted.")] = 1
    place: Annotated[str, Meta(max_length=100, description="Words in the name, city or description.")] = ""
    max_price: Annotated[
        str, Meta(pattern=r"^(\d{1,9}(\.\d{1,3})?)?$", description="At most so much a night and room.")
    ] = ""
    amenity: Annotated[str, Meta(max_length=400, description="What each room has; several with commas.")] = ""
    limit: Limit = 20
    cursor: Cursor = ""


class NightLeft(Struct):
    """How many rooms are left in one night."""

    date: dt.date
    free: int
    held: Annotated[int, Meta(description="On hold for somebody else.")]
    frees_at: Annotated[Instant | None, Meta(description="When the first of these holds runs out.")]
    mine: Annotated[int, Meta(description="On hold for who asks.")]


class StayLeft(Struct):
    """How many rooms are left for a whole stay."""

    free: int
    held: int
    frees_at: Instant | None
    mine: int


class Stay(Struct):
    """A hotel with the cheapest type that fits: what one room costs, and what is left of it."""

    venue: str
    name: str
    city: str
    room_type: int
    type: str
    capacity: int
    amenities: list[str]
    start: Instant
    end: Instant
    available: Annotated[bool, Meta(description="Whether `count` rooms can be had.")]
    reason: Annotated[str, Meta(description="The term that the stay does not keep to, if any.")]
    quote: Quote
    total: Annotated[Money, Meta(description="Of `count` rooms.")]
    left: StayLeft
    nights: Annotated[list[NightLeft], Meta(description="Fourteen nights around the stay.")]


StayPage = page_of("StayPage", Stay)


class NightsQuery(Struct, kw_only=True):
    first: Annotated[Night, Meta(description="The date of the first night.")]
    last: Annotated[Night, Meta(description=f"The date of the last night, at most {MOST_NIGHTS} in all.")]


class TypeNights(Struct):
    """What is left of one type of room, night by night."""

    room_type: int
    type: str
    capacity: int
    rooms: int
    check_in: dt.time | None
    check_out: dt.time | None
    nights: list[NightLeft]


class Nights(Struct):
    """What a hotel has left, night by night and type by type."""

    venue: str
    items: list[TypeNights]

"""Shapes of venues, their rooms, and what is free or taken there."""

import datetime as dt
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from api.shapes import PAGE, Count, Cursor, Edge, Instant, Kind, Limit, Money, PageQuery, Taken, page_of
from api.shapes_questions import Question


class VenuesQuery(PageQuery, kw_only=True):
    kind: Annotated[Kind | None, Meta(description="Only venues of this kind.")] = None
    q: Annotated[str, Meta(max_length=100, description="Words in the name, city, slug or description.")] = ""


class Venue(Struct):
    """What owns rooms: a building, a hotel, a car park, a vehicle."""

    slug: str
    name: str
    kind: Kind
    timezone: Annotated[str, Meta(examples=["Europe/Istanbul"])]
    currency: str
    city: str
    description: str


VenuePage = page_of("VenuePage", Venue)


class Terms(Struct):
    """What a booking of a type must keep to."""

    step_minutes: int
    min_minutes: int
    max_minutes: int | None
    min_notice_minutes: int
    max_advance_days: int | None
    buffer_before_minutes: Annotated[int, Meta(description="Kept clear before each booking.")]
    buffer_after_minutes: Annotated[int, Meta(description="Kept clear after each booking.")]
    needs_approval: bool
    hold_minutes: int
    cancel_until_minutes: int
    check_in: dt.time | None
    check_out: dt.time | None


class Rate(Struct):
    """What a type costs; of several that fit, the most special counts."""

    name: str
    unit: Annotated[str, Meta(description="hour, night or stay")]
    amount: Money


class RoomType(Struct):
    """The class that is sold."""

    id: int
    name: str
    noun: str
    unit: Annotated[str, Meta(description="hour, night, open (until released) or leg")]
    capacity: Annotated[int, Meta(description="Of the largest room of the type.")]
    rooms: Annotated[int, Meta(description="How many there are.")]
    terms: Terms
    rates: list[Rate]


class OpeningHours(Struct):
    """When the venue opens on a weekday, by its own clocks; closing at or before opening is the next day."""

    weekday: Annotated[int, Meta(ge=0, le=6, description="0 is Monday.")]
    opens: dt.time
    closes: dt.time


class VenueInFull(Venue):
    """A venue with what can be had there; without opening hours it is always open."""

    room_types: list[RoomType]
    opening_hours: list[OpeningHours]
    questions: Annotated[list[Question], Meta(description="What it asks whoever books, in this order.")]


class RoomsQuery(Struct, kw_only=True):
    limit: Limit = PAGE
    cursor: Cursor = ""


class Room(Struct, kw_only=True):
    """What one party can have to itself."""

    id: int
    name: str
    room_type: Annotated[int, Meta(description="The id of its type, to book any n of it.")]
    type: str
    noun: str
    unit: str
    capacity: int
    floor: str
    amenities: list[str]
    order: int
    step_minutes: int
    min_minutes: int
    parts: Annotated[list[int], Meta(description="Rooms that are taken with it.")]
    x: Annotated[
        float | None, Meta(description="On the plan of its floor, from the left; null: nobody drew it.")
    ]
    y: Annotated[float | None, Meta(description="On the plan of its floor, from the top.")]
    width: Annotated[float | None, Meta(description="How far it reaches across; null: as such rooms do.")]
    depth: Annotated[float | None, Meta(description="How far it reaches down.")]


class RoomNow(Room, kw_only=True):
    """A room with the number of its latest change."""

    revision: int


RoomPage = page_of("RoomPage", RoomNow)


class Line(Struct):
    """One line of a price."""

    text: str
    amount: Money
    on: dt.date | None = None
    room: str | UnsetType = UNSET


class Quote(Struct):
    """What a room costs for the span; nothing yet while nobody knows its end."""

    total: Money
    lines: list[Line]


class Reason(Struct):
    """Why a room cannot be had: the code, rule and sentence that a refusal would carry."""

    code: str
    rule: Annotated[
        str,
        Meta(
            description="The term, `quota`, or how it is taken: held, pending, booked, …; `buffer` where it "
            "is only kept clear before or after that."
        ),
    ]
    sentence: str
    until: Annotated[
        Instant | None,
        Meta(description="When this is in the way no more: of a hold, when it runs out unless it is booked."),
    ]
    mine: Annotated[
        str | UnsetType, Meta(description="Of a hold of one's own: its reference, to confirm it by.")
    ] = UNSET


class AvailabilityQuery(Struct, kw_only=True):
    start: Annotated[Edge, Meta(description="An instant; of a hotel also a date, from its check-in on.")]
    end: Annotated[
        Edge | None, Meta(description="An instant or a date, as the start is. Left out: until released.")
    ] = None
    capacity: Annotated[int, Meta(ge=0, le=10_000, description="Seats that a room must have.")] = 0
    count: Annotated[Count, Meta(description="How many rooms are wanted.")] = 1
    floor: Annotated[str, Meta(max_length=20, description="Only rooms of this floor.")] = ""
    within: Annotated[
        str,
        Meta(
            max_length=80,
            examples=["0,0,400,240"],
            description="Only rooms whose middle lies in this rectangle of the plan: x1,y1,x2,y2.",
        ),
    ] = ""
    room_type: Annotated[
        str,
        Meta(
            max_length=120, description="Only this type, by id or name; dates are from its own check-in on."
        ),
    ] = ""


class RoomOffer(Room, kw_only=True):
    """A room for the span: free with its price, or taken with the reasons."""

    free: bool
    quote: Quote
    reasons: list[Reason]


class Availability(Struct, kw_only=True):
    """Which rooms can be had for the span: the free ones first, cheapest fit first."""

    venue: str
    start: Instant
    end: Instant | None
    free: Annotated[int, Meta(description="How many are free.")]
    enough: Annotated[bool, Meta(description="Whether `count` rooms are free.")]
    items: list[RoomOffer]
    next: Annotated[None, Meta(description="Always null: the answer is whole.")] = None


class TimelineQuery(Struct, kw_only=True):
    start: Instant
    end: Annotated[Instant, Meta(description="At most 92 days after the start.")]


class TimelineRoom(Struct):
    id: int
    name: str
    revision: int
    room_type: int
    type: str
    noun: str
    capacity: int
    floor: str
    amenities: list[str]
    order: int


class TimelineAllocation(Struct):
    """One room taken for one span, as everybody may know."""

    id: int
    room: int
    start: Instant
    end: Instant | None
    state: Taken
    expires_at: Annotated[Instant, Meta(description="Of a hold.")] | UnsetType = UNSET
    blocks_from: Annotated[Instant, Meta(description="Where buffers block more.")] | UnsetType = UNSET
    blocks_until: Instant | UnsetType = UNSET
    part: Annotated[int, Meta(description="Of a divisible room: the part that is taken.")] | UnsetType = UNSET


class Timeline(Struct, kw_only=True):
    """Every room of a venue and what is taken of it in the span, as of one instant.

    `revision` is the sum over the rooms: it rises with every change, and the websocket's topic has the same.
    """

    venue: str
    start: Instant
    end: Instant
    revision: int
    rooms: list[TimelineRoom]
    allocations: list[TimelineAllocation]

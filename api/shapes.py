"""Shapes every endpoint shares: money, instants, pages, problems."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from rooms.wishes import MAX_PARTY, MAX_ROOMS, NOTE, TITLE

LARGEST_ID = 2**63 - 1
Instant = Annotated[datetime, Meta(tz=True)]
Edge = Annotated[str, Meta(max_length=64, examples=["2026-11-23T10:00:00+03:00", "2026-12-04"])]
Id = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
RoomIds = Annotated[list[Id], Meta(min_length=1, max_length=MAX_ROOMS)]
Title = Annotated[str, Meta(max_length=TITLE)]
Note = Annotated[str, Meta(max_length=NOTE)]
Party = Annotated[int, Meta(ge=1, le=MAX_PARTY)]
Count = Annotated[int, Meta(ge=1, le=MAX_ROOMS)]
Limit = Annotated[int, Meta(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[str, Meta(max_length=512, description="`next` of the page before, as it came.")]
State = Literal[
    "held",
    "pending",
    "confirmed",
    "checked_in",
    "completed",
    "expired",
    "declined",
    "cancelled",
    "no_show",
]
Taken = Literal["held", "pending", "booked", "occupied", "blocked", "released"]
Kind = Literal["building", "hotel", "car_park", "vehicle"]
Plate = Annotated[str, Meta(max_length=24, description="A number plate.", examples=["34 KZ 1978"])]
PassengerKind = Literal["adult", "child", "senior", "infant"]
PAGE = 100


class Wanted(Struct, kw_only=True, forbid_unknown_fields=True):
    """A body that is taken at its word: a field nobody reads would be a wish nobody keeps."""


class Money(Struct, frozen=True):
    """An exact amount in whole units of its currency, as a text: no float ever touches it."""

    amount: Annotated[str, Meta(pattern=r"^-?\d+(\.\d+)?$", examples=["24.00"])]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"])]


class Conflict(Struct):
    """A stretch of time in which a room is taken: when and how, never by whom."""

    room: int
    start: Instant
    end: Instant | None
    kind: Taken
    mine: Annotated[str | UnsetType, Meta(description="Of a hold of one's own: its reference.")] = UNSET
    expires_at: Annotated[Instant | UnsetType, Meta(description="Of a hold: when it runs out.")] = UNSET
    blocks_from: Annotated[Instant | UnsetType, Meta(description="Where buffers block more.")] = UNSET
    blocks_until: Instant | UnsetType = UNSET


class PassengerWanted(Wanted):
    """Who sits in one seat."""

    name: Annotated[str, Meta(max_length=120)] = ""
    kind: PassengerKind = "adult"


class Alternative(Struct):
    """An offer near what could not be had, ready to be posted to bookings as it is.

    Of rooms it has `venue`, `rooms`, `start`, `end` and `party`; of a journey `departure`, `from_stop`,
    `to_stop`, `passengers`, and either `seats` or a `room_type` and how many of it.
    """

    title: str
    note: str
    hold: bool
    sentence: Annotated[str, Meta(description="The offer in words.")]
    venue: str | UnsetType = UNSET
    rooms: list[int] | UnsetType = UNSET
    start: Instant | UnsetType = UNSET
    end: Instant | UnsetType | None = UNSET
    party: int | UnsetType = UNSET
    plate: str | UnsetType = UNSET
    answers: dict[str, str | bool | int | float] | UnsetType = UNSET
    guest: Annotated[str | UnsetType, Meta(description="Who it is for, where staff book.")] = UNSET
    recurrence: Annotated[str | UnsetType, Meta(description="Of a series: its rule.")] = UNSET
    departure: int | UnsetType = UNSET
    from_stop: int | UnsetType = UNSET
    to_stop: int | UnsetType = UNSET
    seats: list[int] | UnsetType = UNSET
    room_type: int | UnsetType = UNSET
    count: int | UnsetType = UNSET
    passengers: list[PassengerWanted] | UnsetType = UNSET


class Problem(Struct):
    """RFC 9457: what went wrong, for programs (`code`) and people (`detail`)."""

    type: Annotated[str, Meta(description="Where the manual tells of this code.")]
    title: str
    status: Annotated[int, Meta(ge=400, le=599)]
    detail: str
    code: str
    rule: Annotated[str, Meta(description="The term that was not kept to.")] | UnsetType = UNSET
    reason: Annotated[str, Meta(description="Why a payment failed.")] | UnsetType = UNSET
    until: Annotated[Instant, Meta(description="When the reason ends.")] | UnsetType = UNSET
    free: Annotated[int, Meta(description="How many are left, where more were asked for.")] | UnsetType = (
        UNSET
    )
    conflicts: list[Conflict] | UnsetType = UNSET
    alternatives: list[Alternative] | UnsetType = UNSET
    field_errors: dict[str, list[str]] | UnsetType = UNSET
    retry_after: Annotated[int, Meta(description="Seconds.")] | UnsetType = UNSET


Next = Annotated[str | None, Meta(description="The cursor of the next page; null on the last.")]


class PageQuery(Struct, kw_only=True):
    limit: Limit = PAGE
    cursor: Cursor = ""


def page_of(name: str, item: Any) -> Any:
    """Return the shape of one page of a list."""
    from msgspec import defstruct

    return defstruct(
        name,
        [
            ("items", list[item]),
            ("next", Next),
        ],
        namespace={"__doc__": f"One page of a list of {item.__name__}."},
        module=__name__,
    )

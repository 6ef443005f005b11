"""Shapes of bookings."""

import datetime as dt
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from api.shapes import (
    Count,
    Edge,
    Id,
    Instant,
    Money,
    Note,
    PageQuery,
    Party,
    PassengerWanted,
    Plate,
    RoomIds,
    State,
    Taken,
    Title,
    Wanted,
    page_of,
)
from api.shapes_journeys import PassengerBooked, Stop
from api.shapes_questions import Answer, Answers
from api.shapes_venues import Line
from reservations.recurrence import LONGEST_TEXT, MOST

Reference = Annotated[str, Meta(examples=["R7XK-42QM"])]
Whom = Annotated[str, Meta(max_length=254)]
TypeName = Annotated[str, Meta(min_length=1, max_length=80)]


SeatNames = Annotated[
    list[Id | TypeName], Meta(min_length=1, max_length=100, description="Seats by their ids or names.")
]


Recurrence = Annotated[
    str,
    Meta(
        max_length=LONGEST_TEXT,
        description="An RRULE of RFC 5545 by the venue's wall clock, whose first date is `start` to `end`; "
        "then perhaps a line of EXDATE with dates that are left out. All of it is booked, or nothing.",
        examples=["FREQ=WEEKLY;COUNT=10", "RRULE:FREQ=WEEKLY;COUNT=10\nEXDATE;VALUE=DATE:20261224"],
    ),
]


class OfType(Wanted):
    """Any so many rooms of a type."""

    room_type: Annotated[Id | TypeName, Meta(description="The id or the name of a type.")]
    count: Count = 1


OfTypes = Annotated[
    list[OfType], Meta(min_length=1, max_length=100, description="Several types in one booking.")
]


class DateElsewhere(Wanted):
    """A date of a series that is wanted in rooms of its own."""

    date: Annotated[dt.date, Meta(description="By the venue's clocks.", examples=["2026-12-08"])]
    rooms: RoomIds


Elsewhere = Annotated[
    list[DateElsewhere],
    Meta(
        max_length=MOST,
        description="Of a series whose `rooms` are named: dates of it that are to be in others instead.",
    ),
]


class BookingWanted(Wanted):
    """What to book: rooms by their ids, or any `count` of a `room_type`, or of several `room_types`.

    All of them, or nothing. Of a `departure`, seats instead, or `count` together of a `room_type`; then
    there is no `start` or `end`, for the timetable says them, and no `venue` but the vehicle. What
    contradicts the rest is refused.
    """

    venue: Annotated[str | UnsetType, Meta(description="Its slug.")] = UNSET
    start: Annotated[
        Edge | UnsetType, Meta(description="An instant; of a hotel also a date, from its check-in on.")
    ] = UNSET
    end: Annotated[
        Edge | UnsetType | None,
        Meta(description="An instant or a date, as the start is. null: until released."),
    ] = UNSET
    departure: Id | None = None
    from_stop: Stop | None = None
    to_stop: Stop | None = None
    seats: SeatNames | None = None
    passengers: Annotated[
        list[PassengerWanted], Meta(max_length=100, description="In the order of the seats.")
    ] = []
    rooms: RoomIds | None = None
    room_type: Annotated[Id | TypeName | None, Meta(description="The id or the name of a type.")] = None
    count: Annotated[Count | UnsetType, Meta(description="1 if nothing is said.")] = UNSET
    room_types: OfTypes | None = None
    title: Title = ""
    party: Annotated[
        Party | UnsetType, Meta(description="1 if nothing is said; of a journey, one for each seat.")
    ] = UNSET
    note: Note = ""
    plate: Plate = ""
    answers: Answers = {}
    hold: Annotated[bool, Meta(description="true: keep it until `expires_at`; false: book it.")] = False
    guest: Annotated[
        Whom | None,
        Meta(description="For staff: whose it is, by e-mail address, or a name without an account."),
    ] = None
    recurrence: Recurrence | None = None
    elsewhere: Elsewhere = []
    sentence: Annotated[str, Meta(description="Of an alternative, posted as it came: not read.")] = ""

    @property
    def how_many(self) -> int:
        """Return how many of a `room_type` are wanted."""
        return self.count if isinstance(self.count, int) else 1


class RoomName(Struct):
    id: int
    name: str


class Guest(Struct):
    """Who the booking is for; only the venue's staff is told."""

    name: str
    email: Annotated[str, Meta(description="Empty once they have closed their account.")]


class BookedAllocation(Struct):
    """One room of the booking for one span."""

    id: int
    room: int
    start: Instant
    end: Instant | None
    state: Taken
    expires_at: Instant | UnsetType = UNSET


class Occurrence(Struct):
    """One date of a series, by its number in the rule; one that was left out is `released`."""

    number: Annotated[int, Meta(ge=1, le=MOST)]
    start: Instant
    end: Instant | None
    state: Taken
    rooms: list[int]


NOT_TOLD = "Who is invited to the booking is not told."


class Booking(Struct, kw_only=True):
    """One customer act: who, state, price, reference, and one or more rooms."""

    reference: Reference
    state: State
    venue: Annotated[str, Meta(description="Its slug.")]
    title: str
    party: int
    note: str
    start: Instant
    end: Instant | None
    expires_at: Annotated[Instant | None, Meta(description="Of a hold: when it runs out.")]
    created_at: Instant
    price: Annotated[Money | UnsetType, Meta(description=NOT_TOLD)] = UNSET
    kept: Annotated[
        Money | UnsetType | None,
        Meta(description="What of the price stays owed of a booking that did not come to pass."),
    ] = UNSET
    reason: Annotated[
        str | UnsetType, Meta(description="Of a request that was declined: why, where the staff said so.")
    ] = UNSET
    lines: Annotated[list[Line] | UnsetType, Meta(description=NOT_TOLD)] = UNSET
    rooms: list[RoomName]
    allocations: list[BookedAllocation]
    recurrence: Annotated[str | UnsetType, Meta(description="Of a series: its rule, as asked for.")] = UNSET
    occurrences: Annotated[list[Occurrence] | UnsetType, Meta(description="Of a series: its dates.")] = UNSET
    departure: Annotated[
        int | UnsetType, Meta(description=f"Of a journey: its departure. {NOT_TOLD}", examples=[7])
    ] = UNSET
    from_stop: Annotated[
        int | UnsetType, Meta(description="Of a journey: the position where it begins.", examples=[0])
    ] = UNSET
    to_stop: Annotated[
        int | UnsetType, Meta(description="Of a journey: the position where it ends.", examples=[2])
    ] = UNSET
    passengers: Annotated[
        list[PassengerBooked] | UnsetType, Meta(description="Of a journey: who sits in its `rooms`.")
    ] = UNSET
    guest: Guest | UnsetType | None = UNSET
    plate: Plate | UnsetType = UNSET
    answers: Annotated[
        list[Answer] | UnsetType, Meta(description=f"To the venue's questions, if there are any. {NOT_TOLD}")
    ] = UNSET


BookingPage = page_of("BookingPage", Booking)


class BookingsQuery(PageQuery, kw_only=True, rename={"since": "from", "until": "to"}):
    state: State | None = None
    since: Annotated[Instant | None, Meta(description="Only bookings that end after this.")] = None
    until: Annotated[Instant | None, Meta(description="Only bookings that start before this.")] = None
    venue: Annotated[str, Meta(max_length=60, description="Only bookings at this venue.")] = ""
    mine: Annotated[bool, Meta(description="Only one's own, for staff too.")] = False
    invited: Annotated[bool, Meta(description="Only those that others invite one to.")] = False
    vehicle_of: Annotated[
        str, Meta(max_length=12, description="Only bookings for the car of this booking, by its reference.")
    ] = ""


class Description(Wanted):
    """What the booking should say of itself; what is left out stays as it was."""

    title: Title | UnsetType = UNSET
    party: Party | UnsetType = UNSET
    note: Note | UnsetType = UNSET
    answers: Answers | UnsetType = UNSET


class Confirmation(Description):
    """The same, of a hold that becomes a booking."""


class Declined(Wanted):
    """Why a request is declined; the guest reads it."""

    reason: Annotated[str, Meta(max_length=200, description="One line of text.")] = ""


class PlateNoted(Wanted):
    """Which car a booking is for."""

    plate: Annotated[str, Meta(min_length=1, max_length=24, examples=["34 KZ 1978"])]


class WalkIn(Wanted):
    """Who stands at the gate: which car, and what its spot must have."""

    plate: Plate = ""
    amenities: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)] = []
    floor: Annotated[str, Meta(max_length=20)] = ""


class Move(Wanted):
    """Where to, or when to, or both; what is left out stays as it is."""

    start: Instant | UnsetType = UNSET
    end: Instant | UnsetType | None = UNSET
    room: Id | UnsetType = UNSET
    rooms: RoomIds | UnsetType = UNSET
    sentence: Annotated[str, Meta(description="Of an alternative, posted as it came: not read.")] = ""


class CancellationStep(Struct):
    """Until when so much of the price comes back; null: from then on."""

    until: Instant | None
    refund_percent: Annotated[int, Meta(ge=0, le=100)]


class Cancellation(Struct, kw_only=True):
    """What cancelling now would mean, by the terms of the venue."""

    reference: Reference
    allowed: bool
    reason: Annotated[str | None, Meta(description="Why it is not allowed.")]
    until: Annotated[Instant | None, Meta(description="Until when it is allowed.")]
    refund_percent: Annotated[int, Meta(ge=0, le=100, description="How much comes back now.")]
    steps: list[CancellationStep]
    price: Money
    kept: Annotated[
        Money, Meta(description="What of the price stays owed; the rest of what was paid comes back.")
    ]
    paid: Money
    refund: Money
    owed: Money

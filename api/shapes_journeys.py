"""Shapes of journeys: departures that were found, and their seats."""

from datetime import date
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from api.shapes import Instant, Money, PageQuery, PassengerKind, page_of

Place = Annotated[str, Meta(min_length=1, max_length=80, examples=["Istanbul"])]
ClassName = Annotated[
    str, Meta(max_length=80, description="Only what has this class, and of its classes only this one.")
]
Mode = Literal["flight", "train", "bus"]
Stop = Annotated[
    int | str,
    Meta(description="Its position, counted from 0, or the name of its place."),
]


class JourneysQuery(PageQuery, kw_only=True, rename={"type_name": "class"}):
    origin: Place
    destination: Place
    date: Annotated[date, Meta(description="By the clocks of the origin.")]
    mode: Mode | None = None
    type_name: ClassName | None = None


class PlacesQuery(PageQuery, kw_only=True):
    q: Annotated[str, Meta(max_length=80, description="Words, however they are typed.")] = ""


class PlaceServed(Struct):
    """A place where a route stops, as `origin` and `destination` of a search."""

    name: str
    stations: list[str]


PlacePage = page_of("PlacePage", PlaceServed)


class ClassOffered(Struct):
    """One class of a departure: its free seats on the way, and what an adult pays."""

    room_type: int
    name: str
    free: int
    price: Money


class FoundJourney(Struct, kw_only=True):
    """A departure that leads from the origin to the destination."""

    id: Annotated[int, Meta(description="The departure, as `departure` of a booking.")]
    route: str
    mode: Mode
    operator: str
    from_stop: int
    to_stop: int
    origin: str
    destination: str
    departs_at: Instant
    arrives_at: Instant
    platform: str
    delay_minutes: int
    free: int
    classes: list[ClassOffered]


JourneyPage = page_of("JourneyPage", FoundJourney)


class PassengerBooked(Struct):
    """Who sits in one seat of a booking, and what that costs."""

    name: Annotated[str, Meta(description="Empty where nobody said it.", examples=["Ada Kaya"])]
    kind: PassengerKind
    seat: Annotated[str, Meta(description="By its name in `rooms`.", examples=["2B"])]
    price: Money


class SeatsQuery(Struct, kw_only=True):
    from_stop: Stop | None = None
    to_stop: Stop | None = None


class CallAt(Struct):
    """A stop of the departure at its times."""

    position: int
    place: str
    station: str
    platform: str
    arrives_at: Instant | None
    departs_at: Instant | None


class SeatShown(Struct, kw_only=True):
    """A seat: where it stands, and what it is on this way."""

    id: int
    name: str
    coach: str
    row: Annotated[int, Meta(description="0 where the seats are counted by no row.")]
    where: Annotated[
        Literal["window", "middle", "aisle"] | None, Meta(description="null where nobody has drawn it.")
    ]
    room_type: int
    class_name: str
    state: Literal["free", "held", "booked", "blocked", "mine"]
    price: Money | None
    expires_at: Instant | UnsetType = UNSET


class Seats(Struct, kw_only=True):
    """All seats of a departure for one way, and the revision at which its topic goes on."""

    departure: int
    vehicle: Annotated[str, Meta(description="The slug of the venue whose rooms the seats are.")]
    route: str
    mode: Mode
    operator: Annotated[str, Meta(description="Who runs it; empty where nobody said it.")]
    amenities: Annotated[list[str], Meta(description="What is on board, as in the rooms of the vehicle.")]
    from_stop: int
    to_stop: int
    starts_at: Instant
    ends_at: Instant
    delay_minutes: int
    revision: int
    stops: list[CallAt]
    free: int
    seats: list[SeatShown]

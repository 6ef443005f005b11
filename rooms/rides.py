"""What somebody asks for who wants to travel: a departure, between which stops, and who sits where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reservations import Invalid, journeys
from reservations.journeys import KINDS, Fare, Traveler, Way, seat_label
from rooms.models import Booking, Journey, Room
from rooms.queries.lines import lines_of_room
from rooms.queries.terms import VenueTerms
from rooms.texts import text
from rooms.wishes import MAX_ROOMS, TITLE, AnyOf

MOST = MAX_ROOMS


@dataclass(frozen=True, slots=True)
class Ride:
    """A wish to travel: these seats, one for each traveler in turn, or as many together of a class.

    Who travels may be said later: a seat without a traveler is an adult's.
    """

    departure: int
    first: int
    last: int
    seats: Sequence[Room] | AnyOf
    travelers: Sequence[Traveler] = ()


@dataclass(frozen=True, slots=True)
class Riding:
    """A ride as a booking keeps it; `order` are the rooms in the order of the travelers."""

    departure: int
    way: Way
    travelers: tuple[Traveler, ...]
    fares: Sequence[Fare] = field(default=(), compare=False)
    order: tuple[int, ...] = ()
    together: bool = False

    @property
    def mark(self) -> tuple[Any, ...]:
        """Return what tells this ride from another under the same idempotency key."""
        travelers = tuple((one.name, one.kind) for one in self.travelers)
        return (self.departure, self.way.first, self.way.last, travelers, self.order)

    def lines(self, terms: VenueTerms) -> list[dict[str, Any]]:
        """Return the priced line of each seat."""
        said = []
        for room, traveler in zip(self.order, self.travelers, strict=True):
            own = terms.rooms[room]
            line = journeys.line(
                self.fares, (seat_label(own.name, own.floor), own.type_name), self.way, traveler
            )
            said += lines_of_room(own, [line])
        return said


def riding_of(booking: Booking, seats: Iterable[int]) -> Riding | None:
    """Return the ride of a booking in these of its seats, in the order of its passengers; None of no ride."""
    journey = Journey.objects.filter(booking=booking).first()
    if journey is None:
        return None
    passengers = journey.passengers.filter(allocation__room__in=seats).select_related("allocation")
    people = list(passengers.order_by("order"))
    return Riding(
        journey.departure_id,
        Way(journey.first, journey.last),
        tuple(Traveler(one.name, one.kind) for one in people),
        order=tuple(one.allocation.room_id for one in people),
    )


def seats_of(ride: Ride) -> tuple[int, ...]:
    """Return the named seats in the order of the travelers; none where any will do.

    :raises Invalid: if one is named twice
    """
    if isinstance(ride.seats, AnyOf):
        return ()
    named = tuple(room.pk for room in ride.seats)
    if len(set(named)) != len(named):
        raise Invalid("A seat is named twice.", field_errors={"seats": ["A seat is named twice."]})
    return named


def travelers_of(ride: Ride) -> tuple[Traveler, ...]:
    """Return one traveler for each seat, with clean names.

    :raises Invalid: if there are more travelers than seats, or one of them is odd
    """
    count = ride.seats.count if isinstance(ride.seats, AnyOf) else len(ride.seats)
    if type(count) is not int or not 1 <= count <= MOST:
        raise Invalid(f"Ask for 1 to {MOST} seats.", field_errors={"count": [f"Ask for 1 to {MOST} seats."]})
    if len(ride.travelers) > count:
        sentence = "There are more passengers than seats."
        raise Invalid(sentence, field_errors={"passengers": [sentence]})
    problems: dict[str, list[str]] = {}
    cleaned = [
        Traveler(text(one.name, "passengers", TITLE, problems), _kind(one.kind, problems))
        for one in ride.travelers
    ]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    return tuple(cleaned + [Traveler()] * (count - len(cleaned)))


def _kind(kind: str, problems: dict[str, list[str]]) -> str:
    if kind not in KINDS:
        problems.setdefault("passengers", []).append(f"A passenger is one of: {', '.join(KINDS)}.")
    return kind


def travelers_from(listed: Sequence[Mapping[str, str]]) -> tuple[Traveler, ...]:
    """Return travelers as a waitlist keeps them."""
    return tuple(Traveler(one.get("name", ""), one.get("kind", "adult")) for one in listed)

"""Journeys: from one stop of a departure to another; a seat is free again for whoever gets on later.

A journey takes its seat from the departure at its first stop to the arrival at its last, by the timetable.
So two journeys share an instant exactly where they share a leg, and the rule against overlaps is the rule
against selling a seat twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from reservations.errors import Invalid, PolicyViolation
from reservations.rates import Line
from reservations.spans import Span

MODES = ("flight", "train", "bus")
KINDS = ("adult", "child", "senior", "infant")
"""The kinds of passengers, in the order in which pages offer them."""
WHOLE: Mapping[str, int] = {"adult": 100, "child": 50, "senior": 70, "infant": 10}
"""What of a fare each kind pays, in percent, where the fare does not say otherwise."""


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop at its time: nobody arrives at the first, and nobody departs from the last."""

    place: str
    arrives_at: datetime | None = None
    departs_at: datetime | None = None
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """From the stop at one position to the stop at a later one; legs are counted by where they begin."""

    first: int
    last: int

    @property
    def legs(self) -> range:
        """Return the legs of this way."""
        return range(self.first, self.last)

    def shares_a_leg_with(self, other: Way) -> bool:
        """Test whether one seat cannot serve both."""
        return self.first < other.last and other.first < self.last


def timed(minutes: Sequence[tuple[str, int | None, int | None]], starts_at: datetime) -> tuple[Halt, ...]:
    """Return the halts of a departure from places with minutes of arrival and departure since the start.

    :raises Invalid: if there are fewer than two, or a later one is not later
    """
    halts = tuple(
        Halt(
            place,
            None if arrives is None else starts_at + timedelta(minutes=arrives),
            None if departs is None else starts_at + timedelta(minutes=departs),
        )
        for place, arrives, departs in minutes
    )
    require_in_order(halts)
    return halts


def require_in_order(halts: Sequence[Halt]) -> None:
    """Refuse stops that no vehicle can serve one after another.

    :raises Invalid: with the first place that is out of order
    """
    if len(halts) < 2:
        raise Invalid("A route has at least two stops.")
    for before, after in pairwise(halts):
        if before.departs_at is None or after.arrives_at is None or after.arrives_at <= before.departs_at:
            raise Invalid(f"{after.place} must be reached after {before.place} is left.")
    for halt in halts[1:-1]:
        if halt.departs_at is None or halt.arrives_at is None or halt.departs_at < halt.arrives_at:
            raise Invalid(f"{halt.place} cannot be left before it is reached.")


def way_between(halts: Sequence[Halt], first: int, last: int) -> Way:
    """Return the way from one position to another.

    :raises Invalid: if there are no such stops, or the second does not come after the first
    """
    errors = {}
    for name, position in (("from_stop", first), ("to_stop", last)):
        if type(position) is not int or not 0 <= position < len(halts):
            errors[name] = ["There is no such stop."]
    if not errors and last <= first:
        errors["to_stop"] = ["The second stop comes after the first."]
    if errors:
        raise Invalid(next(iter(errors.values()))[0], field_errors=errors)
    return Way(first, last)


def span(halts: Sequence[Halt], way: Way) -> Span:
    """Return what a journey takes of its seat, by the timetable."""
    departs, arrives = halts[way.first].departs_at, halts[way.last].arrives_at
    if departs is None or arrives is None:
        raise Invalid("Nobody gets on or off there.")
    return Span(departs, arrives)


@dataclass(frozen=True, slots=True)
class Fare:
    """What a class costs from one stop to another, in minor units; for every way, if it names none."""

    type_name: str
    amount: int
    way: Way | None = None
    percents: Mapping[str, int] = field(default_factory=lambda: WHOLE)

    def for_kind(self, kind: str) -> int:
        """Return what a passenger of the kind pays; half a cent and more is rounded up."""
        return (2 * self.amount * self.percents.get(kind, 100) + 100) // 200


def fares_of(fares: Sequence[Fare], type_name: str, way: Way) -> tuple[Fare, ...]:
    """Return the fares that price the way in the class: the one of the whole way, or one for each leg.

    Nothing, where not every leg has a fare: then the way is not sold in this class.
    """
    own = [fare for fare in fares if fare.type_name == type_name]
    for wanted in (way, None):
        for fare in own:
            if fare.way == wanted:
                return (fare,)
    by_leg = {fare.way: fare for fare in own}
    found = [by_leg.get(Way(leg, leg + 1)) for leg in way.legs]
    return tuple(fare for fare in found if fare is not None) if all(found) else ()


def price(fares: Sequence[Fare], type_name: str, way: Way, kind: str = "adult") -> int | None:
    """Return what one passenger pays, in minor units; None where the way is not sold in this class."""
    found = fares_of(fares, type_name, way)
    return sum(fare.for_kind(kind) for fare in found) if found else None


@dataclass(frozen=True, slots=True)
class Traveler:
    """Who sits in one seat."""

    name: str = ""
    kind: str = "adult"


def line(fares: Sequence[Fare], seat: tuple[str, str], way: Way, traveler: Traveler) -> Line:
    """Return the priced line of one seat, given by its name and class.

    :raises PolicyViolation: if the way is not sold in this class
    """
    name, type_name = seat
    amount = price(fares, type_name, way, traveler.kind)
    if amount is None:
        raise PolicyViolation(f"{type_name} is not sold on this way.", rule="fare")
    return Line(f"Seat {name}, {type_name}, {traveler.kind}", 1, amount, amount)


def seat_label(name: str, coach: str) -> str:
    """Return what is written on the seat: its name without the coach that it begins with."""
    return name.removeprefix(f"{coach}-") if coach else name


def seat_with_coach(name: str, coach: str) -> str:
    """Return the seat as a ticket calls it: with the coach, for each coach has a seat of that name."""
    return f"{coach}/{seat_label(name, coach)}" if coach else name

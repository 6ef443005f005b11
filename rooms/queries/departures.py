"""One departure with its calls and fares, as the library understands them."""

from collections.abc import Sequence
from dataclasses import dataclass

from reservations import NotFound, Span, journeys
from reservations.journeys import WHOLE, Fare, Halt, Way
from rooms import models
from rooms.models import Call, Departure


@dataclass(frozen=True, slots=True)
class Run:
    """A departure, its calls in order, and what its route costs."""

    departure: Departure
    calls: tuple[Call, ...]
    fares: tuple[Fare, ...]

    @property
    def halts(self) -> tuple[Halt, ...]:
        """Return the calls as the library knows them."""
        return tuple(Halt(one.place, one.arrives_at, one.departs_at, one.platform) for one in self.calls)

    @property
    def span(self) -> Span:
        """Return from when to when the vehicle is on its way."""
        return Span(self.departure.starts_at, self.departure.ends_at)

    def way(self, first: int, last: int) -> Way:
        """Return the way between two stops.

        :raises Invalid: if there is none
        """
        return journeys.way_between(self.halts, first, last)

    def span_of(self, way: Way) -> Span:
        """Return what a journey takes of its seat."""
        return journeys.span(self.halts, way)

    def title(self, way: Way) -> str:
        """Return how a booking of the way is called."""
        return f"{self.calls[way.first].place} to {self.calls[way.last].place}"


def run_of(departure: int) -> Run:
    """Return the departure with that id.

    :raises NotFound: if there is none
    """
    found = (
        Departure.objects.select_related("route", "vehicle")
        .prefetch_related("calls", "route__fares")
        .filter(pk=departure)
        .first()
    )
    if found is None:
        raise NotFound("There is no such departure.")
    return Run(found, tuple(found.calls.all()), tuple(map(fare_of, found.route.fares.all())))


def fare_of(row: models.Fare) -> Fare:
    """Return the fare as the library knows it."""
    way = None if row.first is None or row.last is None else Way(row.first, row.last)
    return Fare(row.type_name, row.amount, way, {**WHOLE, **row.percents})


def legs_free(halts: Sequence[Halt], way: Way, free: Span) -> int:
    """Count the legs besides this way that lie in a stretch of time in which a seat is free."""
    return sum(
        journeys.span(halts, Way(leg, leg + 1)).within(free)
        for leg in range(len(halts) - 1)
        if leg not in way.legs
    )

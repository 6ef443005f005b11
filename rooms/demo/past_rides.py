"""Who traveled in the demo's past: seats from the front to the back, more of them on Fridays and Sundays."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from reservations import Span, journeys
from reservations.journeys import Traveler, Way
from reservations.lifecycle import CONFIRMED
from rooms import operations
from rooms.demo import history, vehicles
from rooms.demo.history import Past, Step, Trip
from rooms.demo.riders import NAMES
from rooms.models import Departure
from rooms.queries.departures import Run, fare_of
from rooms.queries.terms import RoomTerms

if TYPE_CHECKING:
    from rooms.demo.past import Weeks

SOLD = {vehicles.TRAIN: 15, vehicles.BUS: 9, vehicles.FLIGHT: 22}  # bookings of a departure on a usual day
SOLD_OF_OTHERS = 5
BUSY = (0.9, 0.7, 0.75, 0.9, 1.4, 1.0, 1.35)
CANCELLED = 0.08


def rides(weeks: Weeks) -> Iterator[Past]:
    """Yield who traveled on departures of these days that have arrived."""
    operations.generate_departures(weeks.first, weeks.until - timedelta(days=1))
    found = Departure.objects.filter(
        vehicle=weeks.terms.id,
        service_date__gte=weeks.first,
        service_date__lt=weeks.until,
        ends_at__lt=weeks.now,
    )
    runs = found.select_related("route", "vehicle").prefetch_related("calls", "route__fares")
    grown = dict(weeks.days())
    for one in runs.order_by("starts_at"):
        run = Run(one, tuple(one.calls.all()), tuple(map(fare_of, one.route.fares.all())))
        chance = random.Random(f"{one} {one.starts_at} past")  # noqa: S311 -- a demo, not a secret
        busy = BUSY[one.service_date.weekday()] * grown[one.service_date]
        usual = SOLD.get(weeks.terms.slug, SOLD_OF_OTHERS)
        yield from _sold(weeks, run, chance, int(usual * busy * chance.uniform(0.8, 1.2)))


def _sold(weeks: Weeks, run: Run, chance: random.Random, number: int) -> Iterator[Past]:
    free: defaultdict[str, list[RoomTerms]] = defaultdict(list)
    for seat in weeks.terms.rooms.values():
        free[seat.type_name].append(seat)
    stops = len(run.calls)
    for _ in range(number):
        first = chance.choice((0, 0, 0, *range(stops - 1)))
        way = Way(first, chance.choice((stops - 1, stops - 1, *range(first + 1, stops))))
        seats = free[chance.choice(list(free))]
        count = chance.choice((1, 1, 2, 2, 3, 4))
        if len(seats) >= count:
            sold = _ride(weeks, run, way, seats[:count], chance)
            if sold.state not in ("cancelled", "no_show"):
                del seats[:count]
            yield sold


def _ride(weeks: Weeks, run: Run, way: Way, seats: list[RoomTerms], chance: random.Random) -> Past:
    start, end = run.calls[way.first].departs_at, run.calls[way.last].arrives_at
    assert start is not None  # noqa: S101 -- it leaves there
    span, guest = Span(start, end), weeks.somebody(chance)
    begun = Step(
        "booked", CONFIRMED, start - timedelta(minutes=40 + int(chance.expovariate(1 / 11_000))), guest
    )
    names = chance.sample(NAMES, len(seats))
    travelers = [Traveler(name, "child" if place > 1 else "adult") for place, name in enumerate(names)]
    lines = [
        (
            journeys.line(run.fares, (journeys.seat_label(seat.name, seat.floor), seat.type_name), way, one),
            seat,
        )
        for seat, one in zip(seats, travelers, strict=True)
    ]
    trip = Trip(run.departure.pk, way.first, way.last, [(one.name, one.kind) for one in travelers])
    steps = [begun, history.ending(chance.random(), begun, span, cancelled=CANCELLED)]
    return Past(seats, span, guest, steps, lines, run.title(way), len(seats), trip=trip)

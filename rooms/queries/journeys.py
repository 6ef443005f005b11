"""Which departures lead from one place to another on a date, with free seats and prices: four queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from reservations import journeys
from reservations.journeys import Fare, Way
from rooms import models
from rooms.models import Call
from rooms.places import key_of
from rooms.queries.availability import STANDS
from rooms.queries.departures import Run, fare_of
from rooms.sql import FOREVER, aware, database_now, fetch, instant, on_postgres, one_of

MOST = 200  # departures of one day between two places
AROUND = 3  # days before and after, in the strip of dates
EARLIER, LATER, NEAR = timedelta(days=1), timedelta(days=3), 10  # what else leads there, before and after


@dataclass(frozen=True, slots=True)
class ClassOffered:
    """A class of a departure: how many seats it has left on the way, and what one costs an adult."""

    type_id: int
    name: str
    free: int
    price: int


@dataclass(frozen=True, slots=True)
class Found:
    """One departure that leads from here to there."""

    departure: int
    vehicle: int
    terms_stamp: int
    route: str
    mode: str
    operator: str
    currency: str
    way: Way
    origin: str
    destination: str
    departs_at: datetime
    arrives_at: datetime
    departs_zone: ZoneInfo
    arrives_zone: ZoneInfo
    platform: str
    delay_minutes: int
    classes: tuple[ClassOffered, ...]

    @property
    def free(self) -> int:
        """Return how many seats are left in all classes."""
        return sum(one.free for one in self.classes)

    @property
    def cheapest(self) -> int | None:
        """Return what the cheapest seat that is left costs."""
        return min((one.price for one in self.classes if one.free), default=None)

    @property
    def lasts(self) -> timedelta:
        """Return how long the way takes."""
        return self.arrives_at - self.departs_at


PAIRS = """
FROM rooms_call AS leaves JOIN rooms_call AS comes ON comes.departure_id = leaves.departure_id
  AND comes.position > leaves.position AND comes.key = %s
JOIN rooms_departure AS departure ON departure.id = leaves.departure_id AND departure.state = 'scheduled'
JOIN rooms_route AS route ON route.id = departure.route_id
JOIN rooms_venue AS vehicle ON vehicle.id = departure.vehicle_id
WHERE leaves.key = %s AND leaves.date {dates} AND vehicle.is_listed
"""
COLUMNS = (
    "departure.id, departure.route_id, departure.vehicle_id, departure.delay_minutes, route.name, "
    "route.mode, route.operator, vehicle.currency, leaves.position, comes.position, "
    "leaves.place, leaves.station, comes.place, comes.station, leaves.departs_at, comes.arrives_at, "
    "leaves.timezone, comes.timezone, leaves.platform, vehicle.terms_stamp"
)


def search(
    origin: str,
    destination: str,
    day: date,
    *,
    mode: str = "",
    type_name: str = "",
    now: datetime | None = None,
) -> list[Found]:
    """Return what leaves one place for the other on that local date and has not left yet, by its time.

    :param type_name: a class; what has none of it is left out, and other classes are not told of
    """
    moment = now or database_now()
    rows = fetch(
        f"SELECT {COLUMNS} {PAIRS.format(dates='= %s')} AND leaves.departs_at > %s "
        f"ORDER BY leaves.departs_at, departure.id LIMIT {MOST}",
        [key_of(destination), key_of(origin), day, instant(moment)],
    )
    return of_class(_with_seats([row for row in rows if mode in ("", row[5])], moment), type_name)


def of_class(found: Sequence[Found], name: str) -> list[Found]:
    """Return the departures that have the class, with no other; all as they are where no class is named."""
    if not name:
        return list(found)
    key = key_of(name)
    kept = [(one, tuple(own for own in one.classes if key_of(own.name) == key)) for one in found]
    return [replace(one, classes=classes) for one, classes in kept if classes]


def around(run: Run, way: Way, *, now: datetime) -> list[Found]:
    """Return what else of its kind leads where the departure's way does, the nearest in time first.

    At most ten before it and ten after, from a day before to three days after.
    """
    leaves, comes, start = run.calls[way.first], run.calls[way.last], run.span_of(way).start
    day = start.astimezone(leaves.zone).date()
    known = [key_of(comes.place), key_of(leaves.place), day - EARLIER, day + LATER]
    known += [run.departure.route.mode, run.departure.pk, instant(now), instant(start)]
    rows = []
    for side in ("< %s ORDER BY leaves.departs_at DESC", ">= %s ORDER BY leaves.departs_at"):
        rows += fetch(
            f"SELECT {COLUMNS} {PAIRS.format(dates='BETWEEN %s AND %s')} AND route.mode = %s "
            f"AND departure.id <> %s AND leaves.departs_at > %s AND leaves.departs_at {side} LIMIT {NEAR}",
            known,
        )
    return sorted(_with_seats(rows, now), key=lambda one: abs(one.departs_at - start))


def _with_seats(rows: Sequence[Sequence[Any]], now: datetime) -> list[Found]:
    if not rows:
        return []
    seats = _seats({row[2] for row in rows})
    taken = _taken(rows, now)
    fares = _fares({row[1] for row in rows})
    return [_found(row, seats.get(row[2], []), taken, fares.get(row[1], [])) for row in rows]


def _found(
    row: Sequence[Any],
    seats: Iterable[tuple[int, str, int]],
    taken: Mapping[tuple[int, int, int], int],
    fares: Sequence[Fare],
) -> Found:
    key, way = row[0], Way(row[8], row[9])
    classes = [
        ClassOffered(type_id, name, number - taken.get((key, way.first, type_id), 0), price)
        for type_id, name, number in seats
        if (price := journeys.price(fares, name, way)) is not None
    ]
    return Found(
        departure=key,
        vehicle=row[2],
        terms_stamp=row[19],
        route=row[4],
        mode=row[5],
        operator=row[6],
        currency=row[7],
        way=way,
        origin=row[11] or row[10],
        destination=row[13] or row[12],
        departs_at=aware(row[14]) or moment_missing(),
        arrives_at=aware(row[15]) or moment_missing(),
        departs_zone=ZoneInfo(row[16]),
        arrives_zone=ZoneInfo(row[17]),
        platform=row[18],
        delay_minutes=row[3],
        classes=tuple(classes),
    )


def moment_missing() -> datetime:
    """Refuse a call that has no time where one gets on or off: the constraint of the timetable forbids it."""
    raise ValueError("A departure calls somewhere without a time.")


def _seats(vehicles: Iterable[int]) -> dict[int, list[tuple[int, str, int]]]:
    """Return for each vehicle its classes, and how many seats each has."""
    which, params = one_of("room.venue_id", vehicles)
    rows = fetch(
        "SELECT room.venue_id, kind.id, kind.name, COUNT(*) FROM rooms_room AS room "  # noqa: S608
        f"JOIN rooms_roomtype AS kind ON kind.id = room.type_id WHERE {which} AND room.archived_at IS NULL "
        'GROUP BY room.venue_id, kind.id, kind.name ORDER BY MIN(room."order")',
        params,
    )
    found: dict[int, list[tuple[int, str, int]]] = {}
    for vehicle, *rest in rows:
        found.setdefault(vehicle, []).append((rest[0], rest[1], rest[2]))
    return found


def _taken(rows: Iterable[Sequence[Any]], now: datetime) -> dict[tuple[int, int, int], int]:
    """Return for each departure, first stop and class how many seats are taken on some leg of the way."""
    asked = [(row[0], row[8], row[2], row[14], row[15]) for row in rows]
    if on_postgres():
        ways = (
            "unnest(%s::bigint[], %s::int[], %s::bigint[], %s::timestamptz[], %s::timestamptz[]) "
            "AS way(departure, first, vehicle, starts, ends)"
        )
        params: list[Any] = [list(column) for column in zip(*asked, strict=True)]
    else:
        places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(asked))
        ways = (
            "(SELECT column1 AS departure, column2 AS first, column3 AS vehicle, column4 AS starts, "  # noqa: S608
            f"column5 AS ends FROM (VALUES {places})) AS way"
        )
        params = [instant(value) if isinstance(value, datetime) else value for row in asked for value in row]
    # One step back in the index of each seat, for what of it is taken never overlaps: see STANDS.
    found = fetch(
        f"SELECT way.departure, way.first, room.type_id, COUNT(*) FROM {ways} "  # noqa: S608
        "JOIN rooms_room AS room ON room.venue_id = way.vehicle AND room.archived_at IS NULL "
        f"WHERE (SELECT COALESCE(taken.blocks_until, %s) FROM rooms_allocation AS taken WHERE {STANDS} "
        "AND taken.blocks_from < way.ends ORDER BY taken.blocks_from DESC LIMIT 1) > way.starts "
        "GROUP BY way.departure, way.first, room.type_id",
        [*params, instant(FOREVER), instant(now)],
    )
    return {(departure, first, kind): number for departure, first, kind, number in found}


def _fares(routes: Iterable[int]) -> dict[int, list[Fare]]:
    found: dict[int, list[Fare]] = {}
    for row in models.Fare.objects.filter(route__in=routes):
        found.setdefault(row.route_id, []).append(fare_of(row))
    return found


def nearby(
    origin: str, destination: str, day: date, *, mode: str = "", now: datetime | None = None
) -> list[tuple[date, int]]:
    """Return for the dates around this one how many departures lead there and have not left yet."""
    first, last = day - timedelta(days=AROUND), day + timedelta(days=AROUND)
    rows = fetch(
        f"SELECT leaves.date, route.mode, COUNT(*) {PAIRS.format(dates='BETWEEN %s AND %s')} "
        "AND leaves.departs_at > %s GROUP BY leaves.date, route.mode",
        [key_of(destination), key_of(origin), first, last, instant(now or database_now())],
    )
    counts: dict[date, int] = {}
    for on, kind, number in rows:
        found = date.fromisoformat(on) if isinstance(on, str) else on
        counts[found] = counts.get(found, 0) + (number if mode in ("", kind) else 0)
    days = [first + timedelta(days=offset) for offset in range(2 * AROUND + 1)]
    return [(one, counts.get(one, 0)) for one in days]


def next_of(vehicle: int, *, now: datetime) -> tuple[Call, Call] | None:
    """Return the first and the last call of the vehicle's next departure; None where it runs no more."""
    runs = models.Departure.objects.filter(vehicle=vehicle, state="scheduled", starts_at__gt=now)
    calls = list(Call.objects.filter(departure=runs.order_by("starts_at").values("pk")[:1]))
    return (calls[0], calls[-1]) if calls else None


def places(*, since: date) -> list[str]:
    """Return the places where something that is shown calls from that date on, by name."""
    soon = Call.objects.filter(date__gte=since, date__lt=since + timedelta(days=7))
    rows = soon.filter(departure__vehicle__is_listed=True).order_by("place")
    return list(rows.values_list("place", flat=True).distinct()[:500])

"""When rooms can be used at all: the open time of each day, as the library says it, for the statements."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from reports.asking import DAY, Asked, Place
from reports.queries.scope import base_of
from reports.queries.usage import keyed
from reservations import Exception_, Hours, Opening, Span, open_spans, to_instant
from rooms.models import OpeningException, OpeningHours, Unit
from rooms.sql import fetch

# A room that keeps hours of its own is on a line of its own; all others share that of their type.
KEY = """CASE WHEN EXISTS (SELECT 1 FROM rooms_openinghours AS own WHERE own.room_id = room.id)
    OR EXISTS (SELECT 1 FROM rooms_openingexception AS own WHERE own.room_id = room.id)
  THEN -room.id ELSE room.type_id END"""
LINES = """
SELECT DISTINCT keyed.key, room.venue_id, kind.unit, CASE WHEN keyed.key < 0 THEN -keyed.key END
FROM keyed JOIN rooms_room AS room ON room.id = keyed.room_id
JOIN rooms_roomtype AS kind ON kind.id = room.type_id"""
Mark = tuple[int, date, int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of time: its key, and whose hours it keeps."""

    key: int
    venue_id: int
    unit: str
    room_id: int | None


def marks(asked: Asked) -> tuple[bool, list[Mark]]:
    """Return when each line is open on each day: key, day, and both ends in seconds from the base.

    Before them stands whether one of the lines is sold by the night.

    Nights are sold by the day, whatever the hours of the house; seats by their departures, which the tables
    themselves know.
    """
    lines, hours = _lines(asked), _hours(asked)
    places = {place.id: place for place in asked.places}
    found: list[Mark] = []
    known: dict[tuple[int, int | None, bool], list[tuple[date, int, int]]] = {}
    base = base_of(asked)
    for line in lines:
        by_night = line.unit == Unit.NIGHT
        kept = (line.venue_id, line.room_id, by_night)
        if kept not in known:
            rules = Hours() if by_night else hours(line.venue_id, line.room_id)
            known[kept] = list(_open(rules, asked, places[line.venue_id], base))
        found += [(line.key, *one) for one in known[kept]]
    return any(line.unit == Unit.NIGHT for line in lines), found


def _lines(asked: Asked) -> list[Line]:
    tables, params = keyed(asked, KEY)
    rows = fetch(f"WITH {', '.join(tables)} {LINES}", params)
    return [Line(*row) for row in rows if row[2] != Unit.LEG]


def _open(rules: Hours, asked: Asked, place: Place, base: int) -> Iterator[tuple[date, int, int]]:
    for day in asked.days:
        start, end = (to_instant(one, time.min, place.zone) for one in (day, day + DAY))
        if start < end:  # an island that changed sides of the date line had no such day
            for span in open_spans(rules, Span(start, end), place.zone):
                yield day, _second(span.start, base), _second(span.end or end, base)


def _second(moment: datetime, base: int) -> int:
    return int(moment.timestamp()) - base


def _hours(asked: Asked) -> Any:
    """Return what tells the hours of a venue, or of one of its rooms, in two queries for all of them."""
    venues = [place.id for place in asked.places]
    weekly: defaultdict[tuple[int, int | None], list[Opening]] = defaultdict(list)
    for row in OpeningHours.objects.filter(venue__in=venues).order_by("weekday", "opens"):
        weekly[row.venue_id, row.room_id].append(Opening(row.weekday, row.opens, row.closes))
    other: defaultdict[tuple[int, int | None], list[Exception_]] = defaultdict(list)
    for one in OpeningException.objects.filter(venue__in=venues).order_by("date", "opens"):
        other[one.venue_id, one.room_id].append(Exception_(one.date, one.opens, one.closes))

    def of(venue_id: int, room_id: int | None) -> Hours:
        house, own = (venue_id, None), (venue_id, room_id)
        exceptions = (*other[house], *(other[own] if room_id is not None else ()))
        return Hours(tuple(weekly[own] or weekly[house]), exceptions)

    return of

"""When rooms can be used at all: the open time of each day, as the library says it, for the statements."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from reports.asking import DAY, Asked
from reports.queries.scope import base_of
from reports.queries.usage import keyed
from reservations import Exception_, Hours, Opening, Span, open_spans, to_instant
from rooms.models import OpeningException, OpeningHours, Unit
from rooms.sql import fetch

# Rooms of a venue that are sold alike share a line of time, those of each type where types are told apart; a
# room that keeps hours of its own is on a line of its own.
KEY = "CASE WHEN own.room_id IS NULL THEN {line} ELSE -room.id END"
OWN = """LEFT JOIN (
    SELECT room_id FROM (
      SELECT room_id FROM rooms_openinghours UNION ALL SELECT room_id FROM rooms_openingexception
    ) AS rule WHERE room_id IS NOT NULL GROUP BY room_id
  ) AS own ON own.room_id = room.id"""
ALIKE = """JOIN rooms_roomtype AS kind ON kind.id = room.type_id JOIN (
    SELECT venue_id, unit, MIN(id) AS line FROM rooms_roomtype GROUP BY venue_id, unit
  ) AS alike ON alike.venue_id = kind.venue_id AND alike.unit = kind.unit"""
LINES = """
SELECT line.key, kind.venue_id, kind.unit, CASE WHEN line.key < 0 THEN -line.key END
FROM line JOIN rooms_roomtype AS kind ON kind.id = line.type_id"""
BY_ROOM = ("room", "floor")  # cuts that tell rooms of one type apart
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
    known: dict[tuple[Hours, str], list[tuple[date, int, int]]] = {}
    for line in lines:
        place = places[line.venue_id]
        rules = Hours() if line.unit == Unit.NIGHT else hours(line.venue_id, line.room_id)
        kept = (rules, place.timezone)
        if kept not in known:
            known[kept] = list(_open(rules, asked, place.zone))
        found += [(line.key, *one) for one in known[kept]]
    return any(line.unit == Unit.NIGHT for line in lines), found


def on_lines(asked: Asked) -> tuple[list[str], list[Any]]:
    """Return the tables of the rooms in question, and of the lines of time that occupancy has them on."""
    if asked.by in BY_ROOM:
        return keyed(asked, "room.id", OWN, hours=KEY.format(line="room.type_id"))
    if asked.by == "type":
        return keyed(asked, KEY.format(line="room.type_id"), OWN)
    return keyed(asked, KEY.format(line="alike.line"), f"{OWN} {ALIKE}")


def _lines(asked: Asked) -> list[Line]:
    # Rooms that are told apart share their hours by type: thousands of them are open at the same times.
    tables, params = on_lines(asked.cut("type") if asked.by in BY_ROOM else asked)
    rows = fetch(f"WITH {', '.join(tables)} {LINES}", params)
    return [Line(*row) for row in rows if row[2] != Unit.LEG]


def _open(rules: Hours, asked: Asked, zone: ZoneInfo) -> Iterator[tuple[date, int, int]]:
    """Yield what is open on each day: asked of the library for the whole period, and cut at midnights."""
    base = base_of(asked)
    midnights = [to_instant(day, time.min, zone) for day in (*asked.days, asked.last + DAY)]
    first, last = midnights[0], midnights[-1]
    spans = open_spans(rules, Span(first, last), zone) if first < last else []
    opened = [(_second(span.start, base), _second(span.end or last, base)) for span in spans]
    ends = [end for _, end in opened]
    # A day that an island left out when it changed sides of the date line begins and ends at once.
    for day, (start, end) in zip(asked.days, pairwise(_second(one, base) for one in midnights), strict=True):
        for opens, closes in opened[bisect_right(ends, start) :]:
            if opens >= end:
                break
            yield day, max(opens, start), min(closes, end)


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

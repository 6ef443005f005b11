"""Answers that are kept while nothing changed: the same question of the same data is computed once.

What tells that something changed is read anew for every question: the revisions of the rooms and the stamp of
the terms of each venue that is asked about, which rise in the transactions that write; and what else a report
reads. So a booking is in the next answer, whoever made it and in whatever process. An answer belongs to its
venues: who manages others asks another question.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from reports.asking import Asked
from reports.sql import seconds
from reports.tables import Table
from rooms.sql import fetch, one_of

KEPT, MOST_ROWS = 200, 2_000  # answers in memory, and rows of one of them: longer ones are computed again
# Few bookings have no end, and by that they are found: the plus keeps SQLite from reading all of a venue's.
VENUES = """
SELECT venue.id, venue.terms_stamp,
  (SELECT COALESCE(SUM(room.revision), 0) FROM rooms_room AS room WHERE room.venue_id = venue.id),
  (SELECT COUNT(*) FROM rooms_departure AS run
    WHERE run.vehicle_id = venue.id AND run.state = 'scheduled'),
  (SELECT COALESCE(SUM({starts} + {ends}), 0) FROM rooms_departure AS run WHERE run.vehicle_id = venue.id),
  CASE WHEN EXISTS (SELECT 1 FROM rooms_booking AS booking WHERE +booking.venue_id = venue.id
    AND booking.state IN ('confirmed', 'checked_in') AND booking.ends_at IS NULL) THEN 1 ELSE 0 END
FROM rooms_venue AS venue WHERE {which} ORDER BY venue.id"""
# Ids commit out of order: one that comes late is still among the newest.
MONEY = """
SELECT COUNT(*), MAX(id), SUM(id)
FROM (SELECT id FROM payments_ledgerentry ORDER BY id DESC LIMIT 1000) AS newest"""
ROUTES = "SELECT id, name, mode FROM rooms_route ORDER BY id"
WANTED = """
SELECT venue.id,
  (SELECT COALESCE(SUM(times), 0) FROM rooms_refusal WHERE venue_id = venue.id),
  (SELECT COALESCE(SUM(rooms), 0) FROM rooms_refusal WHERE venue_id = venue.id),
  (SELECT COUNT(*) FROM rooms_waitlistentry AS entry WHERE entry.venue_id = venue.id)
FROM rooms_venue AS venue WHERE {which} ORDER BY venue.id"""
LAST = 5  # the column of VENUES that says whether somebody is there who has not said for how long

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class State:
    """How the data of a question is: equal as long as its answer is the same."""

    asked: Asked
    rooms: Hashable
    told: dict[str, Hashable]

    def of(self, reads: Iterable[str]) -> Hashable:
        """Return how what a report reads is, beside the rooms of the venues."""
        asked = self.asked
        question = (asked.first, asked.last, asked.by, asked.type_id, asked.places)
        return question, self.rooms, tuple(self.told[name] for name in reads if name in self.told)


def state_of(asked: Asked, reads: Iterable[str]) -> State:
    """Return how the data is that a question is about.

    :param reads: what else of the tables its reports read: money, routes, wanted
    """
    which, params = one_of("venue.id", [place.id for place in asked.places])
    starts, ends = seconds("run.starts_at"), seconds("run.ends_at")
    venues = fetch(VENUES.format(which=which, starts=starts, ends=ends), params)
    # Of who is there until they leave, time is used up as it passes: a minute is told once.
    passes = any(row[LAST] for row in venues)
    now = asked.now.replace(second=0, microsecond=0) if passes else asked.now.date()
    statements = {
        "money": (MONEY, []),
        "routes": (ROUTES, []),
        "wanted": (WANTED.format(which=which), params),
    }
    told = {name: _rows(*statements[name]) for name in statements if name in reads}
    return State(asked, (now, tuple(map(tuple, venues))), told)


def _rows(sql: str, params: list[Any]) -> Hashable:
    return tuple(map(tuple, fetch(sql, params)))


def kept(key: Hashable, compute: Callable[[], tuple[Table, ...]]) -> tuple[Table, ...]:
    """Return the tables of a question, from memory if nothing changed since they were computed."""
    with _lock:
        found: tuple[Table, ...] | None = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
    if found is not None and all(map(_are_called_so, found)):
        return found
    made = compute()
    if all(len(table.rows) <= MOST_ROWS for table in made):
        with _lock:
            _kept[key] = made
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return made


def _are_called_so(table: Table) -> bool:
    names = [column.name for column in table.columns]
    if "email" not in names or not table.rows:
        return True
    # Guests are in a report by their names: whoever is called otherwise, or forgotten, is so at once.
    told = dict(zip(table.column("email"), table.column("guest"), strict=True))
    return dict(User.objects.filter(email__in=told).values_list("email", "name")) == told


def forget() -> None:
    """Forget every answer."""
    with _lock:
        _kept.clear()

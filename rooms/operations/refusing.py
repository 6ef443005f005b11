"""Count what could not be had, for whoever decides whether more of it is needed.

Counted in memory and written down together a moment later, by a thread of its own: in a rush for the last
room a hundred are refused, and none of them shall wait for a row that says so. A process that is killed takes
the counts of its last moment with it; nothing but a report depends on them.
"""

import logging
import threading
from collections import defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from reservations import PolicyViolation, ReservationError, Unavailable
from rooms.queries.terms import terms_of
from rooms.sql import database_now, fetch
from rooms.wishes import Wish

log = logging.getLogger(__name__)
PAST = "starts_in_past"  # a rule that no room more would help with
MOST = 10_000  # reasons in memory while the database is away; more are not counted
Reason = tuple[int, int | None, str, str]  # venue, type, code, rule
_counted: defaultdict[Reason, list[int]] = defaultdict(lambda: [0, 0])
_lock = threading.Lock()
_waiting: threading.Timer | None = None
ADD = """
INSERT INTO rooms_refusal (venue_id, type_id, code, rule, day, times, rooms)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT {which} DO UPDATE SET times = rooms_refusal.times + excluded.times,
  rooms = rooms_refusal.rooms + excluded.rooms"""
OF_TYPE = ADD.format(which="(venue_id, day, type_id, code, rule) WHERE type_id IS NOT NULL")
OF_VENUE = ADD.format(which="(venue_id, day, code, rule) WHERE type_id IS NULL")


def count(asked: Wish, refusal: ReservationError) -> None:
    """Count a refusal of something that somebody really wanted, and could have had at another time."""
    if not isinstance(refusal, Unavailable | PolicyViolation):
        return
    code, rule = refusal.code, str(getattr(refusal, "rule", ""))[:24]
    if rule == PAST:
        return
    with _lock:
        for type_id, rooms in _types(asked).items():
            reason = (asked.venue_id, type_id, code, rule)
            if reason in _counted or len(_counted) < MOST:
                _counted[reason][0] += 1
                _counted[reason][1] += rooms
        _wake()


def _types(asked: Wish) -> dict[int | None, int]:
    """Return how many rooms of which type were asked for; one of any, where none was named."""
    found: defaultdict[int | None, int] = defaultdict(int)
    for one in asked.any_of:
        found[one.type.pk] += one.count
    if asked.rooms:
        known = terms_of(asked.venue_id).rooms
        for room in asked.rooms:
            found[known[room].type_id if room in known else None] += 1
    return dict(found) or {None: 1}


def _wake() -> None:
    """Have it written down in a moment, unless it will be anyway."""
    global _waiting
    if _waiting is None and settings.REFUSALS_EVERY:
        _waiting = threading.Timer(settings.REFUSALS_EVERY, _write_later)
        _waiting.daemon = True
        _waiting.start()


def _write_later() -> None:
    global _waiting
    with _lock:
        _waiting = None
    try:
        write_down()
    except DatabaseError as error:
        log.warning("Refusals are not written down yet: %s", str(error).strip())
    finally:
        connection.close()


def write_down(*, now: datetime | None = None) -> int:
    """Add what was counted to the tables, and return how many refusals that were.

    :raises DatabaseError: if the database is away; then it is still counted
    """
    with _lock:
        taken = dict(_counted)
        _counted.clear()
    written = 0
    try:
        moment = (now or database_now()) if taken else None
        for reason in list(taken):
            assert moment is not None  # noqa: S101 -- something was taken
            _add(reason, taken[reason], _day(reason[0], moment))
            written += taken.pop(reason)[0]
    finally:
        with _lock:
            for reason, (times, rooms) in taken.items():
                _counted[reason][0] += times
                _counted[reason][1] += rooms
    return written


def _day(venue_id: int, now: datetime) -> date:
    rows = fetch("SELECT timezone FROM rooms_venue WHERE id = %s", [venue_id])
    return now.astimezone(ZoneInfo(rows[0][0])).date() if rows else now.date()


def _add(reason: Reason, counts: list[int], day: date) -> None:
    told = connection.ops.adapt_datefield_value(day)
    try:
        with transaction.atomic():
            fetch(OF_VENUE if reason[1] is None else OF_TYPE, [*reason, told, *counts])
    except IntegrityError:
        log.info("The venue, or the type of room, that was asked for is gone: nobody needs to know.")

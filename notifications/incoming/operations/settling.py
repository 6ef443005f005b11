"""Settle what came of asking for a calendar: its events are entered, or it is asked again later."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.backoff import pause
from notifications.calendars.entries import host
from notifications.incoming.fetching import Answer
from notifications.incoming.operations.claiming import Claim, Overtaken
from notifications.incoming.operations.entering import Told, enter, give_back_all
from notifications.incoming.reading import Unread, read
from notifications.models import IncomingCalendar
from reservations import Invalid, Span
from reservations.busy import Place, busy_times, digest
from rooms.models import Unit
from rooms.queries.terms import RoomTerms, terms_of_venue
from rooms.sql import database_now

WHOLE = timedelta(days=1)  # after which it is asked for whole: as days pass, more of its series comes near
FARTHEST = 366  # days ahead
UNTIL_WHOLE = timedelta(days=2)  # in which a day more can be booked, and then another
LONGEST_PAUSE = 6 * 3_600.0  # seconds between two attempts at one that fails
SHORTEST_PAUSE = 30.0
AGAIN = timedelta(seconds=10)  # until it is looked at again, if somebody was quicker


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be asked for, and by what its server knows what it said last."""

    url: str
    etag: str
    last_modified: str


def prepare(claimed: Claim, *, now: datetime | None = None) -> Asked | None:
    """Return what to ask for; None if there is nothing to ask."""
    calendar = _held_by(claimed)
    if calendar is None or not claimed.is_due or calendar.removed_at is not None:
        return None
    whole = calendar.whole_at is None or calendar.whole_at + WHOLE <= (now or database_now())
    if whole:
        return Asked(calendar.url, "", "")
    return Asked(calendar.url, calendar.etag, calendar.last_modified)


def settle(claimed: Claim, answer: Answer | None, *, now: datetime | None = None) -> None:
    """Enter what the answer says, and write down how it went; without an answer, look at what is known."""
    calendar, moment = _held_by(claimed), now or database_now()
    if calendar is None:
        return
    try:
        if calendar.removed_at is not None:
            give_back_all(claimed, calendar, now=moment)
        else:
            _settle(claimed, calendar, answer, moment)
    except Overtaken:
        return  # It is somebody else's to go on with.


def note_failure(claimed: Claim, why: str, *, now: datetime | None = None) -> None:
    """Write down that what came could not be entered; it is asked for again later."""
    calendar = _held_by(claimed)
    if calendar is not None:
        status = _failed(calendar, why, Answer(), now or database_now())
        # One that was removed is due at all times: only the lease gives it a pause.
        _write(claimed, {**status, "leased_until": status["next_at"] if calendar.removed_at else None})


def _write(claimed: Claim, status: dict[str, Any]) -> None:
    IncomingCalendar.objects.filter(pk=claimed.id, reading=claimed.number).update(**status)


def _held_by(claimed: Claim) -> IncomingCalendar | None:
    known = IncomingCalendar.objects.select_related("room__venue")
    return known.filter(pk=claimed.id, reading=claimed.number).first()


def _settle(claimed: Claim, calendar: IncomingCalendar, answer: Answer | None, now: datetime) -> None:
    told: Told | None = None
    status: dict[str, Any] = {}
    if answer is not None:
        try:
            told, status = _told(calendar, answer, now)
        except Invalid as refusal:
            status = _failed(calendar, refusal.sentence, answer, now)
    found = enter(claimed, calendar, told, now=now)
    status |= {"conflicts": found.conflicts, "revision": found.revision, "leased_until": None}
    if not found.is_settled:
        status |= {"revision": -1, "leased_until": now + AGAIN}
    _write(claimed, status)


def _told(calendar: IncomingCalendar, answer: Answer, now: datetime) -> tuple[Told | None, dict[str, Any]]:
    """Return what the calendar says, None if that is as it was, and what is to be kept of the answer.

    :raises Invalid: if it says nothing that makes sense
    """
    if answer.error:
        raise Invalid(answer.error)
    status = {
        "read_at": now,
        "next_at": now + timedelta(minutes=calendar.every, seconds=random.uniform(0, 10)),  # noqa: S311 -- jitter
        "failing_since": None,
        "failures": 0,
        "error": "",
    }
    if answer.is_unchanged:
        return None, status
    terms = terms_of_venue(calendar.room.venue)
    room = terms.rooms.get(calendar.room_id)
    if room is None:
        raise Invalid("The room is not in use any more.")
    found = read(answer.text, terms.zone, own_host=host())
    place = Place(terms.zone, room.policy if room.unit == Unit.NIGHT else None)
    times = busy_times(found.events, _window(room, now), place)
    kept = {"etag": answer.etag, "last_modified": answer.last_modified, "whole_at": now}
    unread = frozenset(digest(one.uid) for one in found.unread)
    return Told(times, unread), {**status, **kept, "unread": _in_words(found.unread)}


def _window(room: RoomTerms, now: datetime) -> Span:
    """Return the time for which events are entered: as far as anybody books before it is whole again."""
    days = room.policy.max_advance_days
    ahead = timedelta(days=FARTHEST if days is None else min(max(days, 1), FARTHEST))
    return Span(now, now + ahead + UNTIL_WHOLE)


def _in_words(unread: list[Unread]) -> str:
    """Return how many events could not be understood, and of the first one why."""
    if not unread:
        return ""
    first = unread[0]
    number = "One event" if len(unread) == 1 else f"{len(unread)} events"
    return f"{number} could not be understood. “{first.title[:60] or 'No title'}”: {first.why}"[:300]


def _failed(calendar: IncomingCalendar, why: str, answer: Answer, now: datetime) -> dict[str, Any]:
    failures = calendar.failures + 1
    longest = max(LONGEST_PAUSE, calendar.every * 60)
    wait = pause(failures, first=calendar.every * 60, longest=longest, shortest=SHORTEST_PAUSE)
    if answer.retry_after is not None:
        wait = min(max(answer.retry_after, SHORTEST_PAUSE), longest)
    return {
        "failing_since": calendar.failing_since or now,
        "failures": failures,
        "error": why[:200],
        "next_at": now + timedelta(seconds=wait),
    }

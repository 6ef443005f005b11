"""Sentences about time and rooms, in the venue's own clock."""

import functools
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reservations import Conflict
from reservations.hours import in_local_words
from reservations.spans import counted
from rooms.queries.clear import Around
from rooms.queries.terms import RoomTerms, VenueTerms

MOST_DATES = 5  # in a sentence; the conflicts name all
MOST_NAMES = 3  # in a sentence
DASH = "\u2013"
STATES = {
    "held": "on hold",
    "pending": "asked for",
    "booked": "booked",
    "occupied": "occupied",
    "blocked": "out of service",
}


NOUNS = {
    "held": "a hold",
    "pending": "a request",
    "booked": "a booking",
    "occupied": "a booking",
    "blocked": "time out of service",
}


@functools.lru_cache(maxsize=1024)  # a venue whose rooms are all taken says the same of each
def span_in_words(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """Return the span as people say it: "Monday 23 November, 10:00 to 11:00"."""
    first = start.astimezone(zone)
    if end is None:
        return f"{first:%A} {first.day} {first:%B}, from {first:%H:%M}"
    last = end.astimezone(zone)
    if first.date() == last.date():
        return f"{first:%A} {first.day} {first:%B}, {first:%H:%M} to {last:%H:%M}"
    return f"{first:%A} {first.day} {first:%B} {first:%H:%M} to {last:%A} {last.day} {last:%B} {last:%H:%M}"


def stay_in_words(arrive: date, depart: date) -> str:
    """Return the nights as people say them: "4 nights, Fri 4 to Tue 8 December", with a dash."""
    first = f"{arrive:%a} {arrive.day}"
    if (arrive.year, arrive.month) != (depart.year, depart.month):
        first += f" {arrive:%B}"
    return f"{counted((depart - arrive).days, 'night')}, {first} {DASH} {depart:%a} {depart.day} {depart:%B}"


def taken_sentence(conflicts: Sequence[Conflict], terms: VenueTerms, asked: Around | None = None) -> str:
    """Return what is taken and when, without saying by whom; of a hold of one's own, how to go on.

    :param asked: the span that cannot be had; where it is only kept clear, that is said instead
    """
    rooms = {conflict.room for conflict in conflicts}
    first = conflicts[0]
    if first.mine and {one.mine for one in conflicts} == {first.mine}:
        return _held_by_oneself(conflicts, terms)
    if len(rooms) == 1:
        own = terms.rooms.get(first.room)
        called = own.name if own else "That room"
        again = _free_again(first, terms) if len(conflicts) == 1 else ""
        if asked is not None and not asked.meets(first):
            return f"{called} is kept clear {_kept_clear(first, asked, terms)}{again}."
        when = span_in_words(first.start, first.end, terms.zone)
        return f"{called} is {STATES[first.kind]}: {when}{again}."
    names = [terms.rooms[room].name for room in sorted(rooms) if room in terms.rooms]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    if asked is not None and not any(asked.meets(one) for one in conflicts):
        return f"{shown} are kept clear for part of that time, before or after what is taken."
    return f"{shown} are taken for part of that time."


def _kept_clear(conflict: Conflict, asked: Around, terms: VenueTerms) -> str:
    """Return until or from when the room is kept clear, and around what."""

    def told(moment: datetime) -> str:
        is_same = moment.astimezone(terms.zone).date() == asked.span.start.astimezone(terms.zone).date()
        if is_same:
            return f"{moment.astimezone(terms.zone):%H:%M}"
        return in_local_words(moment, terms.zone, seen_from=asked.span.start)

    ends = asked.clear_until(conflict)
    if conflict.end is not None and ends is not None and conflict.end <= asked.span.start:
        return f"until {told(ends)}, after {NOUNS[conflict.kind]} until {told(conflict.end)}"
    starts = asked.clear_from(conflict)
    return f"from {told(starts)}, before {NOUNS[conflict.kind]} from {told(conflict.start)}"


def _free_again(conflict: Conflict, terms: VenueTerms) -> str:
    """Return when a hold runs out, by the clock: that stays true however late it is read."""
    if conflict.expires_at is None:
        return ""
    ends = in_local_words(conflict.expires_at, terms.zone, seen_from=conflict.expires_at)
    return f"; free again at {ends} unless it is booked"


def _held_by_oneself(conflicts: Sequence[Conflict], terms: VenueTerms) -> str:
    first = conflicts[0]
    ends = f"{first.expires_at.astimezone(terms.zone):%H:%M}" if first.expires_at else "it is let go"
    what = "these rooms"
    if len({one.room for one in conflicts}) == 1:
        what = terms.rooms[first.room].name if first.room in terms.rooms else "that room"
    if len(conflicts) == 1:
        what += f" for {span_in_words(first.start, first.end, terms.zone)},"
    return f"You hold {what} until {ends}. Confirm {first.mine} to book it."


def called(rooms: Sequence[RoomTerms]) -> str:
    """Return what the rooms are called in a sentence; of more than three, how many they are."""
    if len(rooms) > MOST_NAMES:
        return f"these {len(rooms)} rooms"
    *others, last = [named(one.name, one.noun) for one in rooms]
    return f"{', '.join(others)} and {last}" if others else last


def named(name: str, noun: str) -> str:
    """Return what people call a room: "Aurora", and "Room 204" where its name is a number."""
    return f"{noun} {name}" if name[:1].isdigit() else name


def taken_on_dates(conflicts: Sequence[Conflict], terms: VenueTerms) -> str:
    """Return on which dates of a series its rooms are taken, without saying by whom."""
    rooms = {terms.rooms[one.room].name: None for one in conflicts if one.room in terms.rooms}
    dates = {one.start.astimezone(terms.zone).date(): one for one in reversed(conflicts)}
    told = [span_in_words(one.start, one.end, terms.zone) for _, one in sorted(dates.items())]
    more = f"; and {len(told) - MOST_DATES} more" if len(told) > MOST_DATES else ""
    verb = "is" if len(rooms) == 1 else "are"
    names = " and ".join(list(rooms)[:3]) or "The rooms"
    return f"{names} {verb} taken on {counted(len(told), 'date')}: {'; '.join(told[:MOST_DATES])}{more}."

"""Sentences about time and rooms, in the venue's own clock."""

import functools
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reservations import Conflict
from reservations.spans import counted
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


def taken_sentence(conflicts: Sequence[Conflict], terms: VenueTerms) -> str:
    """Return what is taken and when, without saying by whom; of a hold of one's own, how to go on."""
    rooms = {conflict.room for conflict in conflicts}
    first = conflicts[0]
    if first.mine and {one.mine for one in conflicts} == {first.mine}:
        return _held_by_oneself(conflicts, terms)
    if len(rooms) == 1:
        own = terms.rooms.get(first.room)
        when = span_in_words(first.start, first.end, terms.zone)
        return f"{own.name if own else 'That room'} is {STATES[first.kind]}: {when}."
    names = [terms.rooms[room].name for room in sorted(rooms) if room in terms.rooms]
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return f"{shown} are taken for part of that time."


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

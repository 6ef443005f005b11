"""Dates of a series in letters to who is invited: which are left out or elsewhere, as far as that is new."""

from datetime import UTC, datetime

from notifications.calendars.ics import Entry
from rooms.models import Booking
from rooms.queries.words import span_in_words

Dates = dict[str, str]
"""When a date was meant to begin, and what became of it: "" where it is left out, else when and where."""


def dates_told(booking: Booking, entry: Entry) -> Dates:
    """Return the dates of a series that are not as its rule says; nothing of one stretch of time."""
    repeats = entry.repeats
    if not booking.recurrence or repeats is None:
        return {}
    told = {_key(moment): "" for moment in repeats.left_out}
    for one in repeats.elsewhere:
        told[_key(one.meant)] = f"{span_in_words(one.start, one.end, entry.zone)}: {one.location}."
    return told


def _key(meant: datetime) -> str:
    return meant.astimezone(UTC).isoformat()


def news_of_dates(booking: Booking, entry: Entry, before: Dates, *, now: datetime) -> list[str]:
    """Return what has become of which dates since they were told so, in order; of the past nothing."""
    after = dates_told(booking, entry)
    news = []
    for meant in sorted({*before, *after}, key=datetime.fromisoformat):
        start = datetime.fromisoformat(meant)
        if start > now and before.get(meant) != after.get(meant):
            news.append(_sentence(entry, start, after.get(meant)))
    return news


def _sentence(entry: Entry, start: datetime, became: str | None) -> str:
    length = entry.end - entry.start if entry.end is not None else None
    meant = span_in_words(start, start + length if length is not None else None, entry.zone)
    if became is None:
        return f"{meant}: as it was meant."
    return f"{meant}: now {became}" if became else f"{meant}: left out."

"""Places in queues, as pages and lines list them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reservations.spans import counted
from rooms.models import WaitlistEntry
from rooms.queries.terms import terms_of_venue
from rooms.queries.waiting import MOST_AHEAD
from rooms.queries.words import span_in_words, stay_in_words

MOST_NAMES = 4
NO_PLACES: Mapping[int, int] = {}


def in_line(ahead: int) -> str:
    """Return one's place in a line before which so many wait."""
    if not ahead:
        return "You are the first in line."
    if ahead >= MOST_AHEAD:
        return f"{MOST_AHEAD:,} people or more wait before you."
    return f"{ahead} {'person waits' if ahead == 1 else 'people wait'} before you."


def told(entries: Iterable[WaitlistEntry], ahead: Mapping[int, int] = NO_PLACES) -> list[dict[str, Any]]:
    """Return places in queues as pages list them."""
    return [
        {
            "entry": entry,
            "what": _what(entry),
            "when": _when(entry),
            "place": in_line(ahead.get(entry.pk, 0)),
        }
        for entry in entries
    ]


def _what(entry: WaitlistEntry) -> str:
    if entry.departure is not None:
        return f"{counted(entry.count, 'seat')}, {entry.type.name if entry.type else ''}"
    if entry.type is not None:
        return (
            f"{entry.count} \N{MULTIPLICATION SIGN} {entry.type.name}" if entry.count > 1 else entry.type.name
        )
    terms = terms_of_venue(entry.venue)
    names = [terms.rooms[room].name for room in entry.rooms if room in terms.rooms]
    return ", ".join(names[:MOST_NAMES]) + (
        f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    )


def _when(entry: WaitlistEntry) -> str:
    zone = entry.venue.zone
    if entry.departure is not None:
        calls = list(entry.departure.calls.all())
        leaves, comes = calls[entry.first or 0], calls[entry.last or 0]
        return (
            f"{leaves.place} to {comes.place}, {_moment(leaves.departs_at or entry.starts_at, leaves.zone)}"
        )
    first, last = entry.starts_at.astimezone(zone).date(), entry.ends_at.astimezone(zone).date()
    if entry.venue.kind == "hotel" and first < last:
        return stay_in_words(first, last)
    return span_in_words(entry.starts_at, entry.ends_at, zone)


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"

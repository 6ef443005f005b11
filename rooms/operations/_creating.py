"""How a new booking reaches the tables: the careful way, row by row under the locks of its rooms."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reservations import Span
from rooms.models import Allocation, Booking, IdempotencyKey
from rooms.operations import _series
from rooms.operations._writing import Happening, Locked, record

# Crockford's alphabet without vowels: nothing to mistake, and no words.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
PAIRS = [one + other for one in ALPHABET for other in ALPHABET]


def new_reference() -> str:
    """Return a reference nobody can guess and everybody can spell, such as R7XK-42QM."""
    # Sixty-four bits of chance for the thirty-nine that are kept: all are as likely, to one in ten million.
    number = int.from_bytes(os.urandom(8))
    number, first = divmod(number, len(PAIRS))
    number, second = divmod(number, len(PAIRS))
    number, third = divmod(number, len(PAIRS))
    return f"{PAIRS[first]}{PAIRS[second]}-{PAIRS[third]}{PAIRS[number % len(PAIRS)]}"


@dataclass(slots=True)
class New:
    """A booking to be written: what it takes of which room, and what repeats it."""

    booking: Booking
    blocked: Mapping[int, Span]  # each room it takes, with the range that nobody else can have
    kind: str
    by: Any
    key: str = ""
    fingerprint: str = ""
    dates: Sequence[_series.Taking] = ()  # of a series: all of it; `blocked` is then its first date


def create(new: New, touched: Iterable[int], *, locked: Locked) -> Booking:
    """Write a new booking with its allocations and key, and a change for each room it touches, all locked."""
    booking = new.booking
    booking.reference = new_reference()
    booking.save(force_insert=True)
    rows = _series.allocations(booking, new.dates) if new.dates else _allocations(booking, new.blocked)
    Allocation.objects.bulk_create(rows)
    if new.key:
        IdempotencyKey.objects.create(
            owner=new.by,
            key=new.key,
            fingerprint=new.fingerprint,
            booking=booking,
            created_at=booking.created_at,
        )
    happenings = [Happening(row.room_id, new.kind, booking=booking, after=_series.told(row)) for row in rows]
    taken = {row.room_id for row in rows}
    happenings += [Happening(room, new.kind, booking=booking) for room in touched if room not in taken]
    record(happenings, locked=locked, by=new.by, now=booking.created_at)
    return booking


def _allocations(booking: Booking, blocked: Mapping[int, Span]) -> list[Allocation]:
    span = Span(booking.starts_at, booking.ends_at)
    return [_series.allocation(booking, span, room, blocks) for room, blocks in blocked.items()]

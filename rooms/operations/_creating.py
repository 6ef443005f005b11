"""How a new booking reaches the tables: the careful way, row by row under the locks of its rooms."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from rooms.models import Allocation, Booking, IdempotencyKey
from rooms.operations._writing import Happening, Locked, picture, record

# Crockford's alphabet without vowels: nothing to mistake, and no words.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Return a reference nobody can guess and everybody can spell, such as R7XK-42QM."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


@dataclass(slots=True)
class New:
    """A booking to be written: its allocations, the rooms whose boards it changes, and what repeats it."""

    booking: Booking
    allocations: Sequence[Allocation]
    touched: Sequence[int]
    kind: str
    key: IdempotencyKey | None = None


def create(new: New, *, locked: Locked) -> Booking:
    """Write a new booking with its allocations, changes and idempotency key; all its rooms are locked."""
    booking = new.booking
    booking.reference = new_reference()
    booking.save(force_insert=True)
    for allocation in new.allocations:
        allocation.booking = booking
    Allocation.objects.bulk_create(new.allocations)
    if new.key is not None:
        new.key.booking = booking
        new.key.save(force_insert=True)
    after = picture(new.allocations[0])
    taken = {allocation.room_id for allocation in new.allocations}
    happenings = [
        Happening(room, new.kind, booking=booking, after=after if room in taken else {})
        for room in new.touched
    ]
    record(happenings, locked=locked, by=booking.booked_by, now=booking.created_at)
    return booking

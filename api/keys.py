"""Idempotency keys: the same key and body give the same answer, once and for ever.

What was granted is answered so for ever, and so is what was refused because it was taken or against the
terms. A request that made no sense, or came while nobody could decide, did not happen: its key is unused.
"""

from collections.abc import Callable

import msgspec

from api import errors
from api.routing import Reply
from api.shapes_bookings import Booking
from reservations import PolicyViolation, Unavailable, Unready
from rooms.operations import remembering
from rooms.operations.remembering import Remembered
from rooms.sql import database_now
from rooms.wishes import Wish

ATTEMPTS = 3


def answered_once(asked: Wish, make: Callable[[], Booking]) -> Reply:
    """Return the answer to the wish: made now, or kept since it was asked before.

    :raises IdempotencyMismatch: if the key came with something else
    """
    for _ in range(ATTEMPTS):
        kept = remembering.remembered(asked) or _decided(asked, make)
        if kept is not None:
            return _reply(kept)
    raise Unready


def _decided(asked: Wish, make: Callable[[], Booking]) -> Remembered | None:
    """Decide now; None if a rival with the same key was a moment faster, and the answer is theirs."""
    try:
        return remembering.remember(asked, 201, msgspec.json.encode(make()))
    except (Unavailable, PolicyViolation) as refusal:
        said = errors.encoded(refusal)
        return remembering.remember_refusal(asked, refusal.status, said, now=database_now())
    except Unready:
        # Nobody could decide here; a rival with the same key may have been luckier.
        if kept := remembering.remembered(asked):
            return kept
        raise


def _reply(kept: Remembered) -> Reply:
    if kept.status != 201:
        return Reply(kept.answer, kept.status, {"Content-Type": errors.PROBLEM, "Cache-Control": "no-store"})
    return Reply(kept.answer, 201, {"Location": location(msgspec.json.decode(kept.answer)["reference"])})


def location(reference: str) -> str:
    """Return the address of a booking."""
    return f"/api/v1/bookings/{reference}"

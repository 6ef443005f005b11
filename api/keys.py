"""Idempotency keys: the same key and body give the same answer, once and for ever.

What was granted is answered so for ever, and so is what was refused because it was taken or against the
terms. A request that made no sense, or came while nobody could decide, did not happen: its key is unused.
"""

import hashlib
from collections.abc import Callable

import msgspec

from api import errors
from api.routing import Call, Reply
from api.shapes_bookings import Booking
from reservations import PolicyViolation, Unavailable, Unready
from rooms.operations import remembering
from rooms.operations.remembering import Remembered
from rooms.sql import database_now
from rooms.wishes import Wish, require_key

ATTEMPTS = 3


class Keyed:
    """A request that came with a key, and what is kept with that.

    :raises Invalid: if it is no key
    """

    def __init__(self, call: Call, key: str) -> None:
        require_key(key, call.person)
        self.sent = hashlib.sha256(call.request.body).hexdigest()
        self.kept = remembering.kept_with(call.person, key)

    def again(self) -> Reply | None:
        """Return what these very words were answered before, whatever has become of what they name."""
        if self.kept is None or self.kept.said is None or self.kept.sent != self.sent:
            return None
        return _reply(self.kept.said)

    def answered_once(self, asked: Wish, make: Callable[[], Booking]) -> Reply:
        """Return the answer to the wish: made now, or kept since it was asked before.

        :raises IdempotencyMismatch: if the key came with something else
        """
        known = self.kept.answer_to(asked) if self.kept else None
        for _ in range(ATTEMPTS):
            if known is not None:
                return _reply(known)
            known = self._decided(asked, make) or remembering.remembered(asked)
        raise Unready

    def _decided(self, asked: Wish, make: Callable[[], Booking]) -> Remembered | None:
        """Decide now; None if a rival with the same key was a moment faster, and the answer is theirs."""
        try:
            said = Remembered(201, msgspec.json.encode(make()))
            return remembering.remember(asked, said, sent=self.sent)
        except (Unavailable, PolicyViolation) as refusal:
            said = Remembered(refusal.status, errors.encoded(refusal))
            return remembering.remember_refusal(asked, said, sent=self.sent, now=database_now())
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

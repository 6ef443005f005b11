"""What a program was answered, kept with the idempotency key it sent: asked again, it hears the same.

The key itself is written with the booking, in its transaction. The answer follows in a statement of its
own: should the process die in between, the next who asks composes it anew, and the first one is kept.
Answers name guests, and say what they wrote and what they drive: they are sealed as plates are.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reservations import IdempotencyMismatch, PolicyViolation, ReservationError, Unavailable
from reservations.errors import Conflict
from rooms import sealing
from rooms.models import Change, IdempotencyKey
from rooms.queries.terms import VenueTerms
from rooms.sql import fetch, instant
from rooms.wishes import Wish


@dataclass(frozen=True, slots=True)
class Remembered:
    """The status and the very bytes of an answer."""

    status: int
    answer: bytes


def not_to_name(terms: VenueTerms, by: Any, key: Any = "") -> frozenset[int]:
    """Return the rooms that are hidden in these terms, which answer like none to whoever names them.

    What was booked with a key is told for ever, also where its room is hidden since: that one may be named.
    """
    if not (terms.hidden and isinstance(key, str) and key):
        return terms.hidden
    booked = IdempotencyKey.objects.filter(owner=by.pk, key=key).values("booking")
    return terms.hidden.difference(
        Change.objects.filter(booking__in=booked, room__in=terms.hidden).values_list("room", flat=True)
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept with a key: what was asked, the digest of what was sent, and the answer, if any."""

    fingerprint: str
    sent: str
    said: Remembered | None

    def answer_to(self, asked: Wish) -> Remembered | None:
        """Return what the same request was answered; None if it was not answered to the end.

        :raises IdempotencyMismatch: if the key came with something else
        """
        if self.fingerprint != asked.fingerprint:
            raise IdempotencyMismatch("That idempotency key was used before, for something else.")
        return self.said


def kept_with(by: Any, key: str) -> Kept | None:
    """Return what is kept with the person's key; None if it is new."""
    rows = fetch(
        "SELECT fingerprint, sent, status, answer FROM rooms_idempotencykey WHERE owner_id = %s AND key = %s",
        [by.pk, key],
    )
    if not rows:
        return None
    [(fingerprint, sent, status, sealed)] = rows
    answer = None if sealed is None else opened(bytes(sealed))
    return Kept(fingerprint, sent, Remembered(status, answer) if answer else None)


def remembered(asked: Wish) -> Remembered | None:
    """Return what was answered when this was asked before; None if it was not, or not to the end.

    :raises IdempotencyMismatch: if the key came with something else
    """
    kept = kept_with(asked.by, asked.key)
    return kept.answer_to(asked) if kept else None


def remember(asked: Wish, said: Remembered, *, sent: str = "") -> Remembered:
    """Keep the answer to what was granted, unless there is one; return the one that is kept.

    :param sent: the digest of the words in which it was asked
    """
    kept = fetch(
        "UPDATE rooms_idempotencykey SET status = %s, answer = %s, sent = %s "
        "WHERE owner_id = %s AND key = %s AND answer IS NULL RETURNING status",
        [said.status, sealed(said.answer), sent, asked.by.pk, asked.key],
    )
    return said if kept else (remembered(asked) or said)


def remember_refusal(asked: Wish, said: Remembered, *, now: datetime, sent: str = "") -> Remembered | None:
    """Keep a refusal, unless the same was granted or refused meanwhile; return the answer that is kept.

    None means that it was granted a moment ago, and what to answer is not written yet.
    """
    guest = getattr(asked.details.guest, "pk", None)
    params = [asked.by.pk, asked.key, asked.fingerprint, said.status, sealed(said.answer), sent, guest]
    kept = fetch(
        "INSERT INTO rooms_idempotencykey (owner_id, key, fingerprint, status, answer, sent, guest_id, "
        "created_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (owner_id, key) DO NOTHING RETURNING status",
        [*params, instant(now)],
    )
    return said if kept else remembered(asked)


def sealed(answer: bytes) -> bytes:
    """Return the answer as it is kept."""
    return sealing.seal(answer.decode()).encode()


def opened(kept: bytes) -> bytes:
    """Return the answer that was kept; nothing where no key of ours opens it."""
    return sealing.unseal(kept.decode()).encode()


def refusal_kept(answer: bytes) -> ReservationError:
    """Return the refusal that a program was answered, for a page or a line where its key comes again.

    :param answer: as it is kept
    """
    told = opened(answer)
    if not told:
        return IdempotencyMismatch("That idempotency key was used before, and was refused. Send a new one.")
    said = json.loads(told)
    if said["code"] == Unavailable.code:
        taken = [_conflict(one) for one in said.get("conflicts", ())]
        return Unavailable(said["detail"], conflicts=taken, alternatives=said.get("alternatives", ()))
    until = said.get("until")
    return PolicyViolation(
        said["detail"], rule=said.get("rule", ""), until=datetime.fromisoformat(until) if until else None
    )


def _conflict(said: dict[str, Any]) -> Conflict:
    moments = {
        name: datetime.fromisoformat(said[name]) if said.get(name) else None
        for name in ("start", "end", "expires_at", "blocks_from", "blocks_until")
    }
    return Conflict(**{**said, **moments})

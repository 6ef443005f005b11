"""What a program was answered, kept with the idempotency key it sent: asked again, it hears the same.

The key itself is written with the booking, in its transaction. The answer follows in a statement of its
own: should the process die in between, the next who asks composes it anew, and the first one is kept.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reservations import IdempotencyMismatch, PolicyViolation, ReservationError, Unavailable
from reservations.errors import Conflict
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


def remembered(asked: Wish) -> Remembered | None:
    """Return what was answered when this was asked before; None if it was not, or not to the end.

    :raises IdempotencyMismatch: if the key came with something else
    """
    rows = fetch(
        "SELECT fingerprint, status, answer FROM rooms_idempotencykey WHERE owner_id = %s AND key = %s",
        [asked.by.pk, asked.key],
    )
    if not rows:
        return None
    [(fingerprint, status, answer)] = rows
    if fingerprint != asked.fingerprint:
        raise IdempotencyMismatch("That idempotency key was used before, for something else.")
    return None if answer is None else Remembered(status, bytes(answer))


def remember(asked: Wish, status: int, answer: bytes) -> Remembered:
    """Keep the answer to what was granted, unless there is one; return the one that is kept."""
    kept = fetch(
        "UPDATE rooms_idempotencykey SET status = %s, answer = %s "
        "WHERE owner_id = %s AND key = %s AND answer IS NULL RETURNING status",
        [status, answer, asked.by.pk, asked.key],
    )
    return Remembered(status, answer) if kept else (remembered(asked) or Remembered(status, answer))


def remember_refusal(asked: Wish, status: int, answer: bytes, *, now: datetime) -> Remembered | None:
    """Keep a refusal, unless the same was granted or refused meanwhile; return the answer that is kept.

    None means that it was granted a moment ago, and what to answer is not written yet.
    """
    params: list[Any] = [asked.by.pk, asked.key, asked.fingerprint, status, answer, instant(now)]
    kept = fetch(
        "INSERT INTO rooms_idempotencykey (owner_id, key, fingerprint, status, answer, created_at) "
        "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (owner_id, key) DO NOTHING RETURNING status",
        params,
    )
    return Remembered(status, answer) if kept else remembered(asked)


def refusal_kept(answer: bytes) -> ReservationError:
    """Return the refusal that a program was answered, for a page or a line where its key comes again."""
    said = json.loads(answer)
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
        for name in ("start", "end", "expires_at")
    }
    return Conflict(**{**said, **moments})

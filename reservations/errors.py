"""What can go wrong, in one tree; every transport translates this tree once.

ReservationError
├── Invalid              what was asked makes no sense; `field_errors` says where
├── Unavailable          someone else has part of the span; `conflicts` and `alternatives`
├── PolicyViolation      the venue's terms do not allow it; `rule`, and `until` when that ends
├── HoldExpired          the hold ran out before it was confirmed; `alternatives`
├── IllegalTransition    the booking is no longer in a state that allows the `move`
├── NotAuthenticated     nobody is logged in
├── Forbidden            somebody is, but may not; `rule` is `rights` if so in one room
├── NotFound             there is no such thing, or it is another person's
├── IdempotencyMismatch  the key was used before, for something else
├── Throttled            too many attempts; `retry_after` seconds
└── Unready              a lock, a pool or a statement timed out; `retry_after` seconds

A refusal carries a `code` for programs and a sentence for people. Neither ever names another guest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

STATUS: Mapping[str, int] = {
    "invalid": 400,
    "not_authenticated": 401,
    "payment_failed": 402,  # raised by the payments floor, which hangs its refusal under this tree
    "forbidden": 403,
    "not_found": 404,
    "unavailable": 409,
    "illegal_transition": 409,
    "hold_expired": 410,
    "policy_violation": 422,
    "idempotency_mismatch": 422,
    "throttled": 429,
    "unready": 503,
}
"""The HTTP status of every code, for each transport that speaks HTTP to read."""

HELPS = ("rule", "reason", "until", "free", "conflicts", "alternatives", "field_errors", "retry_after")
"""What a refusal may carry beside its code and sentence, in the order a problem shows it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A stretch of time in which a room is taken: when and how, never by whom.

    `kind` is one of held, pending, booked, occupied and blocked. `blocks_from` and `blocks_until` are said
    where buffers keep the room clear for longer, `expires_at` of a hold; only of one's own `mine` is its
    reference.
    """

    room: int
    start: datetime
    end: datetime | None
    kind: str
    mine: str = ""
    expires_at: datetime | None = None
    blocks_from: datetime | None = None
    blocks_until: datetime | None = None


class ReservationError(Exception):
    """Something that was asked for and cannot be had; only the leaves of the tree are raised."""

    code: ClassVar[str] = "invalid"
    usual: ClassVar[str] = "That is not possible."

    def __init__(self, sentence: str = "", **facts: object) -> None:
        self.sentence = sentence or self.usual
        super().__init__(self.sentence)
        self.__dict__.update(facts)

    @property
    def status(self) -> int:
        """Return the HTTP status of this refusal."""
        return STATUS[self.code]

    def as_problem(self) -> dict[str, Any]:
        """Return the fields of RFC 9457 that do not depend on the transport, ready for JSON."""
        facts = {name: getattr(self, name, None) for name in HELPS}
        helpful = {name: as_json(fact) for name, fact in facts.items() if fact not in (None, "", [], {})}
        return {"code": self.code, "detail": self.sentence, **helpful}


class Invalid(ReservationError):
    """What was asked makes no sense, whoever asks and whenever."""

    code = "invalid"
    usual = "Please check what you have entered."

    def __init__(
        self, sentence: str = "", *, field_errors: Mapping[str, Sequence[str]] | None = None, **facts: object
    ) -> None:
        super().__init__(sentence, **facts)
        self.field_errors = {field: list(errors) for field, errors in (field_errors or {}).items()}


class Unavailable(ReservationError):
    """Someone else has part of the span."""

    code = "unavailable"
    usual = "That time is already taken."

    def __init__(
        self,
        sentence: str = "",
        *,
        conflicts: Iterable[Conflict] = (),
        alternatives: Iterable[dict[str, Any]] = (),
        **facts: object,
    ) -> None:
        super().__init__(sentence, **facts)
        self.conflicts = list(conflicts)
        self.alternatives = list(alternatives)


class PolicyViolation(ReservationError):
    """The venue's terms do not allow it: `rule` names the term, `until` the instant its reason ends."""

    code = "policy_violation"
    usual = "The venue's terms do not allow that."

    def __init__(
        self, sentence: str = "", *, rule: str = "", until: datetime | None = None, **facts: object
    ) -> None:
        super().__init__(sentence, **facts)
        self.rule = rule
        self.until = until


class HoldExpired(ReservationError):
    """The hold ran out before it was confirmed."""

    code = "hold_expired"
    usual = "The hold has run out. Please choose again."

    def __init__(
        self, sentence: str = "", *, alternatives: Iterable[dict[str, Any]] = (), **facts: object
    ) -> None:
        super().__init__(sentence, **facts)
        self.alternatives = list(alternatives)


class IllegalTransition(ReservationError):
    """The booking is not, or no longer, in a state that allows the move."""

    code = "illegal_transition"
    usual = "That is no longer possible for this booking."

    def __init__(self, sentence: str = "", *, state: str = "", move: str = "", **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.state = state
        self.move = move


class NotAuthenticated(ReservationError):
    """Nobody is logged in."""

    code = "not_authenticated"
    usual = "Please log in first."


class Forbidden(ReservationError):
    """Somebody is logged in, but may not do this; `rule` is `rights` where those in one room are too few."""

    code = "forbidden"
    usual = "You may not do that."
    until = None  # as a reason why not, beside terms: nobody knows when it ends

    def __init__(self, sentence: str = "", *, rule: str = "", **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.rule = rule


class NotFound(ReservationError):
    """There is no such thing, or it is another person's: the two must look alike."""

    code = "not_found"
    usual = "There is nothing here."


class IdempotencyMismatch(ReservationError):
    """The key was used before, for something else."""

    code = "idempotency_mismatch"
    usual = "This key was used before for another request."


class Throttled(ReservationError):
    """Too many attempts; `retry_after` seconds from now there may be another."""

    code = "throttled"
    usual = "Too many attempts. Please wait a moment."

    def __init__(self, sentence: str = "", *, retry_after: int = 60, **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.retry_after = retry_after


class Unready(ReservationError):
    """A lock, a pool or a statement timed out; nothing was written, and trying again is right."""

    code = "unready"
    usual = "The system is busy. Please try again in a moment."

    def __init__(self, sentence: str = "", *, retry_after: int = 1, **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.retry_after = retry_after


def iso(moment: datetime) -> str:
    """Return an aware instant as programs read it: ISO 8601, in UTC, with a 'Z'."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat()[:-6] + "Z"


def as_json(fact: Any) -> Any:
    """Return the fact in the types of JSON: instants in UTC, dataclasses as objects.

    A field of one that has its default is left out: it says nothing.
    """
    if isinstance(fact, date):
        return iso(fact) if isinstance(fact, datetime) else fact.isoformat()
    if is_dataclass(fact):
        values = {field.name: getattr(fact, field.name) for field in fields(fact)}
        lacking = {field.name for field in fields(fact) if values[field.name] == field.default}
        return {name: as_json(value) for name, value in values.items() if name not in lacking}
    if isinstance(fact, Mapping):
        return {str(name): as_json(value) for name, value in fact.items()}
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [as_json(value) for value in fact]
    return fact

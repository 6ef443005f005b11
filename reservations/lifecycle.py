"""The life of a booking: one table of moves, which library, pages, API and docs all read.

A booking goes held → pending → confirmed → checked_in → completed, skipping what its venue does not
ask for, and may leave by expired, declined, cancelled or no_show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reservations.errors import IllegalTransition

# Plain strings, for they are kept in tables, migrations and JSON alike.
HELD: Final = "held"
PENDING: Final = "pending"
CONFIRMED: Final = "confirmed"
CHECKED_IN: Final = "checked_in"
COMPLETED: Final = "completed"
EXPIRED: Final = "expired"
DECLINED: Final = "declined"
CANCELLED: Final = "cancelled"
NO_SHOW: Final = "no_show"

STATES = (HELD, PENDING, CONFIRMED, CHECKED_IN, COMPLETED, EXPIRED, DECLINED, CANCELLED, NO_SHOW)
"""Every state a booking can be in, in the order of its life, exits last."""

KEEPS_ROOM: frozenset[str] = frozenset({HELD, PENDING, CONFIRMED, CHECKED_IN})
"""The states in which a booking keeps its rooms from everyone else."""

EXITS: frozenset[str] = frozenset({EXPIRED, DECLINED, CANCELLED, NO_SHOW})
"""The states of a booking that did not come to pass; of its price, no more is owed than what is kept."""

MOVES: Mapping[tuple[str, str], str] = {
    (HELD, "confirm"): CONFIRMED,
    (HELD, "request"): PENDING,
    (HELD, "renew"): HELD,
    (HELD, "describe"): HELD,
    (HELD, "move"): HELD,
    (HELD, "cancel"): CANCELLED,
    (HELD, "release"): CANCELLED,
    (HELD, "expire"): EXPIRED,
    (PENDING, "approve"): CONFIRMED,
    (PENDING, "decline"): DECLINED,
    (PENDING, "describe"): PENDING,
    (PENDING, "move"): PENDING,
    (PENDING, "cancel"): CANCELLED,
    (PENDING, "expire"): EXPIRED,  # nobody decided before it was to begin
    (CONFIRMED, "check_in"): CHECKED_IN,
    (CONFIRMED, "check_out"): COMPLETED,  # many rooms never ask for a check-in
    (CONFIRMED, "release"): COMPLETED,
    (CONFIRMED, "describe"): CONFIRMED,
    (CONFIRMED, "move"): CONFIRMED,
    (CONFIRMED, "cancel"): CANCELLED,
    (CONFIRMED, "no_show"): NO_SHOW,
    (CONFIRMED, "complete"): COMPLETED,  # its time is over
    (CHECKED_IN, "undo_check_in"): CONFIRMED,  # it was a mistake: they are not there
    (CHECKED_IN, "check_out"): COMPLETED,
    (CHECKED_IN, "release"): COMPLETED,
    (CHECKED_IN, "describe"): CHECKED_IN,
    (CHECKED_IN, "move"): CHECKED_IN,
    (CHECKED_IN, "complete"): COMPLETED,
    (HELD, "revive"): CONFIRMED,  # it ran out, and nobody has written so yet
    (EXPIRED, "revive"): CONFIRMED,  # it was paid for, too late to confirm and in time to have it
}
"""Every move there is: from a state, by a verb, to a state. What is not here is refused."""

_KINDS = {
    HELD: "held",
    PENDING: "pending",
    CONFIRMED: "booked",
    CHECKED_IN: "occupied",
    "blocked": "blocked",
}

_DONE = {
    "confirm": "confirmed",
    "request": "sent for approval",
    "renew": "held for longer",
    "describe": "changed",
    "move": "moved",
    "cancel": "cancelled",
    "release": "released",
    "expire": "expired",
    "revive": "revived",
    "approve": "approved",
    "decline": "declined",
    "check_in": "checked in",
    "undo_check_in": "taken back to where nobody had checked in",
    "check_out": "checked out",
    "no_show": "marked as a no-show",
    "complete": "completed",
}

_STANDS = {
    HELD: "is only held",
    PENDING: "waits for approval",
    CONFIRMED: "is confirmed",
    CHECKED_IN: "is checked in",
    COMPLETED: "is over",
    EXPIRED: "has expired",
    DECLINED: "was declined",
    CANCELLED: "is cancelled",
    NO_SHOW: "was marked as a no-show",
}


def advance(state: str, move: str) -> str:
    """Return the state that the move leads to.

    :raises IllegalTransition: if the booking may not make that move from where it stands
    """
    if (state, move) in MOVES:
        return MOVES[state, move]
    stands = _STANDS.get(state, f"is {state}")
    sentence = f"This booking {stands}, so it cannot be {_DONE.get(move, move)}."
    raise IllegalTransition(sentence, state=state, move=move)


def moves_from(state: str) -> tuple[str, ...]:
    """Return the moves a booking may make from the state, in the order of the table."""
    return tuple(move for known, move in MOVES if known == state)


def kind_of(state: str) -> str:
    """Return how the world sees an allocation in that state: the `kind` of a conflict, or released."""
    return _KINDS.get(state, "released")


def diagram() -> str:
    """Return the table of moves as a Mermaid drawing, for the manual."""
    arrows = (f"    {state} --> {MOVES[state, move]}: {move}" for state, move in MOVES)
    return "\n".join(["stateDiagram-v2", *arrows])

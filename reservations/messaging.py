"""Messages on a booking: how long and how often its guest may write, and how the thread of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from reservations.errors import PolicyViolation, Throttled

OPEN: Final = "open"
ANSWERED: Final = "answered"
CLOSED: Final = "closed"
STATES = (OPEN, ANSWERED, CLOSED)
"""How a thread stands: its guest waits for an answer, has one, or the venue is done with it."""

QUESTION: Final = "question"
PROBLEM: Final = "problem"
ANSWER: Final = "answer"
OF_GUESTS = (QUESTION, PROBLEM)
KINDS = (*OF_GUESTS, ANSWER)
"""What a message is: guests ask and report, the venue answers."""

LONGEST: Final = 2000  # characters
MOST: Final = 200  # messages about one booking, of both sides together
HOURLY: Final = 10  # messages of one person about one booking
AFTERWARDS: Final = timedelta(days=14)
"""For so long after its end a guest may write about a booking: what was forgotten there, or a bill."""
TWICE: Final = timedelta(minutes=1)
"""Within it the same words of the same person are one message: a button pressed twice, or an answer lost."""


def closes_at(starts_at: datetime, ends_at: datetime | None, *, alive: bool) -> datetime | None:
    """Return until when the guest may write; None while nobody knows yet when the booking ends."""
    if ends_at is None and alive:
        return None
    return (ends_at or starts_at) + AFTERWARDS


def require_in_time(until: datetime | None, told: str, *, now: datetime) -> None:
    """Refuse a guest who comes too late; `told` says until when it was possible, by the venue's clocks.

    :raises PolicyViolation: if the time to write is over
    """
    if until is not None and until <= now:
        days = AFTERWARDS.days
        sentence = f"One can write for {days} days after a booking has ended: this was possible until {told}."
        raise PolicyViolation(sentence, rule="messages")


def require_room(number: int) -> None:
    """Refuse one more than a thread may have.

    :raises PolicyViolation: if there are so many already
    """
    if number >= MOST:
        raise PolicyViolation(
            f"There are {MOST} messages about this booking: no more can be written.", rule="messages"
        )


def require_not_hurried(written: Sequence[datetime], *, now: datetime) -> None:
    """Refuse whoever has written as often as they may within the hour; these are the times when they did.

    :raises Throttled: with the seconds until the oldest of them is an hour ago
    """
    recent = sorted(moment for moment in written if moment > now - timedelta(hours=1))
    if len(recent) >= HOURLY:
        left = recent[-HOURLY] + timedelta(hours=1) - now
        sentence = f"At most {HOURLY} messages an hour about one booking. Please wait a while."
        raise Throttled(sentence, retry_after=max(1, int(left.total_seconds())))


def after_message(kind: str) -> str:
    """Return how a thread stands once such a message was written; one that was closed is taken up again."""
    return ANSWERED if kind == ANSWER else OPEN

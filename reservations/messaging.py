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
FOR_STAFF: Final = 20  # the last of them: so the venue can answer, however much its guest writes
HOURLY: Final = 10  # messages of one person about one booking
HOURLY_IN_ALL: Final = 30  # of one guest about all their bookings
AFTERWARDS: Final = timedelta(days=14)
"""For so long after its end a guest may write about a booking: what was forgotten there, or a bill."""
HOUR: Final = timedelta(hours=1)
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


def most_of(*, is_guest: bool) -> int:
    """Return how many messages a thread may have for this side to write another."""
    return MOST - FOR_STAFF if is_guest else MOST


def require_room(number: int, *, is_guest: bool) -> None:
    """Refuse one more than a thread may have; the last ones are kept for the venue.

    :raises PolicyViolation: if there are so many already
    """
    most = most_of(is_guest=is_guest)
    if number >= most:
        raise PolicyViolation(
            f"There are {most} messages about this booking: you can write no more.", rule="messages"
        )


def require_not_hurried(
    written: Sequence[datetime], *, now: datetime, most: int = HOURLY, about: str = "one booking"
) -> None:
    """Refuse whoever has written as often as they may within the hour; these are the times when they did.

    :raises Throttled: with the seconds until the oldest of them is an hour ago
    """
    recent = sorted(moment for moment in written if moment > now - HOUR)
    if len(recent) >= most:
        left = recent[-most] + HOUR - now
        sentence = f"At most {most} messages an hour about {about}. Please wait a while."
        raise Throttled(sentence, retry_after=max(1, int(left.total_seconds())))


def after_message(kind: str) -> str:
    """Return how a thread stands once such a message was written; one that was closed is taken up again."""
    return ANSWERED if kind == ANSWER else OPEN

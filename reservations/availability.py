"""Availability: what is in the way of a span, and when there is room next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from reservations.errors import Conflict
from reservations.spans import LATEST, Span, gaps


@dataclass(frozen=True, slots=True)
class Occupied:
    """A room that is taken for a span; `kind` is one of held, pending, booked, occupied and blocked."""

    room: int
    span: Span
    kind: str = "booked"


def conflicts(span: Span, occupied: Iterable[Occupied]) -> list[Conflict]:
    """Return what is in the way of the span, in order of time, and nothing of whose it is."""
    found = [
        Conflict(taken.room, taken.span.start, taken.span.end, taken.kind)
        for taken in occupied
        if taken.span.overlaps(span)
    ]
    return sorted(found, key=lambda conflict: (conflict.start, conflict.room))


def next_free(
    occupied: Iterable[Span | Occupied],
    length: timedelta,
    after: datetime,
    open_spans: Iterable[Span],
    *,
    align: Callable[[datetime], datetime] = lambda moment: moment,
) -> Span | None:
    """Return the first span of that length, from `after` on, in which one room is open and free.

    :param align: lifts an instant to the next one at which a booking may start, as `policies.ceil_to_step`
    """
    taken = [item.span if isinstance(item, Occupied) else item for item in occupied]
    for opened in sorted(open_spans, key=lambda span: span.start):
        for gap in gaps(taken, within=opened):
            start = align(max(gap.start, after))
            if length <= (gap.end or LATEST) - start:
                return Span(start, start + length)
    return None

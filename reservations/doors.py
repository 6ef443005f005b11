"""Doors: what a screen says of one room at one instant, and what who stands there may do with it.

It is free, taken, out of use or closed, until some time. Who stands there may book it for a while from now
on, and stay a little longer in what runs, as far as nobody else comes and the terms allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from reservations.errors import PolicyViolation
from reservations.hours import Hours, open_spans
from reservations.policies import Policy, blocked, ceil_to_step, floor_to_step, violations
from reservations.spans import Span

FREE, TAKEN, BLOCKED, CLOSED = "free", "taken", "blocked", "closed"

LENGTHS = (15, 30, 60)
"""For how many minutes one may book at a door, from now on."""

LONGER = (15, 30)
"""By how many minutes more one may stay."""

_MET = frozenset({"starts_in_past", "notice"})
"""Rules that what runs already has met."""

_AHEAD = timedelta(days=1)  # more than anything at a door lasts


@dataclass(frozen=True, slots=True)
class Kept:
    """Time of a room that is somebody's: as people see it, and with the buffers that nobody else can have."""

    span: Span
    blocked: Span
    is_out_of_use: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a room is, and until when as far as anybody knows: of a closed one, when it opens."""

    kind: str
    until: datetime | None = None


def standing(kept: Iterable[Kept], openings: Sequence[Span] | None, *, now: datetime) -> Standing:
    """Return how the room is: taken if anybody has it, or as its hours say; free until the first of both.

    :param openings: when it is open, in order; None if it never closes
    """
    rows = list(kept)
    opened = _covering(openings, now)
    here = next((row for row in rows if _covers(row.blocked, now)), None)
    # After hours a buffer is nobody's: who reads the door then is told when it opens.
    if here is not None and (opened is not None or _covers(Span(here.blocked.start, here.span.end), now)):
        return Standing(BLOCKED if here.is_out_of_use else TAKEN, here.blocked.end)
    if opened is None:
        return Standing(CLOSED, next((span.start for span in openings or () if span.start > now), None))
    ends = [row.blocked.start for row in rows if row.blocked.start > now]
    return Standing(FREE, min([*ends, *filter(None, [opened.end])], default=None))


def _covering(openings: Sequence[Span] | None, now: datetime) -> Span | None:
    if openings is None:
        return Span(now, None)
    return next((span for span in openings if _covers(span, now)), None)


def _covers(span: Span, now: datetime) -> bool:
    return span.start <= now and (span.end is None or now < span.end)


@dataclass(frozen=True, slots=True)
class Door:
    """The terms of the room behind a door, at one instant."""

    policy: Policy
    hours: Hours
    zone: ZoneInfo
    now: datetime
    venue_name: str = "The venue"

    def broken_by(self, span: Span) -> list[PolicyViolation]:
        """Return every term that the span does not keep to."""
        return violations(
            span, self.policy, self.hours, now=self.now, zone=self.zone, venue_name=self.venue_name
        )

    def near(self, moment: datetime) -> datetime:
        """Return the instant next to that one at which a booking may end."""
        half = timedelta(minutes=self.policy.step_minutes) / 2
        return floor_to_step(moment + half, self.policy, self.zone)


def bookable(kept: Iterable[Kept], door: Door) -> tuple[list[Span], PolicyViolation | None]:
    """Return the spans that can be booked at the door, the shortest first; if there is none, why.

    They begin with the step that runs; where somebody has some of that, with the next. No reason is given
    where the room is taken or closed, for the door says so.
    """
    rows = list(kept)
    running = floor_to_step(door.now, door.policy, door.zone)
    broken: list[PolicyViolation] = []
    for start in dict.fromkeys((running, ceil_to_step(door.now, door.policy, door.zone))):
        ends = [door.near(max(start, door.now) + timedelta(minutes=minutes)) for minutes in LENGTHS]
        wanted = [Span(start, end) for end in _cut(ends, start, rows, door)]
        found = [span for span in wanted if _is_free(span, rows, door.policy)]
        broken += [one for span in reversed(found) for one in door.broken_by(span)[:1]]
        if allowed := [span for span in found if not door.broken_by(span)]:
            return allowed, None
    return [], next((one for one in broken if one.rule != "opening_hours"), None)


def longer(span: Span, others: Iterable[Kept], door: Door) -> list[datetime]:
    """Return until when what runs may be made to last, the soonest first."""
    if span.end is None:
        return []
    rows = list(others)
    ends = [door.near(span.end + timedelta(minutes=minutes)) for minutes in LONGER]
    return [
        end
        for end in _cut(ends, span.end, rows, door)
        if _is_free(Span(span.start, end), rows, door.policy)
        and all(one.rule in _MET for one in door.broken_by(Span(span.start, end)))
    ]


def _cut(ends: Iterable[datetime], start: datetime, rows: Iterable[Kept], door: Door) -> list[datetime]:
    """Return the ends, none later than when somebody else comes or it closes; each once."""
    buffer = timedelta(minutes=door.policy.buffer_after_minutes)
    most = [row.blocked.start - buffer for row in rows if row.blocked.start > start]
    opened = open_spans(door.hours, Span(start, start + _AHEAD), door.zone)
    most += [span.end for span in opened[:1] if span.end]
    last = floor_to_step(min(most), door.policy, door.zone) if most else None
    cut = [end if last is None else min(end, last) for end in ends]
    return [end for end in dict.fromkeys(cut) if end > max(start, door.now)]


def _is_free(span: Span, rows: Iterable[Kept], policy: Policy) -> bool:
    wanted = blocked(span, policy)
    return not any(wanted.overlaps(row.blocked) for row in rows)

"""Policies: the terms on which a room is let, and why a span does not keep to them.

Each rule is one small function that answers with a sentence, so that a refusal and the answer to
"why can't I?" are the same words. All of them are asked on every booking: none may cost more than the
few days a span touches, and one that is far too long is refused before its days are looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import NotRequired, TypedDict, Unpack
from zoneinfo import ZoneInfo

from reservations.errors import PolicyViolation
from reservations.hours import (
    MIDNIGHT,
    Hours,
    date_in_words,
    in_local_words,
    next_opening,
    open_spans,
    to_instant,
)
from reservations.spans import LONGEST, Span, counted, in_words

RULES = ("starts_in_past", "notice", "advance", "too_short", "too_long", "step", "opening_hours", "capacity")
"""The names of the rules checked here, for programs; stable and public, in the order they are told."""

_DAY_MINUTES = 24 * 60
_LONGEST_MINUTES = LONGEST // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """The terms of a type of room. Lengths of nights count 1440 minutes a night, however long it really is.

    `cancellation_steps` are (hours before the start, percent refunded); `unit` is the room type's:
    hour, night, open (until released) or leg (of a journey). No `max_minutes` means a year. With `payment`
    online (else desk or either), `deposit_percent` of the price is paid before a booking is confirmed.
    """

    step_minutes: int = 15
    min_minutes: int = 15
    max_minutes: int | None = None
    min_notice_minutes: int = 0
    max_advance_days: int | None = 365
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    needs_approval: bool = False
    hold_minutes: int = 10
    max_renewals: int = 2
    max_holds: int = 5
    max_held_rooms: int = 30
    cancel_until_minutes: int = 0
    cancellation_steps: tuple[tuple[int, int], ...] = ()
    payment: str = "either"
    deposit_percent: int = 100
    no_show_minutes: int | None = None
    check_in: time | None = None
    check_out: time | None = None
    unit: str = "hour"


class Asked(TypedDict):
    """What must be known beside the span, the policy and the hours; given by keyword."""

    now: datetime
    zone: ZoneInfo
    venue_name: NotRequired[str]
    party: NotRequired[int | None]
    capacity: NotRequired[int | None]
    rooms_called: NotRequired[Callable[[], str]]  # those that have this capacity, asked if it is too small


def violations(span: Span, policy: Policy, hours: Hours, **asked: Unpack[Asked]) -> list[PolicyViolation]:
    """Return every term the span does not keep to, in the order of RULES; nothing means it is welcome."""
    case = _Case(span, policy, hours, **asked)
    return [broken for rule in _RULES if (broken := rule(case)) is not None]


def require(span: Span, policy: Policy, hours: Hours, **asked: Unpack[Asked]) -> None:
    """Refuse a span that does not keep to the terms.

    :raises PolicyViolation: with the first rule it breaks
    """
    case = _Case(span, policy, hours, **asked)
    for rule in _RULES:
        if (broken := rule(case)) is not None:
            raise broken


def blocked(span: Span, policy: Policy) -> Span:
    """Return the time nobody else can have: the span with the policy's buffers around it."""
    if not policy.buffer_before_minutes and not policy.buffer_after_minutes:
        return span
    start = span.start - timedelta(minutes=policy.buffer_before_minutes)
    end = None if span.end is None else span.end + timedelta(minutes=policy.buffer_after_minutes)
    return Span(start, end)


def floor_to_step(moment: datetime, policy: Policy, zone: ZoneInfo) -> datetime:
    """Return when the running step began, by the venue's wall clock; a start back to then is not yet past."""
    local = moment.astimezone(zone)
    since_step = (local.hour * 60 + local.minute) % max(policy.step_minutes, 1)
    return moment - timedelta(minutes=since_step, seconds=local.second, microseconds=local.microsecond)


def ceil_to_step(moment: datetime, policy: Policy, zone: ZoneInfo) -> datetime:
    """Return the first instant from `moment` on at which a booking may start, as far as steps go."""
    floor = floor_to_step(moment, policy, zone)
    return moment if floor == moment else floor + timedelta(minutes=max(policy.step_minutes, 1))


@dataclass(slots=True)
class _Case:
    """One question to the rules."""

    span: Span
    policy: Policy
    hours: Hours
    now: datetime
    zone: ZoneInfo
    venue_name: str = "The venue"
    party: int | None = None
    capacity: int | None = None
    rooms_called: Callable[[], str] | None = None
    by_night: bool = field(init=False)
    length: timedelta | None = field(init=False)  # for the terms; None while the end is not known

    def __post_init__(self) -> None:
        span = self.span
        self.by_night = self.policy.unit == "night"
        self.length = None if span.end is None else span.end - span.start
        if self.by_night and span.end is not None:
            self.length = self.local(span.end).date() - self.local(span.start).date()

    @property
    def most_minutes(self) -> int:
        return self.policy.max_minutes or _LONGEST_MINUTES

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def words(self, moment: datetime) -> str:
        return in_local_words(moment, self.zone, seen_from=self.span.start)

    def length_words(self, minutes: int) -> str:
        return counted(-(-minutes // _DAY_MINUTES), "night") if self.by_night else in_words(minutes)

    def is_past(self) -> bool:
        if self.by_night:
            # Tonight's room may be taken until midnight, hours after check-in began.
            return self.local(self.span.start).date() < self.local(self.now).date()
        start, now = self.span.start, self.now
        return start < now and start < floor_to_step(now, self.policy, self.zone)

    def is_too_long(self) -> bool:
        if self.length is None:
            return self.policy.unit != "open"
        return self.length > timedelta(minutes=self.policy.max_minutes or _LONGEST_MINUTES)


def _starts_in_past(case: _Case) -> PolicyViolation | None:
    if not case.is_past():
        return None
    clock = f"{case.local(case.now):%H:%M}"
    return PolicyViolation(
        f"That time has passed: it is {clock} at {case.venue_name} now.", rule="starts_in_past"
    )


def _notice(case: _Case) -> PolicyViolation | None:
    notice = case.policy.min_notice_minutes
    if not notice or case.span.start >= case.now + timedelta(minutes=notice) or case.is_past():
        return None
    earliest = ceil_to_step(case.now + timedelta(minutes=notice), case.policy, case.zone)
    return PolicyViolation(
        f"{case.venue_name} asks for {in_words(notice)} of notice: "
        f"the earliest start now is {case.words(earliest)}.",
        rule="notice",
        until=earliest,
    )


def _advance(case: _Case) -> PolicyViolation | None:
    days = case.policy.max_advance_days
    if days is None or case.span.start - case.now < timedelta(days=days):
        return None
    date = case.local(case.span.start).date()
    if date <= case.local(case.now).date() + timedelta(days=days):
        return None
    opens_on = date - timedelta(days=days)
    return PolicyViolation(
        f"{case.venue_name} takes bookings up to {counted(days, 'day')} ahead: "
        f"this one from {date_in_words(opens_on)} on.",
        rule="advance",
        until=to_instant(opens_on, MIDNIGHT, case.zone),
    )


def _too_short(case: _Case) -> PolicyViolation | None:
    least = case.policy.min_minutes
    if case.length is None or case.length >= timedelta(minutes=least):
        return None
    return PolicyViolation(
        f"A booking at {case.venue_name} lasts at least {case.length_words(least)}.", rule="too_short"
    )


def _too_long(case: _Case) -> PolicyViolation | None:
    if not case.is_too_long():
        return None
    if case.span.end is None:
        return PolicyViolation(f"A booking at {case.venue_name} needs to say when it ends.", rule="too_long")
    most = case.length_words(case.most_minutes)
    return PolicyViolation(f"A booking at {case.venue_name} lasts at most {most}.", rule="too_long")


def _step(case: _Case) -> PolicyViolation | None:
    if case.by_night:
        return _check_in_times(case)
    # A timetable's minutes are its own, and a car comes and goes when it likes.
    if case.policy.unit != "hour":
        return None
    step = max(case.policy.step_minutes, 1)
    start, end = case.span.start, case.span.end
    if _on_step(case.local(start), step) and (end is None or _on_step(case.local(end), step)):
        return None
    steps = f"in steps of {in_words(step)}, counted from midnight"
    return PolicyViolation(f"Bookings at {case.venue_name} start and end {steps}.", rule="step")


def _on_step(local: datetime, step: int) -> bool:
    return not ((local.hour * 60 + local.minute) % step or local.second or local.microsecond)


def _check_in_times(case: _Case) -> PolicyViolation | None:
    check_in, check_out = case.policy.check_in, case.policy.check_out
    arrives = case.local(case.span.start).time()
    leaves = None if case.span.end is None else case.local(case.span.end).time()
    if check_in in (None, arrives) and (leaves is None or check_out in (None, leaves)):
        return None
    told = [f"{verb} at {at:%H:%M}" for verb, at in (("begin", check_in), ("end", check_out)) if at]
    return PolicyViolation(f"Stays at {case.venue_name} {' and '.join(told)}.", rule="step")


def _opening_hours(case: _Case) -> PolicyViolation | None:
    # Hours are laid out day by day, so a span of any length must not get here.
    if case.hours.always or case.is_too_long():
        return None
    start, end = case.span.start, case.span.end
    wanted = case.span if end else Span(start, start + timedelta(minutes=1))
    opened = open_spans(case.hours, wanted, case.zone)
    if opened == [wanted]:
        return None
    if opened and opened[0].start == start:
        closes = opened[0].end or start
        opens = opened[1].start if opened[1:] else next_opening(case.hours, closes, case.zone)
        return _closed(case, f"closes at {case.words(closes)}", opens)
    opens = opened[0].start if opened else next_opening(case.hours, start, case.zone)
    return _closed(case, f"opens at {case.words(opens)}" if opens else "is closed then", opens)


def _closed(case: _Case, verb: str, until: datetime | None) -> PolicyViolation:
    return PolicyViolation(f"{case.venue_name} {verb}.", rule="opening_hours", until=until)


def _capacity(case: _Case) -> PolicyViolation | None:
    if case.party is None or case.capacity is None or case.party <= case.capacity:
        return None
    where = f"in {case.rooms_called()}" if case.rooms_called else f"at {case.venue_name} here"
    return PolicyViolation(
        f"There is room for {case.capacity} {where}, not for {case.party}.", rule="capacity"
    )


_RULES: tuple[Callable[[_Case], PolicyViolation | None], ...] = (
    _starts_in_past,
    _notice,
    _advance,
    _too_short,
    _too_long,
    _step,
    _opening_hours,
    _capacity,
)

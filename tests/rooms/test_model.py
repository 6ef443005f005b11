"""Operations beside a model twin: whatever is tried in whatever order, tables and model stay the same.

The twin is twenty lines of rules in plain Python and knows no database, no lock and no query. Every
refusal must be one that the twin expects, with the same code and rule: none is given for free time.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from reservations import ReservationError, Span
from rooms import operations
from rooms.models import Allocation, Blocking, Booking, Change, Room, RoomPart
from tests.worlds import NOW, office, person, room

HALL, LEFT, RIGHT = "hall", "left", "right"
PARTS = {HALL: {LEFT, RIGHT}, LEFT: set(), RIGHT: set()}
# What is completed stays where it was, too: nobody books the past.
KEEPS = {"held", "confirmed", "checked_in", "completed", "blocked"}
HALF_HOUR, HOLD, MAX_RENEWALS, MAX_HOLDS = timedelta(minutes=30), timedelta(minutes=10), 2, 3
ABSENT = timedelta(minutes=20)  # after which nobody waits any longer for who has only the right half


@dataclass
class Kept:
    """A booking or a blocking as the twin knows it; in `rooms` are all that it takes."""

    state: str
    asked: frozenset
    span: Span
    guest: str = ""
    expires_at: object = None
    renewals: int = 0

    @property
    def rooms(self):
        return self.asked.union(*(PARTS[name] for name in self.asked))

    @property
    def board(self):
        """The rooms whose boards show it: those it takes, and the wholes above them."""
        return self.rooms | {whole for whole, parts in PARTS.items() if parts & self.rooms}

    def ran_out(self, now):
        return self.state == "held" and self.expires_at <= now


class Refused(Exception):
    def __init__(self, code, rule=None):
        super().__init__(code)
        self.answer = (code, rule)


@dataclass
class Twin:
    now: object = NOW
    kept: list = field(default_factory=list)
    revisions: Counter = field(default_factory=Counter)

    def take(self, one, besides=None):
        if one.state != "blocked":
            self.require_welcome(one)
        self.make_way(one, besides)
        self.kept.append(one)
        self.revisions.update(one.board)

    def require_welcome(self, one):
        quarter = self.now.replace(minute=self.now.minute // 15 * 15)
        if one.span.start < quarter:
            raise Refused("policy_violation", "starts_in_past")
        live = [old for old in self.kept if old.state == "held" and not old.ran_out(self.now)]
        if one.state == "held" and sum(old.guest == one.guest for old in live) >= MAX_HOLDS:
            raise Refused("policy_violation", "holds")

    def make_way(self, one, besides=None):
        standing = [
            old
            for old in self.kept
            if old is not besides
            and old.state in KEEPS
            and old.rooms & one.rooms
            and old.span.overlaps(one.span)
        ]
        if not all(old.ran_out(self.now) for old in standing):
            raise Refused("unavailable")
        for old in standing:
            self.end(old, "expired")

    def end(self, one, state):
        one.state = state
        self.revisions.update(one.board)

    def require(self, one, *states):
        if one.ran_out(self.now) or one.state == "expired":
            raise Refused("hold_expired")
        if one.state not in states:
            raise Refused("illegal_transition")

    def confirm(self, one):
        self.require(one, "held")
        one.expires_at = None
        self.end(one, "confirmed")

    def renew(self, one):
        self.require(one, "held")
        if one.renewals >= MAX_RENEWALS:
            raise Refused("policy_violation", "renewals")
        one.expires_at, one.renewals = self.now + HOLD, one.renewals + 1
        self.end(one, "held")

    def cancel(self, one):
        self.require(one, "held", "confirmed")
        if one.state == "confirmed" and one.span.start <= self.now:
            raise Refused("policy_violation", "begun")
        self.end(one, "cancelled")

    def check_in(self, one):
        self.require(one, "confirmed")
        if one.span.start > self.now:
            raise Refused("policy_violation", "not_begun")
        if one.span.end <= self.now:
            raise Refused("policy_violation", "ended")
        self.end(one, "checked_in")

    def complete(self):
        for one in self.kept:
            if one.state in ("confirmed", "checked_in") and one.span.end <= self.now:
                waits = one.state == "confirmed" and one.asked == {RIGHT}
                self.end(one, "no_show" if waits else "completed")

    def mark_no_shows(self):
        for one in self.kept:
            waits = one.state == "confirmed" and one.asked == {RIGHT}
            if waits and min(one.span.start + ABSENT, one.span.end) <= self.now:
                self.end(one, "no_show")

    def move(self, one, asked, span):
        self.require(one, "held", "confirmed", "checked_in")
        begun = one.state != "held" and one.span.start <= self.now
        if begun and (one.span.end <= self.now or span.start != one.span.start or span.end <= self.now):
            raise Refused("policy_violation", "begun")
        new = Kept("moving", asked, span)
        if span.start != one.span.start:
            self.require_welcome(new)
        self.make_way(new, besides=one)
        self.revisions.update(one.board | new.board)
        one.asked, one.span = asked, span

    def unblock(self, one):
        if one.state != "blocked":
            raise Refused("illegal_transition")
        self.end(one, "lifted")

    def expire(self):
        for one in self.kept:
            if one.ran_out(self.now):
                self.end(one, "expired")


asked_rooms = st.frozensets(st.sampled_from([HALL, LEFT, RIGHT]), min_size=1, max_size=2).filter(
    lambda asked: not (HALL in asked and len(asked) > 1)
)
spans = st.builds(
    lambda start, length: Span(NOW + start * HALF_HOUR, NOW + (start + length) * HALF_HOUR),
    st.integers(0, 6),
    st.integers(1, 4),
)
people = st.sampled_from(["guest", "rival"])


class Operations(RuleBasedStateMachine):
    bookings = Bundle("bookings")
    blockings = Bundle("blockings")

    @initialize()
    def begin(self):
        self.undone = transaction.atomic()
        self.undone.__enter__()
        assert not any(model.objects.exists() for model in (Room, Booking, Allocation, Change))
        venue = office(hours=None, max_holds=MAX_HOLDS, max_renewals=MAX_RENEWALS)
        waits = venue.policies.create(
            name="Waits", max_holds=MAX_HOLDS, max_renewals=MAX_RENEWALS, no_show_minutes=ABSENT.seconds // 60
        )
        strict = venue.types.create(name="Strict", capacity=9, policy=waits)
        self.rooms = {
            name: room(venue, name, capacity=9, type=strict if name == RIGHT else None) for name in PARTS
        }
        for part in (LEFT, RIGHT):
            RoomPart.objects.create(whole=self.rooms[HALL], part=self.rooms[part])
        self.people = {name: person(name) for name in ("guest", "rival")}
        self.twin, self.rows = Twin(), {}

    def teardown(self):
        if hasattr(self, "undone"):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def both(self, twins, ours):
        """Let the twin decide, and require the same of the operation: its answer, or its very refusal."""
        try:
            twins()
            expected = None
        except Refused as refusal:
            expected = refusal.answer
        try:
            answer = ours()
            told = None
        except ReservationError as refusal:
            answer, told = None, (refusal.code, getattr(refusal, "rule", None))
        assert told == expected
        return answer

    def place(self, asked):
        return [self.rooms[name] for name in sorted(asked)]

    @rule(target=bookings, asked=asked_rooms, span=spans, who=people, held=st.booleans())
    def take(self, asked, span, who, held):
        one = Kept("held" if held else "confirmed", asked, span, who)
        one.expires_at = self.twin.now + HOLD if held else None
        act = operations.hold if held else operations.book
        made = self.both(
            lambda: self.twin.take(one),
            lambda: act(self.place(asked), span, by=self.people[who], now=self.twin.now),
        )
        if made is not None:
            self.rows[id(one)] = made
        return one

    @rule(target=blockings, asked=asked_rooms, span=spans, is_open=st.booleans())
    def block(self, asked, span, is_open):
        span = Span(span.start + 4 * HALF_HOUR, None) if is_open else span
        one = Kept("blocked", asked, span)
        made = self.both(
            lambda: self.twin.take(one),
            lambda: operations.block(self.place(asked), span, by=None, now=self.twin.now),
        )
        if made is not None:
            self.rows[id(one)] = made
        return one

    def change(self, one, twins, ours):
        if id(one) in self.rows:
            row = self.rows[id(one)]
            by = self.people[one.guest] if one.guest else None
            self.both(lambda: twins(one), lambda: ours(row, by=by, now=self.twin.now))

    @rule(one=bookings)
    def confirm(self, one):
        self.change(one, self.twin.confirm, operations.confirm)

    @rule(one=bookings)
    def renew(self, one):
        self.change(one, self.twin.renew, operations.renew)

    @rule(one=bookings)
    def cancel(self, one):
        self.change(one, self.twin.cancel, operations.cancel)

    @rule(one=bookings)
    def check_in(self, one):
        self.change(one, self.twin.check_in, operations.check_in)

    @rule(one=bookings, asked=asked_rooms, span=spans)
    def move(self, one, asked, span):
        def ours(row, **who):
            return operations.move(row, span=span, rooms=self.place(asked), **who)

        self.change(one, lambda it: self.twin.move(it, asked, span), ours)

    @rule(one=bookings, halves=st.integers(1, 4))
    def make_longer_or_shorter(self, one, halves):
        span = Span(one.span.start, one.span.start + halves * HALF_HOUR)

        def ours(row, **who):
            return operations.move(row, span=span, **who)

        self.change(one, lambda it: self.twin.move(it, it.asked, span), ours)

    @rule(one=blockings)
    def unblock(self, one):
        self.change(one, self.twin.unblock, operations.unblock)

    @rule()
    def tidy(self):
        self.both(self.twin.expire, lambda: operations.expire_holds(now=self.twin.now))

    @rule()
    def let_time_end_things(self):
        self.both(self.twin.mark_no_shows, lambda: operations.mark_no_shows(now=self.twin.now))
        self.both(self.twin.complete, lambda: operations.complete_past(now=self.twin.now))

    @rule(minutes=st.sampled_from([1, 4, 5, 10, 10, 30]))
    def wait(self, minutes):
        self.twin.now += timedelta(minutes=minutes)

    @invariant()
    def tables_are_as_the_twin_says(self):
        if not hasattr(self, "twin"):
            return
        made = {self.rows[id(one)]: one for one in self.twin.kept}
        assert Booking.objects.count() + Blocking.objects.count() == len(made)
        for row, one in made.items():
            row.refresh_from_db()
            taken = set(row.allocations.filter(active=True).values_list("room__name", "starts_at", "ends_at"))
            kept = one.rooms if one.state in KEEPS else ()
            assert taken == {(name, one.span.start, one.span.end) for name in kept}
            if isinstance(row, Booking):
                assert (row.state, row.renewals) == (one.state, one.renewals)
                assert (row.starts_at, row.ends_at) == (one.span.start, one.span.end)
                assert one.state != "held" or row.expires_at == one.expires_at

    @invariant()
    def no_two_share_a_room_and_an_instant(self):
        rows = list(Allocation.objects.filter(active=True).order_by("room_id", "starts_at"))
        for one, other in pairwise(rows):
            assert one.room_id != other.room_id or (one.ends_at and one.ends_at <= other.starts_at)

    @invariant()
    def changes_are_numbered_without_a_gap_and_fold_into_the_tables(self):
        if not hasattr(self, "twin"):
            return
        seen, folded = Counter(), {}
        for change in Change.objects.select_related("room").order_by("room_id", "revision"):
            seen[change.room.name] += 1
            assert change.revision == seen[change.room.name]
            if change.before or change.after:
                folded[change.room_id, change.booking_id, change.blocking_id] = change.after
        assert seen == self.twin.revisions
        assert dict(Room.objects.values_list("name", "revision")) == {name: seen[name] for name in PARTS}
        told = {key for key, after in folded.items() if after.get("state") in KEEPS}
        rows = Allocation.objects.filter(active=True).values_list("room_id", "booking_id", "blocking_id")
        assert told == set(rows)


@pytest.mark.django_db
def test_operations_and_their_twin_never_part():
    run_state_machine_as_test(
        Operations,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""What becomes of a hold or a booking: confirmed, renewed, approved, declined, cancelled, or run out."""

from datetime import timedelta

import pytest

from reservations import (
    HoldExpired,
    IllegalTransition,
    Invalid,
    PolicyViolation,
    Unavailable,
)
from reservations.lifecycle import EXITS, MOVES, STATES
from rooms import events, operations
from rooms.models import Allocation, Booking, Change, Policy, Room, RoomPart, Venue
from rooms.queries.history import reasons_of
from tests.worlds import NOW, at, hall, office, rate, refused, room, rooms, span, traces

HOUR = span(9, 10)


def later(minutes):
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def hold(aurora, guest):
    return operations.hold(aurora, HOUR, by=guest, now=NOW)


@pytest.fixture
def booking(aurora, guest):
    return operations.book(aurora, HOUR, by=guest, now=NOW)


@pytest.fixture
def request_(guest, db):
    return operations.book(room(office("asks", needs_approval=True)), HOUR, by=guest, now=NOW)


def rows(booking):
    return set(booking.allocations.values_list("state", "active", "expires_at"))


class TestConfirming:
    def test_makes_a_hold_a_booking_that_never_expires(self, hold, guest, rival, aurora):
        confirmed = operations.confirm(hold, by=guest, now=later(9))

        assert (confirmed.state, confirmed.expires_at) == ("confirmed", None)
        assert rows(hold) == {("confirmed", True, None)}
        with refused(Unavailable):
            operations.book(aurora, HOUR, by=rival, now=later(60))

    def test_takes_the_last_details(self, hold, guest):
        details = operations.Details(title="Daily", party=3, note="Tea")

        operations.confirm(hold, by=guest, details=details, now=NOW)

        stored = Booking.objects.get(pk=hold.pk)
        assert (stored.title, stored.party, stored.note) == ("Daily", 3, "Tea")

    def test_checks_the_details(self, hold, guest):
        for details in (operations.Details(title="a\x00"), "Daily"):
            with refused(Invalid):
                operations.confirm(hold, by=guest, details=details, now=NOW)
        with refused(PolicyViolation, rule="capacity"):
            operations.confirm(hold, by=guest, details=operations.Details(party=9), now=NOW)

    def test_sends_a_request_where_the_policy_needs_approval(self, guest):
        place = room(office("asks", needs_approval=True))
        hold = operations.hold(place, HOUR, by=guest, now=NOW)

        assert operations.confirm(hold, by=guest, now=NOW).state == "pending"
        assert rows(hold) == {("pending", True, None)}

    def test_is_too_late_at_the_very_instant_it_runs_out(self, hold, guest):
        with refused(HoldExpired):
            operations.confirm(hold, by=guest, now=later(10))
        operations.confirm(hold, by=guest, now=later(10) - timedelta(microseconds=1))

    def test_is_too_late_in_the_same_words_once_somebody_tidied_up(self, hold, guest):
        with refused(HoldExpired) as before:
            operations.confirm(hold, by=guest, now=later(10))
        operations.expire_holds(now=later(10))

        with refused(HoldExpired, sentence=before.value.sentence):
            operations.confirm(hold, by=guest, now=later(11))

    def test_too_late_offers_the_same_again_and_more(self, hold, guest, birch, aurora):
        operations.move(hold, by=guest, rooms=birch, now=NOW)

        with refused(HoldExpired) as refusal:
            operations.confirm(hold, by=guest, now=later(10))

        first = refusal.value.alternatives[0]
        assert (first["rooms"], first["start"]) == ([birch.pk], "2026-11-23T09:00:00Z")

    def test_never_takes_back_what_somebody_else_has_by_now(self, hold, guest, rival, aurora):
        operations.book(aurora, HOUR, by=rival, now=later(10))

        with refused(HoldExpired):
            operations.confirm(hold, by=guest, now=later(10))

    def test_happens_once(self, hold, guest):
        operations.confirm(hold, by=guest, now=NOW)

        with refused(IllegalTransition, state="confirmed", move="confirm"):
            operations.confirm(hold, by=guest, now=NOW)

    def test_reads_the_booking_as_it_is_and_not_as_it_was_handed_over(self, hold, guest):
        stale = Booking.objects.get(pk=hold.pk)
        operations.cancel(hold, by=guest, now=NOW)

        with refused(IllegalTransition, state="cancelled"):
            operations.confirm(stale, by=guest, now=NOW)


class TestRenewing:
    def test_gives_the_full_time_again(self, hold, guest):
        renewed = operations.renew(hold, by=guest, now=later(4))

        assert renewed.expires_at == later(14)
        assert rows(hold) == {("held", True, later(14))}

    def test_is_done_twice_and_no_more(self, hold, guest):
        operations.renew(hold, by=guest, now=later(5))
        operations.renew(hold, by=guest, now=later(10))

        with refused(PolicyViolation, rule="renewals"):
            operations.renew(hold, by=guest, now=later(15))
        operations.confirm(hold, by=guest, now=later(15))

    def test_is_too_late_when_the_hold_ran_out(self, hold, guest):
        with refused(HoldExpired):
            operations.renew(hold, by=guest, now=later(10))

    def test_is_for_holds(self, booking, guest):
        with refused(IllegalTransition):
            operations.renew(booking, by=guest, now=NOW)


class TestDeciding:
    def test_approves(self, request_):
        approved = operations.approve(request_, by=None, now=NOW)

        assert approved.state == "confirmed"
        assert rows(request_) == {("confirmed", True, None)}

    def test_declines_and_frees_the_room(self, request_, rival):
        declined = operations.decline(request_, by=None, now=NOW)

        assert declined.state == "declined"
        place = Allocation.objects.get(booking=request_).room
        operations.book(place, HOUR, by=rival, now=NOW)

    def test_declines_for_a_reason_that_every_change_of_it_tells(self, guest):
        halls = hall(office("asks", needs_approval=True))
        made = operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW)

        made = operations.decline(made, by=None, reason=" The floor is polished. ", now=NOW)

        told = [one.after for one in Change.objects.filter(booking=made, kind="declined") if one.after]
        assert len(told) == 4
        assert {(one["state"], one["reason"]) for one in told} == {("declined", "The floor is polished.")}
        assert reasons_of([made, Booking(pk=made.pk + 1, state="declined")]) == {
            made.pk: "The floor is polished."
        }

    def test_declines_without_one_and_says_none(self, request_):
        declined = operations.decline(request_, by=None, now=NOW)

        assert "reason" not in Change.objects.get(booking=request_, kind="declined").after
        assert reasons_of([declined]) == {}

    @pytest.mark.parametrize("reason", ["x" * 201, "two\nlines", "\x00", "\u202ebackwards", 5, None])
    def test_declines_for_no_reason_that_is_too_long_or_unclean(self, request_, reason):
        before = traces()

        with refused(Invalid) as refusal:
            operations.decline(request_, by=None, reason=reason, now=NOW)

        assert list(refusal.value.field_errors) == ["reason"]
        assert traces() == before

    @pytest.mark.parametrize("decide", [operations.approve, operations.decline])
    def test_happens_once(self, decide, request_):
        operations.approve(request_, by=None, now=NOW)

        with refused(IllegalTransition, state="confirmed"):
            decide(request_, by=None, now=NOW)


class TestCancelling:
    def test_frees_the_room_at_once(self, booking, guest, rival, aurora):
        cancelled = operations.cancel(booking, by=guest, now=NOW)

        assert cancelled.state == "cancelled"
        assert rows(booking) == {("cancelled", False, None)}
        operations.book(aurora, HOUR, by=rival, now=NOW)

    def test_lets_a_hold_go(self, hold, guest, rival, aurora):
        operations.cancel(hold, by=guest, now=NOW)

        operations.book(aurora, HOUR, by=rival, now=NOW)

    def test_of_a_hold_that_ran_out_has_nothing_to_cancel(self, hold, guest):
        with refused(HoldExpired):
            operations.cancel(hold, by=guest, now=later(10))

    def test_happens_once(self, booking, guest):
        operations.cancel(booking, by=guest, now=NOW)

        with refused(IllegalTransition, state="cancelled", move="cancel"):
            operations.cancel(booking, by=guest, now=NOW)

    def test_is_too_late_for_guests_once_it_has_begun_and_for_staff_once_it_is_over(
        self, booking, guest, staff
    ):
        with refused(PolicyViolation, rule="begun"):
            operations.cancel(booking, by=guest, now=at(9))
        with refused(PolicyViolation, rule="begun"):
            operations.cancel(booking, by=staff, now=at(10))
        operations.cancel(booking, by=staff, now=at(9, 59))

    def test_keeps_to_the_notice_of_the_policy(self, guest):
        place = room(office("strict", cancel_until_minutes=120))
        booking = operations.book(place, HOUR, by=guest, now=NOW)

        sentence = "This booking could be cancelled until 07:00 on Monday."
        with refused(PolicyViolation, rule="cancel_until", sentence=sentence):
            operations.cancel(booking, by=guest, now=at(7))
        operations.cancel(booking, by=guest, now=at(6, 59))

    def test_frees_every_part_of_a_hall(self, venue, guest, rival):
        halls = hall(venue)
        operations.cancel(operations.book(halls["Grand Hall"], HOUR, by=guest, now=NOW), by=guest, now=NOW)

        assert not Allocation.objects.filter(active=True).exists()
        operations.book(halls["Hall B"], HOUR, by=rival, now=NOW)


DOES = {
    "confirm": operations.confirm,
    "renew": operations.renew,
    "describe": lambda booking, **who: operations.describe(booking, operations.Details("Review"), **who),
    "move": lambda booking, **who: operations.move(booking, span=span(11, 12), **who),
    "cancel": operations.cancel,
    "approve": operations.approve,
    "decline": operations.decline,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", DOES)
def test_only_the_moves_of_the_table_are_made(state, move, booking, staff):
    active = state in ("held", "pending", "confirmed", "checked_in")
    expires = later(10) if state in ("held", "expired") else None
    Allocation.objects.update(state=state, active=active, expires_at=expires)
    Booking.objects.update(state=state, expires_at=expires, kept=0 if state in EXITS else None)
    if state == "pending":
        Policy.objects.update(needs_approval=True)  # else whatever moves is booked there
        booking.venue.save()

    if (state, move) in MOVES:
        assert DOES[move](booking, by=staff, now=NOW).state == MOVES[state, move]
        return

    kind = HoldExpired if state == "expired" and move not in ("approve", "decline") else IllegalTransition
    with refused(kind):
        DOES[move](booking, by=staff, now=NOW)


class TestChanges:
    def test_are_numbered_without_a_gap_for_each_room(self, venue, guest, staff):
        one, other = rooms(venue, 2)
        hold = operations.hold([one, other], HOUR, by=guest, now=NOW)
        operations.renew(hold, by=guest, now=NOW)
        operations.confirm(hold, by=guest, now=NOW)
        operations.move(hold, by=guest, rooms=one, now=NOW)
        operations.unblock(operations.block(other, HOUR, by=staff, now=NOW), by=staff, now=NOW)
        operations.cancel(hold, by=guest, now=NOW)

        numbered = {
            place: list(Change.objects.filter(room=place).order_by("pk").values_list("revision", "kind"))
            for place in (one, other)
        }
        assert numbered == {
            one: list(enumerate(["held", "renewed", "booked", "moved", "cancelled"], 1)),
            other: list(enumerate(["held", "renewed", "booked", "moved", "blocked", "unblocked"], 1)),
        }
        one.refresh_from_db()
        other.refresh_from_db()
        assert (one.revision, other.revision) == (5, 6)

    def test_say_who_did_it_to_whom_and_when(self, hold, guest, staff):
        operations.confirm(hold, by=staff, now=later(2))

        change = Change.objects.latest("revision")
        assert (change.by, change.guest, change.booking, change.at) == (staff, guest, hold, later(2))
        assert (change.before["state"], change.after["state"]) == ("held", "confirmed")
        assert change.after["start"] == "2026-11-23T09:00:00Z"


def test_a_room_saved_from_an_old_form_does_not_count_its_changes_back(aurora, guest, rival):
    opened = Room.objects.get(pk=aurora.pk)
    operations.book(aurora, HOUR, by=guest, now=NOW)
    opened.name = "Aurora Hall"
    opened.save()

    operations.book(aurora, span(10, 11), by=rival, now=NOW)

    aurora.refresh_from_db()
    assert (aurora.name, aurora.revision) == ("Aurora Hall", 2)


@pytest.mark.parametrize("act", [operations.confirm, operations.cancel], ids=["confirm", "cancel"])
def test_what_is_rolled_back_is_never_said(act, hold, guest, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises((HoldExpired, PolicyViolation)):
        act(hold, by=guest, now=later(10))
    assert heard == []

    with django_capture_on_commit_callbacks(execute=True):
        act(hold, by=guest, now=later(9))
    assert [(list(change.rooms.values()), change.guests) for change in heard] == [([2], {guest.pk})]


def test_a_listener_that_fails_harms_nobody(hold, guest, heard, django_capture_on_commit_callbacks, caplog):
    def fail(change):
        raise RuntimeError("no bell")

    behind = []
    events.changed.connect(fail)
    events.changed.connect(behind.append)
    events.changed.connect(behind.append)  # twice, and it hears once
    try:
        with django_capture_on_commit_callbacks(execute=True):
            confirmed = operations.confirm(hold, by=guest, now=NOW)
    finally:
        events.changed.disconnect(fail)
        events.changed.disconnect(behind.append)

    assert confirmed.state == "confirmed"
    assert len(heard) == len(behind) == 1
    assert "no bell" in caplog.text


def test_a_hall_divided_anew_between_reading_and_locking_is_read_again(venue, guest):
    """Memory may be older than the tables; the lock shows it, and the operation starts over."""
    halls = hall(venue)
    hold = operations.hold(halls["Hall A"], HOUR, by=guest, now=NOW)
    pier = room(venue, "Pier", capacity=500)
    RoomPart.objects.bulk_create([RoomPart(whole=pier, part=halls["Hall A"])])  # memory hears nothing of it
    Venue.objects.filter(pk=venue.pk).update(terms_stamp=7)

    operations.confirm(hold, by=guest, now=NOW)

    assert list(Change.objects.filter(room=pier).values_list("revision", "kind")) == [(1, "booked")]


class TestWhatIsReturned:
    """An operation's answer is what a reader finds, field by field, of the same types."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda hold, guest: operations.confirm(hold, by=guest, now=NOW),
            lambda hold, guest: operations.renew(hold, by=guest, now=later(5)),
            lambda hold, guest: operations.cancel(hold, by=guest, now=NOW),
            lambda hold, guest: operations.move(
                operations.confirm(hold, by=guest, now=NOW), span=span(11, 12), by=guest, now=NOW
            ),
            lambda hold, guest: operations.release(hold, by=guest, now=NOW),
            lambda hold, guest: operations.check_in(
                operations.confirm(hold, by=guest, now=NOW), by=guest, now=at(9)
            ),
        ],
        ids=["confirm", "renew", "cancel", "move", "release", "check_in"],
    )
    def test_is_the_booking_as_it_is_kept(self, change, aurora, guest):
        rate(aurora.venue, 2400)
        details = operations.Details(title="Tea & ☕", party=3, note="“Quotes”")
        hold = operations.hold(aurora, HOUR, by=guest, details=details, now=NOW)

        done = change(hold, guest)

        assert fields_of(done) == fields_of(Booking.objects.get(pk=hold.pk))
        assert done.lines[0]["room"] == "Aurora"


def fields_of(booking):
    return {field.attname: getattr(booking, field.attname) for field in Booking._meta.concrete_fields}

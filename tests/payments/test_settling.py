"""Settling: what was paid beyond what is owed goes back, once, by the terms, and through the same gateway."""

from datetime import timedelta

import pytest

from payments import operations
from payments.gateways.protocol import Failed, GatewayDown
from payments.gateways.sandbox import SandboxGateway
from payments.models import LedgerEntry, Payment, Refund, SandboxRefund
from reservations import Forbidden, IllegalTransition, PolicyViolation, Span
from rooms import operations as rooms
from rooms.models import Change
from tests.payments.conftest import PRICE, SLOW, STAY, SUCCEEDS, fresh, paid, told, webhooks_arrive
from tests.worlds import NOW, at, hall, room

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(hold, guest):
    """A booking that is paid and confirmed."""
    operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
    return fresh(hold)


def refunds():
    return list(Refund.objects.order_by("pk").values_list("amount", "state"))


class TestACancelledBooking:
    def test_owes_the_money_back_once_it_is_told(self, booked, guest):
        rooms.cancel(booked, by=guest, now=NOW)

        told()

        assert (refunds(), paid(booked)) == ([(PRICE, "owed")], 0)

    def test_owes_it_once_however_often_it_is_settled(self, booked, guest):
        rooms.cancel(booked, by=guest, now=NOW)
        told()

        assert [operations.settle(booked) for _ in range(3)] == [[], [], []]
        assert refunds() == [(PRICE, "owed")]

    def test_gives_it_back_through_the_gateway_and_says_so(self, booked, guest):
        rooms.cancel(booked, by=guest, now=NOW)
        told()

        operations.send_refunds()

        assert refunds() == [(PRICE, "done")]
        assert list(SandboxRefund.objects.values_list("amount", flat=True)) == [PRICE]
        assert Change.objects.filter(kind="refunded").count() == 1

    def test_is_posted_from_owed_to_refunded(self, booked, guest):
        rooms.cancel(booked, by=guest, now=NOW)
        told()

        entries = LedgerEntry.objects.filter(refund__isnull=False).order_by("account")
        assert list(entries.values_list("account", "amount")) == [("owed", -PRICE), ("refunded", PRICE)]

    def test_gives_back_the_newest_payment_first(self, deposit, hold, guest, staff):
        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
        operations.take_at_desk(hold, "cash", by=staff, now=NOW)
        rooms.cancel(hold, by=guest, now=NOW)

        told()

        assert refunds() == [(14_000, "owed"), (6_000, "owed")]


class TestAHoldThatIsLetGo:
    def test_gives_back_what_was_paid_of_it(self, deposit, hold, guest, staff):
        operations.take_at_desk(hold, "cash", by=staff, amount=2_000, now=NOW)
        rooms.release(hold, by=guest, now=NOW)

        told()

        assert (refunds(), paid(hold)) == ([(2_000, "owed")], 0)


class TestWhatWasPaidAtTheDesk:
    @pytest.fixture
    def owed(self, hold, staff, guest):
        operations.take_at_desk(hold, "cash", by=staff, now=NOW)
        rooms.cancel(hold, by=guest, now=NOW)
        told()
        return Refund.objects.get()

    def test_waits_there_until_the_staff_hand_it_over(self, owed, staff, guest):
        operations.send_refunds(now=NOW + timedelta(days=30))
        assert (refunds(), fresh(owed).state_name) == ([(PRICE, "owed")], "Waits at the desk")
        with pytest.raises(Forbidden):
            operations.hand_back(owed, by=guest)

        operations.hand_back(owed, by=staff)

        assert (fresh(owed).state, Change.objects.get(kind="refunded").by) == ("done", staff)
        with pytest.raises(IllegalTransition):
            operations.hand_back(owed, by=staff)


class TestAMove:
    def test_to_a_shorter_stay_gives_the_rest_back(self, booked, staff):
        rooms.move(booked, by=staff, span=Span(STAY.start, at(11, day=8)), now=NOW)

        told()

        assert (refunds(), paid(booked)) == ([(10_000, "owed")], 10_000)

    def test_to_a_longer_stay_leaves_the_rest_to_be_paid(self, booked, guest, staff):
        rooms.move(booked, by=staff, span=Span(STAY.start, at(11, day=10)), now=NOW)
        told()

        payment = operations.pay(booked, by=guest, card=SUCCEEDS, now=NOW)

        assert (payment.captured, paid(booked), refunds()) == (10_000, 30_000, [])


class TestSending:
    @pytest.fixture
    def owed(self, booked, guest):
        rooms.cancel(booked, by=guest, now=NOW)
        told()
        return Refund.objects.get()

    def test_a_refund_twice_gives_it_back_once(self, owed):
        operations.send_refunds()
        Refund.objects.update(state="owed", done_at=None, next_at=NOW)  # its sender died before it said so

        operations.send_refunds()

        assert (refunds(), SandboxRefund.objects.count()) == ([(PRICE, "done")], 1)

    def test_is_tried_again_later_when_nobody_answers(self, owed, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr(SandboxGateway, "refund", _down)
            operations.send_refunds(now=NOW + timedelta(days=1))
        waiting = fresh(owed)

        operations.send_refunds(now=waiting.next_at)

        assert (waiting.state, fresh(owed).state) == ("owed", "done")

    def test_that_the_bank_refuses_leaves_it_to_the_desk(self, owed, staff, guest, monkeypatch):
        monkeypatch.setattr(SandboxGateway, "refund", lambda *args, **more: Failed("closed", "It is closed."))
        operations.send_refunds()
        assert fresh(owed).state == "failed"
        with pytest.raises(Forbidden):
            operations.hand_back(owed, by=guest)

        operations.hand_back(owed, by=staff)

        assert fresh(owed).state == "done"
        with pytest.raises(IllegalTransition):
            operations.hand_back(owed, by=staff)


def _down(*args, **kwargs):
    raise GatewayDown("timeout")


class TestMoneyThatComesTooLate:
    LATE = NOW + timedelta(minutes=11)

    def test_takes_the_rooms_again_if_they_are_free(self, slow, hold):
        rooms.expire_holds(now=self.LATE)
        told()

        slow(now=self.LATE)

        again = fresh(hold)
        assert (again.state, again.reference, paid(hold)) == ("confirmed", hold.reference, PRICE)
        booked = Change.objects.get(booking=hold, kind="booked")
        assert (booked.by, booked.after["because"]) == (hold.guest, "paid")

    def test_takes_them_also_where_nobody_wrote_yet_that_it_ran_out(self, slow, hold):
        slow(now=self.LATE)

        assert (fresh(hold).state, paid(hold)) == ("confirmed", PRICE)

    def test_goes_back_if_somebody_else_has_them(self, slow, hold, double, rival):
        rooms.hold(double, STAY, by=rival, now=self.LATE)

        slow(now=self.LATE)
        operations.send_refunds()

        assert (fresh(hold).state, paid(hold), refunds()) == ("expired", 0, [(PRICE, "done")])
        assert Change.objects.filter(kind="refunded", booking=hold).count() == 1

    def test_goes_back_if_the_guest_let_go(self, slow, hold, guest):
        rooms.cancel(hold, by=guest, now=NOW)
        told()

        slow(now=NOW)

        assert (fresh(hold).state, paid(hold), refunds()) == ("cancelled", 0, [(PRICE, "owed")])

    def test_is_not_given_back_between_its_coming_and_what_follows(self, slow, hold):
        """The hold expires, and is told so, while the payment that revives it is being followed."""
        rooms.expire_holds(now=self.LATE)
        Payment.objects.update(followed=False)

        told()

        assert refunds() == []


@pytest.fixture
def slow(hold, guest):
    """Begin a payment whose bank is slow; what comes back lets it answer."""
    operations.pay(hold, by=guest, card=SLOW, now=NOW)
    return webhooks_arrive


def test_a_hall_with_its_parts_comes_back_whole(venue, guest):
    whole = hall(venue)["Grand Hall"]
    booking = rooms.hold(whole, STAY, by=guest, now=NOW)
    late = NOW + timedelta(minutes=11)
    rooms.expire_holds(now=late)

    rooms.revive(booking, by=None, now=late)

    assert booking.allocations.filter(active=True, state="confirmed").count() == 4


def test_a_hold_whose_time_is_over_is_not_revived(venue, guest):
    booking = rooms.hold(room(venue, "7"), STAY, by=guest, now=NOW)
    rooms.expire_holds(now=NOW + timedelta(minutes=11))

    with pytest.raises(PolicyViolation):
        rooms.revive(booking, by=None, now=STAY.end)

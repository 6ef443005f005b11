"""Paying: a hold becomes a booking once its deposit is there, and is paid once however often one presses."""

from datetime import timedelta

import pytest

from payments import operations
from payments.errors import PaymentFailed
from payments.models import LedgerEntry, Payment
from reservations import (
    Forbidden,
    HoldExpired,
    IdempotencyMismatch,
    IllegalTransition,
    Invalid,
    NotFound,
    PolicyViolation,
)
from rooms import operations as rooms
from rooms.models import Change, Policy
from rooms.queries.terms import terms_of_venue
from rooms.views.happening import history
from tests.payments.conftest import (
    DECLINED,
    PRICE,
    SECOND_STEP,
    SLOW,
    STAY,
    SUCCEEDS,
    fresh,
    paid,
    state_of,
    states,
)
from tests.worlds import NOW

pytestmark = pytest.mark.django_db


class TestACardThatSucceeds:
    def test_pays_the_hold_and_confirms_it(self, hold, guest):
        payment = operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

        assert (payment.state, payment.captured, payment.followed) == ("captured", PRICE, True)
        assert (state_of(hold), paid(hold)) == ("confirmed", PRICE)

    def test_is_told_of_in_the_history_of_the_booking(self, hold, guest):
        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

        assert list(Change.objects.order_by("pk").values_list("kind", "by")) == [
            ("held", guest.pk),
            ("paid", guest.pk),
            ("booked", guest.pk),
        ]
        booked, *_ = history(fresh(hold), terms_of_venue(hold.venue), guest)
        assert (booked["sentence"], booked["by"]) == ("Booked, as it was paid", "you")

    def test_is_told_of_whoever_paid_for_the_guest(self, hold, staff):
        operations.pay(hold, by=staff, card=SUCCEEDS, now=NOW)

        booked = Change.objects.get(kind="booked")
        assert (booked.by, booked.after["because"]) == (staff, "paid")

    def test_is_posted_on_both_sides_of_the_ledger(self, hold, guest):
        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

        entries = LedgerEntry.objects.order_by("account").values_list("account", "amount")
        assert list(entries) == [("captured", PRICE), ("owed", PRICE)]

    def test_pays_the_deposit_first_and_then_the_rest(self, deposit, hold, guest):
        first = operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
        second = operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

        assert (first.captured, second.captured) == (6_000, 14_000)
        assert (state_of(hold), paid(hold)) == ("confirmed", PRICE)

    def test_leaves_no_trace_of_its_number(self, hold, guest, caplog):
        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

        rows = str([list(model.objects.values()) for model in _every_model()])
        digits = SUCCEEDS.replace(" ", "")
        assert digits not in rows
        assert SUCCEEDS not in rows
        assert digits not in caplog.text


def _every_model():
    from django.apps import apps

    return list(apps.get_app_config("payments").get_models())


class TestACardThatIsDeclined:
    def test_is_refused_in_the_banks_words_and_leaves_the_hold(self, hold, guest):
        with pytest.raises(PaymentFailed) as refusal:
            operations.pay(hold, by=guest, card=DECLINED, now=NOW)

        assert (refusal.value.status, refusal.value.reason) == (402, "card_declined")
        assert (state_of(hold), paid(hold), states(hold)) == ("held", 0, ["failed"])

    @pytest.mark.parametrize("card", ["abc", "-", "4242 4242 4242 4243"])
    def test_nobody_knows_is_refused(self, hold, guest, card):
        with pytest.raises(PaymentFailed) as refusal:
            operations.pay(hold, by=guest, card=card, now=NOW)

        assert (refusal.value.reason, state_of(hold), paid(hold)) == ("unknown_card", "held", 0)

    def test_may_be_followed_by_another_one(self, hold, guest):
        with pytest.raises(PaymentFailed):
            operations.pay(hold, by=guest, card=DECLINED, now=NOW)

        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

        assert (state_of(hold), states(hold)) == ("confirmed", ["failed", "captured"])

    def test_fails_again_with_the_same_key(self, hold, guest):
        for _ in range(2):
            with pytest.raises(PaymentFailed):
                operations.pay(hold, by=guest, card=DECLINED, key="once", now=NOW)

        assert states(hold) == ["failed"]


class TestPayingAgain:
    def test_pays_once_whatever_the_key(self, hold, guest):
        first = operations.pay(hold, by=guest, card=SUCCEEDS, key="one window", now=NOW)
        again = operations.pay(hold, by=guest, card=SUCCEEDS, key="another window", now=NOW)

        assert (again.pk, states(hold), paid(hold)) == (first.pk, ["captured"], PRICE)

    def test_while_the_bank_thinks_is_that_payment(self, hold, guest):
        first = operations.pay(hold, by=guest, card=SLOW, now=NOW)

        assert operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW).pk == first.pk

    def test_with_another_card_gives_up_what_waits_on_the_banks_page(self, hold, guest):
        operations.pay(hold, by=guest, card=SECOND_STEP, now=NOW)

        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

        assert (states(hold), paid(hold)) == (["cancelled", "captured"], PRICE)

    def test_with_a_key_that_paid_another_amount_is_refused(self, deposit, hold, guest):
        operations.pay(hold, by=guest, card=SUCCEEDS, key="once", now=NOW)

        with pytest.raises(IdempotencyMismatch):
            operations.pay(hold, by=guest, card=SUCCEEDS, key="once", amount=14_000, now=NOW)


class TestPayingIsRefused:
    def test_once_the_hold_ran_out_with_what_is_free_instead(self, hold, guest):
        with pytest.raises(HoldExpired) as refusal:
            operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW + timedelta(minutes=11))

        assert refusal.value.alternatives
        assert (states(hold), paid(hold)) == ([], 0)

    def test_to_strangers_as_if_there_were_no_booking(self, hold, rival):
        with pytest.raises(NotFound):
            operations.pay(hold, by=rival, card=SUCCEEDS, now=NOW)

    def test_where_the_desk_takes_the_money(self, double, venue, guest):
        Policy.objects.update(payment="desk")
        venue.save()
        booking = rooms.book(double, STAY, by=guest, now=NOW)

        with pytest.raises(PolicyViolation):
            operations.pay(booking, by=guest, card=SUCCEEDS, now=NOW)

    def test_for_a_booking_that_is_cancelled(self, hold, guest):
        rooms.cancel(hold, by=guest, now=NOW)

        with pytest.raises((IllegalTransition, PolicyViolation)):
            operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

    @pytest.mark.parametrize("amount", [-1, PRICE + 1, 0])
    def test_for_more_than_is_due_or_nothing(self, amount, hold, guest):
        with pytest.raises(Invalid):
            operations.pay(hold, by=guest, card=SUCCEEDS, amount=amount, now=NOW)

    @pytest.mark.parametrize("card", ["4" * 41, 4242, None, {}])
    def test_for_what_is_no_card_number(self, card, hold, guest):
        with pytest.raises(Invalid):
            operations.pay(hold, by=guest, card=card, now=NOW)


class TestTheDesk:
    def test_takes_cash_and_the_hold_is_a_booking(self, hold, staff):
        payment = operations.take_at_desk(hold, "cash", by=staff, now=NOW)

        assert (payment.state, payment.by, payment.gateway) == ("captured", staff, "desk")
        assert (state_of(hold), paid(hold)) == ("confirmed", PRICE)

    def test_takes_a_part_and_the_rest_later(self, hold, staff):
        operations.take_at_desk(hold, "cash", by=staff, amount=5_000, now=NOW)
        assert state_of(hold) == "held"

        operations.take_at_desk(hold, "terminal", by=staff, now=NOW)

        assert (state_of(hold), paid(hold)) == ("confirmed", PRICE)

    def test_takes_it_once_for_a_key(self, hold, staff):
        for _ in range(2):
            operations.take_at_desk(hold, "cash", by=staff, amount=5_000, key="once", now=NOW)

        assert paid(hold) == 5_000

    @pytest.mark.parametrize(("method", "amount"), [("cash", 6_000), ("terminal", 5_000)])
    def test_takes_nothing_else_for_the_same_key(self, hold, staff, method, amount):
        operations.take_at_desk(hold, "cash", by=staff, amount=5_000, key="once", now=NOW)

        with pytest.raises(IdempotencyMismatch):
            operations.take_at_desk(hold, method, by=staff, amount=amount, key="once", now=NOW)

        assert paid(hold) == 5_000

    def test_is_not_for_guests(self, hold, guest):
        with pytest.raises(Forbidden):
            operations.take_at_desk(hold, "cash", by=guest, now=NOW)

    def test_takes_no_shells(self, hold, staff):
        with pytest.raises(Invalid):
            operations.take_at_desk(hold, "shells", by=staff, now=NOW)


class TestWhatIsOnlyReserved:
    @pytest.fixture
    def request_(self, venue, double, guest):
        """A request that waits for approval, paid for by a card on which the money is reserved."""
        Policy.objects.update(needs_approval=True, payment="either")
        venue.save()
        booking = rooms.book(double, STAY, by=guest, now=NOW)
        operations.pay(booking, by=guest, card=SUCCEEDS, now=NOW)
        return booking

    def test_is_not_taken_before_the_venue_approves(self, request_):
        assert (state_of(request_), states(request_), paid(request_)) == ("pending", ["authorized"], 0)

    def test_is_taken_once_it_does(self, request_, staff):
        rooms.tell()
        rooms.approve(request_, by=staff, now=NOW)
        rooms.tell()

        operations.chase(now=NOW)

        assert (states(request_), paid(request_)) == (["captured"], PRICE)

    def test_is_let_go_if_it_does_not(self, request_, staff):
        rooms.decline(request_, by=staff, now=NOW)
        rooms.tell()

        operations.chase(now=NOW)

        assert (states(request_), paid(request_)) == (["cancelled"], 0)

    def test_may_be_taken_in_part_and_the_rest_is_let_go(self, request_, staff):
        payment = Payment.objects.get(booking=request_)

        operations.capture(payment, by=staff, amount=5_000, now=NOW)

        assert (fresh(payment).captured, paid(request_), states(request_)) == (5_000, 5_000, ["captured"])

    def test_is_not_taken_beyond_what_is_reserved(self, request_, staff):
        with pytest.raises(Invalid):
            operations.capture(Payment.objects.get(), by=staff, amount=PRICE + 1, now=NOW)

    def test_may_be_given_up_by_its_payer(self, request_, guest):
        operations.drop(Payment.objects.get(), by=guest, now=NOW)

        assert (states(request_), paid(request_)) == (["cancelled"], 0)

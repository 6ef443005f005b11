"""Goodwill: the venue gives back what it might keep, once, for a reason, and does not ask for it again."""

from datetime import timedelta

import pytest
from django.core import mail

from payments import operations, queries
from payments.models import LedgerEntry, Refund
from reservations import Forbidden, IllegalTransition, Invalid, Span
from rooms import operations as rooms
from rooms.models import Change
from tests.notifications.postal import deliver
from tests.payments.conftest import PRICE, STAY, SUCCEEDS, fresh, paid, told
from tests.payments.test_pages import browser_of
from tests.worlds import NOW, at

pytestmark = pytest.mark.django_db
COLD = "The heating was off for a night."


@pytest.fixture
def booked(hold, guest):
    """A booking that is paid and confirmed."""
    operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
    return fresh(hold)


def give_back(booking, amount, by, *, reason=COLD, seen=PRICE):
    return operations.give_back(booking, amount, by=by, reason=reason, seen=seen, now=NOW)


def due(booking):
    return queries.money_of(fresh(booking), now=NOW).due


class TestWhatIsGivenBack:
    def test_goes_back_through_its_gateway_and_is_not_due_again(self, booked, staff):
        give_back(booked, 5_000, staff)

        operations.send_refunds(now=NOW)

        refund = Refund.objects.get()
        assert (refund.amount, refund.state, refund.reason, refund.by) == (5_000, "done", COLD, staff)
        assert (paid(booked), due(booked)) == (PRICE - 5_000, 0)
        change = Change.objects.get(kind="refunded")
        assert (change.after["reason"], change.by) == (COLD, staff)
        entries = LedgerEntry.objects.filter(refund=refund).order_by("account")
        assert list(entries.values_list("account", "amount")) == [("owed", -5_000), ("refunded", 5_000)]

    def test_is_given_once_however_often_the_button_is_pressed(self, booked, staff):
        give_back(booked, 5_000, staff)

        with pytest.raises(IllegalTransition):
            give_back(booked, 5_000, staff)

        assert paid(booked) == PRICE - 5_000

    def test_leaves_a_longer_stay_to_be_paid(self, booked, staff):
        give_back(booked, 5_000, staff)

        rooms.move(booked, by=staff, span=Span(STAY.start, at(11, day=10)), now=NOW)

        assert due(booked) == 10_000

    @pytest.mark.parametrize("first", ["goodwill", "cancelled"])
    def test_is_not_kept_when_the_booking_is_cancelled(self, booked, guest, staff, first):
        late = STAY.start - timedelta(hours=30)  # half of it stays owed
        if first == "goodwill":
            give_back(booked, 5_000, staff)
            quoted = queries.money_of(fresh(booked), now=late).back(PRICE // 2)
        rooms.cancel(booked, by=guest, now=late)
        told()
        if first == "cancelled":
            give_back(booked, 5_000, staff, seen=PRICE // 2)
            quoted = PRICE // 2

        assert (paid(booked), due(booked)) == (PRICE // 2 - 5_000, 0)
        assert sum(Refund.objects.filter(reason="").values_list("amount", flat=True)) == quoted


class TestIsRefused:
    @pytest.mark.parametrize("amount", [0, -1, PRICE + 1])
    def test_more_than_was_paid_or_nothing(self, booked, staff, amount):
        with pytest.raises(Invalid):
            give_back(booked, amount, staff)

    def test_without_a_reason(self, booked, staff):
        with pytest.raises(Invalid):
            give_back(booked, 5_000, staff, reason=" ")

    def test_to_guests(self, booked, guest):
        with pytest.raises(Forbidden):
            give_back(booked, 5_000, guest)


class TestThePage:
    def test_says_what_it_does_before_it_is_done(self, booked, staff):
        browser, page = browser_of(staff), f"/bookings/{booked.reference}/"

        quoted = browser.get(page, {"give_back": "50.00", "reason": COLD}).content.decode()

        assert "€50.00 goes back the way it came. €150.00 stays paid" in quoted
        assert paid(booked) == PRICE
        browser.post(f"{page}refunds/", {"give_back": "50.00", "reason": COLD, "paid": PRICE})
        assert paid(booked) == PRICE - 5_000

    @pytest.mark.parametrize("typed", ["", "much", "900", "0"])
    def test_refuses_what_is_no_amount(self, booked, staff, typed):
        browser, page = browser_of(staff), f"/bookings/{booked.reference}/"

        assert browser.get(page, {"give_back": typed, "reason": COLD}).status_code == 200
        answer = browser.post(f"{page}refunds/", {"give_back": typed, "reason": COLD, "paid": PRICE})

        assert (answer.status_code, paid(booked)) == (400, PRICE)

    def test_shows_guests_no_form(self, booked, guest):
        page = browser_of(guest).get(f"/bookings/{booked.reference}/?give_back=50.00&reason=x").content

        assert b"Give money back" not in page


@pytest.mark.django_db(transaction=True)
def test_the_guest_reads_why(booked, staff):
    told()
    give_back(booked, 5_000, staff)
    operations.send_refunds(now=NOW)

    deliver()

    letter = mail.outbox[-1]
    assert letter.subject.startswith("Refunded:")
    assert COLD in letter.body
    assert "Amount: €50.00" in letter.body

"""`manage.py verify` names each way in which the books can be wrong, written past the operations."""

import pytest
from django.db import IntegrityError, connection, transaction

from payments import invariants, operations
from payments.models import Balance, LedgerEntry, Payment, Refund
from rooms import operations as rooms
from rooms.queries.invariants import INVARIANTS
from rooms.queries.verify import violations
from tests.payments.conftest import SUCCEEDS, told
from tests.worlds import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books_are_in_order(db):
    """Here they are not, and are put right by nobody."""
    return


@pytest.fixture
def refunded(hold, guest):
    """A booking that was paid and cancelled, and the money given back."""
    operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
    rooms.cancel(hold, by=guest, now=NOW)
    told()
    operations.send_refunds()
    told()
    assert violations() == {}


def _entry(account, **fields):
    LedgerEntry.objects.filter(account=account, amount__gt=0).update(**fields)


def _lost_refund():
    LedgerEntry.objects.update(refund=None)
    Refund.objects.all().delete()


BREAKS = {
    "an entry of another amount": (
        lambda: _entry("captured", amount=1),
        {
            "the_ledger_balances", "every_posting_has_two_sides", "a_balance_is_the_sum_of_its_ledger",
            "a_payment_is_the_sum_of_its_ledger",
        },
    ),
    "a balance of another amount": (
        lambda: Balance.objects.update(captured=20_001),
        {"a_balance_is_the_sum_of_its_ledger", "nobody_keeps_money_that_is_not_owed"},
    ),
    "a refund that is lost": (_lost_refund, {"a_payment_is_refunded_by_its_refunds"}),
    "another currency": (
        lambda: Payment.objects.update(currency="USD"),
        {"money_stays_in_its_currency"},
    ),
    "a payment that nobody looks after": (
        lambda: Payment.objects.update(followed=False),
        {"nobody_stays_pending"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", BREAKS)
def test_verify_names_what_is_broken(how, refunded):
    break_it, expected = BREAKS[how]

    break_it()

    assert set(violations()) == expected


def test_every_invariant_of_money_is_broken_by_one_of_these():
    named = {name for _, expected in BREAKS.values() for name in expected}

    ours = {look.__name__ for look in INVARIANTS if look.__module__ == invariants.__name__}
    assert named == ours


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE payments_payment SET refunded = captured + 1", "no_more_is_refunded_than_captured"),
        ("UPDATE payments_payment SET captured = amount + 1", "no_more_is_captured_than_asked"),
        ("UPDATE payments_balance SET refunded = captured + 1", "a_booking_gives_back_no_more_than_it_took"),
        ("UPDATE payments_refund SET done_at = NULL", "a_refund_that_is_done_says_when"),
    ],
)
def test_the_database_itself_refuses(statement, name, refunded):
    with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

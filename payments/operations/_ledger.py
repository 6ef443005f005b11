"""Post to the ledger: every movement of money in one place, under the lock of the booking's balance.

A posting is made once for each cause, in the transaction that changes the payment or refund it is about.
Lock order: the balance first, then rooms. No operation of rooms locks a balance, so nobody waits in a ring.
"""

import functools
import random
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, transaction

from payments.gateways import DESK
from payments.models import Balance, LedgerEntry, Payment, Refund
from reservations import Unready
from rooms.models import Booking

Account = LedgerEntry.Account
ATTEMPTS = 4
AGAIN = {"40P01", "40001"}  # a deadlock, a serialization failure
P = ParamSpec("P")
R = TypeVar("R")


def posting(operation: Callable[P, R]) -> Callable[P, R]:
    """Run the operation in one transaction, again where the database asks for it.

    :raises Unready: if a lock or the pool timed out, or three more attempts were not enough
    """

    @functools.wraps(operation)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        for number in range(ATTEMPTS):
            try:
                with transaction.atomic():
                    return operation(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", None) not in AGAIN or number == ATTEMPTS - 1:
                    raise Unready("The cash desk is busy. Please try again in a moment.") from error
                time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 -- jitter, not a secret
        raise AssertionError("The last attempt returns or raises.")

    return attempt


def locked(booking: Booking | int) -> Balance:
    """Lock the booking's balance until the transaction ends, and return it."""
    key = booking if isinstance(booking, int) else booking.pk
    Balance.objects.bulk_create([Balance(booking_id=key)], ignore_conflicts=True)
    return Balance.objects.select_for_update(no_key=True).get(pk=key)


def take(balance: Balance, payment: Payment, total: int, *, now: datetime) -> int:
    """Book that so much of the payment was captured in all, and return how much of it is new."""
    new = min(total, payment.amount) - payment.captured
    if new <= 0:
        return 0
    payment.captured += new
    balance.captured += new
    balance.save(update_fields=["captured"])
    cause = f"capture {payment.pk} to {payment.captured}"
    _post(payment, None, cause, {Account.CAPTURED: new, Account.OWED: new}, now)
    return new


def give_back(
    balance: Balance, payment: Payment, amount: int, *, by: Any, reason: str = "", now: datetime
) -> Refund:
    """Book that so much of the payment goes back, and owe it to whoever paid; for a reason, it is waived."""
    payment.refunded += amount
    payment.save(update_fields=["refunded"])
    balance.refunded += amount
    balance.waived += amount if reason else 0
    balance.save(update_fields=["refunded", "waived"])
    key = f"{payment.uuid}-refund-{payment.refunded}"
    # What came over the desk goes back over it: it waits for the staff, and is sent by nobody.
    sent_at = None if payment.gateway == DESK else now
    refund = Refund.objects.create(
        payment=payment, amount=amount, key=key, reason=reason, by=by, created_at=now, next_at=sent_at
    )
    _post(payment, refund, f"refund {refund.pk}", {Account.OWED: -amount, Account.REFUNDED: amount}, now)
    return refund


def _post(
    payment: Payment, refund: Refund | None, cause: str, amounts: dict[Account, int], now: datetime
) -> None:
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            booking_id=payment.booking_id,
            payment=payment,
            refund=refund,
            account=account,
            amount=amount,
            cause=cause,
            at=now,
        )
        for account, amount in amounts.items()
    )

"""What is read of money: what a booking's payments come to, what is due, and what would come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from payments.gateways import takes_cards
from payments.models import Balance, Payment, Refund
from reservations import lifecycle
from rooms.models import Booking, Policy

OWING = (*lifecycle.KEEPS_ROOM, lifecycle.COMPLETED)
"""The states of a booking whose whole price is owed."""


@dataclass(frozen=True, slots=True)
class Money:
    """What a booking's money comes to, in minor units."""

    price: int
    owed: int  # of the price, as the booking is now
    captured: int
    refunded: int  # given back, or on its way
    waived: int  # given back out of goodwill, and not owed any more
    deposit: int  # what has to be paid online to confirm it
    currency: str

    @property
    def paid(self) -> int:
        """What was paid and stays."""
        return self.captured - self.refunded

    @property
    def due(self) -> int:
        """What is still to be paid."""
        return max(0, self.owed - self.paid)

    def kept(self, by_terms: int) -> int:
        """Return what stays owed where the terms keep so much of the price."""
        return max(0, by_terms - self.waived)

    def back(self, by_terms: int) -> int:
        """Return what of the paid comes back where the terms keep so much of the price."""
        return max(0, self.paid - self.kept(by_terms))

    @property
    def to_confirm(self) -> int:
        """What is still to be paid to confirm it."""
        return max(0, self.deposit - self.paid)


def money_of(booking: Booking, *, now: datetime) -> Money:
    """Return what the booking's money comes to."""
    balance = Balance.objects.filter(pk=booking.pk).first() or Balance(booking_id=booking.pk)
    return Money(
        price=booking.price,
        owed=owed_of(booking, balance, now=now),
        captured=balance.captured,
        refunded=balance.refunded,
        waived=balance.waived,
        deposit=deposit_of(booking),
        currency=booking.currency,
    )


def owed_of(booking: Booking, balance: Balance, *, now: datetime) -> int:
    """Return what of the price the venue may keep: all of it while the booking lives, else what it kept.

    What it gave back out of goodwill, or forgave, it does not ask for again.
    """
    lives = booking.state in OWING and not has_run_out(booking, now=now)
    kept = booking.kept if booking.kept is not None else booking.price if lives else 0
    return max(0, kept - balance.waived - balance.forgiven)


def has_run_out(booking: Booking, *, now: datetime) -> bool:
    """Test whether the booking is a hold whose time is over, whether or not anybody wrote so yet."""
    if booking.state == lifecycle.EXPIRED:
        return True
    expires_at = booking.expires_at
    return booking.state == lifecycle.HELD and expires_at is not None and expires_at <= now


def policies_of(booking: Booking) -> list[Policy]:
    """Return the policies of the booking's rooms."""
    rows = Policy.objects.filter(types__rooms__allocations__booking=booking).distinct()
    return list(rows.order_by("pk"))


def deposit_of(booking: Booking) -> int:
    """Return what has to be paid online to confirm the booking: by the strictest policy, rounded up."""
    percent = max((policy.deposit_percent for policy in policies_of(booking)), default=100)
    return -(-booking.price * percent // 100)


def waits_for_approval(booking: Booking) -> bool:
    """Test whether the venue still has to approve the booking: then money is only reserved for it."""
    if booking.state == lifecycle.HELD:
        return any(policy.needs_approval for policy in policies_of(booking))
    return booking.state == lifecycle.PENDING


def ways_to_pay(booking: Booking) -> tuple[bool, bool]:
    """Return whether the booking may be paid online, and whether at the desk: as all its policies allow."""
    kinds = {policy.payment for policy in policies_of(booking)}
    if booking.price == 0:
        return False, True
    return takes_cards() and Policy.Payment.DESK not in kinds, Policy.Payment.ONLINE not in kinds


def payments_of(booking: Booking) -> list[Payment]:
    """Return the booking's payments with their refunds, the newest first, in two queries."""
    rows = Payment.objects.filter(booking=booking).select_related("by").order_by("-created_at", "-pk")
    return list(rows.prefetch_related("refunds"))


def refunds_of(payments: Sequence[Payment]) -> list[Refund]:
    """Return the payments' refunds, the newest first."""
    found = [refund for payment in payments for refund in payment.refunds.all()]
    return sorted(found, key=lambda refund: (refund.created_at, refund.pk), reverse=True)


def anything_due(*, now: datetime) -> bool:
    """Test whether a payment is to be looked after, or a refund to be sent."""
    return (
        Payment.objects.filter(next_at__lte=now).exists() or Refund.objects.filter(next_at__lte=now).exists()
    )

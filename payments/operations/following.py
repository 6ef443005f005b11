"""What follows from money that came: a hold becomes a booking, or what came too late goes back."""

from datetime import datetime

from payments import queries
from payments.models import Payment
from payments.operations._recording import fresh_booking
from payments.operations.settling import settle
from reservations import HoldExpired, IllegalTransition, NotFound, PolicyViolation, Unavailable, lifecycle
from rooms import operations as rooms
from rooms.models import Booking
from rooms.sql import database_now

SYSTEM = None
LOST = (Unavailable, PolicyViolation, NotFound)  # somebody else has a room, its time is over, it is gone


def follow(payment: Payment, *, now: datetime | None = None) -> Payment:
    """Do what follows from a payment, if it is not done, and return the payment as it is then.

    Whoever dies on the way leaves it to the clock: each step finds by itself whether it is done.
    """
    if payment.followed:
        return payment
    booking = fresh_booking(payment.booking_id)
    if _is_enough(payment, booking, now):
        _secure(booking, rooms.Paid(payment.by), now)
    settle(booking, finally_=True, now=now)
    done = Payment.objects.filter(pk=payment.pk, captured=payment.captured, state=payment.state)
    waits = payment.next_at if payment.state == Payment.State.AUTHORIZED else None
    done.update(followed=True, next_at=waits)
    return Payment.objects.select_related("booking__venue", "booking__guest").get(pk=payment.pk)


def _is_enough(payment: Payment, booking: Booking, now: datetime | None) -> bool:
    """Test whether the booking has what it takes to be confirmed: its deposit, taken or reserved."""
    money = queries.money_of(booking, now=now or database_now())
    reserved = payment.amount if payment.state == Payment.State.AUTHORIZED else 0
    return money.paid + reserved >= money.deposit > 0


def _secure(booking: Booking, paid: rooms.Paid, now: datetime | None) -> None:
    """Confirm the hold; or, if it ran out meanwhile, take its rooms again if they are free."""
    try:
        if booking.state == lifecycle.HELD:
            asks = queries.waits_for_approval(booking)
            rooms.confirm(booking, by=booking.guest or paid.by if asks else SYSTEM, paid=paid, now=now)
        elif booking.state == lifecycle.EXPIRED:
            rooms.revive(booking, by=SYSTEM, paid=paid, now=now)
    except HoldExpired:
        _secure_again(booking, paid, now)
    except (*LOST, IllegalTransition):
        pass  # What is not owed now goes back when it is settled.


def _secure_again(booking: Booking, paid: rooms.Paid, now: datetime | None) -> None:
    try:
        rooms.revive(booking, by=SYSTEM, paid=paid, now=now)
    except (*LOST, IllegalTransition):
        pass  # The same.

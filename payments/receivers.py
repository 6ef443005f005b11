"""Reacts to what happened to bookings: what they no longer owe goes back; what is reserved is decided."""

from collections.abc import Sequence
from typing import Any

from payments import operations
from payments.models import OPEN, Payment
from rooms import events
from rooms.models import Booking, Change

UNSETTLING = {"cancelled", "declined", "expired", "no_show", "moved", "released"}
DECIDING = UNSETTLING | {"approved", "booked"}


def owe_what_follows(sender: Any, changes: Sequence[Change], **kwargs: Any) -> None:
    """Owe back what the bookings no longer owe, once for each however many rooms they have.

    Only rows are written: money is sent, taken and released by the clock.
    """
    found: dict[int, Change] = {}
    for change in changes:
        if change.booking_id is not None and change.kind in DECIDING:
            found[change.booking_id] = change  # the last one counts, and settling reads the booking
    if not found:
        return
    paying = Payment.objects.filter(booking__in=found).values_list("booking_id", flat=True)
    for key in sorted(set(paying)):
        change = found[key]
        if change.booking is not None and change.kind in UNSETTLING:
            operations.settle(change.booking)
        reserved = Payment.objects.filter(booking=key, state=Payment.State.AUTHORIZED)
        reserved.update(next_at=change.at, looks=0)


def keeps_its_time(sender: Any, booking: Booking, **kwargs: Any) -> bool:
    """Test whether the guest left the page of a hold to pay for it elsewhere."""
    return Payment.objects.filter(booking=booking, state__in=OPEN).exists()


def pay_some(sender: Any, **lived: Any) -> None:
    """Let guests of the demo pay."""
    from payments import demo  # only where a demo is made

    demo.pay_some(sender, **lived)


def connect() -> None:
    """Listen to what is told once, to who leaves, and to the making of a demo."""
    events.leaving.connect(keeps_its_time, dispatch_uid="whoever pays is not away")
    events.lived.connect(pay_some, dispatch_uid="guests of the demo pay")
    events.told.connect(owe_what_follows, dispatch_uid="owe what follows from a change")

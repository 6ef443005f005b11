"""Owe letters because of what happened: written where it is told, in the same transaction, and sent later."""

from collections.abc import Iterable

from notifications.models import Notice
from rooms.models import Change
from rooms.sql import database_now

Kind = Notice.Kind
OWED = {
    "booked": Kind.BOOKED,
    "requested": Kind.REQUESTED,
    "approved": Kind.APPROVED,
    "declined": Kind.DECLINED,
    "moved": Kind.MOVED,
    "delayed": Kind.DELAYED,
    "cancelled": Kind.CANCELLED,
    "no_show": Kind.NO_SHOW,
    "expired": Kind.EXPIRED,
    "paid": Kind.PAID,
    "refunded": Kind.REFUNDED,
    "payment_failed": Kind.PAYMENT_FAILED,
}
"""Which kind of change owes which letter; the others owe none."""


def owe(changes: Iterable[Change]) -> int:
    """Write the letters that these changes owe to the bookings' guests, and return how many there may be.

    A booking of three rooms is three changes of one kind and instant, and one letter.
    """
    now = database_now()
    causes = {
        (change.booking_id, kind, change.at, change.guest_id): None
        for change in changes
        if (kind := kind_owed(change)) and change.booking_id and change.guest_id
    }
    notices = [
        Notice(booking_id=booking, kind=kind, at=at, recipient_id=guest, created_at=now, next_at=now)
        for booking, kind, at, guest in causes
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(notices)


def kind_owed(change: Change) -> Notice.Kind | None:
    """Return which letter the change owes: none while a booking is only held, and one if it was held in vain.

    A hold that its guest walked away from is not told of: they know, and did so on purpose.
    """
    kind = OWED.get(change.kind)
    was_held = (change.before or change.after).get("state") == "held"
    if was_held and kind in (Kind.MOVED, Kind.CANCELLED):
        return None
    if was_held and kind == Kind.EXPIRED:
        walked_away = change.booking is not None and change.booking.held_until is not None
        return None if walked_away else Kind.HELD_EXPIRED
    return kind

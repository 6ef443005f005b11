"""Owe letters because of what happened: written where it is told, in the same transaction, and sent later."""

from collections.abc import Collection, Iterable

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
    now, changes = database_now(), list(changes)
    left = walked_away(change.booking_id for change in changes if change.kind == "expired")
    causes = {
        (change.booking_id, kind, change.at, change.guest_id): None
        for change in changes
        if (kind := kind_owed(change, left)) and change.booking_id and change.guest_id
    }
    notices = [
        Notice(booking_id=booking, kind=kind, at=at, recipient_id=guest, created_at=now, next_at=now)
        for booking, kind, at, guest in causes
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(notices)


def walked_away(bookings: Iterable[int | None]) -> set[int | None]:
    """Return those of the bookings whose guest left the page of their hold, and did not come back."""
    ways = Change.objects.filter(booking__in=set(bookings), kind__in=["left", "back", "renewed"])
    last = dict(ways.order_by("at", "pk").values_list("booking", "kind"))
    return {booking for booking, kind in last.items() if kind == "left"}


def kind_owed(change: Change, left: Collection[int | None]) -> Notice.Kind | None:
    """Return which letter the change owes: none while a booking is only held, and one if it was held in vain.

    A hold that its guest walked away from is not told of: they know, and did so on purpose.
    """
    kind = OWED.get(change.kind)
    was_held = (change.before or change.after).get("state") == "held"
    if was_held and kind in (Kind.MOVED, Kind.CANCELLED):
        return None
    if was_held and kind == Kind.EXPIRED:
        return None if change.booking_id in left else Kind.HELD_EXPIRED
    return kind

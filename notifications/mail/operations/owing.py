"""Owe letters because of what happened: written where it is told, in the same transaction, and sent later."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from notifications.models import Notice
from reservations import lifecycle, messaging
from rooms.models import Change
from rooms.sql import database_now

Kind = Notice.Kind
OWED = {
    "booked": Kind.BOOKED,
    "requested": Kind.REQUESTED,
    "offered": Kind.OFFERED,
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
    "message": Kind.MESSAGE,
}
"""Which kind of change owes which letter; the others owe none."""
MOMENT = timedelta(seconds=15)  # in which a payment that is enough has made its hold a booking


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
    soon = _soon_booked(changes)
    notices = [
        Notice(
            booking_id=booking, kind=kind, at=at, recipient_id=guest, created_at=now,
            next_at=now + MOMENT if kind == Kind.PAID and booking in soon else now,
        )
        for booking, kind, at, guest in causes
    ]  # fmt: skip
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    _tell_with_it(notice for notice in notices if notice.kind == Kind.BOOKED)
    return len(notices)


def _soon_booked(changes: Iterable[Change]) -> set[int | None]:
    """Return the bookings that were paid while they were held: what books them is told next."""
    paid = {change.booking_id: change for change in changes if change.kind == "paid"}
    held = {key for key, one in paid.items() if one.booking and one.booking.state == lifecycle.HELD}
    untold = Change.objects.filter(booking__in=paid, kind="booked", told=False) if paid else ()
    return held | {one.booking_id for one in untold if one.pk > paid[one.booking_id].pk}


def _tell_with_it(booked: Iterable[Notice]) -> None:
    """Let the letter that it is booked tell of the money that made it so: one act, one letter."""
    for one in booked:
        paid = Notice.objects.filter(booking=one.booking_id, recipient=one.recipient_id, kind=Kind.PAID)
        paid.filter(state=Notice.State.WAITING, at__lte=one.at).update(
            state=Notice.State.SKIPPED, error="The letter that it is booked tells of it."
        )


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
    if kind == Kind.MESSAGE and change.after.get("kind") != messaging.ANSWER:
        return None  # what the guest wrote themselves
    was_held = (change.before or change.after).get("state") == "held"
    if was_held and kind in (Kind.MOVED, Kind.CANCELLED):
        return None
    if was_held and kind == Kind.EXPIRED:
        return None if change.booking_id in left else Kind.HELD_EXPIRED
    return kind

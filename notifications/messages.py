"""What a delivery says: a thin message, of which whoever may see more asks the API for the rest.

Everybody who may see a venue may subscribe to it, so its messages say what its board says: which room, when,
in what state, and neither whose booking it was nor how it ended. Staff, and guests of their own bookings,
are also told its reference.
"""

from typing import Any

import msgspec

from notifications.models import Delivery
from reservations import iso
from reservations.lifecycle import kind_of
from rooms.models import Change
from rooms.models.changes import ERASED, MESSAGES, PEOPLE, REPORTS

PING = "ping"
ENDS = frozenset({"cancelled", "declined", "expired", "no_show", "completed", "released"})
"""Kinds of changes that end a booking; on a board all of them look alike."""


def type_of(change: Change | None, *, knows: bool) -> str:
    """Return the type of the message; `knows` says whether the reader may know how a booking ended."""
    if change is None:
        return PING
    # Who paid for what, who writes to whom, who is invited, whose calendar wants the room, and who is gone.
    is_private = change.kind in (*REPORTS, *MESSAGES, *PEOPLE, "conflict", ERASED) and not knows
    if is_private or not (change.before or change.after):
        return "room.changed"  # Else it is the whole of a part to which something happened.
    if change.booking_id is None:
        return f"room.{change.kind}"
    kind = change.kind
    if not knows:  # that somebody waited for it is nobody else's business either
        kind = "released" if kind in ENDS else "held" if kind == "offered" else kind
    return f"booking.{kind}"


def message(delivery: Delivery, *, knows: bool) -> dict[str, Any]:
    """Return the message as the receiver reads it."""
    change, venue = delivery.change, delivery.webhook.venue
    told: dict[str, Any] = {"id": str(delivery.uuid), "type": type_of(change, knows=knows)}
    if change is None:
        return {**told, "at": iso(delivery.created_at), "venue": venue.slug if venue else None}
    span = change.after if "start" in change.after else change.before
    told |= {
        "at": iso(change.at),
        "venue": change.room.venue.slug,
        "room": change.room_id,
        "revision": change.revision,
        "start": span.get("start"),
        "end": span.get("end"),
        "state": kind_of(change.after.get("state", "")) if "start" in span else None,
    }
    if knows and change.booking is not None:
        told["booking"] = change.booking.reference
    return told


def encoded(told: dict[str, Any]) -> bytes:
    """Return the message as it is signed and sent."""
    return msgspec.json.encode(told)

"""What each kind of letter says; who reads it did not necessarily do it."""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.models import Notice

Kind = Notice.Kind


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one kind of letter."""

    subject: str
    heading: str
    sentence: str


WORDS: Mapping[Notice.Kind, Words] = {
    Kind.BOOKED: Words("Booked", "It is booked", "Nobody else can have it. You can change it on its page."),
    Kind.REQUESTED: Words(
        "Asked for", "Your request is sent", "The venue decides on it. Until then nobody else can have it."
    ),
    Kind.OFFERED: Words(
        "It is yours",
        "What you waited for is free, and held for you",
        "Nobody else can have it until the hold ends. One press books it; no need to log in.",
    ),
    Kind.APPROVED: Words("Approved", "Your request is approved", "The venue said yes: it is booked."),
    Kind.DECLINED: Words("Declined", "Your request is declined", "The venue said no, and nothing is owed."),
    Kind.HELD_EXPIRED: Words(
        "Your hold ran out",
        "Your hold ran out",
        "It was not confirmed in time and is free for others again.",
    ),
    Kind.EXPIRED: Words(
        "Your request ran out", "Your request ran out", "Nobody decided on it in time. Nothing is owed."
    ),
    Kind.MOVED: Words("Moved", "Your booking is moved", "From now on this holds."),
    Kind.DELAYED: Words("Late", "News of your departure", "Your seats and tickets stay as they are."),
    Kind.CANCELLED: Words("Cancelled", "Your booking is cancelled", "It is free for others again."),
    Kind.NO_SHOW: Words(
        "You were missed", "You were missed", "Nobody checked in, so the rest of the time is free for others."
    ),
    Kind.PAID: Words("Paid", "Your payment arrived", "Thank you. The receipt is on the page of the booking."),
    Kind.REFUNDED: Words(
        "Refunded", "Money comes back to you", "It goes the way it came; banks may take some days for it."
    ),
    Kind.PAYMENT_FAILED: Words(
        "Payment failed", "The payment failed", "Nothing was taken. You can try again on the booking's page."
    ),
    Kind.MESSAGE: Words("Answer", "You have an answer", ""),
    Kind.REMINDER: Words("Tomorrow", "See you tomorrow", "This is to remind you of your booking."),
}

MOVED_TO: Mapping[str, Words] = {
    "asked": Words(
        "Asked for",
        "Your booking is moved, and asked for there",
        "The venue decides on it. What was booked is given up; until then nobody else can have the new one.",
    ),
    "request": Words(
        "Asked for", "Your request is moved", "The venue decides on it. Until then nobody else can have it."
    ),
    "booked": Words("Booked", "Your request is moved, and booked", "No approval is needed there."),
}
"""The words of a move that makes of a booking a request, leaves it one, or makes of it a booking."""

UNASKED = Words("Message", "The venue has written", "")
"""The words of a letter with a message where its reader had not written anything."""

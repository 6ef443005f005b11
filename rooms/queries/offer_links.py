"""Links by which who waited takes what is held for them: signed, each for one hold, good for a week."""

from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner

from reservations import NotFound
from rooms.models import Booking

LASTS = timedelta(days=7)  # longer than any such hold
GONE = "This link is good no more. What is yours stands under your bookings."


def token_of(booking: Booking) -> str:
    """Return what the link in a letter carries: the hold's number, signed."""
    return _signer().sign(str(booking.pk))


def offered_by(token: str) -> Booking:
    """Return what the link is about, with its venue and guest.

    :raises NotFound: if it is none of this site's, cut off or old, or its guest may not log in any more
    """
    try:
        key = int(_signer().unsign(token, max_age=LASTS))
    except (BadSignature, ValueError):
        key = 0
    known = Booking.objects.select_related("venue", "guest").filter(guest__is_active=True)
    found = known.filter(pk=key).first()
    if found is None:
        raise NotFound(GONE)
    return found


def _signer() -> TimestampSigner:
    return TimestampSigner(sep=".", salt="rooms.offering")

"""Who may hear of what: asked when somebody subscribes, and again at each delivery."""

from typing import Any

from accounts import roles
from notifications.models import Webhook
from rooms.models import Booking, Venue


def may_hear(user: Any, venue: Venue | None) -> bool:
    """Test whether the person may hear of the venue's changes; of their own bookings anybody may."""
    if not user.is_active:
        return False
    return venue is None or venue.is_listed or roles.is_staff_at(user, venue.pk)


def knows_bookings(user: Any, webhook: Webhook) -> bool:
    """Test whether the owner is told which booking it was: of their own, and as staff of the venue."""
    return webhook.venue_id is None or roles.is_staff_at(user, webhook.venue_id)


def may_hear_of(webhook: Webhook, booking: Booking | None) -> bool:
    """Test whether a change of the booking is (still) the webhook's business."""
    return webhook.venue_id is not None or (booking is not None and booking.guest_id == webhook.owner_id)

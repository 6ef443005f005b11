"""The panel of a car on the page of one booking: its plate, its time so far, and its other bookings."""

from typing import Any

from django.http import HttpRequest

from reservations import lifecycle
from rooms import panels, permissions
from rooms.models import Booking, VenueKind
from rooms.queries.terms import terms_of_venue
from rooms.sql import database_now
from rooms.views.lot_words import length_words
from rooms.views.lots import running


def show() -> None:
    """Show the panel on the page of every booking that is for a car, or may be."""
    panels.add(panel)


def panel(request: HttpRequest, booking: Booking) -> tuple[str, dict[str, Any]] | None:
    """Return what the panel tells; None where nobody parks."""
    if booking.venue.kind != VenueKind.CAR_PARK and not booking.plate_sealed:
        return None
    now = database_now()
    runs = booking.starts_at <= now and booking.state in (lifecycle.CONFIRMED, lifecycle.CHECKED_IN)
    metered = booking.metered or booking.ends_at is None
    rooms = [row.room_id for row in booking.allocations.all() if row.active]
    told = running(booking, terms_of_venue(booking.venue), rooms, now) if runs and metered else {}
    return "includes/vehicle_panel.html", {
        "plate": permissions.plate_for(request.user, booking),
        "runs": runs,
        "pays": metered and booking.guest_id == request.user.pk,  # the staff let a car out, and pay nothing
        "length": length_words(now - booking.starts_at) if runs else "",
        "may_note": booking.state in lifecycle.KEEPS_ROOM,
        "is_staff": permissions.is_staff(request.user, booking.venue_id),
        "is_own": booking.guest_id == request.user.pk,
        "cost": told.get("cost", ""),
    }

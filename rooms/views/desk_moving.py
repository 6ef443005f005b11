"""Move a parked car: one page that lists the spots it may go to, and until when it can stay there."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from reservations import NotFound, ReservationError, iso
from rooms import operations, permissions
from rooms.models import Booking, Venue
from rooms.queries import lots
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, rooms_text, with_retry
from rooms.views.desks import back, venue_of_staff
from rooms.views.lot_words import until_words
from rooms.views.moving_to import place_chosen


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def move(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Ask where the car goes, and move it there; a refusal asks again."""
    venue = venue_of_staff(request, slug)
    found = asking.booking_called(reference, request.user)
    if found.venue_id != venue.pk:
        raise NotFound("There is no such booking.")
    if request.method != "POST":
        return render(request, "rooms/desk_move.html", _page(request, found, venue))
    try:
        rooms, span = place_chosen(found, request.user, asking.asked(request))
        operations.move(found, by=request.user, span=span, rooms=rooms)
    except ReservationError as refusal:
        context = {**_page(request, found, venue), "refusal": refusal}
        return with_retry(render(request, "rooms/desk_move.html", context, status=refusal.status), refusal)
    messages.success(request, "Moved.")
    return back(venue)


def _page(request: HttpRequest, found: Booking, venue: Venue) -> dict[str, Any]:
    return {
        "venue": venue,
        "booking": found,
        "rooms": rooms_text(found),
        "plate": permissions.plate_for(request.user, found),
        "spots": spots_of(terms_of_venue(venue), now=database_now()),
    }


def spots_of(terms: VenueTerms, *, now: datetime) -> list[dict[str, str]]:
    """Return where a car may go now, and until when it can stay there, where somebody comes later."""
    standing = lots.now_of(terms, now=now)
    free = [one.room for one in standing.values() if one.kind == "free"]
    until = lots.lasting(terms, [room.id for room in free], now=now)
    return [
        {
            "value": f"{room.id}@{iso(ends)}" if (ends := until[room.id]) else str(room.id),
            "name": room.name,
            "until": until_words(ends, terms, now) if ends else "",
        }
        for room in sorted(free, key=lambda room: until.get(room.id) is not None)
        if room.id in until
    ]

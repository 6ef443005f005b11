"""What pages about rooms by the hour share, before a room is chosen: a series, and several events."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from reservations import Invalid, NotAuthenticated, NotFound, iso
from rooms import forms
from rooms.models import Unit, Venue
from rooms.queries.rights import terms_seen
from rooms.queries.terms import VenueTerms
from rooms.views import asking
from rooms.views.answers import live_head


def opened(request: HttpRequest, slug: str) -> tuple[Venue, VenueTerms, asking.Asked]:
    """Return the venue, its terms as this person sees them, and the fields of the request.

    :raises NotAuthenticated: to who is not logged in
    :raises NotFound: if nothing there is booked by the hour
    """
    found = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to book.")
    terms, fields = terms_seen(found, request.user), asking.asked(request)
    if not any(room.unit == Unit.HOUR for room in terms.rooms.values()):
        raise NotFound("Nothing here is booked by the hour.")
    return found, terms, fields


def typed(value: Any, name: str, terms: VenueTerms) -> str:
    """Return a moment by the venue's clocks, or what was typed if it is none."""
    try:
        return forms.wall(asking.moment(value, name, terms.zone), terms.zone)
    except Invalid:
        return str(value)


def live_of(found: Venue, now: datetime, height: int) -> dict[str, Any]:
    """Return what the page's script begins with: it hears of the venue what is newer than the page."""
    return {
        **live_head(now),
        "venue": {"slug": found.slug, "timezone": found.timezone},
        "topics": {"venue": f"venue:{found.slug}"},
        "window": {"start": iso(now), "end": iso(now + forms.HOUR)},
        "revisions": {"venue": height},
    }

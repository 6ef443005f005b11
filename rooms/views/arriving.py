"""Come to a room: whoever reads the code beside its door goes on to their booking there, or to book it."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reservations import NotFound, Span
from rooms.models import Unit
from rooms.queries.guests import own_taken
from rooms.queries.rights import terms_seen
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering

SOON = timedelta(minutes=30)  # before a booking begins, its guest may stand there already


@never_cache
@require_safe
@answering
def here(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Go on to one's own booking that runs there now, or begins soon; whoever has none, to book the room."""
    venue = asking.venue_called(slug, request.user)
    terms, now = terms_seen(venue, request.user), database_now()
    room = terms.rooms.get(number)
    if room is None:
        raise NotFound("There is no such room here.")
    if reference := _own(request, number, now):
        return HttpResponseRedirect(reverse("rooms:booking", args=[reference]))
    if room.unit != Unit.HOUR:
        return HttpResponseRedirect(reverse("rooms:venue", args=[slug]))
    return HttpResponseRedirect(f"{reverse('rooms:book', args=[slug])}?{urlencode({'room': number})}")


def _own(request: HttpRequest, room: int, now: datetime) -> str:
    if not request.user.is_authenticated:
        return ""
    mine = own_taken(Q(booking__guest=request.user.pk), Span(now, now + SOON), rooms=[room], now=now)
    return mine[0].reference if mine else ""

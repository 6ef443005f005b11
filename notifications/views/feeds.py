"""The page of one's calendar addresses: make one, copy it, revoke it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notifications.calendars import operations
from notifications.calendars.entries import address
from notifications.calendars.queries import feeds_of, name_of, venues_for
from notifications.calendars.tokens import token_of
from reservations import NotAuthenticated, NotFound, ReservationError
from rooms.models import Room, Venue
from rooms.queries.rights import hidden_at
from rooms.texts import in_order
from rooms.views import asking
from rooms.views.answers import answering

LARGEST = 500  # venues in the list; a room is chosen among the rooms of one


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def feeds(request: HttpRequest) -> HttpResponse:
    """List the person's calendar addresses, and make one more."""
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to see your calendars.")
    if request.method != "POST":
        return _page(request)
    try:
        venue, room = _wanted(asking.asked(request), request.user)
        operations.make_feed(by=request.user, venue=venue, room=room)
    except ReservationError as refusal:
        return _page(request, refusal)
    messages.success(request, "Here is the address. Give it to nobody: whoever has it can read the calendar.")
    return HttpResponseRedirect(reverse("notifications:feeds"), status=303)


@require_POST
@answering
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    """Revoke one of the person's addresses."""
    if key > asking.LARGEST_ID:
        raise NotFound("There is no such calendar.")
    operations.revoke_feed(key, by=request.user)
    messages.success(request, "Revoked. Nobody reads this address any more.")
    return HttpResponseRedirect(reverse("notifications:feeds"), status=303)


def _wanted(fields: asking.Asked, user: Any) -> tuple[Venue | None, Room | None]:
    slug = fields.one("venue")
    if not slug:
        return None, None
    venue = asking.venue_called(_text(slug), user)
    if not fields.one("room"):
        return venue, None
    room = venue.rooms.filter(pk=asking.whole(fields.one("room"), "room"), archived_at=None).first()
    if room is None:
        raise NotFound("There is no such room here.")
    return venue, room


def _text(value: Any) -> str:
    """Return the text, or nothing where it is none that could be a name."""
    return value if isinstance(value, str) and value.isprintable() else ""


def _page(request: HttpRequest, refusal: ReservationError | None = None) -> HttpResponse:
    user: Any = request.user
    own = list(feeds_of(user))
    shown = [{"key": one.pk, "name": name_of(one), "address": _address(token_of(one.uuid))} for one in own]
    venues = venues_for(user)[:LARGEST]
    chosen = next((one for one in venues if one.slug == request.GET.get("venue")), None)
    context = {
        "feeds": shown,
        "has_own": any(one.venue_id is None for one in own),
        "venues": venues,
        "chosen": chosen,
        "rooms": _rooms(chosen, user) if chosen else (),
        "refusal": refusal,
    }
    return render(request, "notifications/feeds.html", context, status=refusal.status if refusal else 200)


def _rooms(venue: Venue, user: Any) -> list[Room]:
    hidden = hidden_at(venue, user)
    return in_order(room for room in venue.rooms.filter(archived_at=None) if room.pk not in hidden)


def _address(token: str) -> str:
    return address(reverse("notifications:feed", args=[token]))

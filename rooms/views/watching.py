"""Watch a room: the form at its venue, and the list of all one watches."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reservations import Invalid, NotAuthenticated, NotFound, ReservationError
from rooms import operations
from rooms.models import Room, Venue, VenueKind, Watch
from rooms.queries.rights import hidden_at
from rooms.queries.watching import called, watches_of
from rooms.texts import in_order
from rooms.views import asking
from rooms.views.answers import answering, problem, wants_json, with_retry

PAGE = 20  # watches
LISTED = 200  # rooms to choose from


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def watch(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which rooms of the venue can be watched; on a press of the button, watch one."""
    venue = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to watch a room.")
    if venue.kind == VenueKind.VEHICLE:
        raise NotFound("Seats are not watched one by one.")
    if request.method != "POST":
        return render(request, "rooms/watch.html", _form(request, venue))
    fields = asking.asked(request)
    try:
        room = _room(fields.one("room"), venue)
        begun = operations.watch(room.pk, by=request.user, by_mail=fields.one("mail") in ("on", "yes", True))
    except ReservationError as refusal:
        if wants_json(request):
            return problem(refusal)
        page = render(request, "rooms/watch.html", _form(request, venue, refusal), status=refusal.status)
        return with_retry(page, refusal)
    told = "is told here and by e-mail" if begun.by_mail else "is told here, on every page of yours"
    messages.success(request, f"You watch {called(room)}. What happens there {told}.")
    return HttpResponseRedirect(reverse("rooms:watching"), status=303)


def _room(asked: Any, venue: Venue) -> Room:
    number = asking.whole(asked, "room")
    found = Room.objects.filter(pk=number, venue=venue, archived_at=None).select_related("type").first()
    if found is None:
        raise NotFound("There is no such room here.")
    return found


def _form(request: HttpRequest, venue: Venue, refusal: ReservationError | None = None) -> dict[str, Any]:
    asked = asking.asked(request).one("room")
    found = venue.rooms.filter(archived_at=None).select_related("type")
    if hidden := hidden_at(venue, request.user):
        found = found.exclude(pk__in=hidden)
    known = {one.room_id: one for one in Watch.objects.filter(person=request.user.pk, room__venue=venue)}
    try:
        number = asking.whole(asked, "room")
    except Invalid:
        number = 0
    chosen, first = known.get(number), in_order(found)[: LISTED + 1]
    listed = first[:LISTED]
    if len(first) > LISTED and all(room.pk != number for room in listed):
        listed += found.filter(pk=number)  # whoever comes from a room finds that
    rooms = [{"id": room.pk, "label": called(room), "is_watched": room.pk in known} for room in listed]
    return {
        "venue": venue,
        "rooms": rooms,
        "listed": LISTED if len(first) > LISTED else None,
        "chosen": str(asked),
        "watched": [one for one in rooms if one["is_watched"]],
        "by_mail": chosen.by_mail if chosen else any(one.by_mail for one in known.values()),
        "refusal": refusal,
    }


@require_safe
@answering
def watching(request: HttpRequest) -> HttpResponse:
    """List the rooms that the person watches."""
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to see what you watch.")
    page = Paginator(watches_of(request.user), PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.label = called(one.room)  # type: ignore[attr-defined]
    return render(request, "rooms/watching.html", {"page": page, "most": operations.MOST_WATCHED})


@require_POST
@answering
def change(request: HttpRequest, room: int) -> HttpResponse:
    """Have mail tell of a room that is watched, or no longer."""
    found = Watch.objects.filter(person=request.user.pk, room=min(room, asking.LARGEST_ID)).first()
    if found is None:
        raise NotFound("You do not watch that room.")
    by_mail = asking.asked(request).one("mail") == "yes"
    operations.watch(found.room_id, by=_person(request), by_mail=by_mail)
    messages.success(request, "Mail tells you as well." if by_mail else "No more mails about it.")
    return HttpResponseRedirect(reverse("rooms:watching"), status=303)


@require_POST
@answering
def remove(request: HttpRequest, room: int) -> HttpResponse:
    """Watch a room no more."""
    if not operations.unwatch(min(room, asking.LARGEST_ID), by=_person(request)):
        raise NotFound("You do not watch that room.")
    messages.success(request, "You watch it no more.")
    return HttpResponseRedirect(reverse("rooms:watching"), status=303)


def _person(request: HttpRequest) -> Any:
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to change what you watch.")
    return request.user

"""The page of one room: for the staff who has it; for who looks after it what is said of it, and its end."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import roles
from reservations import Forbidden, NotAuthenticated, NotFound, ReservationError, Span
from reservations.rights import ARCHIVE, EDIT
from rooms import operations, permissions
from rooms.models import Blocking, Room, Venue, VenueKind
from rooms.queries.rights import terms_seen, verbs_of
from rooms.queries.terms import terms_of_venue
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, problem, wants_json
from rooms.views.room_taken import taken_page

MOST = 50  # times out of use that are listed


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def room(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show who has the room and what is said of it, as far as it is for this person, and change it."""
    venue = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to change a room.")
    found = _room(venue, number, request.user)
    verbs = verbs_of(found.pk, venue.pk, request.user) if venue.kind != VenueKind.VEHICLE else frozenset()
    reads = request.method != "POST" and permissions.is_staff(request.user, venue.pk)
    if EDIT not in verbs and not reads:
        raise Forbidden("This is for who may change the room. Ask the venue.")
    if request.method != "POST":
        return _page(request, found, verbs)
    fields = asking.asked(request)
    try:
        do = _ACTIONS.get(str(fields.one("do")))
        if do is None:
            raise asking.invalid("do", "Say what is to be done.")
        told = do(found, fields, request.user)
    except ReservationError as refusal:
        return problem(refusal) if wants_json(request) else _page(request, found, verbs, refusal)
    messages.success(request, told)
    where = "rooms:venue" if fields.one("do") == "archive" else "rooms:room"
    args = [slug] if where == "rooms:venue" else [slug, number]
    return HttpResponseRedirect(reverse(where, args=args), status=303)


def _room(venue: Venue, number: int, user: Any) -> Room:
    seats = venue.kind == VenueKind.VEHICLE and not permissions.is_staff(user, venue.pk)
    if seats or number not in terms_seen(venue, user).rooms:
        raise NotFound("There is no such room here.")
    found = Room.objects.get(pk=number)
    found.venue = venue
    return found


def _page(
    request: HttpRequest, found: Room, verbs: frozenset[str], refusal: ReservationError | None = None
) -> HttpResponse:
    typed = request.POST if refusal and request.POST.get("do") == "edit" else {}
    closed = Blocking.objects.filter(allocations__room=found, allocations__active=True, lifted_at=None)
    closed = closed.exclude(ends_at__lte=database_now())
    staff = permissions.is_staff(request.user, found.venue_id)
    context = {
        **(taken_page(found, terms_of_venue(found.venue), request.user) if staff else {}),
        "is_staff": staff,
        "may_edit": EDIT in verbs,
        "venue": found.venue,
        "room": found,
        "said": {name: typed.get(name, getattr(found, name)) for name in ("name", "floor", "capacity")},
        "closed": closed.distinct().order_by("starts_at", "pk")[:MOST],
        "may_archive": ARCHIVE in verbs,
        "gives_rights": roles.may(request.user, "edit_venue", found.venue_id),
        "refusal": refusal,
    }
    return render(request, "rooms/room.html", context, status=refusal.status if refusal else 200)


def _edit(found: Room, fields: asking.Asked, by: Any) -> str:
    capacity = asking.whole(fields.one("capacity"), "capacity", least=1, most=32_767)
    operations.edit_room(found, by=by, name=fields.one("name"), floor=fields.one("floor"), capacity=capacity)
    return "Saved."


def _block(found: Room, fields: asking.Asked, by: Any) -> str:
    now, zone = database_now(), found.venue.zone
    start = asking.moment(fields.one("start"), "start", zone) if fields.one("start") else now
    end = asking.moment(fields.one("end"), "end", zone) if fields.one("end") else None
    operations.block(found, Span(start, end), by=by, note=fields.one("note"))
    return "It is out of use then."


def _unblock(found: Room, fields: asking.Asked, by: Any) -> str:
    number = asking.whole(fields.one("blocking"), "blocking")
    blocking = Blocking.objects.filter(pk=number, venue=found.venue, allocations__room=found).first()
    if blocking is None:
        raise NotFound("There is no such blocking.")
    operations.unblock(blocking, by=by)
    return "Back in use."


def _archive(found: Room, fields: asking.Asked, by: Any) -> str:
    operations.archive_room(found, by=by)
    return f"{found.name} is archived. What it has seen stays."


_ACTIONS: Mapping[str, Callable[[Room, asking.Asked, Any], str]] = {
    "edit": _edit,
    "block": _block,
    "unblock": _unblock,
    "archive": _archive,
}

"""The staff's day at a venue: who comes, who is there, who leaves; and the gate of a car park."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reservations import Forbidden, NotAuthenticated, NotFound, ReservationError, Span
from rooms import operations, permissions
from rooms.models import Blocking, Booking, Display, Venue
from rooms.queries.terms import terms_of_venue
from rooms.queries.vehicles import of_plate, of_same_vehicle
from rooms.sql import database_now
from rooms.views import asking, desk_page
from rooms.views.answers import answering, booking_json, rooms_text, wants_json
from rooms.views.lot_words import until_words
from rooms.views.lots import one_room, wants_of

MOST_FOUND = 50  # bookings of one car


@require_safe
@answering
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the day at the venue, for its staff; to a page that says what it has, the parts that changed."""
    found = venue_of_staff(request, slug)
    context = desk_page.desk_page(request, found)
    if "have" not in request.GET:
        return render(request, "rooms/desk.html", context)
    parts = desk_page.changed_parts(request, context)
    return render(request, "rooms/desk_parts.html", {"parts": parts})


def venue_of_staff(request: HttpRequest, slug: str) -> Venue:
    """Return the venue, if this person works there.

    :raises Forbidden: if they know of it and do not
    """
    found = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to open the desk.")
    if not permissions.is_staff(request.user, found.pk):
        raise Forbidden("The desk is for the venue's staff.")
    return found


@require_POST
@answering
def walk_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Let in the car at the gate, and say where it goes."""
    found = venue_of_staff(request, slug)
    fields = asking.asked(request)
    key = fields.one("key")
    try:
        made = operations.walk_in(
            found, by=request.user, plate=fields.one("plate"), wants=wants_of(fields), key=key
        )
    except ReservationError as refusal:
        return desk_page.refused(request, found, refusal)
    if wants_json(request):
        return JsonResponse(booking_json(made), status=201)
    terms = terms_of_venue(found)
    until = until_words(made.ends_at, terms, made.starts_at) if made.ends_at else "until it is released"
    messages.success(request, f"{rooms_text(made)} is theirs {until}.")
    return back(found)


def back(found: Venue) -> HttpResponse:
    """Go back to the desk."""
    return HttpResponseRedirect(reverse("rooms:desk", args=[found.slug]), status=303)


@require_POST
@answering
def plates(request: HttpRequest, slug: str) -> HttpResponse:
    """Find a car by its plate; by POST, for addresses are kept in histories and logs."""
    found = venue_of_staff(request, slug)
    fields = asking.asked(request)
    plate, like = fields.one("plate"), fields.one("like")
    at_venue = Booking.objects.filter(venue=found).select_related("guest", "venue")
    at_venue = at_venue.prefetch_related("allocations__room")
    try:
        if like and not plate:
            known = asking.booking_called(str(like), request.user)
            plate, rows = permissions.plate_for(request.user, known), of_same_vehicle(at_venue, known)
        else:
            rows = of_plate(at_venue, plate)
    except ReservationError as refusal:
        return desk_page.refused(request, found, refusal)
    of_car = list(rows.order_by("-starts_at", "-pk")[:MOST_FOUND])
    context = desk_page.desk_page(request, found, plate=plate, of_car=of_car)
    return render(request, "rooms/desk.html", context)


@require_POST
@answering
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Take rooms out of use from now on, until somebody opens them again."""
    found = venue_of_staff(request, slug)
    fields = asking.asked(request)
    try:
        room = one_room(fields, found)
        if room is None:
            raise asking.invalid("room", "Choose what to close.")
        span = Span(database_now(), None)
        operations.block(room, span, by=request.user, reason="closed", note=fields.one("note"))
    except ReservationError as refusal:
        return desk_page.refused(request, found, refusal)
    messages.success(request, "Closed until you open it again.")
    return back(found)


@require_POST
@answering
def hang(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the venue a display."""
    found = venue_of_staff(request, slug)
    fields = asking.asked(request)
    try:
        room, floor = one_room(fields, found), fields.one("floor")
        name, acts = fields.one("name"), str(fields.one("acts") or Display.Acts.NOTHING)
        operations.hang(found, by=request.user, name=name, floor=floor, room=room, acts=acts)
    except ReservationError as refusal:
        return desk_page.refused(request, found, refusal)
    messages.success(request, "Open the display's address on the screen that hangs there.")
    return back(found)


def _ending(model: type[Blocking] | type[Display], end: Callable[..., Any], *, done: str) -> Any:
    """Return the view of a button that ends what one row of the venue's stands for."""

    @require_POST
    @answering
    def view(request: HttpRequest, slug: str, number: int) -> HttpResponse:
        found = venue_of_staff(request, slug)
        row = model._default_manager.filter(venue=found, pk=number).first()
        if row is None:
            raise NotFound(f"There is no such {model._meta.verbose_name}.")
        try:
            end(row, by=request.user)
        except ReservationError as refusal:
            return desk_page.refused(request, found, refusal)
        messages.success(request, done)
        return back(found)

    return view


reopen = _ending(Blocking, operations.unblock, done="Open again.")
revoke = _ending(Display, operations.revoke, done="The display is off.")

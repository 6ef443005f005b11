"""The staff's day at a venue: who comes, who is there, who leaves; and the gate of a car park."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts import roles
from reservations import Forbidden, NotAuthenticated, NotFound, ReservationError, Span, iso
from reservations.hours import day_span
from rooms import money, operations, panels, permissions
from rooms.models import Blocking, Booking, Display, Unit, Venue
from rooms.queries import desks, lots
from rooms.queries.cancelling import state_at
from rooms.queries.series import as_on
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue
from rooms.queries.timeline import revisions
from rooms.queries.vehicles import of_plate, of_same_vehicle
from rooms.queries.waiting import waiting_at
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, booking_json, live_head, problem, rooms_text, wants_json
from rooms.views.lot_words import length_words, until_words
from rooms.views.lots import one_room, wants_of
from rooms.views.telling import STATE_NAMES
from rooms.views.waiting_words import told

MOST_FOUND = 50  # bookings of one car


@require_safe
@answering
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the day at the venue, for its staff."""
    found = venue_of_staff(request, slug)
    return render(request, "rooms/desk.html", desk_page(request, found))


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


def desk_page(
    request: HttpRequest, found: Venue, *, refusal: ReservationError | None = None, plate: str = "",
    of_car: Any = None,
) -> dict[str, Any]:  # fmt: skip
    """Return everything the desk shows."""
    terms, now = terms_of_venue(found), database_now()
    today = day_span(now.astimezone(terms.zone).date(), terms.zone)
    revision = revisions([found.pk])[found.pk][1]  # first: what comes while the rest is read is news
    standing = lots.now_of(terms, now=now)
    waiting, wait = waiting_at(found, now=now)
    free = [one.room for one in standing.values() if one.kind == "free"]
    is_lot = any(room.unit == Unit.OPEN for room in terms.rooms.values())
    return {
        "venue": found,
        "zone_label": found.zone_label,
        "is_lot": is_lot,
        "manages": roles.manages(request.user, found.pk),
        "owns": roles.may(request.user, "manage_members", found.pk),
        "noun": next((room.noun for room in terms.rooms.values()), "Room"),
        "free": free,
        "spots": _spots(terms, free, now) if is_lot else [],
        "taken": len(standing) - len(free),
        "total": len(standing),
        "peak": lots.peak_of(found.pk, today, now=now),
        **_lists(request, terms, today, now, is_lot=is_lot),
        "panels": panels.panels_of_desk(terms, now=now),
        "waiting": told(waiting),
        "wait": wait,
        "closed": [_closed(one) for one in desks.closed(found.pk, now=now)[: desks.MOST]],
        "floors": sorted({room.floor for room in terms.rooms.values() if room.floor}),
        "rooms": list(terms.rooms.values()),
        "displays": _displays(request, found),
        "display_acts": Display.Acts.choices,
        "key": uuid.uuid4().hex,
        "plate": plate,
        "of_car": None if of_car is None else [_line(one, terms, now, request.user) for one in of_car],
        "refusal": refusal,
        "data": _data(found, today, revision, now),
    }


def _spots(terms: VenueTerms, free: Sequence[RoomTerms], now: datetime) -> list[dict[str, str]]:
    """Return where a car may be moved to, and until when it can stay there, where somebody comes later."""
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


def _lists(
    request: HttpRequest, terms: VenueTerms, today: Span, now: datetime, *, is_lot: bool
) -> dict[str, list[dict[str, Any]]]:
    """Return who asks, comes, leaves and is there."""
    rows: dict[str, Sequence[Booking] | QuerySet[Booking]] = {
        "requests": desks.requests(terms.id, now=now),
        "arrivals": desks.arrivals(terms.id, today, now=now),
        "departures": [] if is_lot else desks.departures(terms.id, today),
        "inside": desks.inside(terms.id, now=now),
    }
    return {
        name: [_line(one, terms, now, request.user) for one in some[: desks.MOST]]
        for name, some in rows.items()
    }


def _data(found: Venue, today: Span, revision: int, now: datetime) -> dict[str, Any]:
    return {
        **live_head(now),
        "venue": {"slug": found.slug, "timezone": found.timezone},
        "topics": {"desk": f"desk:{found.slug}", "mine": None},
        "revisions": {"desk": revision},
        "window": {"start": iso(today.start), "end": iso(today.end or now)},
    }


def _line(booking: Booking, terms: VenueTerms, now: datetime, by: Any) -> dict[str, Any]:
    """Return one booking as a line of the desk; of a series, its date of today."""
    booking = as_on(booking, day_span(now.astimezone(terms.zone).date(), terms.zone))
    rooms = [row.room_id for row in booking.allocations.all() if row.active]
    metered = booking.metered or booking.ends_at is None
    runs = booking.starts_at <= now and booking.state in ("confirmed", "checked_in")
    due = lots.so_far(booking, terms, rooms, until=now) if runs and metered else booking.price
    return {
        "booking": booking,
        "reference": booking.reference,
        "rooms": rooms_text(booking),
        "room_ids": rooms,
        "plate": permissions.plate_for(by, booking),
        "who": booking.guest.called if booking.guest else "",
        "state": state_at(booking, now),
        "state_name": STATE_NAMES[state_at(booking, now)],
        "length": length_words(now - booking.starts_at) if runs else "",
        "until": until_words(booking.ends_at, terms, now) if booking.ends_at else "",
        "kept_until": desks.kept_until(booking, terms, now=now) if booking.state == "confirmed" else "",
        "due": money.as_text(due, booking.currency) if due else "",
        "has_begun": booking.starts_at <= now and not booking.recurrence,
    }


def _closed(blocking: Blocking) -> dict[str, Any]:
    names = sorted({row.room.name for row in blocking.allocations.all() if row.active})
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return {"blocking": blocking, "rooms": shown}


def _displays(request: HttpRequest, found: Venue) -> list[dict[str, Any]]:
    hung = found.displays.filter(revoked_at=None).select_related("room").order_by("pk")
    return [
        {"display": one, "address": request.build_absolute_uri(reverse("rooms:display", args=[one.token]))}
        for one in hung
    ]


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
        return refused(request, found, refusal)
    if wants_json(request):
        return JsonResponse(booking_json(made), status=201)
    terms = terms_of_venue(found)
    until = until_words(made.ends_at, terms, made.starts_at) if made.ends_at else "until it is released"
    messages.success(request, f"{rooms_text(made)} is theirs {until}.")
    return back(found)


def refused(request: HttpRequest, found: Venue, refusal: ReservationError) -> HttpResponse:
    """Answer with the desk, and why not."""
    if wants_json(request):
        return problem(refusal)
    context = desk_page(request, found, refusal=refusal)
    return render(request, "rooms/desk.html", context, status=refusal.status)


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
        return refused(request, found, refusal)
    of_car = list(rows.order_by("-starts_at", "-pk")[:MOST_FOUND])
    context = desk_page(request, found, plate=plate, of_car=of_car)
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
        return refused(request, found, refusal)
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
        return refused(request, found, refusal)
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
            return refused(request, found, refusal)
        messages.success(request, done)
        return back(found)

    return view


reopen = _ending(Blocking, operations.unblock, done="Open again.")
revoke = _ending(Display, operations.revoke, done="The display is off.")

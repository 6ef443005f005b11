"""What the operator's staff does with departures: say that one is late, plan it anew, or call it off.

Each is shown before it is done: whom it touches, and what stands in its way.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import roles
from reservations import NotFound, ReservationError
from reservations.journeys import seat_with_coach
from rooms import money, operations
from rooms.models import Booking, Departure, Venue, VenueKind
from rooms.queries.departures import Run, run_of
from rooms.queries.running import MOST_SHOWN, lacking, planned_of, touched_by, upcoming
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, with_retry
from rooms.views.desks import venue_of_staff
from rooms.views.telling import STATE_NAMES

PAGE = 40  # departures
ACTS = ("late", "plan", "off")
DONE = {
    "late": "Said. Every passenger is told.",
    "plan": "Planned anew. Every passenger is told.",
    "off": "Cancelled. Every passenger is told, and gets back what they paid.",
}


@require_safe
@answering
def departures(request: HttpRequest, slug: str) -> HttpResponse:
    """List the departures of a vehicle that are not over, for its staff."""
    found = venue_of_staff(request, slug)
    now = database_now()
    page = Paginator(upcoming(found.pk, now=now), PAGE).get_page(request.GET.get("page"))
    context = {
        "venue": found,
        "page": page,
        "seats": found.rooms.filter(archived_at=None).count(),
        "planned": planned_of(found.pk, today=now.astimezone(found.zone).date()),
    }
    return render(request, "rooms/departures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def departure(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one departure and whom it carries; on a press, what a change would mean, and then do it."""
    venue = venue_of_staff(request, slug)
    run = _run(number, venue)
    fields = asking.asked(request)
    act = fields.one("act")
    if request.method != "POST" or act not in ACTS:
        return render(request, "rooms/departure.html", _page(request, run))
    try:
        change = _change(act, fields, run, request.user)
        if not fields.one("sure"):
            return render(request, "rooms/departure.html", {**_page(request, run), "preview": change})
        done = _do(change, run, request.user)
    except ReservationError as refusal:
        context = {**_page(request, run), "refusal": refusal, "typed": fields.values}
        return with_retry(render(request, "rooms/departure.html", context, status=refusal.status), refusal)
    messages.success(request, DONE[act])
    where = reverse("rooms:desk_departure", args=[done.vehicle.slug, done.pk])
    return HttpResponseRedirect(where, status=303)


def _run(number: int, venue: Venue) -> Run:
    run = run_of(min(number, asking.LARGEST_ID))
    if run.departure.vehicle_id != venue.pk:
        raise NotFound("There is no such departure.")
    return run


def _change(act: str, fields: asking.Asked, run: Run, user: Any) -> dict[str, Any]:
    """Return the change as it was asked for, and as the page shows it before it is done."""
    note = str(fields.one("note"))[:400]
    if act == "late":
        minutes = asking.whole(fields.one("minutes"), "minutes", most=2880)
        return {"act": act, "minutes": minutes, "note": note}
    if act == "off":
        return {"act": act, "note": note}
    zone = run.calls[0].zone
    leaves = asking.moment(fields.one("leaves"), "leaves", zone)
    later = leaves - run.departure.starts_at
    vehicle = run.departure.vehicle
    if fields.one("vehicle"):
        chosen = asking.whole(fields.one("vehicle"), "vehicle")
        known = {one.pk: one for one in _vehicles(user, vehicle)}
        if chosen not in known:
            raise NotFound("There is no such vehicle.")
        vehicle = known[chosen]
    return {
        "act": act,
        "leaves": leaves,
        "leaves_value": _value(leaves, run),
        "was": run.departure.starts_at,
        "later": later,
        "vehicle": vehicle,
        "lacking": lacking(run.departure, vehicle, later),
    }


def _do(change: dict[str, Any], run: Run, user: Any) -> Departure:
    found = run.departure
    if change["act"] == "late":
        return operations.delay(found, change["minutes"], note=change["note"], by=user)
    if change["act"] == "off":
        return operations.call_off(found, note=change["note"], by=user)
    return operations.replan(found, later=change["later"], vehicle=change["vehicle"], by=user)


def _page(request: HttpRequest, run: Run) -> dict[str, Any]:
    found, touched = run.departure, touched_by(run.departure)
    zone = run.calls[0].zone
    return {
        "venue": found.vehicle,
        "departure": found,
        "calls": [(one, one.arrives_at, one.departs_at, one.zone) for one in run.calls],
        "zone": zone,
        "is_over": found.ends_at <= database_now(),
        "touched": touched,
        "price": money.as_text(touched.price, found.vehicle.currency) if touched.price else "",
        "lines": [_line(one, run) for one in touched.shown],
        "more": max(0, touched.bookings - MOST_SHOWN),
        "leaves": _value(found.starts_at, run),
        "vehicles": _vehicles(request.user, found.vehicle),
    }


def _line(booking: Booking, run: Run) -> dict[str, Any]:
    rows = [row for row in booking.allocations.all() if row.active]
    ride = booking.journey
    return {
        "reference": booking.reference,
        "who": booking.guest.called if booking.guest else "",
        "seats": ", ".join(seat_with_coach(row.room.name, row.room.floor) for row in rows),
        "way": f"{run.calls[ride.first].place} to {run.calls[ride.last].place}",
        "state": booking.state,
        "state_name": STATE_NAMES[booking.state],
    }


def _value(moment: datetime, run: Run) -> str:
    """Return the moment as a field for a date and a time holds it."""
    return f"{moment.astimezone(run.calls[0].zone):%Y-%m-%dT%H:%M}"


def _vehicles(user: Any, own: Venue) -> list[Venue]:
    """Return the vehicles that the person may put in its place, its own first."""
    others = Venue.objects.filter(kind=VenueKind.VEHICLE).exclude(pk=own.pk).order_by("name", "pk")
    if not user.is_superuser:
        others = others.filter(pk__in=[key for key in roles.roles_of(user) if roles.is_staff_at(user, key)])
    return [own, *others[:200]]

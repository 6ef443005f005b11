"""Tickets: as a document for those who travel, and their check for those who let them in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reservations import Invalid, NotFound, PolicyViolation, ReservationError, iso, lifecycle
from rooms import operations, permissions, tickets
from rooms.models import Booking, Departure, Passenger
from rooms.queries.terms import terms_of_venue
from rooms.queries.tickets import CANCELLED, VALID, tickets_of
from rooms.sql import database_now
from rooms.views import asking, ticket_paper
from rooms.views.answers import answering, wants_json
from rooms.views.asking_journeys import departure_called
from rooms.views.telling import quote_of_cancelling
from rooms.views.ticket_codes import code_of

TITLES = {
    "ticket_used": ("is-used", "Used already"),
    "wrong_departure": ("is-refused", "Wrong departure"),
    "ticket_cancelled": ("is-refused", "Not valid"),
}


@require_safe
@answering
def document(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the tickets of a booking that are still worth something, as a PDF."""
    found = asking.booking_called(reference, request.user)
    run, issued = tickets_of(found)
    valid = [one for one in issued if one.state != CANCELLED]
    if run is None or not valid:
        raise NotFound("This booking has no tickets.")
    response = HttpResponse(ticket_paper.pdf(run, valid), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="tickets-{found.reference}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@answering
def give_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Cancel the passengers that were chosen; the others travel on."""
    found = asking.booking_called(reference, request.user)
    fields = asking.asked(request)
    chosen = [asking.whole(value, "passenger") for value in fields.many("passenger")]
    if not chosen:
        raise asking.invalid("passenger", "Choose who stays at home.")
    operations.cancel_passengers(found, chosen[:100], by=request.user)
    messages.success(request, "Their seats are given back.")
    return HttpResponseRedirect(reverse("rooms:booking", args=[found.reference]), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def check(request: HttpRequest, departure: int) -> HttpResponse:
    """Check tickets of a departure at its door; by the staff, and offline once the page is there."""
    found = departure_called(departure, request.user).departure
    permissions.require_staff(request.user, found.vehicle_id, "check tickets")
    verdict = None
    if request.method == "POST":
        verdict = _verdict(asking.asked(request), found, request.user)
        if wants_json(request):
            return JsonResponse(verdict)
    aboard = Passenger.objects.filter(journey__departure=found, allocation__active=True)
    context = {
        "departure": found,
        "calls": list(found.calls.all()),
        "verdict": verdict,
        "where": request.POST.get("where", ""),
        "aboard": aboard.exclude(used_at=None).count(),
        "expected": aboard.filter(journey__booking__state__in=["confirmed", "checked_in"]).count(),
        "data": {"departure": found.pk, "key": tickets.public_key(), "now": iso(database_now())},
    }
    return render(request, "rooms/check_tickets.html", context)


def _verdict(fields: asking.Asked, departure: Departure, user: Any) -> dict[str, Any]:
    """Return what to tell who holds the ticket, as the page and its script show it."""
    code, where = fields.one("ticket"), fields.one("where")
    try:
        passenger = operations.use_ticket(code, departure, where=where, by=user)
    except Invalid as refusal:
        return {"kind": "is-refused", "title": "Altered, or no ticket", "sentence": refusal.sentence}
    except PolicyViolation as refusal:
        kind, title = TITLES.get(refusal.rule, ("is-refused", "Not valid"))
        return {"kind": kind, "title": title, "sentence": refusal.sentence}
    except ReservationError as refusal:
        return {"kind": "is-refused", "title": "Not valid", "sentence": refusal.sentence}
    seat = passenger.allocation.room.name
    return {
        "kind": "is-valid",
        "title": f"Welcome: seat {seat}",
        "sentence": f"{passenger}, {passenger.kind}.",
    }


def panel(request: HttpRequest, booking: Booking) -> tuple[str, dict[str, Any]] | None:
    """Return the tickets for the page of a booking that is a journey."""
    run, issued = tickets_of(booking)
    if run is None:
        return None
    can_print = any(one.state != CANCELLED for one in issued)
    coded = [(one, code_of(one.ticket) if one.state == VALID else None) for one in issued]
    can_part = sum(one.state == VALID for one in issued) > 1
    told = {"tickets": coded, "run": run, "booking": booking, "can_print": can_print, "can_part": can_part}
    words = _back_in_words(request, booking) if can_part else ""
    return "includes/tickets.html", {"css": "css/journeys.css", "back_words": words, **told}


def _back_in_words(request: HttpRequest, booking: Booking) -> str:
    """Return what comes back for a seat that is given back now; of a hold nothing was paid."""
    if booking.state != lifecycle.CONFIRMED or not booking.price:
        return ""
    quoted = quote_of_cancelling(request.user, booking, database_now(), terms_of_venue(booking.venue))
    share = {100: "all", 0: "nothing"}.get(quoted.percent, f"{quoted.percent}\N{NO-BREAK SPACE}%")
    return f"Whoever stays at home gets {share} of their fare back."

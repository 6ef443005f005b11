"""The manager's day: one venue at a glance, live, with requests to decide on; and the same for a wall."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.asking import Place, managed_by
from reports.queries import today as queries
from reservations import Forbidden, NotFound, iso
from reservations.hours import day_span
from rooms import money
from rooms.models import Booking, Venue
from rooms.queries import desks
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.queries.words import span_in_words
from rooms.sql import database_now
from rooms.views.answers import answering
from rooms.views.mine import rooms_text

NEXT = 8  # rows of who comes and who goes
SEEN = 20  # requests to decide on


@require_safe
@never_cache
@answering
def today(request: HttpRequest) -> HttpResponse:
    """Show the day of one venue."""
    return _shown(request, "reports/today.html")


@require_safe
@never_cache
@answering
def wall(request: HttpRequest) -> HttpResponse:
    """Show it large, to read from across the room: no money, no names, nothing to press."""
    return _shown(request, "reports/wall.html")


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    mine = managed_by(request.user)
    place = _chosen(mine, request.GET.get("venue", ""))
    venue = Venue.objects.get(pk=place.id)
    terms, now = terms_of_venue(venue), database_now()
    local = now.astimezone(terms.zone)
    day = day_span(local.date(), terms.zone)
    context: dict[str, Any] = {
        "venue": venue,
        "venues": mine,
        "now": local,
        "occupancy": queries.occupancy(terms, now=now),
        "arrivals": queries.arrivals(venue.pk, day, now=now),
        "departures": queries.departures(venue.pk, day),
        "requests_count": desks.requests(venue.pk, now=now).count(),
        "alerts": queries.alerts(venue.pk, now=now),
        "coming": [_line(one, terms, now) for one in desks.arrivals(venue.pk, day, now=now)[:NEXT]],
        "leaving": [_line(one, terms, now) for one in desks.departures(venue.pk, day)[:NEXT]],
        "data": {
            "socket": "/ws/live/",
            "now": iso(now),
            "logged_in": True,
            "topics": {"desk": f"desk:{venue.slug}", "mine": None},
            "window": {"start": iso(day.start), "end": iso(day.end or now)},
        },
    }
    if template == "reports/today.html":
        came_in = queries.came_in(place, local, now=now)
        context["requests"] = [_line(one, terms, now) for one in desks.requests(venue.pk, now=now)[:SEEN]]
        context["came_in"] = [money.as_text(amount, coin) for amount, coin in came_in]
        context["nothing"] = money.as_text(0, venue.currency)
    return render(request, template, context)


def _chosen(mine: list[Place], slug: str) -> Place:
    """Return the venue that is asked for, or the first of theirs; of others nobody learns here."""
    found = next((place for place in mine if not slug or place.slug == slug), None)
    if found is None:
        raise NotFound("There is no such venue.") if slug else Forbidden("There is no venue yet.")
    return found


def _line(booking: Booking, terms: VenueTerms, now: datetime) -> dict[str, Any]:
    return {
        "reference": booking.reference,
        "rooms": rooms_text(booking),
        "who": (booking.guest.name or booking.guest.email) if booking.guest else "",
        "title": booking.title,
        "when": span_in_words(booking.starts_at, booking.ends_at, terms.zone),
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "is_late": booking.starts_at < now,
        "is_over": booking.ends_at is not None and booking.ends_at < now,
        "price": money.as_text(booking.price, booking.currency) if booking.price else "",
    }

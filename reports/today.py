"""The manager's day, live: every venue at a glance, or one with what to decide on; and both for a wall."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reports.asking import Place, managed_by
from reports.queries.hours import Hour, hour_by_hour
from reports.queries.today import Day, days, together
from reservations import NotFound, Span, iso
from reservations.hours import day_span
from rooms import money
from rooms.models import Booking, Unit, Venue
from rooms.queries import desks
from rooms.queries.series import as_on
from rooms.queries.terms import VenueTerms, terms_of_venue, terms_of_venues
from rooms.queries.timeline import revisions
from rooms.queries.words import span_in_words
from rooms.sql import database_now
from rooms.views.answers import answering, live_head, rooms_text

NEXT = 8  # rows of who comes and who goes
SEEN = 20  # requests to decide on
PAGE = 20  # venues at a glance: as many as one socket watches
MOMENT = timedelta(minutes=1)
HEIGHT = 100  # of a bar that is full


@require_safe
@never_cache
@answering
def today(request: HttpRequest) -> HttpResponse:
    """Show the day of one venue, or of all of theirs."""
    return _shown(request, "today")


@require_safe
@never_cache
@answering
def wall(request: HttpRequest) -> HttpResponse:
    """Show it large, to read from across the room: no money, no names, nothing to press."""
    return _shown(request, "wall")


def _shown(request: HttpRequest, page: str) -> HttpResponse:
    mine, slug = managed_by(request.user), request.GET.get("venue", "")
    if not slug and len(mine) > 1:
        return render(request, f"reports/{page}_venues.html", _of_all(request, mine))
    if not slug and not mine:  # only a superuser of an empty site comes here with none
        return render(request, "reports/no_venue.html")
    found = _of_one(_chosen(mine, slug))
    return render(request, f"reports/{page}.html", {**found, "venues": mine})


def _of_all(request: HttpRequest, mine: list[Place]) -> dict[str, Any]:
    now, page = database_now(), Paginator(mine, PAGE).get_page(request.GET.get("page"))
    venues = {venue.pk: venue for venue in Venue.objects.filter(pk__in=[place.id for place in page])}
    terms = terms_of_venues([venues[place.id] for place in page if place.id in venues])
    heights = revisions(own.id for own in terms)  # before the figures: what comes in between is fetched
    found = days(terms, now=now)
    cards = [{"venue": venues[own.id], **_figures(found[own.id], own.currency)} for own in terms]
    topics = [_topic(own, Span(now, now + MOMENT), heights) for own in terms]
    total = _figures(together(found.values()), terms[0].currency if terms else "")
    zones = {own.zone.key for own in terms}  # where all clocks agree, a wall shows their time
    zone = zones.pop() if len(zones) == 1 else timezone.get_current_timezone_name()
    data = {**live_head(now), "desks": topics}
    return {"page": page, "now": now, "zone": zone, "cards": cards, **total, "data": data}


def _of_one(place: Place) -> dict[str, Any]:
    venue = Venue.objects.get(pk=place.id)
    terms, now = terms_of_venue(venue), database_now()
    local, heights = now.astimezone(terms.zone), revisions([terms.id])
    day = day_span(local.date(), terms.zone)
    return {
        "venue": venue,
        "now": local,
        **_figures(days([terms], now=now)[venue.pk], venue.currency),
        **_bars(hour_by_hour(terms, day, now=now), terms, now),
        "requests": [_line(one, terms, now) for one in desks.requests(venue.pk, now=now)[:SEEN]],
        "coming": [_line(one, terms, now) for one in desks.arrivals(venue.pk, day, now=now)[:NEXT]],
        "leaving": [_line(one, terms, now) for one in desks.departures(venue.pk, day)[:NEXT]],
        "data": {**live_head(now), "desks": [_topic(terms, day, heights)]},
    }


def _chosen(mine: list[Place], slug: str) -> Place:
    """Return the venue that is asked for, or the only one; of others nobody learns here."""
    found = next((place for place in mine if not slug or place.slug == slug), None)
    if found is None:
        raise NotFound("There is no such venue.")
    return found


def _figures(day: Day, currency: str) -> dict[str, Any]:
    came_in = day.came_in or ((0, currency),)
    return {"day": day, "came_in": [money.as_text(amount, coin) for amount, coin in came_in if coin]}


def _bars(hours: list[Hour], terms: VenueTerms, now: datetime) -> dict[str, Any]:
    """Return the picture of the day, a bar for each hour, and what it shows in words."""
    fullest = max(hours, key=lambda hour: hour.share)
    bars = [
        {
            "clock": f"{hour.start.astimezone(terms.zone):%H:%M}",
            "share": hour.share,
            "x": place * 10,
            "y": HEIGHT - min(hour.share, 100),
            "height": min(hour.share, 100),
            "is_past": hour.start + timedelta(hours=1) <= now,
            "is_now": hour.start <= now < hour.start + timedelta(hours=1),
            "is_named": place % 3 == 0,
        }
        for place, hour in enumerate(hours)
    ]
    clock = f"{fullest.start.astimezone(terms.zone):%H:%M}"
    words = f"Fullest from {clock}: {fullest.share} % in use" if fullest.share else "Nothing is in use today"
    return {"bars": bars, "width": 10 * len(bars), "fullest": words}


def _topic(terms: VenueTerms, window: Span, heights: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    return {
        "topic": f"desk:{terms.slug}",
        "start": iso(window.start),
        "end": iso(window.end or window.start + MOMENT),
        "revision": heights[terms.id][1] if terms.id in heights else 0,
    }


def _line(booking: Booking, terms: VenueTerms, now: datetime) -> dict[str, Any]:
    day = day_span(now.astimezone(terms.zone).date(), terms.zone)
    units = {terms.rooms[row.room_id].unit for row in booking.allocations.all() if row.room_id in terms.rooms}
    by_night = Unit.NIGHT in units  # whose guests may come until the day is over
    when = booking.series_words if booking.state == "pending" else ""
    booking = as_on(booking, day)
    expected = day.start if by_night else now
    return {
        "reference": booking.reference,
        "rooms": rooms_text(booking),
        "who": booking.guest.called if booking.guest else "",
        "title": booking.title,
        "when": when or span_in_words(booking.starts_at, booking.ends_at, terms.zone),
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "is_late": booking.starts_at < expected and not booking.recurrence,
        "is_over": booking.ends_at is not None and booking.ends_at < now,
        "price": money.as_text(booking.price, booking.currency) if booking.price else "",
    }

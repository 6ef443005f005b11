"""The page of a venue's incoming calendars, for its managers: how each is doing, and where they conflict."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notifications.incoming import operations, queries
from notifications.models import LONGEST_URL, IncomingCalendar
from reservations import NotFound, ReservationError, iso
from reservations.hours import day_span
from rooms.models import Venue
from rooms.queries.terms import terms_of_venue
from rooms.queries.timeline import revisions
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, live_head
from rooms.views.auditing import venue_of
from rooms.views.lots import one_room

PAGE = 50  # calendars
MAY = "edit_venue"
WORDS = ("room", "name", "url", "every")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def calendars(request: HttpRequest, slug: str) -> HttpResponse:
    """List the calendars of the venue's rooms, and add one."""
    found = venue_of(request, slug, MAY)
    if request.method != "POST":
        return _page(request, found)
    try:
        _add(asking.asked(request), found, request.user)
    except ReservationError as refusal:
        return _page(request, found, refusal)
    messages.success(request, "The calendar is read now, and then again and again.")
    return _back(found)


def _add(fields: asking.Asked, found: Venue, by: Any) -> IncomingCalendar:
    room = one_room(fields, found)
    if room is None:
        raise asking.invalid("room", "Choose a room.")
    every = asking.whole(fields.one("every", 15), "every", most=1440)
    return operations.add_calendar(room, by=by, name=fields.one("name"), url=fields.one("url"), every=every)


@require_POST
@answering
def read_now(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """Have a calendar read at once."""
    found = venue_of(request, slug, MAY)
    calendar = _calendar(found, key)
    operations.read_now(calendar, by=request.user)
    messages.success(request, f"{calendar.name} is read now.")
    return _back(found)


@require_POST
@answering
def remove(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    """Read a calendar no more, and put back into use what it took."""
    found = venue_of(request, slug, MAY)
    calendar = _calendar(found, key)
    operations.remove_calendar(calendar, by=request.user)
    messages.success(request, f"{calendar.name} is gone, and {calendar.room.name} is back in use.")
    return _back(found)


def _calendar(found: Venue, key: int) -> IncomingCalendar:
    if key > asking.LARGEST_ID:
        raise NotFound("There is no such calendar.")
    return queries.calendar_of(found.pk, key)


def _back(found: Venue) -> HttpResponse:
    return HttpResponseRedirect(reverse("notifications:incoming", args=[found.slug]), status=303)


def _page(request: HttpRequest, found: Venue, refusal: ReservationError | None = None) -> HttpResponse:
    terms, now = terms_of_venue(found), database_now()
    revision = revisions([found.pk])[found.pk][1]  # first: what comes while the rest is read is news
    page = Paginator(queries.calendars_of(found.pk), PAGE).get_page(request.GET.get("page"))
    lines = [line_of(one, now) for one in page]
    today = day_span(now.astimezone(terms.zone).date(), terms.zone)
    context: dict[str, Any] = {
        "venue": found,
        "zone_label": found.zone_label,
        "page": page,
        "lines": lines,
        "is_reading": any(line["is_reading"] for line in lines),
        "panel": {"conflicts": queries.conflicts_at(terms, now=now)},
        "rooms": list(terms.rooms.values()),
        "everies": IncomingCalendar.Every.choices,
        "longest": LONGEST_URL,
        "asked": {name: str(request.POST.get(name, ""))[:LONGEST_URL] for name in WORDS},
        "refusal": refusal,
        "data": {
            **live_head(now),
            "topics": {"desk": f"desk:{found.slug}"},
            "revisions": {"desk": revision},
            "window": {"start": iso(today.start), "end": iso(today.end or now)},
        },
    }
    return render(request, "notifications/incoming.html", context, status=refusal.status if refusal else 200)


def line_of(calendar: IncomingCalendar, now: datetime) -> dict[str, Any]:
    """Return one calendar as pages show it, with where it is but not how to read it."""
    return {
        "calendar": calendar,
        "host": urlsplit(calendar.url).hostname or "",
        "is_reading": queries.has_news(calendar, now=now),
    }

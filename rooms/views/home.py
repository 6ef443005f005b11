"""The front page: every kind of venue, and how many rooms each has free right now."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reservations import Span, hours, iso, open_spans
from reservations.rights import BOOK
from rooms.models import Departure, Timetable, Venue, VenueKind
from rooms.queries.right_now import free_right_now
from rooms.queries.rights import closed_at, terms_seen_of
from rooms.queries.terms import VenueTerms
from rooms.sql import database_now
from rooms.views.answers import live_head
from rooms.views.searching import searched
from rooms.views.stay_words import TONES

PAGE = 60  # venues
KINDS = {
    VenueKind.BUILDING: "Meeting rooms and halls",
    VenueKind.HOTEL: "Stays",
    VenueKind.CAR_PARK: "Parking",
    VenueKind.VEHICLE: "Journeys",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Search stays, and list the venues by kind."""
    now = database_now()
    stays = searched(request, now, timezone.get_current_timezone())
    found = stays is not None and stays.is_asked
    listed = _listed(now)
    if found:
        listed = listed.exclude(kind=VenueKind.HOTEL)  # they are what was searched
    page = Paginator(listed, PAGE).get_page(None if found else request.GET.get("page"))
    free = free_right_now([venue.pk for venue in page], now=now)
    window = Span(now.replace(minute=0, second=0, microsecond=0), now + timedelta(hours=2))
    shown = terms_seen_of(list(page), request.user)
    closed = closed_at(shown, request.user, BOOK)
    cards, data = [], []
    for venue, terms in zip(page, shown, strict=True):
        theirs = free.get(venue.pk, set()) - terms.hidden - closed[venue.pk]
        cards.append(card(venue, terms, theirs, now))
        if venue.kind != VenueKind.VEHICLE:
            told = {"slug": venue.slug, "topic": f"venue:{venue.slug}", "open": openings(terms, window)}
            data.append({**told, "closed": sorted(closed[venue.pk])})
    kinds = [
        {"slug": kind.value, "name": name, "venues": [one for one in cards if one["kind"] == kind]}
        for kind, name in KINDS.items()
    ]
    context = {
        "kinds": [kind for kind in kinds if kind["venues"]],
        "page": page,
        "stays": stays.context if stays else None,
        "found": found,
        "try_demo": settings.DEBUG,
        "data": {
            **live_head(now),
            "topics": {"mine": "mine" if request.user.is_authenticated else None},
            "window": {"start": iso(window.start), "end": iso(window.end or now)},
            "venues": data,
            "stays": stays.data if stays else [],
        },
    }
    return render(request, "rooms/home.html", context)


def _listed(now: datetime) -> QuerySet[Venue]:
    """Return the venues that are shown, with when a vehicle leaves next."""
    runs = Departure.objects.filter(vehicle=OuterRef("pk"), state="scheduled", starts_at__gt=now)
    return (
        Venue.objects.filter(is_listed=True)
        .order_by("kind", "name")
        .annotate(
            mode=Subquery(Timetable.objects.filter(vehicle=OuterRef("pk")).values("route__mode")[:1]),
            leaves_at=Subquery(runs.order_by("starts_at").values("starts_at")[:1]),
        )
    )


def card(venue: Venue, terms: VenueTerms, free: set[int], now: datetime) -> dict[str, Any]:
    """Return what the front page says of a venue: what is free, or when it opens or leaves."""
    kept = next((room.hours for room in terms.rooms.values()), hours.Hours())
    is_open = bool(open_spans(kept, Span(now, now + timedelta(minutes=1)), terms.zone))
    opening, verb = None if is_open else hours.next_opening(kept, now, terms.zone), "Opens"
    if venue.kind == VenueKind.VEHICLE:  # that no seat is taken between two departures says nothing
        is_open, opening, verb = False, venue.leaves_at, "Leaves"  # type: ignore[attr-defined]
    noun = next((room.noun for room in terms.rooms.values()), "Room").lower()
    return {
        "slug": venue.slug,
        "name": venue.name,
        "kind": venue.kind,
        "mode": venue.mode or "",  # type: ignore[attr-defined]
        "tone": venue.pk % TONES,
        "city": venue.city,
        "description": venue.description,
        "room_count": len(terms.rooms),
        "free_now": len(free) if is_open else None,
        "opens": f"{verb} {_at(opening, terms.zone, now)}" if opening else "",
        "nouns": f"{noun}s",
    }


def _at(moment: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return when it is by the venue's clocks: "17:40 today", or "07:00 on Monday"."""
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M} today"
    return hours.in_local_words(moment, zone, seen_from=now)


def openings(terms: VenueTerms, window: Span) -> list[list[str]]:
    """Return when the venue is open in the window."""
    kept = next((room.hours for room in terms.rooms.values()), hours.Hours())
    return [[iso(span.start), iso(span.end)] for span in open_spans(kept, window, terms.zone) if span.end]

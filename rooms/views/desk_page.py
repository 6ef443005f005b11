"""Everything that the desk of a venue shows, part by part: a live desk fetches the parts that changed."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts import roles
from reservations import ReservationError, Span, iso
from reservations.hours import day_span
from rooms import panels
from rooms.models import Blocking, Booking, Display, Unit, Venue
from rooms.queries import desks, lots
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.queries.timeline import revisions
from rooms.queries.waiting import waiting_at
from rooms.sql import database_now
from rooms.views.answers import live_head, problem, wants_json
from rooms.views.desk_lines import lines_of
from rooms.views.waiting_words import told

PARTS = ("counts", "panels", "requests", "arrivals", "departures", "inside", "waiting", "closed", "displays")
MOST_KNOWN = 500  # characters in which a live desk says which parts it has


def desk_page(
    request: HttpRequest, found: Venue, *, refusal: ReservationError | None = None, plate: str = "",
    of_car: Iterable[Booking] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return everything the desk shows."""
    terms, now = terms_of_venue(found), database_now()
    today = day_span(now.astimezone(terms.zone).date(), terms.zone)
    revision = revisions([found.pk])[found.pk][1]  # first: what comes while the rest is read is news
    lists = _lists(terms, today, now) | ({} if of_car is None else {"of_car": of_car})
    context = {
        "venue": found,
        "zone_label": found.zone_label,
        "is_lot": _is_lot(terms),
        "manages": roles.manages(request.user, found.pk),
        "owns": roles.may(request.user, "manage_members", found.pk),
        "noun": next((room.noun for room in terms.rooms.values()), "Room"),
        **_standing(terms, today, now),
        "of_car": None,
        **lines_of(lists, terms, now=now, by=request.user),
        "till": panels.form_of_till() if roles.may(request.user, "take_money", found.pk) else "",
        "panels": panels.panels_of_desk(request, terms, now=now),
        **_waiting(found, now),
        "closed": [_closed(one) for one in desks.closed(found.pk, now=now)[: desks.MOST]],
        "floors": sorted({room.floor for room in terms.rooms.values() if room.floor}),
        "rooms": list(terms.rooms.values()),
        "displays": _displays(request, found),
        "display_acts": Display.Acts.choices,
        "key": uuid.uuid4().hex,
        "plate": plate,
        "refusal": refusal,
        "data": _data(found, today, revision, now),
    }
    return {**context, "parts": _parts(request, context)}


def refused(request: HttpRequest, found: Venue, refusal: ReservationError) -> HttpResponse:
    """Answer with the desk, and why not."""
    if wants_json(request):
        return problem(refusal)
    context = desk_page(request, found, refusal=refusal)
    return render(request, "rooms/desk.html", context, status=refusal.status)


def changed_parts(request: HttpRequest, context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parts that are not as the page has them, which says what it has: counts.1f0a,inside.77b2."""
    known = set(request.GET.get("have", "")[:MOST_KNOWN].split(","))
    return [part for part in context["parts"] if f"{part['name']}.{part['mark']}" not in known]


def _parts(request: HttpRequest, context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return each part of the desk as it is to be shown, with a mark of all that it shows."""
    # One token for all, which is no part of the mark: each answer has another.
    token = get_token(request)
    whole = {**context, "csrf_token": token}
    found = []
    for name in PARTS:
        with timezone.override(context["venue"].zone):
            html = render_to_string(f"includes/desk/{name}.html", whole, request)
        mark = hashlib.blake2b(html.replace(token, "").encode(), digest_size=6).hexdigest()
        found.append({"name": name, "html": SafeString(html), "mark": mark})
    return found


def _is_lot(terms: VenueTerms) -> bool:
    return any(room.unit == Unit.OPEN for room in terms.rooms.values())


def _standing(terms: VenueTerms, today: Span, now: datetime) -> dict[str, Any]:
    """Return which rooms are free, and how many are taken and out of use, now and at most."""
    standing = lots.now_of(terms, now=now)
    return {
        "free": [one.room for one in standing.values() if one.kind == "free"],
        "occupancy": lots.occupancy_of(standing.values()),
        "peak": lots.peak_of(terms, today, standing, now=now),
    }


def _lists(terms: VenueTerms, today: Span, now: datetime) -> dict[str, Iterable[Booking]]:
    """Return who asks, comes, leaves and is there."""
    return {
        "requests": desks.requests(terms.id, now=now)[: desks.MOST],
        "arrivals": desks.arrivals(terms.id, today, now=now)[: desks.MOST],
        "departures": [] if _is_lot(terms) else desks.departures(terms.id, today)[: desks.MOST],
        "inside": desks.inside(terms.id, now=now)[: desks.MOST],
    }


def _waiting(found: Venue, now: datetime) -> dict[str, Any]:
    waiting, wait = waiting_at(found, now=now)
    return {"waiting": told(waiting), "wait": wait}


def _data(found: Venue, today: Span, revision: int, now: datetime) -> dict[str, Any]:
    return {
        **live_head(now),
        "venue": {"slug": found.slug, "timezone": found.timezone},
        "topics": {"desk": f"desk:{found.slug}", "mine": None},
        "revisions": {"desk": revision},
        "window": {"start": iso(today.start), "end": iso(today.end or now)},
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

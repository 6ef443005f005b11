"""What every view of a venue's rooms is told: the days, the filters, and what its script begins with."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from reservations import Policy, iso
from rooms import boards, forms, permissions
from rooms.models import Amenity, Venue
from rooms.queries.availability import Wants
from rooms.queries.guests import own_taken
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import RoomTimeline
from rooms.texts import natural
from rooms.views.answers import live_head
from rooms.views.calendar import Stretch, as_days, closed_day
from rooms.views.viewing import saved_by

USUAL_MINUTES = 60  # of a booking that a chip or a press on the board begins with
CAPACITIES = (2, 4, 6, 8, 10, 12, 16, 20, 30, 50, 100, 200, 500)


def context_of(
    request: HttpRequest, found: Venue, stretch: Stretch, rows: dict[int, RoomTimeline], now: datetime
) -> dict[str, Any]:
    """Return what the template of any view needs."""
    terms = stretch.terms
    wants, only_free = wants_of(request)
    shows_now = stretch.window.contains(now)  # of another day nobody knows what is free now
    return {
        "venue": found,
        "zone_label": found.zone_label,
        "view": stretch.view,
        "day": stretch.first,
        "last_day": stretch.last,
        "previous_day": stretch.previous,
        "next_day": stretch.next,
        "today": now.astimezone(terms.zone).date(),
        "shows_now": shows_now,
        "closed": closed_day(terms, stretch, now),
        "asked": forms.asked_in_dialog(terms, by_staff=permissions.is_staff(request.user, found.pk)),
        **filters(terms, wants, only_free and shows_now),
        **saved_by(request.user, found, request.GET.urlencode()),
        "data": page_data(request, found, stretch, rows, now),
    }


def wants_of(request: HttpRequest) -> tuple[Wants, bool]:
    """Return what the address asks of a room; what makes no sense asks for nothing."""
    capacity = request.GET.get("capacity", "")
    return Wants(
        capacity=int(capacity) if capacity.isascii() and capacity.isdigit() and len(capacity) < 5 else 0,
        amenities=frozenset(slug[:40] for slug in request.GET.getlist("amenity")[:20] if slug),
        floor=request.GET.get("floor", "")[:20],
    ), request.GET.get("free") == "now"


def filters(terms: VenueTerms, wants: Wants, only_free: bool) -> dict[str, Any]:
    """Return what one can choose by, and what is chosen."""
    rooms = terms.rooms.values()
    largest = max((room.capacity for room in rooms), default=0)
    slugs = {slug for room in rooms for slug in room.amenities}
    return {
        "filters": {
            "capacity": wants.capacity or None,
            "floor": wants.floor,
            "amenities": sorted(wants.amenities),
            "free": only_free,
        },
        "floors": sorted({room.floor for room in rooms if room.floor}, key=natural),
        "capacities": [seats for seats in CAPACITIES if seats <= largest],
        "amenities": list(Amenity.objects.filter(slug__in=slugs).order_by("name")) if slugs else [],
    }


def page_data(
    request: HttpRequest, found: Venue, stretch: Stretch, rows: dict[int, RoomTimeline], now: datetime
) -> dict[str, Any]:
    """Return what the page's script begins with: the same snapshot that the websocket would send."""
    terms, user = stretch.terms, request.user
    topic = f"venue:{found.slug}"
    staff = user.is_authenticated and permissions.is_staff(user, found.pk)
    known = Q(booking__venue=found) if staff else Q(booking__guest=user.pk, booking__venue=found)
    mine = own_taken(known, stretch.window, now=now) if user.is_authenticated else []
    policy = next((room.policy for room in terms.rooms.values()), None)
    return {
        **live_head(now),
        "logged_in": user.is_authenticated,
        "venue": {
            "slug": found.slug,
            "name": found.name,
            "kind": found.kind,
            "timezone": found.timezone,
            "noun": next((room.noun for room in terms.rooms.values()), "Room").lower(),
        },
        "topics": {
            "venue": topic,
            "mine": "mine" if user.is_authenticated else None,
            "desk": f"desk:{found.slug}" if staff else None,
        },
        "view": stretch.view,
        "date": stretch.first.isoformat(),
        "window": {"start": iso(stretch.window.start), "end": iso(stretch.window.end or now)},
        "days": as_days(stretch.visible()),
        "open": stretch.open(),
        "room_open": stretch.open_by_room(),
        "step_minutes": policy.step_minutes if policy else 15,
        "min_minutes": policy.min_minutes if policy else 15,
        "default_minutes": usual_minutes(policy) if policy else USUAL_MINUTES,
        "slots": stretch.slots(),
        "snapshot": boards.snapshot(topic, terms, rows, stretch.window, now=now),
        "mine": boards.own(mine, reader=user.pk, staff=staff),
        "urls": urls(found),
    }


def urls(found: Venue) -> dict[str, str]:
    """Return the addresses the page's script calls."""
    slug = found.slug
    return {
        "create": reverse("rooms:bookings_create", args=[slug]),
        "why": reverse("rooms:why", args=[slug]),
        "book": reverse("rooms:book", args=[slug]),
        "wait": reverse("rooms:wait", args=[slug]),
        "login": reverse("account_login"),
        "signup": reverse("account_signup"),
        "bookings": reverse("rooms:bookings"),
        "booking": "/bookings/{reference}/",
    }


def usual_minutes(policy: Policy) -> int:
    """Return how long a booking is that nobody has said the length of: an hour, where the terms allow it."""
    longest = USUAL_MINUTES if policy.max_minutes is None else min(USUAL_MINUTES, policy.max_minutes)
    usual, step = max(policy.min_minutes, longest), policy.step_minutes
    whole = -(-usual // step) * step
    return usual if policy.unit != "hour" or (policy.max_minutes or whole) < whole else whole

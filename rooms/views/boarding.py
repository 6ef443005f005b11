"""The page of one venue: its board for a day or a week, or the list of what is free."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reservations import Policy, Span, gaps, iso, open_spans, policies
from rooms import boards, forms, permissions
from rooms.models import Amenity, Venue, VenueKind
from rooms.queries.availability import Wants, taken_ranges
from rooms.queries.guests import own_taken
from rooms.queries.rights import terms_seen
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import RoomTimeline, timeline
from rooms.queries.words import stay_in_words
from rooms.sql import database_now
from rooms.views import asking, lots, staying
from rooms.views.answers import answering, live_head
from rooms.views.calendar import VIEWS, Stretch, as_days, closed_day
from rooms.views.departing import address_of_next
from rooms.views.viewing import saved_by

CHARTS = ("week", "month", "list")  # views of a hotel's rooms one by one, and not of its types
USUAL_MINUTES = 60  # of a booking that a chip or a press on the board begins with
CAPACITIES = (2, 4, 6, 8, 10, 12, 16, 20, 30, 50, 100, 200, 500)


@require_safe
@answering
def venue(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the venue live; without JavaScript, show what was true when it was asked for."""
    found, now = asking.venue_called(slug, request.user), database_now()
    if found.kind == VenueKind.CAR_PARK:
        return lots.page(request, found)
    if found.kind == VenueKind.HOTEL and request.GET.get("view") not in CHARTS:
        return staying.page(request, found)
    if found.kind == VenueKind.VEHICLE and not permissions.is_staff(request.user, found.pk):
        return HttpResponseRedirect(address_of_next(found, now))  # seats are booked by the departure
    terms = terms_seen(found, request.user)
    today = now.astimezone(terms.zone).date()
    view = request.GET.get("view", "day")
    stretch = Stretch.of(terms, view if view in VIEWS else "day", asking.day(request.GET.get("date"), today))
    rows = timeline(terms, stretch.window, now=now)
    wants, only_free = wants_of(request)
    shows_now = stretch.window.contains(now)  # of another day nobody knows what is free now
    only_free = only_free and shows_now
    context = {
        "venue": found,
        "zone_label": found.zone_label,
        "view": stretch.view,
        "day": stretch.first,
        "last_day": stretch.last,
        "previous_day": stretch.previous,
        "next_day": stretch.next,
        "today": today,
        "shows_now": shows_now,
        "closed": closed_day(terms, stretch, now),
        "asked": forms.asked_in_dialog(terms, by_staff=permissions.is_staff(request.user, found.pk)),
        **filters(terms, wants, only_free),
        **saved_by(request.user, found, request.GET.urlencode()),
        "data": page_data(request, found, stretch, rows, now),
    }
    if stretch.view == "list":
        context["rooms"] = free_list(terms, stretch, rows, wants, only_free=only_free, now=now)
        context["none_fits"] = all(room["hidden"] for room in context["rooms"])
        return render(request, "rooms/venue_list.html", context)
    return render(request, "rooms/venue_board.html", context)


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
        "floors": sorted({room.floor for room in rooms if room.floor}),
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


def free_list(
    terms: VenueTerms,
    stretch: Stretch,
    rows: dict[int, RoomTimeline],
    wants: Wants,
    *,
    only_free: bool,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return every room with its free times of the day from now on; hidden, which have not what is wanted.

    A filter that is taken off, or a room that comes free, shows what was hidden.
    """
    names = {amenity.slug: amenity for amenity in Amenity.objects.all()}
    nights = stretch.nights()
    listed = []
    for room in terms.rooms.values():
        free = free_times(room, terms, rows.get(room.id), stretch.window, now)
        free_now = any(span.contains(now) for span in free)
        amenities = [names[slug] for slug in sorted(room.amenities) if slug in names]
        listed.append(
            {
                "id": room.id, "name": room.name, "noun": room.noun, "capacity": room.capacity,
                "floor": room.floor, "amenities": amenities, "free_now": free_now,
                "free": [{"span": span, "first": first_of(span, room.policy)} for span in free],
                "type": room.type_name, "runs": None if nights is None else runs(free, nights, terms),
                "hidden": not wants.met_by(room) or (only_free and not free_now),
            }
        )  # fmt: skip
    return listed


def usual_minutes(policy: Policy) -> int:
    """Return how long a booking is that nobody has said the length of: an hour, where the terms allow it."""
    longest = USUAL_MINUTES if policy.max_minutes is None else min(USUAL_MINUTES, policy.max_minutes)
    usual, step = max(policy.min_minutes, longest), policy.step_minutes
    whole = -(-usual // step) * step
    return usual if policy.unit != "hour" or (policy.max_minutes or whole) < whole else whole


def first_of(free: Span, policy: Policy) -> Span:
    """Return the booking of usual length that a free stretch begins with: less where it ends sooner."""
    end = free.start + timedelta(minutes=usual_minutes(policy))
    return Span(free.start, min(end, free.end) if free.end else end)


def runs(free: list[Span], nights: list[Span], terms: VenueTerms) -> list[dict[str, Any]]:
    """Return the nights that can be had one after the other, each run of them in words with its first."""
    found = []
    for span in free:
        inside = [night for night in nights if night.within(span)]
        if inside and inside[-1].end:
            ends = inside[0].start, inside[-1].end
            arrive, depart = (edge.astimezone(terms.zone).date() for edge in ends)
            found.append({"words": stay_in_words(arrive, depart), "first": inside[0]})
    return found


def free_times(
    room: RoomTerms, terms: VenueTerms, own: RoomTimeline | None, window: Span, now: datetime
) -> list[Span]:
    """Return when the room can be had in the window, from the running step on."""
    policy = room.policy
    begins = policies.floor_to_step(now, policy, terms.zone)
    shortest = timedelta(minutes=policy.min_minutes)
    free = []
    for opened in open_spans(room.hours, window, terms.zone):
        if opened.end is None or opened.end <= begins:
            continue
        rest = Span(max(opened.start, begins), opened.end)
        whole = (_whole_steps(gap, room, terms) for gap in gaps(taken_ranges(own, policy), within=rest))
        free += [gap for gap in whole if gap and gap.end and gap.end - gap.start >= shortest]
    return free


def _whole_steps(gap: Span, room: RoomTerms, terms: VenueTerms) -> Span | None:
    """Return of a gap what can be booked: whole steps, where time is sold by the hour."""
    if room.policy.unit != "hour" or gap.end is None:
        return gap
    start = policies.ceil_to_step(gap.start, room.policy, terms.zone)
    end = policies.floor_to_step(gap.end, room.policy, terms.zone)
    return Span(start, end) if start < end else None

"""The page of a hotel: its nights, its types of rooms and their prices, and any of them held at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from reservations import Invalid, NotFound, PolicyViolation, ReservationError
from reservations.nights import Left, dates_between
from reservations.quotas import Standing
from reservations.rights import BOOK
from reservations.spans import counted
from rooms import money, operations, permissions
from rooms.forms import FOR_WHOM, WHOM
from rooms.models import Amenity, Booking, RoomType, Venue
from rooms.operations import AnyOf, Details
from rooms.queries.guests import revision_of
from rooms.queries.quotas import reached_by_type, standings
from rooms.queries.rights import closed, terms_seen
from rooms.queries.stay_search import Priced, StaySearch, strip_of
from rooms.queries.stays import StayType, Wanted, Window, own_holds, stay_types, window
from rooms.queries.words import stay_in_words
from rooms.sql import database_now
from rooms.views import asking, stay_words
from rooms.views.answers import (
    address_of,
    answering,
    booking_json,
    live_head,
    problem,
    wants_json,
    with_retry,
)
from rooms.views.offering import offers_in_words
from rooms.views.stay_forms import StayForm, asked_in, counts_in

AHEAD = 365  # days on which the calendar offers arrivals, unless the terms say fewer


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for: by address, or by the form that was refused."""

    form: StayForm
    search: StaySearch
    chosen: Mapping[str, Any]

    @property
    def arrive(self) -> date:
        return self.search.arrive

    @property
    def depart(self) -> date:
        return self.search.depart


def page(request: HttpRequest, found: Venue, refusal: ReservationError | None = None) -> HttpResponse:
    """Show the hotel live; without JavaScript, show what was true when it was asked for."""
    now, revision = database_now(), revision_of(request.user.pk)
    today = now.astimezone(found.zone).date()
    address = request.POST if request.method == "POST" else request.GET
    asked = _asked(asked_in(address, today, StayForm), address, today)
    types = _types(found, request.user)
    own = own_holds(request.user, now=now)
    first, last = strip_of(asked.search, today)
    seen = window(types, min(first, asked.arrive), max(last, asked.depart), own=own, now=now)
    used_up, standing = _limits(types, asked, request.user, now)
    rows = _rows(types, asked, seen, (first, last), used_up)
    names = Amenity.objects.in_bulk(field_name="slug")
    for row in rows:
        row["has"] = [names[slug] for slug in row["amenities"] if slug in names]
    context = {
        "venue": found,
        "zone_label": found.zone_label,
        "form": asked.form,
        "arrive": asked.arrive,
        "depart": asked.depart,
        "words": stay_in_words(asked.arrive, asked.depart),
        "types": rows,
        "quotas": standing,
        "chosen": _chosen(rows, asked, found.currency),
        "hold_minutes": min((kind.policy.hold_minutes for kind in types), default=0),
        "held": _held(found, own),
        "is_staff": request.user.is_authenticated and permissions.is_staff(request.user, found.pk),
        "whom": request.POST.get("guest", "")[:WHOM],
        "for_whom": FOR_WHOM,
        "refusal": refusal and _refused(refusal, types),
        "data": _data(request, found, asked, rows, now) | {"revisions": {"mine": revision}},
    }
    status = refusal.status if refusal else 200
    response = render(request, "rooms/stay.html", context, status=status)
    return with_retry(response, refusal) if refusal else response


def _types(found: Venue, user: Any) -> list[StayType]:
    """Return the types with those of their rooms that the person may book."""
    terms = terms_seen(found, user)
    return stay_types(terms, Wanted(closed=closed(terms, user, BOOK)))


def _asked(form: StayForm, address: Mapping[str, Any], today: date) -> Asked:
    """Return what a form asks for; dates that make no sense are shown as they are, beside the usual ones."""
    usual = asked_in({}, today, StayForm)  # type: ignore[arg-type]
    usual.is_valid()
    found = form.cleaned_data if form.is_valid() else usual.cleaned_data
    return Asked(form, StaySearch(found["arrive"], found["depart"]), address)


def _limits(
    types: list[StayType], asked: Asked, user: Any, now: datetime
) -> tuple[dict[int, PolicyViolation], list[Standing]]:
    """Return of which types a quota leaves the guest nothing for the stay, and how much of each is used."""
    if not types:
        return {}, []
    rooms, terms, span = (
        [kind.first for kind in types],
        types[0].venue,
        types[0].span(asked.arrive, asked.depart),
    )
    used_up = {
        kind: refusal for kind, [refusal] in reached_by_type(rooms, terms, span, user, now=now).items()
    }
    return used_up, standings(rooms, terms, span, user, now=now)


def _rows(
    types: list[StayType],
    asked: Asked,
    seen: Window,
    around: tuple[date, date],
    used_up: Mapping[int, PolicyViolation],
) -> list[dict[str, Any]]:
    """Return what the page says of each type, the cheapest first."""
    priced = [
        (
            Priced(
                kind,
                kind.quote(asked.arrive, asked.depart),
                kind.broken(asked.arrive, asked.depart, now=seen.now) or used_up.get(kind.id),
                0,
            ),
            seen.left(kind, asked.arrive, asked.depart),
        )
        for kind in types
    ]
    priced.sort(key=lambda one: (one[0].quote.total, one[0].kind.id))
    counts = counts_in(asked.chosen, {kind.id: kind for kind in types}) or _usual_choice(priced, asked)
    return [_row(one, left, asked, seen, around, counts.get(one.kind.id, 0)) for one, left in priced]


def _usual_choice(priced: list[tuple[Priced, Left]], asked: Asked) -> dict[int, int]:
    """Return one room of the cheapest type that can be had and holds the guests."""
    guests = asked.form.cleaned_data.get("guests", 1) if asked.form.is_valid() else 1
    fitting = [
        one.kind.id
        for one, left in priced
        if left.free and one.broken is None and one.kind.capacity >= guests
    ]
    return {fitting[0]: 1} if fitting else {}


def _row(
    one: Priced, left: Left, asked: Asked, seen: Window, around: tuple[date, date], count: int
) -> dict[str, Any]:
    kind = one.kind
    by_night = zip(dates_between(*around), seen.left_by_night(kind, *around), strict=True)
    return {
        "id": kind.id,
        "name": kind.name,
        "capacity": kind.capacity,
        "number": len(kind.rooms),
        "amenities": sorted(kind.amenities),
        "ahead": kind.policy.max_advance_days or AHEAD,
        "terms_text": stay_words.terms_in_words(kind.policy),
        "left": stay_words.said(left, asked.search.nights),
        "free": left.free,
        "count": count,
        "broken": one.broken.sentence if one.broken else "",
        "nights": stay_words.strip(by_night, asked.arrive, asked.depart),
        "total": one.quote.total,
        "terms": stay_words.terms_of(kind),
        **stay_words.price(one, asked.search.nights),
    }


def _chosen(rows: list[dict[str, Any]], asked: Asked, currency: str) -> dict[str, str]:
    rooms = sum(row["count"] for row in rows)
    total = sum(row["count"] * row["total"] for row in rows)
    if not rooms:
        return {"text": "No room chosen", "total_text": ""}
    text = f"{counted(rooms, 'room')}, {counted(asked.search.nights, 'night')}"
    return {"text": text, "total_text": money.as_text(total, currency)}


def _held(found: Venue, own: frozenset[int]) -> list[dict[str, Any]]:
    """Return what the reader has on hold here, with the way on."""
    holds = Booking.objects.filter(pk__in=own, venue=found).order_by("expires_at")
    return [
        {
            "reference": hold.reference,
            "rooms": ", ".join(
                f"{row.room.type.name} {row.room.name}" for row in hold.allocations.all() if row.active
            ),
            "words": stay_in_words(*_dates(hold, found)),
            "arrive": _dates(hold, found)[0],
            "expires_at": hold.expires_at,
            "address": address_of(hold),
        }
        for hold in holds.prefetch_related("allocations__room__type")
    ]


def _dates(booking: Booking, found: Venue) -> tuple[date, date]:
    arrive = booking.starts_at.astimezone(found.zone).date()
    depart = booking.ends_at.astimezone(found.zone).date() if booking.ends_at else arrive
    return arrive, max(depart, arrive + timedelta(days=1))


def _refused(refusal: ReservationError, types: list[StayType]) -> dict[str, Any]:
    """Return why it was refused, and what is free instead."""
    offers = offers_in_words(refusal, types[0].venue) if types else []
    return {"sentence": refusal.sentence, "alternatives": offers}


def _data(
    request: HttpRequest, found: Venue, asked: Asked, rows: list[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    today = now.astimezone(found.zone).date()
    ahead = max((row["ahead"] for row in rows), default=AHEAD)
    return {
        **live_head(now),
        "venue": {
            "slug": found.slug,
            "name": found.name,
            "timezone": found.timezone,
            "currency": found.currency,
        },
        "topics": {
            "venue": f"venue:{found.slug}",
            "mine": "mine" if request.user.is_authenticated else None,
        },
        "stay": {"arrive": asked.arrive.isoformat(), "depart": asked.depart.isoformat()},
        "first": today.isoformat(),
        "last": (today + timedelta(days=ahead)).isoformat(),
        "types": [
            {"id": row["id"], "name": row["name"], "total": row["total"], "terms": row["terms"]}
            for row in rows
        ],
    }


@require_POST
@answering
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold what was chosen, all of it or nothing; a refusal shows the page again with the same choice."""
    found = asking.venue_called(slug, request.user)
    permissions.require_person(request.user)
    try:
        made = _hold(request, found)
    except ReservationError as refusal:
        return problem(refusal) if wants_json(request) else page(request, found, refusal)
    if wants_json(request):
        return JsonResponse(booking_json(made), status=201, headers={"Location": address_of(made)})
    return HttpResponseRedirect(address_of(made), status=303)


def _hold(request: HttpRequest, found: Venue) -> Booking:
    form = StayForm(request.POST)
    if not form.is_valid():
        errors = {name: list(map(str, told)) for name, told in form.errors.items()}
        raise Invalid(next(iter(errors.values()))[0], field_errors=errors)
    types = {kind.id: kind for kind in _types(found, request.user)}
    counts = {key: count for key, count in counts_in(request.POST, types).items() if count}
    if not counts:
        raise Invalid("Choose at least one room.", field_errors={"rooms": ["Choose at least one room."]})
    known = RoomType.objects.in_bulk(counts)
    if len(known) != len(counts):
        raise NotFound("There is no such type of room here.")
    wanted = [AnyOf(known[key], count) for key, count in counts.items()]
    asked = form.cleaned_data
    span = types[min(counts)].span(asked["arrive"], asked["depart"])
    whom = asking.guest_of(asking.asked(request), request.user, found.pk)
    details = Details(party=asked["guests"], guest=whom)
    key = request.POST.get("key", "")
    return operations.hold(wanted, span, by=request.user, details=details, key=key)

"""The seats of one departure, live: choose some, or ask for so many together, and they are held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from reservations import Invalid, NotFound, ReservationError, iso
from reservations.journeys import KINDS, Traveler, Way
from reservations.spans import in_words
from rooms import boards, money, operations, permissions
from rooms.forms import FOR_WHOM, WHOM
from rooms.models import Amenity, Room, RoomType, WaitlistEntry
from rooms.operations import AnyOf, Details, Ride
from rooms.queries.departures import Run
from rooms.queries.quotas import standings
from rooms.queries.seats import SeatMap, seat_map
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import (
    address_of,
    answering,
    booking_json,
    live_head,
    problem,
    wants_json,
    with_retry,
)
from rooms.views.asking_journeys import departure_called
from rooms.views.offering import offers_in_words

CHOICE = ("from_stop", "to_stop", "seat", "name", "kind")  # fields that a log-in keeps
MOST_KEPT = 20  # values of each
MOST_PASSENGERS = 6  # whose names one form takes; more can travel without


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def journey(request: HttpRequest, departure: int) -> HttpResponse:
    """Show the seats; on a press of a button, hold those that were chosen."""
    run = departure_called(departure, request.user)
    fields = asking.asked(request)
    if request.method != "POST":
        return _page(request, run, _way(run, fields))
    if not request.user.is_authenticated and not wants_json(request):
        return redirect_to_login(_with_choice(request))
    return _held(request, run, fields)


def _held(request: HttpRequest, run: Run, fields: asking.Asked) -> HttpResponse:
    permissions.require_person(request.user)
    way = run.way(_stop(fields, "from_stop"), _stop(fields, "to_stop"))
    try:
        whom = asking.guest_of(fields, request.user, run.departure.vehicle_id)
        made = operations.hold_seats(
            _ride(run, way, fields),
            by=request.user,
            details=Details(guest=whom),
            key=str(fields.one("key"))[:255],
        )
    except ReservationError as refusal:
        if wants_json(request):
            return problem(refusal)
        return with_retry(_page(request, run, way, refusal), refusal)
    if wants_json(request):
        return JsonResponse({**booking_json(made), "next": address_of(made)}, status=201)
    return HttpResponseRedirect(address_of(made), status=303)


def _with_choice(request: HttpRequest) -> str:
    """Return the address of this page with what was chosen: logging in costs nobody their seats."""
    chosen = [(name, value) for name in CHOICE for value in request.POST.getlist(name)[:MOST_KEPT]]
    return f"{request.path}?{urlencode(chosen)}"


def _stop(fields: asking.Asked, name: str) -> int:
    return asking.whole(fields.one(name), name, most=1000)


def _way(run: Run, fields: asking.Asked) -> Way:
    """Return the way in the address, or all of it where that makes no sense: an old link shows seats."""
    try:
        return run.way(_stop(fields, "from_stop"), _stop(fields, "to_stop"))
    except Invalid:
        return Way(0, len(run.calls) - 1)


def _ride(run: Run, way: Way, fields: asking.Asked) -> Ride:
    if fields.one("together"):
        kind = _class(run, fields)
        count = asking.whole(fields.one("count", 1), "count", least=1, most=100)
        return Ride(run.departure.pk, way.first, way.last, AnyOf(kind, count), _travelers(fields, count))
    ids = [asking.whole(value, "seat") for value in fields.many("seat")]
    if not ids:
        raise asking.invalid("seat", "Choose a seat first.")
    known = Room.objects.filter(venue=run.departure.vehicle_id, archived_at=None).in_bulk(ids[:100])
    if len(known) != len(set(ids)):
        raise NotFound("There is no such seat here.")
    seats = [known[key] for key in ids]
    return Ride(run.departure.pk, way.first, way.last, seats, _travelers(fields, len(seats)))


def _class(run: Run, fields: asking.Asked) -> RoomType:
    key = asking.whole(fields.one("type"), "type")
    found = RoomType.objects.filter(venue=run.departure.vehicle_id, pk=key).first()
    if found is None:
        raise NotFound("There is no such class here.")
    return found


def _travelers(fields: asking.Asked, count: int) -> tuple[Traveler, ...]:
    names, kinds = list(fields.many("name")), list(fields.many("kind"))
    return tuple(
        Traveler(names[place] if place < len(names) else "", kinds[place] if place < len(kinds) else "adult")
        for place in range(min(count, max(len(names), len(kinds))))
    )


def _page(request: HttpRequest, run: Run, way: Way, refusal: ReservationError | None = None) -> HttpResponse:
    now = database_now()
    guest = request.user.pk if request.user.is_authenticated else None
    found = seat_map(run, way, now=now, guest=guest)
    chosen = {int(one) for one in _typed_in(request).getlist("seat") if one.isascii() and one.isdigit()}
    context = {
        "run": run,
        "departure": run.departure,
        "way": way,
        "has_left": run.span_of(way).start <= now,
        "journey": _told(run, way),
        "coaches": found.coaches,
        "chosen": chosen,
        "classes": _classes(run, found),
        "kinds": _kinds(run),
        "passengers": _typed(request),
        "is_staff": guest is not None and permissions.is_staff(request.user, run.departure.vehicle_id),
        "whom": request.POST.get("guest", "")[:WHOM],
        "for_whom": FOR_WHOM,
        "quotas": standings(found.terms.rooms.values(), found.terms, run.span_of(way), request.user, now=now),
        "waits": guest
        and WaitlistEntry.objects.filter(guest=guest, departure=run.departure, state="waiting").first(),
        "venue": run.departure.vehicle,
        "refusal": refusal
        and {"sentence": refusal.sentence, "alternatives": offers_in_words(refusal, found.terms)},
        "stops": _stops(run, way),
        "amenities": Amenity.objects.filter(slug__in=found.amenities).order_by("name"),
        "data": _data(request, run, way, found, now),
    }
    return render(request, "rooms/journey.html", context, status=refusal.status if refusal else 200)


def _typed_in(request: HttpRequest) -> QueryDict:
    """Return what was typed: sent with the form, or kept in the address over a log-in."""
    return request.POST if request.method == "POST" else request.GET


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    names, kinds = _typed_in(request).getlist("name"), _typed_in(request).getlist("kind")
    return [
        {
            "name": names[place] if place < len(names) else "",
            "kind": kinds[place] if place < len(kinds) else "adult",
        }
        for place in range(MOST_PASSENGERS)
    ]


def _told(run: Run, way: Way) -> dict[str, Any]:
    leaves, comes = run.calls[way.first], run.calls[way.last]
    span = run.span_of(way)
    departs, arrives = span.start.astimezone(leaves.zone), (span.end or span.start).astimezone(comes.zone)
    return {
        "origin": leaves,
        "destination": comes,
        "legs": way.last - way.first,
        "departs": departs,
        "departs_text": f"{departs:%H:%M}",
        "arrives_text": f"{arrives:%H:%M}",
        "day_text": f"{departs:%A} {departs.day} {departs:%B}",
        "lasts": in_words(int(((span.end or span.start) - span.start).total_seconds() // 60)),
    }


def _stops(run: Run, way: Way) -> list[dict[str, Any]]:
    """Return every stop of the departure with its times by the clocks there, and whether one passes it."""
    day = run.departure.starts_at.astimezone(run.calls[0].zone).date()
    told = []
    for position, call in enumerate(run.calls):
        times = [moment and moment.astimezone(call.zone) for moment in (call.arrives_at, call.departs_at)]
        told.append(
            {
                "place": call.place,
                "station": call.station,
                "platform": call.platform,
                "times": [
                    {"text": f"{local:%H:%M}", "days_later": (local.date() - day).days} if local else None
                    for local in times
                ],
                "is_passed": way.first <= position <= way.last,
                "edge": {way.first: "You get on here", way.last: "You get off here"}.get(position, ""),
            }
        )
    return told


def _classes(run: Run, found: SeatMap) -> list[dict[str, Any]]:
    """Return each class with what a seat of it costs and how many are free."""
    told: dict[int, dict[str, Any]] = {}
    for seat in found.seats:
        if seat.price is None:
            continue
        price = money.as_text(seat.price, run.departure.vehicle.currency)
        own = told.setdefault(
            seat.type_id, {"id": seat.type_id, "name": seat.type_name, "price": price, "free": 0}
        )
        own["free"] += seat.state == "free"
    return list(told.values())


def _kinds(run: Run) -> Sequence[tuple[str, str]]:
    percents = run.fares[0].percents if run.fares else {}
    return [(kind, f"{kind.capitalize()}, {percents.get(kind, 100)} %") for kind in KINDS]


def _data(request: HttpRequest, run: Run, way: Way, found: SeatMap, now: datetime) -> dict[str, Any]:
    span, topic = run.span_of(way), f"journey:{run.departure.pk}"
    return {
        **live_head(now),
        "venue": {"timezone": run.departure.vehicle.timezone},
        "topics": {"journey": topic, "mine": "mine" if request.user.is_authenticated else None},
        "way": {"start": iso(span.start), "end": iso(span.end) if span.end else None},
        "currency": run.departure.vehicle.currency,
        "prices": {seat.type_id: seat.price for seat in found.seats},
        "percents": dict(run.fares[0].percents) if run.fares else {},
        "snapshot": boards.snapshot(topic, found.terms, found.rows, run.span, now=now),
    }


@require_POST
@answering
def wait(request: HttpRequest, departure: int) -> HttpResponse:
    """Take a place in the queue of the departure."""
    run, fields = departure_called(departure, request.user), asking.asked(request)
    permissions.require_person(request.user)
    way = run.way(_stop(fields, "from_stop"), _stop(fields, "to_stop"))
    kind = _class(run, fields)
    count = asking.whole(fields.one("count", 1), "count", least=1, most=100)
    ride = Ride(run.departure.pk, way.first, way.last, AnyOf(kind, count))
    operations.join_waitlist(ride, by=request.user)
    messages.success(request, "You are in the queue. As soon as there is a seat, it is held for you.")
    query = urlencode({"from_stop": way.first, "to_stop": way.last})
    return HttpResponseRedirect(f"{reverse('rooms:journey', args=[departure])}?{query}", status=303)

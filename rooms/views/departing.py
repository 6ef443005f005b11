"""Search a journey: from where to where, when and with what; sorted, filtered, and on the days around."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reservations.spans import in_words
from rooms import money
from rooms.models import Mode, Venue
from rooms.queries.journeys import Found, nearby, next_of, of_class, places, search
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering

SORTS: dict[str, tuple[str, Callable[[Found], Any]]] = {
    "time": ("Earliest first", lambda one: one.departs_at),
    "price": ("Cheapest first", lambda one: (one.cheapest is None, one.cheapest or 0, one.departs_at)),
    "length": ("Quickest first", lambda one: (one.lasts, one.departs_at)),
}
LONGEST = 80  # characters of a place


@require_safe
@answering
def journeys(request: HttpRequest) -> HttpResponse:
    """List the departures that lead there; with nothing asked for, only the form."""
    now = database_now()
    origin, destination = (request.GET.get(name, "")[:LONGEST].strip() for name in ("origin", "destination"))
    day = asking.day(request.GET.get("date"), now.date())
    mode = request.GET.get("mode", "")
    mode = mode if mode in Mode.values else ""
    sort = request.GET.get("sort", "time")
    sort = sort if sort in SORTS else "time"
    can_search = all(text and text.isprintable() for text in (origin, destination))
    there = search(origin, destination, day, mode=mode, now=now) if can_search else []
    type_name = " ".join(request.GET.get("class", "")[:LONGEST].split())
    found = of_class(there, type_name)
    open_only = request.GET.get("free") == "1"
    shown = [one for one in found if one.free or not open_only]
    strip = _strip(origin, destination, day, mode, now) if can_search else []
    context = {
        "origin": origin,
        "destination": destination,
        "date": day,
        "today": now.date(),
        "mode": mode,
        "modes": Mode.choices,
        "sort": sort,
        "sorts": [(name, words) for name, (words, _) in SORTS.items()],
        "class": type_name,
        "classes": sorted({*(own.name for one in there for own in one.classes), *filter(None, [type_name])}),
        "lacks_class": bool(there and not found),
        "open_only": open_only,
        "asked": can_search,
        "places": places(since=now.date()),
        "strip": strip,
        "goes_nearby": any(one["count"] for one in strip if not one["is_chosen"]),
        "found": [told(one) for one in sorted(shown, key=SORTS[sort][1])],
    }
    return render(request, "rooms/journeys.html", context)


def address_of_next(vehicle: Venue, now: datetime) -> str:
    """Return the search that finds the vehicle's next departure; the empty one where it runs no more."""
    found, address = next_of(vehicle.pk, now=now), reverse("rooms:journeys")
    if found is None:
        return address
    first, last = found
    query = {"origin": first.place, "destination": last.place, "date": first.date.isoformat()}
    return f"{address}?{urlencode(query)}"


def _strip(origin: str, destination: str, day: date, mode: str, now: datetime) -> Sequence[dict[str, Any]]:
    return [
        {"date": one, "count": count, "is_past": one < now.date(), "is_chosen": one == day}
        for one, count in nearby(origin, destination, day, mode=mode, now=now)
    ]


def told(found: Found) -> dict[str, Any]:
    """Return what a page says of a departure."""
    query = urlencode({"from_stop": found.way.first, "to_stop": found.way.last})
    departs = found.departs_at.astimezone(found.departs_zone)
    arrives = found.arrives_at.astimezone(found.arrives_zone)
    return {
        "departure": found.departure,
        "route": found.route,
        "mode": found.mode,
        "operator": found.operator,
        "origin": found.origin,
        "destination": found.destination,
        "departs": f"{departs:%H:%M}",
        "departs_at": departs,
        "arrives": f"{arrives:%H:%M}",
        "days_later": (arrives.date() - departs.date()).days,
        "lasts": in_words(int(found.lasts.total_seconds() // 60)),
        "platform": found.platform,
        "delay": found.delay_minutes,
        "free": found.free,
        "classes": [
            {"name": one.name, "free": one.free, "price": money.as_text(one.price, found.currency)}
            for one in found.classes
        ],
        "address": f"{reverse('rooms:journey', args=[found.departure])}?{query}",
    }

"""The search for stays on the front page: what was asked for, and a page of what was found."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest

from reservations import iso, nights
from rooms.models import Amenity, Room, Unit, Venue, VenueKind
from rooms.queries.rights import hidden_among
from rooms.queries.stay_search import Found, Match, StaySearch, in_full, search, strip_of
from rooms.queries.words import stay_in_words
from rooms.views import stay_words
from rooms.views.stay_forms import SearchForm, amenities_in, asked_in, search_of

PAGE = 8  # hotels: each is watched live, and a socket watches twenty topics


@dataclass(frozen=True, slots=True)
class Searched:
    """The form, and what it found if something was asked for: for the page, and for its script."""

    context: dict[str, Any]
    data: list[dict[str, Any]]
    is_asked: bool


def searched(request: HttpRequest, now: datetime, zone: ZoneInfo) -> Searched | None:
    """Return the search as the address has it, or None where there is no hotel to search."""
    if not Venue.objects.filter(kind=VenueKind.HOTEL, is_listed=True).exists():
        return None
    today = now.astimezone(zone).date()
    form = asked_in(request.GET, today, SearchForm)
    amenities = amenities_in(request.GET)
    context: dict[str, Any] = {"form": form, "amenities": list(_amenities(request.user)), "chosen": amenities}
    is_asked = "arrive" in request.GET
    if not (form.is_valid() and is_asked):
        return Searched(context, [], False)
    asked = search_of(form, amenities)
    matches, own = search(asked, reader=request.user, now=now)
    page = Paginator(matches, PAGE).get_page(request.GET.get("page"))
    found = in_full(list(page), asked, own=own, now=now)
    return Searched({**context, **_told(request, asked, page, found)}, _data(asked, found, today), True)


def _amenities(reader: Any) -> QuerySet[Amenity]:
    """Return what rooms by the night have, that one may look for; nothing that only hidden rooms have."""
    hotels = Venue.objects.filter(kind=VenueKind.HOTEL, is_listed=True)
    hidden = frozenset().union(*hidden_among(hotels, reader).values())
    rooms = Room.objects.filter(
        amenities=OuterRef("pk"), type__unit=Unit.NIGHT, archived_at=None, venue__is_listed=True
    ).exclude(pk__in=hidden)
    return Amenity.objects.filter(Exists(rooms)).order_by("name")


def _told(request: HttpRequest, asked: StaySearch, page: Page[Match], found: list[Found]) -> dict[str, Any]:
    query = request.GET.copy()
    for name in [name for name in query if name not in ("arrive", "depart", "guests")]:
        del query[name]
    names = Amenity.objects.in_bulk(field_name="slug")
    cards = [stay_words.card(one, asked.arrive, asked.depart) for one in found]
    for one in cards:
        one["has"] = [names[slug] for slug in sorted(one["amenities"]) if slug in names]
    return {
        "words": stay_in_words(asked.arrive, asked.depart),
        "guests": asked.wanted.guests,
        "place": asked.place,
        "number": page.paginator.count,
        "page": page,
        "cards": cards,
        "query": query.urlencode(),
    }


def _data(asked: StaySearch, found: list[Found], today: date) -> list[dict[str, Any]]:
    """Return what the page's script needs to keep the results true."""
    first, last = strip_of(asked, today)
    told = []
    for one in found:
        kind, zone = one.shown.kind, one.shown.kind.venue.zone
        spans = nights.nights_between(first, last, kind.policy, zone)
        stay = kind.kept(asked.arrive, asked.depart)
        end = max(span.end or span.start for span in (*spans[-1:], stay))
        told.append(
            {
                "slug": one.venue.slug,
                "topic": f"venue:{one.venue.slug}",
                "rooms": [room.id for room in kind.rooms],
                "window": {"start": iso(min(spans[0].start, stay.start)), "end": iso(end)},
                "stay": _times(stay.start, stay.end or end),
                "length": asked.nights,
                "nights": {
                    (first + timedelta(days=n)).isoformat(): _times(span.start, span.end or end)
                    for n, span in enumerate(spans)
                },
            }
        )
    return told


def _times(start: datetime, end: datetime) -> list[str]:
    return [iso(start), iso(end)]

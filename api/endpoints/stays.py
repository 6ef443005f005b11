"""Stays: hotels by the night."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from api import answers, cursors
from api.queries import venue_as_it_stands
from api.reading import refused
from api.routing import ANYBODY, Call, endpoint
from api.shapes_stays import (
    MOST_NIGHTS,
    NightLeft,
    Nights,
    NightsQuery,
    Stay,
    StayLeft,
    StayPage,
    StaysQuery,
    TypeNights,
)
from reservations.nights import Left, dates_between
from reservations.rights import BOOK
from rooms.queries.rights import closed
from rooms.queries.stay_search import Found, StaySearch, in_full, search
from rooms.queries.stays import Wanted, own_holds, stay_types, window
from rooms.sql import database_now

FIRST, LAST = date(1971, 1, 1), date(2198, 12, 31)
DAY = timedelta(days=1)


@endpoint("GET", "stays", who=ANYBODY, query=StaysQuery, answer=StayPage)
def search_stays(call: Call) -> Any:
    """Search all hotels for a stay: the cheapest type that fits, its price, and what is left of it."""
    asked: StaysQuery = call.query
    wanted = StaySearch(
        _known(asked.arrive, "arrive"),
        _known(asked.depart, "depart"),
        Wanted(asked.guests, asked.count, frozenset(filter(None, asked.amenity.split(",")))),
        Decimal(asked.max_price) if asked.max_price else None,
        asked.place,
    )
    of = ("stays", wanted, call.caller.pk)
    begin = cursors.place(asked.cursor, of=of)[0] if asked.cursor else 0
    now = database_now()
    matches, own = search(wanted, reader=call.user, now=now)
    until = begin + asked.limit
    found = in_full(matches[begin:until], wanted, own=own, now=now)
    following = cursors.cursor([until], of=of) if until < len(matches) else None
    return StayPage([_stay(one, wanted) for one in found], following)


def _known(day: date, field: str) -> date:
    if not FIRST <= day <= LAST:
        raise refused(field, "This must lie between the years 1971 and 2198.")
    return day


def _stay(found: Found, asked: StaySearch) -> Stay:
    kind, quote = found.shown.kind, found.shown.quote
    span = kind.span(asked.arrive, asked.depart)
    return Stay(
        venue=found.venue.slug,
        name=found.venue.name,
        city=found.venue.city,
        room_type=kind.id,
        type=kind.name,
        capacity=kind.capacity,
        amenities=sorted(kind.amenities),
        start=span.start,
        end=span.end or span.start,
        available=found.shown.broken is None and found.left.free >= asked.wanted.count,
        reason=found.shown.broken.sentence if found.shown.broken else "",
        quote=answers.quote(quote),
        total=answers.money(quote.total * asked.wanted.count, quote.currency),
        left=StayLeft(found.left.free, found.left.held, found.left.frees_at, found.left.mine),
        nights=_nights(found.strip),
    )


def _nights(by_night: Iterable[tuple[date, Left]]) -> list[NightLeft]:
    return [NightLeft(day, left.free, left.held, _utc(left.frees_at), left.mine) for day, left in by_night]


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


@endpoint("GET", "venues/{slug}/nights", who=ANYBODY, query=NightsQuery, answer=Nights, refuses=["not_found"])
def show_nights(call: Call) -> Nights:
    """Tell how many rooms of each type a hotel has left, night by night."""
    asked: NightsQuery = call.query
    first, last = _known(asked.first, "first"), _known(asked.last, "last") + DAY
    if not 1 <= (last - first).days <= MOST_NIGHTS:
        raise refused("last", f"From the first night on, and at most {MOST_NIGHTS} nights in all.")
    standing = venue_as_it_stands(call.path["slug"], call.user)
    types = stay_types(standing.terms, Wanted(closed=closed(standing.terms, call.user, BOOK)))
    own = own_holds(call.user, now=standing.now)
    seen = window(types, first, last, own=own, now=standing.now)
    dates = dates_between(first, last)
    told = [
        TypeNights(
            room_type=kind.id,
            type=kind.name,
            capacity=kind.capacity,
            rooms=len(kind.rooms),
            check_in=kind.policy.check_in,
            check_out=kind.policy.check_out,
            nights=_nights(zip(dates, seen.left_by_night(kind, first, last), strict=True)),
        )
        for kind in types
    ]
    return Nights(standing.terms.slug, told)

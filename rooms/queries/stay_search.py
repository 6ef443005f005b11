"""Search stays: over all hotels, the cheapest type of room that fits, and what is left of it.

First every hotel is ranked, by one statement that reads a row for each room; what a page shows in full, with
its nights, is read for the hotels of that page alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from reservations import Invalid, PolicyViolation, Quote
from reservations.nights import Left, dates_between
from reservations.rights import BOOK
from rooms.models import Venue, VenueKind
from rooms.money import decimal_of
from rooms.queries import rights
from rooms.queries.stays import StayType, Wanted, free_enough, own_holds, stay_types, window

STRIP = 14  # nights shown with each result
BEFORE = 3  # of them before the arrival, as far as they lie ahead
LONGEST = 366  # nights that are priced at all
PLACE, WORDS = 100, 6  # characters and words of a place


@dataclass(frozen=True, slots=True)
class StaySearch:
    """What somebody looks for; `max_price` is a night's, in whole units of the hotel's currency."""

    arrive: date
    depart: date
    wanted: Wanted = field(default_factory=Wanted)
    max_price: Decimal | None = None
    place: str = ""

    def __post_init__(self) -> None:
        if self.depart <= self.arrive:
            raise _invalid("depart", "The departure must come at least a night after the arrival.")
        if self.nights > LONGEST:
            raise _invalid("depart", f"A stay lasts at most {LONGEST} nights.")

    @property
    def nights(self) -> int:
        """How many nights the stay has."""
        return (self.depart - self.arrive).days


@dataclass(frozen=True, slots=True)
class Priced:
    """A type that fits, and what one room of it costs for the stay."""

    kind: StayType
    quote: Quote
    broken: PolicyViolation | None
    free: int  # as far as that many matter

    def is_free(self, count: int) -> bool:
        """Test whether so many rooms can be had."""
        return self.broken is None and self.free >= count


@dataclass(frozen=True, slots=True)
class Match:
    """A hotel with the types that fit, the one to show first."""

    venue: Venue
    types: tuple[Priced, ...]
    is_free: bool

    @property
    def rank(self) -> tuple[bool, int, str, int]:
        """Return what orders hotels: those with rooms left first, the cheapest first."""
        return not self.is_free, self.types[0].quote.total, self.venue.name, self.venue.pk


@dataclass(frozen=True, slots=True)
class Found:
    """A hotel in full: the type that is shown, what is left of it, and the nights around."""

    venue: Venue
    shown: Priced
    left: Left
    strip: list[tuple[date, Left]]


def search(asked: StaySearch, *, reader: Any = None, now: datetime) -> tuple[list[Match], frozenset[int]]:
    """Return the hotels with a type that fits, best first, and the reader's own holds."""
    venues = _hotels(asked.place)
    own = own_holds(reader, now=now)
    hotels = rights.terms_seen_of(venues, reader)
    closed = rights.closed_at(hotels, reader, BOOK)
    types = [stay_types(terms, replace(asked.wanted, closed=closed[terms.id])) for terms in hotels]
    every = [kind for fitting in types for kind in fitting]
    free = free_enough(every, asked.arrive, asked.depart, count=asked.wanted.count, own=own, now=now)
    found = (_match(venue, own, asked, free, now) for venue, own in zip(venues, types, strict=True))
    matches = [match for match in found if match]
    return sorted(matches, key=lambda match: match.rank), own


def _hotels(place: str) -> list[Venue]:
    hotels = Venue.objects.filter(kind=VenueKind.HOTEL, is_listed=True)
    for word in place[:PLACE].split()[:WORDS]:
        hotels = hotels.filter(
            Q(name__icontains=word) | Q(city__icontains=word) | Q(description__icontains=word)
        )
    return list(hotels.order_by("name", "pk"))


def _match(
    venue: Venue, types: Iterable[StayType], asked: StaySearch, free: dict[int, int], now: datetime
) -> Match | None:
    broken: dict[tuple[int, int], PolicyViolation | None] = {}
    priced = []
    for kind in types:
        terms = id(kind.policy), id(kind.first.hours)  # most types of a hotel share both
        if terms not in broken:
            broken[terms] = kind.broken(asked.arrive, asked.depart, now=now)
        quote = kind.quote(asked.arrive, asked.depart)
        priced.append(Priced(kind, quote, broken[terms], free[kind.id]))
    fitting = [one for one in priced if _is_cheap_enough(one, asked)]
    if not fitting:
        return None
    count = asked.wanted.count
    fitting.sort(key=lambda one: (not one.is_free(count), one.quote.total, one.kind.capacity, one.kind.id))
    return Match(venue, tuple(fitting), fitting[0].is_free(count))


def _is_cheap_enough(one: Priced, asked: StaySearch) -> bool:
    if asked.max_price is None:
        return True
    return decimal_of(one.quote.total, one.quote.currency) <= asked.max_price * asked.nights


def in_full(
    matches: Sequence[Match], asked: StaySearch, *, own: frozenset[int], now: datetime
) -> list[Found]:
    """Return these hotels with what is left in each night around the stay."""
    # Where rooms are left, the first type is shown; else the one that is free again soonest, of all that fit.
    likely = [match.types[:1] if match.is_free else match.types for match in matches]
    types = [one.kind for few in likely for one in few]
    first, last = strip_of(asked, now.date())
    seen = window(types, min(first, asked.arrive), max(last, asked.depart), own=own, now=now)
    found = []
    for match, few in zip(matches, likely, strict=True):
        lefts = [seen.left(one.kind, asked.arrive, asked.depart) for one in few]
        shown, left = max(zip(few, lefts, strict=True), key=lambda one: _hope(one[0], one[1], asked))
        by_night = seen.left_by_night(shown.kind, first, last)
        found.append(
            Found(match.venue, shown, left, list(zip(dates_between(first, last), by_night, strict=True)))
        )
    return found


def _hope(one: Priced, left: Left, asked: StaySearch) -> tuple[int, int]:
    """Return what makes a type worth showing: rooms left now, or soon, and then the lower price."""
    count = asked.wanted.count
    if one.broken is not None:
        return 0, -one.quote.total
    if left.free + left.mine >= count:
        return 3, -one.quote.total
    return (2 if left.free + left.mine + left.held >= count else 1), -one.quote.total


def strip_of(asked: StaySearch, today: date) -> tuple[date, date]:
    """Return the first date of the nights to show, and the date after the last."""
    first = max(min(today, asked.arrive), asked.arrive - timedelta(days=BEFORE))
    if asked.nights > STRIP - BEFORE:
        first = asked.arrive
    return first, first + timedelta(days=STRIP)


def _invalid(field_name: str, sentence: str) -> Invalid:
    return Invalid(sentence, field_errors={field_name: [sentence]})

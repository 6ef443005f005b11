"""The terms of a venue as the library understands them, kept in memory until one of them changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from reservations import NotFound, Rate, Span, hours, policies
from reservations.questions import Question
from reservations.quotas import Quota
from reservations.rights import REPEAT
from rooms import models
from rooms.queries.term_rows import amenities_of, hours_of, policy_of, questions_of, quotas_of_types, rate_of
from rooms.texts import in_order

KEEP = 500  # venues in memory; a hotel of 100 rooms takes about 100 kB
_kept: dict[int, "VenueTerms"] = {}
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class RoomTerms:
    """What a booking of one room must keep to, and what it costs."""

    id: int
    name: str
    type_id: int
    type_name: str
    noun: str
    unit: str
    capacity: int
    floor: str
    order: int
    amenities: frozenset[str]
    policy: policies.Policy
    hours: hours.Hours
    rates: tuple[Rate, ...]
    parts: tuple[int, ...]  # every room that is taken with it, however deep
    wholes: tuple[int, ...]  # every room of which it is a part
    place: tuple[float, float] | None = None  # on the plan of its floor
    size: tuple[float, float] | None = None  # across and down on that plan, if it has one of its own
    quotas: tuple[Quota, ...] = ()  # of its type, and of the venue as far as they are about such rooms
    everybody: str = REPEAT  # how much of it everybody may have (reservations.rights)


@dataclass(frozen=True, slots=True)
class VenueTerms:
    """A venue's rooms with their terms; `stamp` tells it from what it was before a change."""

    id: int
    slug: str
    name: str
    kind: str
    zone: ZoneInfo
    currency: str
    is_listed: bool
    stamp: int
    rooms: dict[int, RoomTerms]  # in the venue's own order; archived rooms are not among them
    hidden: frozenset[int] = frozenset()  # rooms that are left out, because somebody may not see them
    questions: tuple[Question, ...] = ()  # which it asks whoever books


def terms_of(venue_id: int, stamp: int | None = None) -> VenueTerms:
    """Return the venue's terms, read afresh unless memory holds those with this stamp.

    Without a stamp, whatever memory holds will do: the caller checks `stamp` under the room's lock.
    """
    kept = _kept.get(venue_id)
    if kept is None or stamp not in (None, kept.stamp):
        venue = models.Venue.objects.filter(pk=venue_id).first()
        if venue is None:
            raise NotFound("There is no such venue.")
        kept = next(_read([venue]))
        _keep(kept)
    return kept


def terms_of_venue(venue: models.Venue) -> VenueTerms:
    """Return the terms of a venue that was just read."""
    return terms_of(venue.pk, venue.terms_stamp)


def terms_of_venues(venues: Sequence[models.Venue]) -> list[VenueTerms]:
    """Return the terms of venues that were just read, in as few queries for many as for one."""
    found = {}
    for venue in venues:
        kept = _kept.get(venue.pk)
        if kept is not None and kept.stamp == venue.terms_stamp:
            found[venue.pk] = kept
    missing = [venue for venue in venues if venue.pk not in found]
    for terms in _read(missing) if missing else ():
        found[terms.id] = terms
        _keep(terms)
    return [found[venue.pk] for venue in venues]


def _keep(terms: VenueTerms) -> None:
    _make_room(_kept)
    _kept[terms.id] = terms


def derived(
    memory: dict[int, tuple[VenueTerms, D]], terms: VenueTerms, derive: Callable[[VenueTerms], D]
) -> D:
    """Return what follows from the terms alone, which the memory holds as long as these are the terms."""
    key = hash((terms.id, terms.hidden)) if terms.hidden else terms.id
    kept = memory.get(key)
    if kept is None or kept[0] is not terms:
        _make_room(memory)
        kept = memory[key] = terms, derive(terms)
    return kept[1]


def _make_room(memory: dict[int, Any]) -> None:
    if len(memory) >= KEEP:
        memory.pop(next(iter(memory)), None)


def terms_knowing(venue_id: int, rooms: Iterable[int]) -> VenueTerms:
    """Return the venue's terms; anew if memory lacks a room, which another process may have added."""
    terms = terms_of(venue_id)
    if all(room in terms.rooms for room in rooms):
        return terms
    venue = models.Venue.objects.filter(pk=venue_id).first()
    return terms_of_venue(venue) if venue else terms


def _read(venues: Sequence[models.Venue]) -> Iterator[VenueTerms]:
    rooms: defaultdict[int, dict[int, RoomTerms]] = defaultdict(dict)
    for venue_id, room in _rooms([venue.pk for venue in venues]):
        rooms[venue_id][room.id] = room
    questions = questions_of([venue.pk for venue in venues])
    for venue in venues:
        # The stamp was read first: a change that comes in between makes the next reader read again.
        yield VenueTerms(
            id=venue.pk,
            slug=venue.slug,
            name=venue.name,
            kind=venue.kind,
            zone=venue.zone,
            currency=venue.currency,
            is_listed=venue.is_listed,
            stamp=venue.terms_stamp,
            rooms=rooms[venue.pk],
            questions=questions.get(venue.pk, ()),
        )


Sold = tuple[models.RoomType, policies.Policy, tuple[Rate, ...], tuple[Quota, ...]]


def _types(venues: Sequence[int]) -> dict[int, Sold]:
    """Return each type with its terms, which types under the same policy share."""
    sold = models.RoomType.objects.filter(venue__in=venues).select_related("policy").prefetch_related("rates")
    # Who asks whether a span keeps to terms that are shared need ask only once.
    terms: dict[tuple[int, str], policies.Policy] = {}
    for kind in sold:
        if (kind.policy_id, kind.unit) not in terms:
            terms[kind.policy_id, kind.unit] = policy_of(kind)
    quotas = quotas_of_types(venues, sold)
    return {
        kind.pk: (
            kind,
            terms[kind.policy_id, kind.unit],
            tuple(map(rate_of, kind.rates.all())),
            quotas[kind.pk],
        )
        for kind in sold
    }


def _rooms(venues: Sequence[int]) -> Iterator[tuple[int, RoomTerms]]:
    types = _types(venues)
    rooms = models.Room.objects.filter(venue__in=venues, archived_at=None)
    # As bare rows: of twenty thousand rooms, instances of the model would be most of the work.
    found = in_order(rooms.values_list(*COLUMNS, named=True))
    amenities, opening = amenities_of(venues), hours_of(venues)
    parts, wholes = _parts(venues, {room.pk for room in found})
    for room in found:
        kind, policy, rates, quotas = types[room.type_id]
        yield (
            room.venue_id,
            RoomTerms(
                id=room.pk,
                name=room.name,
                type_id=kind.pk,
                type_name=kind.name,
                noun=kind.noun,
                unit=kind.unit,
                capacity=room.capacity,
                floor=room.floor,
                order=room.order,
                amenities=amenities.get(room.pk, frozenset()),
                policy=policy,
                hours=opening(room.venue_id, room.pk),
                rates=rates,
                parts=parts.get(room.pk, ()),
                wholes=wholes.get(room.pk, ()),
                place=None if room.x is None or room.y is None else (room.x, room.y),
                size=None if room.width is None or room.depth is None else (room.width, room.depth),
                quotas=quotas,
                everybody=room.everybody,
            ),
        )


COLUMNS = (
    *("pk", "venue_id", "type_id", "name", "capacity", "floor", "order"),
    *("x", "y", "width", "depth", "everybody"),
)


def _parts(
    venues: Sequence[int], present: set[int]
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    """Return the parts of each whole and the wholes of each part, as far as these are not archived."""
    direct: defaultdict[int, set[int]] = defaultdict(set)
    rows = models.RoomPart.objects.filter(whole__venue__in=venues).values_list("whole_id", "part_id")
    for whole, part in rows:
        direct[whole].add(part)
    # The closure first: an archived wing still says which rooms the hall above it is made of.
    parts = {whole: _closure(whole, direct, present) for whole in direct if whole in present}
    wholes: defaultdict[int, set[int]] = defaultdict(set)
    for whole, under in parts.items():
        for part in under:
            wholes[part].add(whole)
    return parts, {part: tuple(sorted(above)) for part, above in wholes.items()}


def _closure(whole: int, direct: dict[int, set[int]], present: set[int]) -> tuple[int, ...]:
    found: set[int] = set()
    waiting = list(direct[whole])
    while waiting:
        part = waiting.pop()
        if part not in found and part != whole:
            found.add(part)
            waiting.extend(direct.get(part, ()))
    return tuple(sorted(found & present))


def with_parts(terms: VenueTerms, rooms: Iterable[int]) -> list[int]:
    """Return the rooms and every part taken with them, in id order."""
    found = set(rooms)
    for room in list(found):
        found.update(terms.rooms[room].parts)
    return sorted(found)


def without_parts(terms: VenueTerms, rooms: Iterable[int]) -> tuple[int, ...]:
    """Return the rooms less those that come with another of them as its parts: what is paid for."""
    asked = tuple(rooms)
    parts = {part for room in asked if room in terms.rooms for part in terms.rooms[room].parts}
    return tuple(room for room in asked if room not in parts) or asked


def blocked_ranges(terms: VenueTerms, rooms: Iterable[int], span: Span) -> dict[int, Span]:
    """Return for each room, and each part taken with it, the range that nobody else can have.

    A part is kept as long as the whole it goes with: a hall is not cleaned while its corner is let.
    """
    found: dict[int, Span] = {}
    for room in rooms:
        kept = policies.blocked(span, terms.rooms[room].policy)
        for taken in (room, *terms.rooms[room].parts):
            found[taken] = _around(kept, found[taken]) if taken in found else kept
    return dict(sorted(found.items()))


def _around(one: Span, other: Span) -> Span:
    end = None if one.end is None or other.end is None else max(one.end, other.end)
    return Span(min(one.start, other.start), end)

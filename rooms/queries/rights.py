"""Who may what in which room, and a venue's terms as somebody sees them.

Almost every venue restricts no room: to know that costs one look at terms that are in memory. Where one does,
the rights of whoever asks are read in one statement, each time: a right that is taken away is gone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts import roles
from accounts.models import User
from reservations import Forbidden, NotFound
from reservations.rights import BOOK, NOBODY, REPEAT, SEE, VERBS, everybodys, refusal_in_words, with_implied
from rooms.models import Allocation, Booking, Room, RoomRight, Venue
from rooms.queries.terms import RoomTerms, VenueTerms, derived, terms_of_venue, terms_of_venues
from rooms.sql import fetch, one_of

OF_PERSON = """
SELECT own.room_id, own.take, own.change FROM rooms_roomright AS own
JOIN rooms_room AS room ON room.id = own.room_id WHERE own.person_id = %s AND {which}"""
NONE: frozenset[int] = frozenset()
NONE_GIVEN: frozenset[str] = frozenset()
RULE = "rights"  # of refusals that a room's rights are the reason of
Closed = Mapping[str, frozenset[int]]
Rights = Mapping[int, frozenset[str]]
_closed: dict[int, tuple[VenueTerms, Closed]] = {}
_without: dict[int, tuple[VenueTerms, VenueTerms]] = {}


def closed_to_everybody(terms: VenueTerms) -> Closed:
    """Return for each verb the rooms in which not everybody may do that; worked out once for these terms."""
    return derived(_closed, terms, _work_out)


def _work_out(terms: VenueTerms) -> Closed:
    restricted = [room for room in terms.rooms.values() if room.everybody != REPEAT]
    found = {
        verb: frozenset(room.id for room in restricted if verb not in everybodys(room.everybody))
        for verb in (SEE, BOOK, REPEAT)
    }
    # Who sees a hall sees what it divides into: what is taken of that is drawn on it.
    shown = {part for room in terms.rooms.values() if room.id not in found[SEE] for part in room.parts}
    return MappingProxyType(found | {SEE: found[SEE] - shown})


def closed(terms: VenueTerms, by: Any, verb: str) -> frozenset[int]:
    """Return the rooms in which the person, or a visitor, may not do that."""
    return _closed_and_given(terms, by, verb)[0]


def _closed_and_given(terms: VenueTerms, by: Any, verb: str) -> tuple[frozenset[int], Rights]:
    """Return the same, and what the person was given, which is read where anything is closed."""
    found = closed_to_everybody(terms)[verb]
    if not found or roles.is_staff_at(by, terms.id):
        return NONE, {}
    given = rights_of(by, [terms.id])
    return found - _granted(terms, given, verb), given


def _granted(terms: VenueTerms, rights: Rights, verb: str) -> frozenset[int]:
    granted = {room for room, verbs in rights.items() if verb in verbs}
    if verb == SEE:
        granted |= {part for room in granted if room in terms.rooms for part in terms.rooms[room].parts}
    return frozenset(granted)


def rights_of(by: Any, venues: Iterable[int]) -> Rights:
    """Return what the person was given at the venues, room by room; a visitor was given nothing."""
    if not (getattr(by, "is_authenticated", False) and by.is_active):
        return {}
    which, params = one_of("room.venue_id", venues)
    rows = fetch(OF_PERSON.format(which=which), [by.pk, *params])
    return {room: with_implied(filter(None, (take, change))) for room, take, change in rows}


def shown_to_each(terms: VenueTerms, people: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return which of the rooms that are hidden here each of the people may see, in one statement."""
    hidden = closed_to_everybody(terms)[SEE]
    rows = RoomRight.objects.filter(room__in=hidden, person__in=people).values_list("person", "room")
    found: dict[int, set[int]] = {}
    for person, room in rows if hidden else ():
        found.setdefault(person, set()).update({room, *terms.rooms[room].parts} & hidden)
    return {person: frozenset(rooms) for person, rooms in found.items()}


def closed_to_each(terms: VenueTerms, people: Collection[int], verb: str) -> dict[int, frozenset[int]]:
    """Return the rooms in which each of the people may not do that: in two queries, however many they are."""
    everybody = closed_to_everybody(terms)[verb]
    if not everybody:
        return dict.fromkeys(people, NONE)
    given: dict[int, dict[int, frozenset[str]]] = {person: {} for person in people}
    for row in RoomRight.objects.filter(room__in=terms.rooms, person__in=people):
        given[row.person_id][row.room_id] = row.verbs
    works_here = Q(is_superuser=True) | Q(memberships__venue=terms.id)
    staff = set(User.objects.filter(works_here, pk__in=people, is_active=True).values_list("pk", flat=True))
    return {
        person: NONE if person in staff else everybody - _granted(terms, given[person], verb)
        for person in people
    }


def closed_at(venues: Sequence[VenueTerms], by: Any, verb: str) -> dict[int, frozenset[int]]:
    """Return the same for each of several venues, in one statement whatever their number."""
    found = {terms.id: closed_to_everybody(terms)[verb] for terms in venues}
    asked = [terms for terms in venues if found[terms.id] and not roles.is_staff_at(by, terms.id)]
    rights = rights_of(by, [terms.id for terms in asked]) if asked else {}
    own = {terms.id: found[terms.id] - _granted(terms, rights, verb) for terms in asked}
    return dict.fromkeys(found, NONE) | own


def seen(terms: VenueTerms, by: Any, *, besides: Iterable[int] = ()) -> VenueTerms:
    """Return the terms without the rooms that the person may not see; the same object if there are none.

    :param besides: rooms that are shown all the same, because they have them
    """
    return without(terms, closed(terms, by, SEE).difference(besides))


def hidden_at(venue: Venue, by: Any) -> frozenset[int]:
    """Return the rooms of a venue that was just read which the person may not see."""
    return closed(terms_of_venue(venue), by, SEE)


def terms_seen(venue: Venue, by: Any, *, besides: Iterable[int] = ()) -> VenueTerms:
    """Return the terms of a venue that was just read, as `seen` does."""
    return seen(terms_of_venue(venue), by, besides=besides)


def seen_from(booking: Booking, by: Any) -> VenueTerms:
    """Return the terms of a booking's venue as who moves it may see them: also the rooms that it has."""
    terms = terms_of_venue(booking.venue)
    hidden = closed(terms, by, SEE)
    if not hidden:
        return terms
    own = Allocation.objects.filter(booking=booking, active=True).values_list("room", flat=True)
    return without(terms, hidden.difference(own))


def hidden_among(venues: QuerySet[Venue], by: Any) -> dict[int, frozenset[int]]:
    """Return the rooms that the person may not see, at those of the venues that hide any."""
    hiding = Room.objects.filter(venue=OuterRef("pk"), everybody=NOBODY, archived_at=None)
    return {terms.id: terms.hidden for terms in terms_seen_of(list(venues.filter(Exists(hiding))), by)}


def terms_seen_of(venues: Sequence[Venue], by: Any) -> list[VenueTerms]:
    """Return the same of several venues, in as few queries for many as for one."""
    found = terms_of_venues(venues)
    hidden = closed_at(found, by, SEE)
    return [without(terms, hidden[terms.id]) for terms in found]


def without(terms: VenueTerms, hidden: frozenset[int]) -> VenueTerms:
    """Return the terms as if these rooms were not; one object for each set of them, as long as terms last."""
    if not hidden:
        return terms
    key = hash((terms.id, hidden))
    kept = _without.get(key)
    if kept is None or kept[0] is not terms or kept[1].hidden != hidden:
        if len(_without) >= MOST_SETS:
            _without.pop(next(iter(_without)), None)
        kept = _without[key] = terms, _left(terms, hidden)
    return kept[1]


MOST_SETS = 200  # of hidden rooms, each with terms of its own in memory, whose rooms they share


def _left(terms: VenueTerms, hidden: frozenset[int]) -> VenueTerms:
    rooms = {
        key: room
        if hidden.isdisjoint(room.wholes) and hidden.isdisjoint(room.parts)
        else replace(
            room,
            wholes=tuple(one for one in room.wholes if one not in hidden),
            parts=tuple(one for one in room.parts if one not in hidden),
        )
        for key, room in terms.rooms.items()
        if key not in hidden
    }
    return replace(terms, rooms=rooms, hidden=hidden)


def first_refusal(rooms: Iterable[int], terms: VenueTerms, by: Any, verb: str) -> Forbidden | NotFound | None:
    """Return why the person may not do that in all the rooms; one that they may not see is none."""
    found, given = _closed_and_given(terms, by, verb)
    room = next((room for room in rooms if room in found), None)
    if room is None:
        return None
    if room in closed_to_everybody(terms)[SEE] - _granted(terms, given, SEE):
        return NotFound("There is no such room here.")
    return _not_theirs(terms.rooms[room], given.get(room, NONE_GIVEN), verb)


def refused(terms: VenueTerms, by: Any, verb: str) -> dict[int, Forbidden]:
    """Return why the person may not do that, for each room where they may not, with what they may there."""
    found, given = _closed_and_given(terms, by, verb)
    return {room: _not_theirs(terms.rooms[room], given.get(room, NONE_GIVEN), verb) for room in found}


def refusals(room: RoomTerms, terms: VenueTerms, by: Any) -> list[Forbidden]:
    """Return why the person may not book the room, whatever is free there; nothing if they may."""
    found = refused(terms, by, BOOK)
    return [found[room.id]] if room.id in found else []


def _not_theirs(room: RoomTerms, given: frozenset[str], verb: str) -> Forbidden:
    verbs = everybodys(room.everybody) | given
    return Forbidden(refusal_in_words(verb, room.name, verbs), rule=RULE)


def verbs_of(room: int, venue_id: int, by: Any) -> frozenset[str]:
    """Return in which ways the person may change the room; who may change the venue, in all."""
    if roles.may(by, "edit_venue", venue_id):
        return frozenset(VERBS)
    return rights_of(by, [venue_id]).get(room, NONE_GIVEN)

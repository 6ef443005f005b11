"""What is free for a span, and what it costs; for the rest, why not."""

from copy import copy
from typing import Any

from msgspec import UNSET

from api import answers
from api.endpoints.venues import room_facts
from api.queries import venue_as_it_stands
from api.reading import refused
from api.routing import ANYBODY, Call, endpoint
from api.shapes import Money
from api.shapes_venues import Availability, AvailabilityQuery, Reason, RoomOffer
from api.shapes_venues import Quote as RoomQuote
from api.spans import span_between
from reservations import Quote
from reservations.placing import box_in
from rooms import plans
from rooms.queries.availability import Wants
from rooms.queries.survey import Surveyed, survey
from rooms.queries.terms import VenueTerms, derived
from rooms.queries.words import taken_sentence


@endpoint(
    "GET",
    "venues/{slug}/availability",
    who=ANYBODY,
    query=AvailabilityQuery,
    answer=Availability,
    refuses=["not_found"],
)
def show_availability(call: Call) -> Availability:
    """Tell which rooms can be had for a span, and what they cost; for the others, why not."""
    asked: AvailabilityQuery = call.query
    standing = venue_as_it_stands(call.path["slug"], call.user)
    terms = standing.terms
    kind = _type_called(asked.room_type, terms)
    span = span_between(asked.start, asked.end, terms, of=kind)
    wants = Wants(capacity=asked.capacity, type_id=kind, among=_among(asked, terms))
    found = survey(terms, span, wants=wants, now=standing.now, reader=call.user)
    free = sum(one.is_free for one in found)
    quotes: dict[int, Any] = {}
    blanks = derived(_known, terms, _blanks)
    return Availability(
        venue=terms.slug,
        start=span.start,
        end=span.end,
        free=free,
        enough=free >= asked.count,
        items=[_offer(one, blanks[one.room.id], terms, quotes) for one in found],
    )


def _type_called(named: str, terms: VenueTerms) -> int | None:
    """Return the type of that id or name; without one, none."""
    if not named:
        return None
    for room in terms.rooms.values():
        if named in (str(room.type_id), room.type_name):
            return room.type_id
    raise refused("room_type", "There is no such type of room here.")


def _among(asked: AvailabilityQuery, terms: VenueTerms) -> frozenset[int] | None:
    """Return the rooms on the floor and in the rectangle; if neither is said, no choice is made.

    :raises Invalid: if there is no such floor, or the rectangle is none
    """
    rooms = terms.rooms.values()
    if asked.floor and all(room.floor != asked.floor for room in rooms):
        raise refused("floor", "There is no such floor here.")
    if asked.within:
        return plans.standing_in(rooms, box_in(asked.within), asked.floor or None)
    return frozenset(room.id for room in rooms if room.floor == asked.floor) if asked.floor else None


NO_QUOTE = RoomQuote(Money("0", "EUR"), [])
_known: dict[int, tuple[VenueTerms, dict[int, RoomOffer]]] = {}


def _blanks(terms: VenueTerms) -> dict[int, RoomOffer]:
    """Return an offer of each room that says nothing of a span yet: the rest is always the same."""
    return {
        room.id: RoomOffer(**room_facts(room), free=False, quote=NO_QUOTE, reasons=[])
        for room in terms.rooms.values()
    }


def _offer(one: Surveyed, blank: RoomOffer, terms: VenueTerms, quotes: dict[int, Any]) -> RoomOffer:
    offer = copy(blank)
    offer.free, offer.quote = one.is_free, _quote(one.quote, quotes)
    offer.reasons = [] if offer.free else _reasons(one, terms)
    return offer


def _quote(priced: Quote, told: dict[int, Any]) -> Any:
    """Return the price as it is told; rooms that cost the same share it."""
    if id(priced) not in told:
        told[id(priced)] = answers.quote(priced)
    return told[id(priced)]


def _reasons(one: Surveyed, terms: VenueTerms) -> list[Reason]:
    broken = [Reason(why.code, why.rule, why.sentence, why.until) for why in one.broken]
    taken = [
        Reason(
            "unavailable",
            one.asked.rule(conflict),
            taken_sentence([conflict], terms, one.asked),
            one.asked.until(conflict),
            conflict.mine or UNSET,
        )
        for conflict in one.conflicts
    ]
    return broken + taken

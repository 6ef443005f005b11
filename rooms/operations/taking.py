"""Take a room now, until it is released: the spot one drives into, the desk one sits down at.

A room with nothing later is best, for it lasts. Where something is booked later, the time ends there; the
booking says so, and pages say it before.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from reservations import (
    Candidate,
    NotFound,
    ReservationError,
    Span,
    Unavailable,
    allocation,
    lifecycle,
    policies,
)
from reservations.spans import LONGEST
from rooms import permissions, sealing
from rooms.models import Booking, Room, RoomType, Unit, Venue
from rooms.operations import _limits, _standing, refusing
from rooms.operations._creating import New, create
from rooms.operations._writing import LockMore, lock, writes
from rooms.operations.holding import answered_before, draft, lock_with_terms, touched
from rooms.queries.availability import Wants, free_candidates
from rooms.queries.breaking import violations
from rooms.queries.lines import lines_of_span
from rooms.queries.offers import alternatives_to
from rooms.queries.terms import VenueTerms, blocked_ranges, terms_knowing, terms_of_venue
from rooms.sql import database_now
from rooms.wishes import NO_DETAILS, Details, Wish, require_key
from rooms.wishes import clean as cleaned

ANYTHING = Wants()


@dataclass(frozen=True, slots=True)
class Taking(Wish):
    """One request to take a room now: the one that is named, or whichever suits best."""

    wants: Wants = ANYTHING
    is_walk_in: bool = False

    @property
    def fingerprint(self) -> str:
        """Tell this request from any other; when it comes does not matter, for it always means now."""
        guest = getattr(self.details.guest, "pk", self.details.guest)
        plate = sealing.digest(self.details.plate)
        asked: tuple[Any, ...] = (self.venue_id, self.rooms, self.wants)
        asked += (self.details.title, self.details.note, guest, plate)
        if answered := [one for one in self.details.answers if one[1] != ""]:
            asked += (answered,)
        return hashlib.sha256(repr(("now", *asked)).encode()).hexdigest()


def take(
    where: Room | Venue,
    *,
    by: Any,
    wants: Wants = ANYTHING,
    details: Details = NO_DETAILS,
    key: str = "",
    now: datetime | None = None,
) -> Booking:
    """Take the room, or whichever of the venue's suits best, from now until it is released.

    What has nothing later comes first; else the booking ends where the next one begins.

    :raises Unavailable: if the room is taken, or every room is
    :raises PolicyViolation: if the terms do not allow it
    """
    return _take_or_offer(_asked(where, by, wants, details, key), now)


def walk_in(
    venue: Venue,
    *,
    by: Any,
    plate: str = "",
    wants: Wants = ANYTHING,
    key: str = "",
    now: datetime | None = None,
) -> Booking:
    """Let in somebody who stands at the gate, without an account: the best free room, until released.

    :raises Forbidden: if it is not the venue's staff who does
    :raises Unavailable: if none is free
    """
    permissions.require_staff(by, venue.pk, "let somebody in")
    asked = _asked(venue, by, wants, Details(plate=plate), key)
    return _take_or_offer(replace(asked, is_walk_in=True), now)


def _asked(where: Room | Venue, by: Any, wants: Wants, details: Details, key: str) -> Taking:
    require_key(key, by)
    venue_id, rooms = (where.venue_id, (where.pk,)) if isinstance(where, Room) else (where.pk, ())
    # Its span is read again under the lock, when it begins.
    return Taking(venue_id, rooms, (), Span(database_now(), None), cleaned(details), by, key, wants=wants)


def _take_or_offer(asked: Taking, now: datetime | None) -> Booking:
    permissions.require_person(asked.by)
    try:
        return _take(asked, now)
    except ReservationError as refusal:
        # A request that was granted is not refused when it comes again, though that was the last one.
        if asked.key and (earlier := answered_before(asked)):
            return earlier
        refusing.count(asked, refusal)
        if isinstance(refusal, Unavailable) and asked.rooms:
            refusal.alternatives = alternatives_to(asked, now=now)
        raise


@writes
def _take(also: frozenset[int], asked: Taking, now: datetime | None) -> Booking:
    terms = _terms(asked)
    if not asked.rooms:
        # Before anybody is told how many are free at a venue that is not shown.
        permissions.require_may_take(asked, terms)
    everything = _everything(terms)
    if also:
        lock({*everything, *also})
    chosen = asked.rooms or (_best(asked, terms, now or database_now()).id,)
    locked = lock_with_terms(also, chosen, terms)
    moment = now or locked.now
    if asked.key and (earlier := answered_before(asked)):
        return earlier
    permissions.require_may_take(asked, terms)  # by terms that are known to hold
    _require_allowed(asked, terms, chosen[0], moment)
    found = _candidates(terms, chosen, moment)
    if not found and not asked.rooms and not everything <= set(locked.revisions):
        # Lost to somebody who named it: others may still be free.
        raise LockMore(everything)
    if not found:
        raise Unavailable(f"{terms.rooms[chosen[0]].name} is taken.")
    span = Span(moment, _until(terms, found[0], moment))
    blocked = blocked_ranges(terms, chosen, span)
    _standing.make_way(blocked, terms, locked=locked, now=moment, asked=span)

    return create(_drafted(asked, terms, chosen, blocked, span), touched(terms, chosen), locked=locked)


def _terms(asked: Taking) -> VenueTerms:
    """Return the terms of the venue; read anew where memory lacks the room that is named."""
    if asked.rooms:
        return terms_knowing(asked.venue_id, asked.rooms)
    return terms_of_venue(_lock_types(asked))


def _lock_types(asked: Taking) -> Venue:
    """Make requests for any room queue, so that each chooses from what the last one left."""
    types = RoomType.objects.select_for_update(no_key=True, of=("self",)).select_related("venue")
    found = list(types.filter(venue=asked.venue_id, unit=Unit.OPEN).order_by("pk"))
    if not found:
        raise NotFound("Nothing there is let until it is released.")
    return found[0].venue


def _everything(terms: VenueTerms) -> set[int]:
    return set(touched(terms, (room.id for room in terms.rooms.values() if room.unit == Unit.OPEN)))


def _best(asked: Taking, terms: VenueTerms, now: datetime) -> Candidate:
    closed = permissions.rooms_closed(asked.by, terms, permissions.verb_of(asked))
    wanted = [
        room
        for room in terms.rooms.values()
        if room.unit == Unit.OPEN and asked.wants.met_by(room) and room.id not in closed
    ]
    if not wanted:
        raise NotFound("There is no such room here.")
    broken = {room.id: violations(room, terms, Span(now, None), now=now) for room in wanted}
    allowed = [room for room in wanted if not broken[room.id]]
    if not allowed:
        raise broken[wanted[0].id][0]
    allowed.sort(key=asked.wants.place_of)
    return allocation.choose_open(_candidates(terms, [room.id for room in allowed], now))


def _require_allowed(asked: Taking, terms: VenueTerms, room: int, now: datetime) -> None:
    span = Span(now, None)
    for violation in violations(terms.rooms[room], terms, span, now=now):
        raise violation
    if not asked.is_walk_in:
        guest = getattr(asked.guest, "pk", None)
        _limits.require_quotas([(span, [room])], terms, guest=guest, by=asked.by, now=now)


def _least(terms: VenueTerms, room: int, now: datetime) -> Span:
    """Return the shortest time for which the room is worth taking."""
    minutes = max(terms.rooms[room].policy.min_minutes, 1)
    return Span(now, now + timedelta(minutes=minutes))


def _candidates(terms: VenueTerms, rooms: Iterable[int], now: datetime) -> list[Candidate]:
    """Return those of the rooms that are free from now on for a while, in the order given."""
    ordered = list(rooms)
    by_range: dict[Span, list[int]] = {}
    for room in ordered:
        wanted = policies.blocked(_least(terms, room, now), terms.rooms[room].policy)
        by_range.setdefault(wanted, []).append(room)
    found = {
        one.id: one
        for blocked, some in by_range.items()
        for one in free_candidates(terms, some, blocked, now=now)
    }
    return [found[room] for room in ordered if room in found]


def _until(terms: VenueTerms, chosen: Candidate, now: datetime) -> datetime | None:
    """Return where the time ends because something is booked later; None if it may last."""
    room = terms.rooms[chosen.id]
    gaps = _candidates(terms, room.parts, now) if room.parts else []
    later = [one.gap_after for one in (chosen, *gaps) if one.gap_after is not None]
    if not later:
        return None
    least = _least(terms, chosen.id, now)
    most = timedelta(minutes=room.policy.max_minutes) if room.policy.max_minutes else LONGEST
    return now + min((least.end or now) - now + min(later), most)


def _drafted(
    asked: Taking, terms: VenueTerms, rooms: tuple[int, ...], blocked: dict[int, Span], span: Span
) -> New:
    new = draft(replace(asked, span=Span(span.start, None)), terms, rooms, blocked, span.start)
    booking = new.booking
    # It is priced in full until it is released, and then by what it used.
    booking.ends_at, booking.lines = span.end, lines_of_span(terms, rooms[:1], span)
    booking.price = sum(line["amount"] for line in booking.lines)
    if asked.is_walk_in:
        booking.guest = None
    if booking.state == lifecycle.CONFIRMED:
        booking.state = lifecycle.advance(booking.state, "check_in")  # they are there
    return new

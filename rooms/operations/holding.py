"""Take rooms: hold, book, renew, confirm, and let holds go that ran out.

`now=None` means the database's clock: a hold has run out when the database says so, whatever job ran.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from reservations import (
    IdempotencyMismatch,
    NotFound,
    ReservationError,
    Span,
    Unavailable,
    lifecycle,
    policies,
)
from reservations.rights import REPEAT
from reservations.waiting import offer_lasts
from rooms import permissions
from rooms.models import Booking, IdempotencyKey, Room, Unit
from rooms.models.bookings import kept_plate
from rooms.operations import _choosing, _limits, _series, _standing, refusing
from rooms.operations._answering import answers_kept
from rooms.operations._at_once import write_at_once
from rooms.operations._creating import New, create
from rooms.operations._writing import Locked, StartOver, lock, writes
from rooms.operations.remembering import refusal_kept
from rooms.queries.breaking import by_the_leg
from rooms.queries.confirming import is_only_requested
from rooms.queries.lines import lines_of_span
from rooms.queries.offers_of_series import alternatives
from rooms.queries.own import tell_whose
from rooms.queries.terms import (
    RoomTerms,
    VenueTerms,
    blocked_ranges,
    terms_knowing,
    terms_of,
    with_parts,
    without_parts,
)
from rooms.queries.words import called
from rooms.said import title_of
from rooms.sql import estimated_now, on_postgres
from rooms.wishes import NO_DETAILS, AnyOf, Details, Repeated, Wish, wish


def hold(
    rooms: Room | Sequence[Room] | AnyOf | Sequence[AnyOf],
    span: Span | Repeated,
    *,
    by: Any,
    details: Details = NO_DETAILS,
    key: str = "",
    now: datetime | None = None,
) -> Booking:
    """Keep the rooms for the guest until they confirm or the hold runs out; all of them, or none.

    :raises Unavailable: if anybody has any part of the span in one of the rooms
    :raises PolicyViolation: if the terms of one of the rooms do not allow it
    """
    return _take_or_offer(wish(rooms, span, by=by, details=details, key=key, hold=True), now)


def book(
    rooms: Room | Sequence[Room] | AnyOf | Sequence[AnyOf],
    span: Span | Repeated,
    *,
    by: Any,
    details: Details = NO_DETAILS,
    key: str = "",
    now: datetime | None = None,
) -> Booking:
    """Book the rooms, or request them where the policy needs approval; all of them, or none.

    :raises Unavailable: if anybody has any part of the span in one of the rooms
    :raises PolicyViolation: if the terms of one of the rooms do not allow it
    """
    return _take_or_offer(wish(rooms, span, by=by, details=details, key=key), now)


def _take_or_offer(asked: Wish, now: datetime | None) -> Booking:
    permissions.require_person(asked.by)
    try:
        return _take_at_once(asked, now) or take_carefully(asked, now)
    except ReservationError as refusal:
        # A request that was granted is not refused when it comes again, though its rooms are taken now:
        # by itself.
        if asked.key and (earlier := answered_before(asked)):
            return earlier
        refusing.count(asked, refusal)
        # After the rollback: nobody waits on this room's lock while offers are looked for.
        if isinstance(refusal, Unavailable):
            tell_whose(refusal, terms_of(asked.venue_id), asked.by, now=now)
            asked = _series.laid_out(asked, terms_of(asked.venue_id))
            refusal.alternatives = alternatives(asked, now=now)
        raise


def _take_at_once(asked: Wish, now: datetime | None) -> Booking | None:
    """Book one room that nothing is in the way of; None leaves all else, refusals too, to the careful way."""
    if not on_postgres() or asked.hold or asked.rule or len(asked.rooms) != 1:
        return None
    terms = terms_of(asked.venue_id)
    own = terms.rooms.get(asked.rooms[0])
    if own is None or own.parts or own.wholes or own.quotas or own.everybody != REPEAT:
        # The rows of parts and wholes change with it; what a guest has is counted in turn; and what they may
        # in a room that is not everybody's is read under its lock.
        return None
    moment = now or estimated_now()
    try:
        require_allowed(asked, terms, asked.rooms, moment)
        blocked = blocked_ranges(terms, asked.rooms, asked.span)
        new = draft(asked, terms, asked.rooms, blocked, moment)
    except ReservationError:
        return None
    return write_at_once(new, terms, now=now)


@writes
def take_carefully(also: frozenset[int], asked: Wish, now: datetime | None) -> Booking:
    """Take the rooms under their locks; a refusal offers nothing, and counts as nobody turned away."""
    terms = _terms_for(asked)
    asked = _series.laid_out(asked, terms)
    rooms = _choosing.choose_rooms(asked, terms, now, also=also) if asked.any_of else asked.rooms
    locked = lock_with_terms(also, [*rooms, *asked.others], terms)
    moment = now or locked.now
    if asked.key and (earlier := answered_before(asked)):
        return earlier
    places = _series.places(asked, terms, rooms)
    rooms = _series.rooms_of(places) or without_parts(terms, rooms)
    require_allowed(asked, terms, rooms, moment, places)
    dates = _series.takings(places, terms)
    blocked = dates[0].blocked if dates else blocked_ranges(terms, rooms, asked.span)
    ranges = _series.ranges(dates) if dates else {room: [span] for room, span in blocked.items()}
    try:
        _standing.make_way_for_each(ranges, terms, locked=locked, now=moment, asked=asked.span)
    except Unavailable:
        _choosing.keep_choosing(asked, terms, locked)
        raise
    # What is taken is said before how much one may have: it alone comes with something else to ask for.
    _limits.require_within_limits(asked, terms, rooms, moment, places)
    new = draft(asked, terms, rooms, blocked, moment, places)
    new.dates = dates
    return create(new, touched(terms, rooms), locked=locked)


def _terms_for(asked: Wish) -> VenueTerms:
    """Return the terms from which the rooms are read; under the locks of their types, where any would do."""
    if not asked.any_of:
        return terms_knowing(asked.venue_id, [*asked.rooms, *asked.others])
    terms = _choosing.lock_types(asked.any_of)
    # Before anybody is told how many are free at a venue that is not shown.
    permissions.require_may_take(asked, terms)
    return terms


def lock_with_terms(also: Iterable[int], rooms: Iterable[int], terms: VenueTerms) -> Locked:
    """Lock the rooms, their parts and their wholes, under the terms from which these were read.

    :raises StartOver: if the terms changed meanwhile, so that these may be the wrong rooms
    """
    permissions.require_known(rooms, terms)
    locked = lock({*touched(terms, rooms), *also})
    if not locked.stamps:
        raise NotFound("There is no such room here.")  # deleted, and not only archived
    if locked.stamps.get(terms.id) != terms.stamp:
        terms_of(terms.id, locked.stamps.get(terms.id))
        raise StartOver
    return locked


def touched(terms: VenueTerms, rooms: Iterable[int]) -> list[int]:
    """Return every room whose row on a board changes with these: themselves, parts and wholes."""
    taken = with_parts(terms, rooms)
    return sorted({*taken, *(whole for room in taken for whole in terms.rooms[room].wholes)})


def answered_before(asked: Wish) -> Booking | None:
    """Return what this request came to when it came before.

    :raises ReservationError: what a program was told, if it was refused: for ever, and at every door
    :raises IdempotencyMismatch: if its key came with something else
    """
    earlier = IdempotencyKey.objects.select_related("booking").filter(owner=asked.by, key=asked.key).first()
    if earlier is None:
        return None
    if earlier.fingerprint != asked.fingerprint:
        raise IdempotencyMismatch("That idempotency key was used before, for something else.")
    if earlier.booking is None and earlier.answer is not None:
        raise refusal_kept(bytes(earlier.answer))
    return earlier.booking


def require_allowed(
    asked: Wish, terms: VenueTerms, rooms: Sequence[int], now: datetime, places: Sequence[_series.Place] = ()
) -> None:
    """Refuse what the terms of one of the rooms do not allow; of a series, on one of its dates."""
    permissions.require_may_take(asked, terms)
    wanted = [terms.rooms[room] for room in rooms]
    seats = sum(own.capacity for own in wanted)
    for own in wanted:
        require_by_the_leg(own, asked.ride)
        if places:
            continue
        policies.require(
            asked.span,
            own.policy,
            own.hours,
            now=now,
            zone=terms.zone,
            party=asked.details.party,
            capacity=seats,
            rooms_called=partial(called, wanted),
            venue_name=terms.name,
        )
    _series.require_bounded(places)
    _series.require_terms(places, terms, party=asked.details.party, now=now)


def require_by_the_leg(room: RoomTerms, ride: Any) -> None:
    """Refuse a seat for any span but that of a ride."""
    if room.unit == Unit.LEG and ride is None:
        raise by_the_leg()


def draft(
    asked: Wish,
    terms: VenueTerms,
    rooms: Sequence[int],
    blocked: dict[int, Span],
    now: datetime,
    places: Sequence[_series.Place] = (),
) -> New:
    """Return the booking that the request comes to, priced and not yet written."""
    lines = asked.ride.lines(terms) if asked.ride else _lines(asked, terms, rooms, places)
    whole = asked.series.whole if asked.series else asked.span
    price, agreed = sum(line["amount"] for line in lines), [terms.rooms[room].policy for room in rooms]
    state, expires_at = lifecycle.HELD, now + _lasts(asked, agreed, whole.start - now) if asked.hold else None
    if not asked.hold:
        state = state_booked(terms, rooms, asked.by)
    if state == lifecycle.CONFIRMED:
        permissions.require_paid(asked.by, price, agreed, terms.id)
    booking = Booking.drafted(
        venue_id=terms.id,
        guest=asked.guest,
        booked_by=asked.by,
        state=state,
        title=title_of(asked.details),
        party=asked.details.party,
        note=asked.details.note,
        answers=answers_kept(asked.details, terms, rooms, by=asked.by, complete=not asked.hold),
        starts_at=whole.start,
        ends_at=whole.end,
        recurrence=asked.series.kept if asked.series else "",
        expires_at=expires_at,
        price=price,
        currency=terms.currency,
        lines=lines,
        metered=asked.span.end is None,
        created_at=now,
        **kept_plate(asked.details.plate),
    )  # fmt: skip -- one line for each kind of thing
    fingerprint = asked.fingerprint if asked.key else ""
    kind = "offered" if asked.is_offer else KIND[state]
    return New(booking, blocked, kind, asked.by, asked.key, fingerprint)


def _lasts(asked: Wish, agreed: Sequence[policies.Policy], ahead: timedelta) -> timedelta:
    lasts = timedelta(minutes=min(policy.hold_minutes for policy in agreed))
    return offer_lasts(lasts, ahead=ahead) if asked.is_offer else lasts


def _lines(
    asked: Wish, terms: VenueTerms, rooms: Sequence[int], places: Sequence[_series.Place]
) -> list[dict[str, Any]]:
    return _series.all_lines(places, terms) if places else lines_of_span(terms, rooms, asked.span)


KIND = {lifecycle.HELD: "held", lifecycle.PENDING: "requested", lifecycle.CONFIRMED: "booked"}


def state_booked(terms: VenueTerms, rooms: Iterable[int], by: Any) -> str:
    """Return what a booking becomes: pending where a policy needs approval, unless who books may approve."""
    agreed = [terms.rooms[room].policy for room in rooms]
    return lifecycle.PENDING if is_only_requested(by, agreed, terms.id) else lifecycle.CONFIRMED

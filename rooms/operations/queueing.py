"""Stand in line for what is taken: for rooms over a span, or for seats of a departure; and leave the line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef

from reservations import Invalid, NotFound, PolicyViolation, Span, Unavailable, Unready, lifecycle
from reservations.journeys import Way
from reservations.spans import counted
from rooms import permissions
from rooms.models import Allocation, Departure, Room, RoomType, Unit, WaitlistEntry
from rooms.operations import _choosing
from rooms.operations.holding import require_allowed, touched
from rooms.queries.availability import count_free, free_candidates
from rooms.queries.departures import Run, run_of
from rooms.queries.terms import (
    RoomTerms,
    VenueTerms,
    blocked_ranges,
    terms_of,
    terms_of_venue,
    without_parts,
)
from rooms.rides import Ride, travelers_of
from rooms.sql import database_now, fetch
from rooms.wishes import NO_DETAILS, AnyOf, Details, Repeated, Wish, wish

State = WaitlistEntry.State
MOST = 10  # queues one person stands in


def wait(
    rooms: Room | Sequence[Room] | AnyOf,
    span: Span,
    *,
    by: Any,
    details: Details = NO_DETAILS,
    now: datetime | None = None,
) -> WaitlistEntry:
    """Take the last place in the queue for the rooms, all of them, or any so many of a type, over the span.

    :raises PolicyViolation: if they are free now, the terms would not allow it, nobody waits for such rooms,
        or the person holds one of them or stands in as many queues as one may
    :raises Invalid: if the venue has fewer rooms of the type than are wanted
    """
    permissions.require_person(by)
    asked = _asked(rooms, span, by, details)
    moment = now or database_now()
    terms = terms_as_they_are(asked.venue_id)
    permissions.require_may_take(asked, terms)
    _require_waited_for(asked, terms)
    if can_be_had(asked, terms, now=moment):
        raise PolicyViolation("It is free now: book it.", rule="free")
    entry = WaitlistEntry(
        venue_id=terms.id,
        starts_at=asked.span.start,
        ends_at=_end_of(asked.span),
        type=asked.any_of[0].type if asked.any_of else None,
        rooms=list(asked.rooms),
        count=asked.any_of[0].count if asked.any_of else len(asked.rooms),
        title=asked.details.title,
        party=asked.details.party,
    )
    return _stand(entry, by, moment, asked.span, terms)


def _asked(rooms: Any, span: Any, by: Any, details: Details) -> Wish:
    if by is permissions.SYSTEM:
        raise Invalid("Only a person waits.")
    if isinstance(span, Repeated):
        raise Invalid("One waits for one time, and not for a series.")
    asked = wish(rooms, span, by=by, details=replace(details, guest=None), hold=True)
    _end_of(asked.span)
    if len(asked.any_of) > 1:
        sentence = "One waits for rooms of one type; for those of others, stand in another queue."
        raise Invalid(sentence, field_errors={"type": [sentence]})
    return asked


def _end_of(span: Span) -> datetime:
    if span.end is None:
        raise Invalid("Say until when.", field_errors={"end": ["Say until when."]})
    return span.end


def terms_as_they_are(venue_id: int) -> VenueTerms:
    """Return the terms of now: whoever is told to wait is not told by those of yesterday."""
    rows = fetch("SELECT terms_stamp FROM rooms_venue WHERE id = %s", [venue_id])
    return terms_of(venue_id, rows[0][0] if rows else None)


def _require_waited_for(asked: Wish, terms: VenueTerms) -> None:
    """Refuse what nobody waits for, and what can never come, however many give back theirs."""
    permissions.require_known(asked.rooms, terms)
    wanted = rooms_wanted(asked, terms)
    if not wanted:
        raise NotFound("There is no such type of room here.")
    units = {room.unit for room in wanted}
    if Unit.LEG in units:
        raise PolicyViolation("One waits for seats of a departure, from stop to stop.", rule="waitlist")
    if Unit.OPEN in units:
        noun = wanted[0].noun.lower()
        raise PolicyViolation(f"A {noun} goes to whoever comes first: nobody waits for one.", rule="waitlist")
    closed = permissions.rooms_closed(asked.by, terms, permissions.verb_of(asked))
    number = sum(room.id not in closed for room in wanted)
    if asked.any_of and asked.any_of[0].count > number:
        sentence = f"{terms.name} has only {counted(number, 'room')} of this type."
        raise Invalid(sentence, field_errors={"count": [sentence]})


def rooms_wanted(asked: Wish, terms: VenueTerms) -> list[RoomTerms]:
    """Return the rooms that are named, or all that are of the type."""
    if asked.any_of:
        return [room for room in terms.rooms.values() if room.type_id == asked.any_of[0].type.pk]
    return [terms.rooms[room] for room in asked.rooms if room in terms.rooms]


def can_be_had(asked: Wish, terms: VenueTerms, *, now: datetime) -> bool:
    """Test whether the rooms are free for the span, parts and buffers included.

    :raises PolicyViolation: if the terms would not allow it, were they free
    """
    permissions.require_may_take(asked, terms)
    if asked.any_of:
        try:
            _choosing.choose_rooms(asked, terms, now)
        except Unavailable:
            return False
        return True
    permissions.require_known(asked.rooms, terms)
    rooms = without_parts(terms, asked.rooms)
    require_allowed(replace(asked, hold=False), terms, rooms, now)
    by_range: dict[Span, list[int]] = {}
    for room, blocked in blocked_ranges(terms, rooms, asked.span).items():
        by_range.setdefault(blocked, []).append(room)
    return all(
        len(free_candidates(terms, some, blocked, now=now)) == len(some) for blocked, some in by_range.items()
    )


def join_waitlist(ride: Ride, *, by: Any, now: datetime | None = None) -> WaitlistEntry:
    """Take the last place in the queue for so many seats of a class of the departure.

    :raises PolicyViolation: if it has left, as many seats are free, or the person holds one of them or
        stands in as many queues as one may
    :raises Invalid: if the vehicle has fewer seats of the class than are wanted
    """
    permissions.require_person(by)
    if not isinstance(ride.seats, AnyOf) or by is permissions.SYSTEM:
        raise Invalid("One waits for a number of seats of a class.")
    run, travelers, moment = run_of(ride.departure), travelers_of(ride), now or database_now()
    way = run.way(ride.first, ride.last)
    if ride.seats.type.venue_id != run.departure.vehicle_id:
        raise NotFound("There is no such class in this vehicle.")
    terms = terms_of_venue(run.departure.vehicle)
    _require_ever_enough(ride.seats, terms)
    entry = WaitlistEntry(
        venue=run.departure.vehicle,
        starts_at=run.departure.starts_at,
        ends_at=run.departure.ends_at,
        departure=run.departure,
        type=ride.seats.type,
        first=way.first,
        last=way.last,
        count=ride.seats.count,
        party=ride.seats.count,
        travelers=[{"name": one.name, "kind": one.kind} for one in travelers],
        guest=by,
    )
    if seats_can_be_had(entry, run, terms, now=moment):
        raise PolicyViolation("There are seats free now: book them.", rule="free")
    return _stand(entry, by, moment, run.span_of(way), terms)


def seats_can_be_had(entry: WaitlistEntry, run: Run, terms: VenueTerms, *, now: datetime) -> bool:
    """Test whether as many seats are free on the way as the entry waits for, in the vehicle of the departure.

    :raises PolicyViolation: if nobody could have them, were they free
    :raises NotFound: if its guest may not see the vehicle
    """
    span = run.span_of(Way(entry.first or 0, entry.last or 0))
    require_on_sale(run, span, now=now)
    permissions.require_may_take(wish_of(entry), terms)
    seats = [room.id for room in terms.rooms.values() if room.type_id == entry.type_id]
    return count_free(seats, span, now=now) >= entry.count


def require_on_sale(run: Run, span: Span, *, now: datetime) -> None:
    """Refuse a departure that is cancelled, or has left where one would get on."""
    if run.departure.state != Departure.State.SCHEDULED or span.start <= now:
        raise PolicyViolation("This departure is no longer on sale.", rule="departure")


def _require_ever_enough(wanted: AnyOf, terms: VenueTerms) -> None:
    """Refuse to wait for what can never come, however many give back theirs."""
    seats = sum(room.type_id == wanted.type.pk for room in terms.rooms.values())
    if wanted.count > seats:
        sentence = f"{terms.name} has only {counted(seats, 'seat')} of this class."
        raise Invalid(sentence, field_errors={"count": [sentence]})


def _stand(entry: WaitlistEntry, by: Any, now: datetime, span: Span, terms: VenueTerms) -> WaitlistEntry:
    """Write the entry; it is looked at soon, for what it waits for may have come free this very moment."""
    entry.guest, entry.created_at, entry.look_at = by, now, now
    try:
        with transaction.atomic():
            # The person's own row is the lock: of ten requests at once, each counts those before it.
            get_user_model().objects.select_for_update(no_key=True).filter(pk=by.pk).first()
            if WaitlistEntry.objects.filter(guest=by, state=State.WAITING).count() >= MOST:
                sentence = f"You stand in {MOST} queues already. Leave one of them first."
                raise PolicyViolation(sentence, rule="waitlist")
            _require_not_held(entry, span, terms, now)
            entry.save(force_insert=True)
    except IntegrityError:
        raise PolicyViolation("You wait for that already.", rule="waitlist") from None
    return entry


def _require_not_held(entry: WaitlistEntry, span: Span, terms: VenueTerms, now: datetime) -> None:
    """Refuse to wait for what one holds: an offer after each hold would keep it for ever, and unpaid."""
    held = Allocation.objects.filter(
        booking__guest=entry.guest,
        booking__venue=terms.id,
        state=lifecycle.HELD,
        active=True,
        expires_at__gt=now,
        blocks_from__lt=span.end,
        blocks_until__gt=span.start,
    )
    would_do = touched(terms, [room.id for room in rooms_wanted(wish_of(entry), terms)])
    if not set(would_do).isdisjoint(held.values_list("room_id", flat=True)):
        sentence = "You hold what you would wait for: confirm it, or let go of it first."
        raise PolicyViolation(sentence, rule="waitlist")


def leave_waitlist(entry: WaitlistEntry, *, by: Any) -> WaitlistEntry:
    """Give up one's place in the queue; a hold that was offered stays what it is.

    :raises NotFound: if it is somebody else's
    """
    permissions.require_person(by)
    if by is not permissions.SYSTEM and entry.guest_id != by.pk:
        raise NotFound("There is no such place in a queue.")
    WaitlistEntry.objects.filter(pk=entry.pk, state=State.WAITING).update(state=State.LEFT)
    entry.refresh_from_db()
    return entry


def follow(departure: Departure, *, now: datetime) -> None:
    """Let those who wait for the departure wait for it as it is planned now, in the same class.

    Who waits for a class that its vehicle lacks stays where they are, and is looked at at once.

    :raises Unready: if somebody stood in line in this very moment: who is looked at next follows then
    """
    try:
        with transaction.atomic():
            _follow(departure, now)
    except (IntegrityError, OperationalError) as error:
        raise Unready("Others stand in line for it right now. Please try again in a moment.") from error


def _follow(departure: Departure, now: datetime) -> None:
    waiting = WaitlistEntry.objects.filter(departure=departure, state=State.WAITING)
    same = {name: OuterRef(name) for name in ("guest", "type__name", "first", "last")}
    twice = waiting.filter(Exists(waiting.filter(pk__lt=OuterRef("pk"), **same)))
    twice.update(state=State.ENDED, word="You waited for this before, and keep that place.")
    for kind in RoomType.objects.filter(pk__in=waiting.exclude(venue=departure.vehicle_id).values("type")):
        its = RoomType.objects.filter(venue=departure.vehicle_id, name=kind.name).first()
        if its is not None:
            waiting.filter(type=kind).update(type=its, venue=departure.vehicle_id)
    waiting.update(starts_at=departure.starts_at, ends_at=departure.ends_at, look_at=now)


def wish_of(entry: WaitlistEntry) -> Wish:
    """Return what the entry asks for, of rooms, as its guest would ask themselves."""
    kind = None if entry.type_id is None else RoomType(pk=entry.type_id, venue_id=entry.venue_id)
    any_of = () if kind is None else (AnyOf(kind, entry.count),)
    details = Details(title=entry.title, party=entry.party)
    span = Span(entry.starts_at, entry.ends_at)
    return Wish(entry.venue_id, tuple(entry.rooms), any_of, span, details, entry.guest, hold=True)

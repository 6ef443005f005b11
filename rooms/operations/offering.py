"""Offer what came free to those who wait for it: whoever has waited longest gets a hold of it.

Whoever frees time offers it right after the commit (`offer_freed`), so that nobody else slips in between. The
clock looks after what that leaves (`serve_waitlist`): where many wait, where a process was killed, and where
terms changed. It looks at those alone whose `look_at` has come: where something was freed, that is at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet

from accounts.origins import unasked
from reservations import PolicyViolation, ReservationError, Span, Unavailable, Unready, quotas
from reservations.rights import BOOK
from reservations.waiting import freed
from rooms import events, permissions
from rooms.models import Booking, Change, Departure, RoomType, WaitlistEntry
from rooms.operations.holding import take_carefully, touched
from rooms.operations.queueing import (
    can_be_had,
    follow,
    rooms_wanted,
    seats_can_be_had,
    terms_as_they_are,
    wish_of,
)
from rooms.operations.traveling import hold_for_queue
from rooms.queries.availability import MARGIN
from rooms.queries.departures import run_of
from rooms.queries.rights import closed_to_each
from rooms.queries.terms import VenueTerms
from rooms.rides import Ride, travelers_from
from rooms.sql import database_now, estimated_now
from rooms.wishes import AnyOf

State = WaitlistEntry.State
BATCH = 200  # entries the clock looks at in one go
AT_ONCE = 20  # wishes that whoever freed something looks at; the clock goes on from there
MOST_IN_LINE = 1000  # entries read for one span: beyond, their turn comes when the clock looks at them
AGAIN = timedelta(minutes=10)  # until an entry is looked at again for which nothing was freed
SOON = timedelta(minutes=1)  # the same, once its time has begun; and where somebody was busy
BEGUN = "It began, and nothing came free."


@dataclass(slots=True)
class _Round:
    """One round along the queue: its time, how many wishes it may still look at, and which cannot be had."""

    now: datetime | None
    moment: datetime
    looks: int
    taken: set[Any] = field(default_factory=set)
    busy: set[int] = field(default_factory=set)
    followed: set[int] = field(default_factory=set)  # departures
    near: dict[Any, set[int]] = field(default_factory=dict)
    terms: dict[int, VenueTerms] = field(default_factory=dict)
    closed: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)  # where a guest may not book

    def note_rights(self, entries: Iterable[WaitlistEntry]) -> None:
        """Read where those who wait may not book: for all of a venue at once, if any room is closed."""
        waiting: dict[int, set[int]] = {}
        for entry in entries:
            if (entry.venue_id, entry.guest_id) not in self.closed:
                waiting.setdefault(entry.venue_id, set()).add(entry.guest_id)
        for venue, guests in waiting.items():
            for guest, rooms in closed_to_each(self.terms_of(venue), guests, BOOK).items():
                self.closed[venue, guest] = rooms

    def terms_of(self, venue: int) -> VenueTerms:
        """Return the venue's terms, as they are when this round first asks."""
        if venue not in self.terms:
            self.terms[venue] = terms_as_they_are(venue)
        return self.terms[venue]


def offer_freed(change: events.Changed) -> None:
    """Offer the time that a change gave back to those who wait for it, in the order in which they came."""
    rooms = {room for room, _ in change.freed}
    span = _hull(span for _, span in change.freed)
    with unasked():  # nobody who waits asked for it by the door of whoever gave it back
        for venue in change.venues:
            _take_turns(venue, span, rooms, _Round(None, estimated_now(), AT_ONCE))


def note_freed(changes: Iterable[Change]) -> None:
    """Have the clock look at those who may wait for what these changes gave back."""
    by_venue: dict[int, list[Span]] = {}
    for change in changes:
        if (span := freed(change.before, change.after)) is not None:
            by_venue.setdefault(change.room.venue_id, []).append(span)
    for venue, spans in by_venue.items():
        now = database_now()
        _in_line(venue, _hull(spans), MARGIN).filter(look_at__gt=now).update(look_at=now)


def serve_waitlist(*, now: datetime | None = None, limit: int = BATCH) -> int:
    """Look at those whose time to be looked at has come, and return how many.

    Who wants more rooms than are free keeps their place; those behind them are not kept waiting by that.
    """
    moment = now or database_now()
    waiting = WaitlistEntry.objects.filter(state=State.WAITING, look_at__lte=moment)
    due = list(waiting.select_related("guest").order_by("pk")[:limit])
    turn = _Round(now, moment, looks=len(due) * MOST_IN_LINE)
    turn.note_rights(due)
    for entry in due:
        if _is_free(entry, turn):
            # Whoever came before and would have the same is asked first.
            own = Span(entry.starts_at, entry.ends_at)
            _take_turns(entry.venue_id, own, _near(entry, turn), turn, last=entry)
    _put_off(due, turn)
    return len(due)


def _hull(spans: Iterable[Span]) -> Span:
    given = list(spans)
    ends = [span.end for span in given if span.end is not None]
    return Span(min(span.start for span in given), max(ends) if len(ends) == len(given) else None)


def _in_line(venue: int, span: Span, reach: timedelta) -> QuerySet[WaitlistEntry]:
    """Return who waits at the venue for time in the span, or as near to it as a buffer may reach."""
    found = WaitlistEntry.objects.filter(state=State.WAITING, venue=venue, ends_at__gt=span.start - reach)
    return found if span.end is None else found.filter(starts_at__lt=span.end + reach)


def _take_turns(
    venue: int, span: Span, rooms: set[int], turn: _Round, last: WaitlistEntry | None = None
) -> None:
    """Offer in turn to those who wait for any of these rooms around the span, up to the last entry."""
    line = _in_line(venue, span, MARGIN)
    if not line.exists():
        return
    terms = turn.terms_of(venue)
    near = touched(terms, rooms & terms.rooms.keys())
    competing = Q(type=None) | Q(type__in={terms.rooms[room].type_id for room in near})
    line = _in_line(venue, span, _reach(terms)).filter(competing).select_related("guest").order_by("pk")
    entries = list((line if last is None else line.filter(pk__lte=last.pk))[:MOST_IN_LINE])
    if last is not None and last not in entries[-1:]:
        entries.append(last)  # whoever is looked at has their turn, however long the line
    turn.note_rights(entries)
    for entry in entries:
        if turn.looks <= 0:
            return
        if not rooms.isdisjoint(_near(entry, turn)) and _is_free(entry, turn):
            _offer(entry, turn)


def _reach(terms: VenueTerms) -> timedelta:
    """Return how far from a booking the buffers here may keep others."""
    kept = (
        own.policy.buffer_before_minutes + own.policy.buffer_after_minutes for own in terms.rooms.values()
    )
    return timedelta(minutes=max(kept, default=0))


def _near(entry: WaitlistEntry, turn: _Round) -> set[int]:
    """Return the rooms that the entry could be given, with all that is taken with them or takes them."""
    wanted = entry.type_id, tuple(entry.rooms)
    if wanted not in turn.near:
        terms = turn.terms_of(entry.venue_id)
        turn.near[wanted] = set(touched(terms, [room.id for room in rooms_wanted(wish_of(entry), terms)]))
    return turn.near[wanted]


def _wanted(entry: WaitlistEntry, turn: _Round) -> tuple[Any, ...]:
    """Return what the entry waits for: where one cannot have it, nobody else can who wants the same.

    Of two who may not book the same rooms, one can have what the other cannot.
    """
    closed = turn.closed.get((entry.venue_id, entry.guest_id), frozenset())
    what = entry.venue_id, entry.type_id, tuple(entry.rooms), entry.count, entry.party
    return *what, closed, entry.starts_at, entry.ends_at, entry.departure_id, entry.first, entry.last


def _is_free(entry: WaitlistEntry, turn: _Round) -> bool:
    """Test whether the entry could be given what it waits for; it ends, if that can never be again."""
    wanted = _wanted(entry, turn)
    if wanted in turn.taken:
        return False
    turn.looks -= 1
    try:
        permissions.require_person(entry.guest)
        is_free = _seats_free(entry, turn) if entry.departure_id else _rooms_free(entry, turn)
    except ReservationError as refusal:
        if isinstance(refusal, Unready):
            turn.busy.add(entry.pk)
        else:
            _end(entry, refusal)
        return False
    if not is_free:
        turn.taken.add(wanted)
    return is_free


def _rooms_free(entry: WaitlistEntry, turn: _Round) -> bool:
    return can_be_had(wish_of(entry), turn.terms_of(entry.venue_id), now=turn.moment)


def _seats_free(entry: WaitlistEntry, turn: _Round) -> bool:
    run = run_of(entry.departure_id or 0)
    vehicle = run.departure.vehicle
    if run.departure.state == Departure.State.SCHEDULED and not _is_up_to_date(entry, run.departure):
        _catch_up(entry, run.departure, turn)
        if entry.state != State.WAITING:
            return False  # its guest left, or had an earlier place
        if entry.venue_id != vehicle.pk:
            raise PolicyViolation(f"It runs with {vehicle.name} now, without this class.", rule="departure")
    return seats_can_be_had(entry, run, turn.terms_of(vehicle.pk), now=turn.moment)


def _is_up_to_date(entry: WaitlistEntry, planned: Departure) -> bool:
    known = entry.venue_id, entry.starts_at, entry.ends_at
    return known == (planned.vehicle_id, planned.starts_at, planned.ends_at)


def _catch_up(entry: WaitlistEntry, planned: Departure, turn: _Round) -> None:
    """Have all who wait for a departure follow it, which whoever planned it anew has not done yet.

    Its new plan is committed first: until then nobody who waits may be looked at by it.
    """
    if planned.pk not in turn.followed:
        follow(planned, now=turn.moment)
        turn.followed.add(planned.pk)
    entry.refresh_from_db(fields=["state", "venue", "type", "starts_at", "ends_at"])


def _offer(entry: WaitlistEntry, turn: _Round) -> None:
    """Hold for the entry what it waits for, in the transaction that takes it off the queue."""
    try:
        with transaction.atomic():
            waiting = WaitlistEntry.objects.filter(pk=entry.pk, state=State.WAITING)
            locked = waiting.select_for_update(of=("self",)).select_related("guest").first()
            if locked is None:
                return  # somebody else was here, or its guest left
            booking = _held(locked, turn.now)
            waiting.update(state=State.OFFERED, booking=booking, offered_at=booking.created_at)
    except Unavailable:
        return  # somebody was quicker
    except (Unready, OperationalError):
        turn.busy.add(entry.pk)
    except ReservationError as refusal:
        # Whoever has as much as one may keeps their place.
        rule = getattr(refusal, "rule", "")
        if rule == "departure":
            turn.busy.add(entry.pk)  # planned anew in this very moment: whoever looks next knows how
        elif rule not in ("holds", quotas.RULE):
            _end(entry, refusal)


def _held(entry: WaitlistEntry, now: datetime | None) -> Booking:
    if entry.departure_id is None:
        asked = wish_of(entry)
        details = replace(asked.details, guest=entry.guest)
        return take_carefully(replace(asked, by=None, details=details, is_offer=True), now)
    seats = AnyOf(RoomType(pk=entry.type_id, venue_id=entry.venue_id), entry.count)
    way = entry.first or 0, entry.last or 0
    ride = Ride(entry.departure_id, *way, seats, travelers_from(entry.travelers))
    return hold_for_queue(ride, guest=entry.guest, now=now)


def _end(entry: WaitlistEntry, refusal: ReservationError) -> None:
    """Take an entry off the queue that waits in vain, and leave its guest a word."""
    word = BEGUN if getattr(refusal, "rule", "") == "starts_in_past" else refusal.sentence
    waiting = WaitlistEntry.objects.filter(pk=entry.pk, state=State.WAITING)
    waiting.update(state=State.ENDED, word=word[:400])


def _put_off(due: Sequence[WaitlistEntry], turn: _Round) -> None:
    """Say when these are looked at next, unless something was freed for them meanwhile."""
    soon = {entry.pk for entry in due if entry.starts_at <= turn.moment} | turn.busy
    for keys, after in ((soon, SOON), ({entry.pk for entry in due} - soon, AGAIN)):
        waiting = WaitlistEntry.objects.filter(pk__in=keys, state=State.WAITING, look_at__lte=turn.moment)
        if keys:
            waiting.update(look_at=turn.moment + after)

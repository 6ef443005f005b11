"""Enter what is busy elsewhere: blockings come, move and go as the events do, by the rooms' own operations.

In steps of some events, each in one transaction: time that an event gives back and another takes is nobody
else's in between, and no step keeps a room locked for long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from notifications.incoming.operations.claiming import Claim, held
from notifications.models import IncomingBlocking, IncomingCalendar, IncomingEvent
from reservations import IllegalTransition, Span, Unavailable, iso
from reservations.busy import Busy
from reservations.entering import Entry, Standing, entered, in_steps
from rooms import operations
from rooms.models import Blocking
from rooms.queries.terms import terms_of_venue
from rooms.queries.timeline import Taken, timeline

STEP = 20  # events in one transaction
LONGEST_STEP = 100  # events in one where they give time to each other
NOTE = 200  # characters


@dataclass(frozen=True, slots=True)
class Told:
    """What a calendar says by now: its busy times, and of which events it is not clear what they say."""

    times: Sequence[Busy]
    unread: frozenset[str] = frozenset()  # digests of their UIDs


@dataclass(frozen=True, slots=True)
class Entered:
    """How things stand afterwards; not settled if somebody was quicker: then it is to be looked at again."""

    conflicts: int
    revision: int
    is_settled: bool


@dataclass(slots=True)
class _Act:
    """What is to be done for one event; one that is gone goes with all it had."""

    event: IncomingEvent
    entry: Entry
    given_back: Sequence[Span] = ()
    is_gone: bool = False
    waives: bool = False
    refused: bool = False

    @property
    def is_needed(self) -> bool:
        changes = self.entry.clashes != (self.event.conflict_since is not None)
        return bool(self.is_gone or self.waives or self.entry.give_back or self.entry.take or changes)


@dataclass(slots=True)
class _Known:
    """The events of a calendar with the pieces that each has of the room."""

    staying: list[IncomingEvent]
    gone: list[IncomingEvent]
    pieces: dict[int, dict[int, Span]] = field(default_factory=dict)
    waived: set[int] = field(default_factory=set)

    def of(self, event: IncomingEvent) -> dict[int, Span]:
        return self.pieces.get(event.pk, {})


def enter(claimed: Claim, calendar: IncomingCalendar, told: Told | None, *, now: datetime) -> Entered:
    """Make the blockings of the calendar's room what its events say, as far as the room is free.

    :param told: what the calendar says by now; None if that is what is known already
    :raises Overtaken: if the calendar is somebody else's by now
    """
    known = _known(claimed, calendar, told, now)
    acts, revision = _acts(calendar, known, now)
    needed = [act for act in acts if act.is_needed]
    times = [(*act.given_back, *act.entry.take) for act in needed]
    for step in in_steps(times, size=STEP, most=LONGEST_STEP):
        with transaction.atomic():
            _do([needed[number] for number in step], held(claimed), now)
    conflicts = sum(act.entry.clashes for act in acts)
    return Entered(conflicts, revision, not any(act.refused for act in needed))


def give_back_all(claimed: Claim, calendar: IncomingCalendar, *, now: datetime) -> None:
    """Put back into use what is out of use because of the calendar, and forget it.

    :raises Overtaken: if somebody else does so
    """
    enter(claimed, calendar, Told(()), now=now)
    with transaction.atomic():
        held(claimed).delete()


def _known(claimed: Claim, calendar: IncomingCalendar, told: Told | None, now: datetime) -> _Known:
    """Return the calendar's events as they are told, written down; what is over is forgotten."""
    with transaction.atomic():
        held(claimed)
        IncomingEvent.objects.filter(calendar=calendar, ends_at__lte=now).delete()
        present = {one.key: one for one in IncomingEvent.objects.filter(calendar=calendar).order_by("pk")}
        known = _Known(list(present.values()), [])
        if told is not None:
            moved = _write(calendar, present, told.times)
            # What a person put back into use was another time of the event.
            IncomingBlocking.objects.filter(event__in=moved, blocking__lifted_at__isnull=False).delete()
            named = {time.key for time in told.times}
            known.gone = [
                one for one in present.values() if one.key not in named and one.uid not in told.unread
            ]
            left = {one.pk for one in known.gone}
            every = IncomingEvent.objects.filter(calendar=calendar, ends_at__gt=now)
            known.staying = [one for one in every.order_by("starts_at", "pk") if one.pk not in left]
    links = IncomingBlocking.objects.filter(event__calendar=calendar).select_related("blocking")
    for link in links:
        blocking = link.blocking
        if blocking.lifted_at is not None:
            known.waived.add(link.event_id)  # by a person, for who reads a calendar takes the link as well
        else:
            own = known.pieces.setdefault(link.event_id, {})
            own[blocking.pk] = Span(blocking.starts_at, blocking.ends_at)
    return known


def _write(calendar: IncomingCalendar, present: dict[str, IncomingEvent], times: Sequence[Busy]) -> list[int]:
    """Write down new events, and what changed; return which of the known ones moved."""
    new, changed, moved = [], [], []
    for time in times:
        end = time.span.end or time.span.start
        row = present.get(time.key)
        if row is None:
            new.append(
                IncomingEvent(
                    calendar=calendar, key=time.key, uid=time.uid, title=time.title,
                    starts_at=time.span.start, ends_at=end,
                )
            )  # fmt: skip
        elif (row.starts_at, row.ends_at, row.title) != (time.span.start, end, time.title):
            if (row.starts_at, row.ends_at) != (time.span.start, end):
                row.waived = False
                moved.append(row.pk)
            row.starts_at, row.ends_at, row.title = time.span.start, end, time.title
            changed.append(row)
    IncomingEvent.objects.bulk_create(new, batch_size=500)
    IncomingEvent.objects.bulk_update(changed, ["starts_at", "ends_at", "title", "waived"], batch_size=100)
    return moved


def _acts(calendar: IncomingCalendar, known: _Known, now: datetime) -> tuple[list[_Act], int]:
    """Return what is to be done for each event, and the room's revision as it was looked at."""
    room, terms = calendar.room, terms_of_venue(calendar.room.venue)
    acts = [_act(known, one, Entry(_lasting(known.of(one), now)), is_gone=True) for one in known.gone]
    last = max((one.ends_at for one in (*known.staying, *known.gone)), default=now)
    if room.pk not in terms.rooms or last <= now:
        return acts, room.revision
    found = timeline(terms, Span(now, last), rooms=[room.pk], now=now)[room.pk]
    given_back = {piece for one in known.gone for piece in known.of(one).values()}
    for event in known.staying:
        pieces = known.of(event)
        stale = entered(_time(event), pieces, (), now=now).give_back
        given_back |= {pieces[key] for key in stale}
    standing = [
        _standing(row) for row in found.taken if not (row.booking is None and _span(row) in given_back)
    ]
    for event in known.staying:
        if event.waived or event.pk in known.waived:
            acts.append(_Act(event, Entry(), waives=not event.waived))
            continue
        entry = entered(_time(event), known.of(event), standing, now=now)
        standing += [Standing(taken) for taken in entry.take]
        acts.append(_act(known, event, entry))
    return acts, found.revision


def _act(known: _Known, event: IncomingEvent, entry: Entry, *, is_gone: bool = False) -> _Act:
    pieces = known.of(event)
    return _Act(event, entry, [pieces[key] for key in entry.give_back], is_gone)


def _lasting(pieces: dict[int, Span], now: datetime) -> tuple[int, ...]:
    return tuple(key for key, piece in pieces.items() if piece.end is None or piece.end > now)


def _time(event: IncomingEvent) -> Span:
    return Span(event.starts_at, event.ends_at)


def _span(row: Taken) -> Span:
    return Span(row.start, row.end)


def _standing(row: Taken) -> Standing:
    return Standing(Span(row.blocks_from, row.blocks_until), _span(row) if row.booking is not None else None)


def _do(step: Sequence[_Act], calendar: IncomingCalendar, now: datetime) -> None:
    """Do what is to be done for some events: first whatever gives time back, then whatever takes it."""
    for act in step:
        keys = act.entry.give_back
        for blocking in Blocking.objects.filter(pk__in=keys).order_by("pk") if keys else ():
            act.waives |= not _given_back(blocking) and not act.is_gone
        IncomingBlocking.objects.filter(blocking__in=keys).delete()
        if act.waives:
            act.event.pieces.filter(blocking__lifted_at__isnull=False).delete()
    for act in step:
        _note(act, calendar, now)
        if act.is_gone:
            act.event.delete()
            continue
        for span in act.entry.take if not act.waives else ():
            act.refused |= not _taken(act.event, calendar, span)


def _given_back(blocking: Blocking) -> bool:
    """Put the room back into use, and return whether it was out of use until now."""
    try:
        operations.unblock(blocking, by=None)
    except IllegalTransition:
        return False
    return True


def _taken(event: IncomingEvent, calendar: IncomingCalendar, span: Span) -> bool:
    """Take the room out of use for the span, and return whether that could be."""
    note = f"{calendar.name}: {event.title or 'Busy'}"[:NOTE]
    try:
        blocking = operations.block(calendar.room, span, by=None, reason="private", note=note)
    except Unavailable:
        return False
    IncomingBlocking.objects.create(event=event, blocking=blocking)
    return True


def _note(act: _Act, calendar: IncomingCalendar, now: datetime) -> None:
    """Write down what is known of the event now, and tell the room's staff if a conflict begins or ends."""
    event, clashes = act.event, act.entry.clashes and not act.waives
    facts: dict[str, Any] = {
        "calendar": calendar.name, "from": iso(event.starts_at), "until": iso(event.ends_at)
    }  # fmt: skip
    if clashes and event.conflict_since is None:
        event.conflict_since = now
        operations.note_conflict(calendar.room, before={}, after=facts)
    elif not clashes and event.conflict_since is not None:
        event.conflict_since = None
        operations.note_conflict(calendar.room, before=facts, after={})
    event.waived |= act.waives
    if not act.is_gone:
        event.save(update_fields=["conflict_since", "waived"])

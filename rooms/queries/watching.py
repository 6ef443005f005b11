"""What people watch, and what happened there lately, as far as they may see it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from accounts import roles
from accounts.models import Membership
from reservations import NotFound
from reservations.rights import NOBODY
from reservations.watching import THERE, Edges, Happened, happened
from rooms.models import Change, Room, RoomRight, Watch
from rooms.queries.parts import parts_of
from rooms.queries.rights import hidden_at
from rooms.queries.words import named

Key = tuple[int | None, int | None, str, datetime]


@dataclass(frozen=True, slots=True)
class Watched:
    """A room that somebody watches and may see: how far it is, where it is, and whether they work there."""

    room: int
    revision: int
    venue: int
    stamp: int  # of the terms of its venue
    is_staff: bool


@dataclass(frozen=True, slots=True)
class News:
    """What happened in a room that is watched; a series is told once, by its first date."""

    room: int
    revision: int
    at: datetime
    what: str
    start: datetime
    end: datetime | None
    was: Edges | None = None
    dates: int = 1
    booking: int | None = None
    reference: str = ""
    title: str = ""
    guest: str = ""


def watches_of(person: Any) -> QuerySet[Watch]:
    """Return every watch of the person, the newest first; `is_heard` if they may see the room."""
    heard = Case(When(_may_see(), then=Value(True)), default=Value(False))
    own = Watch.objects.filter(person=person).annotate(is_heard=heard)
    return own.select_related("room__venue", "room__type").order_by("-pk")


def begun_by(person: Any, watch: Watch) -> Watch:
    """Return a watch that was begun just now as `watches_of` does.

    :raises NotFound: if another call or connection of the person's has ended it meanwhile
    """
    own = watches_of(person).filter(pk=watch.pk).first()
    if own is None:
        raise NotFound("You do not watch that room any more.")
    return own


def told_of(watch: Watch) -> dict[str, Any]:
    """Return what its owner is told of a watch: of a room that they may not see, neither name nor venue."""
    is_heard: bool = watch.is_heard  # type: ignore[attr-defined]
    return {
        "room": watch.room_id,
        "name": watch.room.name if is_heard else None,
        "venue": watch.room.venue.slug if is_heard else None,
        "by_mail": watch.by_mail,
        "is_heard": is_heard,
    }


def called(room: Room) -> str:
    """Return what people call the room."""
    return named(room.name, room.type.noun)


def watches_anything(person: Any) -> bool:
    """Tell whether the person watches a room, by one look into an index."""
    return Watch.objects.filter(person=person).exists()


def watched(people: Collection[int], rooms: Collection[int] | None = None) -> dict[int, dict[int, Watched]]:
    """Return for each person the rooms that they watch and may see, in one query whatever their number."""
    found: dict[int, dict[int, Watched]] = {person: {} for person in people}
    rows = Watch.objects.filter(_may_see(), person__in=people)
    if rooms is not None:
        rows = rows.filter(room__in=rooms)
    columns = ("person", "room", "room__revision", "room__venue", "room__venue__terms_stamp")
    for person, room, revision, venue, stamp, superuser, staff in rows.annotate(
        works_there=_works_there()
    ).values_list(*columns, "person__is_superuser", "works_there"):
        one = Watched(room, revision, venue, stamp, superuser or staff)
        found[person][one.room] = one
    return found


def _works_there() -> Exists:
    return Exists(Membership.objects.filter(user=OuterRef("person"), venue=OuterRef("room__venue")))


# A whole that the watcher sees, however far above the room: who sees a hall sees what it divides into.
IN_A_WHOLE_SEEN = """EXISTS (
WITH RECURSIVE above(id) AS (
  SELECT whole_id FROM rooms_roompart WHERE part_id = rooms_watch.room_id
  UNION SELECT part.whole_id FROM rooms_roompart AS part JOIN above ON part.part_id = above.id)
SELECT 1 FROM above JOIN rooms_room AS hall ON hall.id = above.id AND hall.archived_at IS NULL
WHERE hall.everybody <> 'none' OR EXISTS (SELECT 1 FROM rooms_roomright AS given
  WHERE given.room_id = hall.id AND given.person_id = rooms_watch.person_id))"""


def _may_see() -> Q:
    works_there = Q(person__is_superuser=True) | Q(_works_there())
    given = Exists(RoomRight.objects.filter(room=OuterRef("room"), person=OuterRef("person")))
    in_a_whole = RawSQL(IN_A_WHOLE_SEEN, (), output_field=BooleanField())  # noqa: S611 -- no input in it
    shown = Q(room__venue__is_listed=True) & (~Q(room__everybody=NOBODY) | Q(given) | Q(in_a_whole))
    return (shown | works_there) & Q(room__archived_at=None, person__is_active=True)


def may_see(person: Any, room: Room) -> bool:
    """Test the same of one room and one person, who is logged in."""
    if roles.is_staff_at(person, room.venue_id):
        return True
    return room.venue.is_listed and room.pk not in hidden_at(room.venue, person)


def news(
    spans: Mapping[int, tuple[int, int]], *, reader: int, staff: Collection[int] = (), since: datetime | None
) -> dict[int, list[News]]:
    """Return for each room what others did between two of its revisions, the first excepted, in order.

    What the reader did themselves they know, and of their own bookings other letters tell. A series that
    was changed at once is told as a whole, though the first revision lies within it.

    :param staff: rooms of which the reader may know whose booking it is
    """
    wanted = Q(pk__in=[])
    for room, (after, upto) in spans.items():
        wanted |= Q(room=room, revision__gt=after, revision__lte=upto)
    rows = Change.objects.exclude(by=reader).exclude(guest=reader)
    if since is not None:
        rows = rows.filter(at__gt=since)
    rows = rows.select_related("booking__guest").only(*NEEDED).order_by("room", "revision")
    changes = list(rows.filter(wanted))
    changes = _begun(changes, spans, rows) + changes
    parts = _of_parts(changes)
    told: dict[int, list[News]] = {room: [] for room in spans}
    for change in changes:
        what, dates = _happened(change, parts)
        if what is not None:
            _add(told[change.room_id], change, what, dates, known=change.room_id in staff)
    return told


NEEDED = (
    *("room", "revision", "kind", "at", "before", "after", "guest", "by", "blocking"),
    *("booking__reference", "booking__title", "booking__recurrence", "booking__guest"),
    *("booking__guest__name", "booking__guest__email", "booking__guest__closed_at"),
)


def _begun(
    changes: Iterable[Change], spans: Mapping[int, tuple[int, int]], rows: QuerySet[Change]
) -> list[Change]:
    """Return what belongs to a series of which the first revisions that are read are only a later part."""
    cut = [
        Q(booking=one.booking_id, at=one.at, kind=one.kind, room=one.room_id, revision__lt=one.revision)
        for one in changes
        if one.revision == spans[one.room_id][0] + 1 and one.booking and one.booking.recurrence
    ]
    return list(rows.filter(reduce(or_, cut))) if cut else []


def may_be_news(change: Change) -> bool:
    """Tell whether a watcher may be told of the change, as far as it says so itself; no table is asked."""
    if change.before or change.after:
        return happened(change.kind, change.before, change.after, at=change.at) is not None
    return change.booking_id is not None or change.blocking_id is not None


def that_are_news(changes: Iterable[Change]) -> list[Change]:
    """Return those of the changes of which a watcher is told; of halls, in two queries for all of them."""
    asked = list(changes)
    parts = _of_parts(asked)
    return [change for change in asked if _happened(change, parts)[0] is not None]


def _happened(change: Change, parts: "Parts") -> tuple[Happened | None, int]:
    """Return what happened, and on how many dates of a series; of a hall, what happened to its parts."""
    if change.before or change.after:
        return happened(change.kind, change.before, change.after, at=change.at), 1
    said = [one for one in parts.said.get(_key(change), ()) if one.room_id in parts.under[change.room_id]]
    if not said:
        return None, 1
    # Another part may be where it was before: to the hall it is still the same booking.
    was = next((one for one in said if one.before.get("state") in THERE), said[0])
    now = was if was.after.get("state") in THERE else None
    now = now or next((one for one in said if one.after.get("state") in THERE), was)
    dates = (
        sum(one.room_id == now.room_id for one in said) if change.booking and change.booking.recurrence else 1
    )
    return happened(change.kind, was.before, now.after, at=change.at), dates


def _key(change: Change) -> Key:
    return change.booking_id, change.blocking_id, change.kind, change.at


@dataclass(frozen=True, slots=True)
class Parts:
    """Which rooms are parts of which whole, however deep, and what happened to parts."""

    under: Mapping[int, frozenset[int]]
    said: Mapping[Key, list[Change]]


def _of_parts(changes: Iterable[Change]) -> Parts:
    """Return what changes of a whole, which say nothing themselves, are about: its parts."""
    silent = [one for one in changes if not (one.before or one.after) and (one.booking_id or one.blocking_id)]
    if not silent:
        return Parts({}, {})
    keys = {_key(one) for one in silent}
    under = parts_of(one.room_id for one in silent)
    bookings, blockings = {key[0] for key in keys} - {None}, {key[1] for key in keys} - {None}
    about = Change.objects.filter(Q(booking__in=bookings) | Q(blocking__in=blockings))
    about = about.filter(
        at__in={key[3] for key in keys}, room__in={part for own in under.values() for part in own}
    )
    said: dict[Key, list[Change]] = {}
    for one in about.only("room", "kind", "at", "before", "after", "booking", "blocking").order_by("pk"):
        if (one.before or one.after) and _key(one) in keys:
            said.setdefault(_key(one), []).append(one)
    return Parts(under, said)


def _add(told: list[News], change: Change, what: Happened, dates: int, *, known: bool) -> None:
    """Add what happened; the dates of a series that changed together are one piece of news."""
    booking, last = change.booking, told[-1] if told else None
    same = last and (last.booking, last.at, last.what) == (change.booking_id, change.at, what.what)
    if last and same and booking and booking.recurrence:
        told[-1] = replace(last, revision=change.revision, dates=last.dates + dates)
        return
    guest = booking.guest if booking and known else None
    told.append(
        News(
            change.room_id, change.revision, change.at, what.what, what.start, what.end, what.was, dates,
            booking=change.booking_id,
            reference=booking.reference if booking and known else "",
            title=booking.title if booking and known else "",
            guest=guest.called if guest else "",
        )
    )  # fmt: skip

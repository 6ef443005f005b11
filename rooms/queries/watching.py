"""What people watch, and what happened there lately, as far as they may see it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import Membership
from reservations.watching import Edges, Happened, happened
from rooms.models import Change, Room, Watch

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


def called(room: Room) -> str:
    """Return what people call the room: "Aurora", and "Room 204" where its name is a number."""
    return f"{room.type.noun} {room.name}" if room.name[:1].isdigit() else room.name


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


def _may_see() -> Q:
    shown = Q(room__venue__is_listed=True) | Q(person__is_superuser=True) | Q(_works_there())
    return shown & Q(room__archived_at=None, person__is_active=True)


def news(
    spans: Mapping[int, tuple[int, int]], *, reader: int, staff: Collection[int] = (), since: datetime | None
) -> dict[int, list[News]]:
    """Return for each room what others did between two of its revisions, the first excepted, in order.

    What the reader did themselves they know, and of their own bookings other letters tell.

    :param staff: rooms of which the reader may know whose booking it is
    """
    wanted = Q(pk__in=[])
    for room, (after, upto) in spans.items():
        wanted |= Q(room=room, revision__gt=after, revision__lte=upto)
    rows = Change.objects.filter(wanted).exclude(by=reader).exclude(guest=reader)
    if since is not None:
        rows = rows.filter(at__gt=since)
    changes = list(rows.select_related("booking__guest").order_by("room", "revision"))
    of_parts = _of_parts(changes)
    told: dict[int, list[News]] = {room: [] for room in spans}
    for change in changes:
        what = _happened(change, of_parts)
        if what is not None:
            _add(told[change.room_id], change, what, known=change.room_id in staff)
    return told


def _happened(change: Change, of_parts: Mapping[Key, Change]) -> Happened | None:
    if change.before or change.after:
        return happened(change.kind, change.before, change.after, at=change.at)
    part = of_parts.get(_key(change))  # of a hall, what happened to a part of it
    return happened(part.kind, part.before, part.after, at=part.at) if part else None


def _key(change: Change) -> Key:
    return change.booking_id, change.blocking_id, change.kind, change.at


def _of_parts(changes: Iterable[Change]) -> dict[Key, Change]:
    """Return what changes of a whole, which say nothing themselves, are about: one of its parts."""
    silent = {_key(one) for one in changes if not (one.before or one.after)}
    silent = {key for key in silent if key[0] or key[1]}
    if not silent:
        return {}
    at = {key[3] for key in silent}
    bookings, blockings = {key[0] for key in silent} - {None}, {key[1] for key in silent} - {None}
    about = Change.objects.filter(Q(booking__in=bookings) | Q(blocking__in=blockings), at__in=at)
    said = [one for one in about.order_by("-pk") if one.before or one.after]
    return {_key(one): one for one in said if _key(one) in silent}


def _add(told: list[News], change: Change, what: Happened, *, known: bool) -> None:
    """Add what happened; the dates of a series that changed together are one piece of news."""
    booking, last = change.booking, told[-1] if told else None
    same = last and (last.booking, last.at, last.what) == (change.booking_id, change.at, what.what)
    if last and same and booking and booking.recurrence:
        told[-1] = replace(last, revision=change.revision, dates=last.dates + 1)
        return
    guest = booking.guest if booking and known else None
    told.append(
        News(
            change.room_id, change.revision, change.at, what.what, what.start, what.end, what.was,
            booking=change.booking_id,
            reference=booking.reference if booking and known else "",
            title=booking.title if booking and known else "",
            guest=(guest.name or guest.email) if guest else "",
        )
    )  # fmt: skip

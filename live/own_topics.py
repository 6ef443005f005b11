"""Topics of one person: their own bookings wherever they are, and what happens in the rooms they watch."""

import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Max, Q

from live.frames import Frame, Picture, RoomNow
from reservations import Span, Unready, iso
from rooms import boards
from rooms.models import Change, Room, Unit
from rooms.queries import guests, messages
from rooms.queries.watching import News, Watched, news, watched
from rooms.sql import database_now

LATELY = timedelta(minutes=15)  # whoever was away for longer reads the board, or their mail
MOST_NEWS = 30  # changes of a room that are looked through for it


@dataclass(frozen=True, slots=True)
class Met:
    """The rooms in which a booking of a guest's ever changed, with the latest such revision of each."""

    revisions: dict[int, int] = field(default_factory=dict)
    stamps: dict[int, int] = field(default_factory=dict)  # of the terms of their venues

    @property
    def terms(self) -> str:
        """Tell these venues' names and rooms' names from those before a change."""
        return _mark(sorted(self.stamps.items()))

    @property
    def height(self) -> "Height":
        """How far these rooms are."""
        return Height(self.terms, sum(self.revisions.values()))


@dataclass(frozen=True, slots=True)
class Height:
    """How far the rooms of one person's topic are: its terms, and the sum of their revisions."""

    terms: str
    total: int


@dataclass(frozen=True, slots=True)
class Heights:
    """How far the tables are: each venue's terms and sum of revisions, each guest's and watcher's height."""

    venues: Mapping[int, tuple[int, int]]
    guests: Mapping[int, Height]
    watchers: Mapping[int, Height] = field(default_factory=dict)
    hidden: Mapping[int, Mapping[int, int]] = field(default_factory=dict)  # rooms that venues hide
    displays: Mapping[int, tuple[str, int]] = field(default_factory=dict)  # that are on: mark and sum


def _mark(told: Any) -> str:
    """Tell what is told apart from what was told before, in a few letters."""
    return f"{zlib.crc32(repr(told).encode()):x}"


def _is_above(height: Height | None, known: Mapping[int, int], terms: str) -> bool:
    if height is None:
        return False  # Who came while the tables were read is read for anyway.
    return height.terms != terms or height.total > sum(known.values())


@dataclass(frozen=True, slots=True)
class Seen:
    """The rooms that a person watches and may see."""

    rooms: Mapping[int, Watched]

    @property
    def terms(self) -> str:
        """Tell these rooms, their names and their venues' from those before a change."""
        return _mark(sorted((room.room, room.stamp, room.is_staff) for room in self.rooms.values()))

    @property
    def height(self) -> Height:
        """How far these rooms are."""
        return Height(self.terms, sum(room.revision for room in self.rooms.values()))

    @property
    def venues(self) -> tuple[int, ...]:
        """Where these rooms are."""
        return tuple(sorted({room.venue for room in self.rooms.values()}))


@dataclass(frozen=True, slots=True)
class MineTopic:
    """One person's own allocations, whatever the venue.

    A room's revision here is that of the latest change to a booking of their own in it. The room's own
    would rise with every stranger's booking, and wake every guest who was ever there.
    """

    user_id: int
    name: str = "mine"

    @property
    def groups(self) -> tuple[str, ...]:
        return (f"guest.{self.user_id}",)

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        now = database_now()
        # Revisions first: rows that are newer than theirs come again, rows that are older would stay.
        met = rooms_met([self.user_id])[self.user_id]
        wanted = set(met.revisions) if rooms is None else set(rooms) & set(met.revisions)
        about = _about(wanted)
        answers = messages.answers_to(self.user_id, wanted)  # of one's own bookings there: how many each has
        also = {room: {"answers": numbers} for room, numbers in answers.items() if numbers}
        shown = {
            room: RoomNow(room, met.revisions[room], about.get(room, {}), also=also.get(room, {}))
            for room in sorted(wanted)
        }
        for own in guests.own_taken(Q(booking__guest_id=self.user_id), span, rooms=wanted, now=now):
            if own.room in shown:
                shown[own.room].allocations.append(boards.own_allocation(own, mine=True))
        return Picture(now, shown, met.terms)

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        return True

    def has_risen(self, known: Mapping[int, int], terms: str, heights: Heights) -> bool:
        return _is_above(heights.guests.get(self.user_id), known, terms)


@dataclass(frozen=True, slots=True)
class WatchingTopic:
    """What happened lately in the rooms that one person watches, at these venues.

    It states each room's revision and its latest news, and no allocations: a page says what is new to it.
    Their venues' hints ring for it. A watch at another venue makes it another topic, in other groups.
    """

    user_id: int
    venues: tuple[int, ...]
    name: str = "watching"

    @classmethod
    def of(cls, user_id: int) -> "WatchingTopic":
        """Return the topic of the person as they watch now."""
        return cls(user_id, rooms_watched([user_id])[user_id].venues)

    @property
    def groups(self) -> tuple[str, ...]:
        return (f"guest.{self.user_id}", *(f"venue.{venue}" for venue in self.venues))

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        now = database_now()
        # Asked anew each time, with every role: whoever may see a room no more hears nothing of it.
        seen = rooms_watched([self.user_id])[self.user_id]
        if not set(seen.venues) <= set(self.venues):
            raise Unready("Rooms elsewhere are watched now. Please watch this again.")
        wanted = {one: room for one, room in seen.rooms.items() if rooms is None or one in rooms}
        told = news(
            {one: (max(room.revision - MOST_NEWS, 0), room.revision) for one, room in wanted.items()},
            reader=self.user_id,
            staff=[one for one, room in wanted.items() if room.is_staff],
            since=now - LATELY,
        )
        about = _about(wanted)
        shown = {
            one: RoomNow(
                one, room.revision, about.get(one, {}), also={"news": [_told(own) for own in told[one]]}
            )
            for one, room in sorted(wanted.items())
        }
        return Picture(now, shown, seen.terms)

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        return room in known

    def has_risen(self, known: Mapping[int, int], terms: str, heights: Heights) -> bool:
        return _is_above(heights.watchers.get(self.user_id), known, terms)


def _told(own: News) -> Frame:
    told: Frame = {
        "revision": own.revision,
        "at": iso(own.at),
        "what": own.what,
        "start": iso(own.start),
        "end": iso(own.end) if own.end else None,
    }
    if own.dates > 1:
        told["dates"] = own.dates
    said = {"booking": own.reference, "title": own.title, "guest": own.guest}
    return {**told, **{name: value for name, value in said.items() if value}}


def _about(rooms: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return how a person is told of rooms anywhere; of a stay by its hotel, for its title is who comes."""
    rows = Room.objects.filter(pk__in=list(rooms))
    columns = ("pk", "name", "type__noun", "venue__slug", "venue__timezone", "type__unit", "venue__name")
    return {
        room: {"name": name, "noun": noun, "venue": venue, "timezone": timezone}
        | ({"stay": called} if unit == Unit.NIGHT else {})
        for room, name, noun, venue, timezone, unit, called in rows.values_list(*columns)
    }


def rooms_met(people: Iterable[int]) -> dict[int, Met]:
    """Return for each guest the rooms a booking of theirs ever changed.

    Changes are never deleted, so the revisions only grow, and so does their sum.
    """
    found = {guest: Met() for guest in people}
    columns = ("guest_id", "room_id", "room__venue_id", "room__venue__terms_stamp")
    rows = Change.objects.filter(guest__in=list(found)).order_by().values_list(*columns)
    for guest, room, venue, stamp, revision in rows.annotate(latest=Max("revision")):
        if guest is not None:
            found[guest].revisions[room] = revision
            found[guest].stamps[venue] = stamp
    return found


def rooms_watched(people: Collection[int]) -> dict[int, Seen]:
    """Return for each person the rooms that they watch and may see, as they are now."""
    return {person: Seen(rooms) for person, rooms in watched(people).items()}

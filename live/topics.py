"""Topics: what can be watched, by whom, and how the tables tell of it.

venue:<slug>   a venue's rooms, for everybody
journey:<id>   the seats of a departure while it runs, for everybody
desk:<slug>    the same with titles and guests, for the venue's staff
mine           one's own allocations, in every room that a booking of one's own ever changed
"""

import re
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Max, Q

from accounts import roles
from live.frames import Picture, RoomNow
from reservations import Forbidden, NotAuthenticated, NotFound, Span, Unready
from reservations.hours import day_span
from reservations.spans import EARLIEST
from rooms import boards
from rooms.models import Change, Departure, Room, Venue
from rooms.queries import guests, messages
from rooms.queries.terms import terms_of
from rooms.queries.timeline import revisions, timeline
from rooms.sql import database_now

JOURNEY = "journey:"
ABOUT = {"name": "name", "noun": "type__noun", "venue": "venue__slug", "timezone": "venue__timezone"}
KINDS = ("venue", "journey", "desk")  # of topics that are somewhere; one's own are "mine"
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")


@dataclass(frozen=True, slots=True)
class Met:
    """The rooms in which a booking of a guest's ever changed, with the latest such revision of each."""

    revisions: dict[int, int] = field(default_factory=dict)
    stamps: dict[int, int] = field(default_factory=dict)  # of the terms of their venues

    @property
    def terms(self) -> str:
        """Tell these venues' names and rooms' names from those before a change."""
        return f"{zlib.crc32(repr(sorted(self.stamps.items())).encode()):x}"


@dataclass(frozen=True, slots=True)
class Heights:
    """How far the tables are: each venue's terms and sum of revisions, each guest's rooms and revisions."""

    venues: Mapping[int, tuple[int, int]]
    guests: Mapping[int, Met]


class Topic(Protocol):
    """What a View needs to know of what it shows; the functions that read run in a reader's thread."""

    @property
    def name(self) -> str:
        """What clients call it."""

    @property
    def group(self) -> str:
        """The channel layer's group on which hints for it ring."""

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        """Return these rooms as they are, or all there are."""

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        """Tell whether a hint about the room concerns a view that knows these."""

    def has_risen(self, known: Mapping[int, int], terms: str, heights: Heights) -> bool:
        """Tell whether the tables are further than what is known."""


@dataclass(frozen=True, slots=True)
class VenueTopic:
    """A venue's rooms as everybody may see them."""

    name: str
    venue_id: int

    @property
    def group(self) -> str:
        return f"venue.{self.venue_id}"

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        terms = terms_of(self.venue_id, _stamp(self.venue_id) if rooms is None else None)
        wanted = terms.rooms if rooms is None else [room for room in rooms if room in terms.rooms]
        now = database_now()
        found = timeline(terms, span, rooms=wanted, now=now)
        shown = {
            room.id: RoomNow(
                room.id,
                room.revision,
                boards.about(terms.rooms[room.id]) if rooms is None else {},
                [boards.allocation(taken) for taken in room.taken],
            )
            for room in found.values()
        }
        return Picture(now, shown, f"{terms.stamp:x}" if rooms is None else "", terms.is_listed)

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        return room in known  # A room that is new comes with new terms, and those with a snapshot.

    def has_risen(self, known: Mapping[int, int], terms: str, heights: Heights) -> bool:
        if self.venue_id not in heights.venues:
            return True  # It is gone; the read will say so.
        stamp, total = heights.venues[self.venue_id]
        return f"{stamp:x}" != terms or total > sum(known.values())


@dataclass(frozen=True, slots=True)
class DeskTopic(VenueTopic):
    """A venue's rooms as its staff see them: with title, reference and guest."""

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        # Not super(): a dataclass with slots is made twice, and the first one is not this one's parent.
        picture = VenueTopic.read(self, span, rooms)
        # Read after the rows: what changed in between comes again, with a higher revision.
        rows = [row for room in picture.rooms.values() for row in room.allocations]
        found = guests.own_taken(Q(pk__in=[row["id"] for row in rows]), Span(EARLIEST, None), now=picture.now)
        known = {own.id: own for own in found}
        for row in rows:
            own = known.get(row["id"])
            if own is not None and own.booking is not None:
                row.update(booking=own.reference, title=own.title, guest=own.guest)
                if own.occurrence is not None:
                    row.update(occurrence=own.occurrence)
        boards.say_why(rows)
        return picture


@dataclass(frozen=True, slots=True)
class JourneyTopic(VenueTopic):
    """The seats of a departure, while it runs with this vehicle in this time."""

    runs: Span

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        place = place_of(self.name) if rooms is None else None
        if place is not None and (place.venue_id, place.span) != (self.venue_id, self.runs):
            # Other rooms in another window, and so another view: whoever asks again comes to that.
            raise Unready("This departure runs otherwise now. Please watch it again.")
        return VenueTopic.read(self, span, rooms)


@dataclass(frozen=True, slots=True)
class MineTopic:
    """One person's own allocations, whatever the venue.

    A room's revision here is that of the latest change to a booking of their own in it. The room's own
    would rise with every stranger's booking, and wake every guest who was ever there.
    """

    user_id: int
    name: str = "mine"

    @property
    def group(self) -> str:
        return f"guest.{self.user_id}"

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        now = database_now()
        # Revisions first: rows that are newer than theirs come again, rows that are older would stay.
        met = rooms_met([self.user_id])[self.user_id]
        wanted = set(met.revisions) if rooms is None else set(rooms) & set(met.revisions)
        rows = Room.objects.filter(pk__in=wanted).values_list("pk", *ABOUT.values())
        about = {room: dict(zip(ABOUT, row, strict=True)) for room, *row in rows}
        answers = messages.answers_to(self.user_id, wanted)
        shown = {
            room: RoomNow(room, met.revisions[room], about.get(room, {}), [], answers.get(room, {}))
            for room in sorted(wanted)
        }
        for own in guests.own_taken(Q(booking__guest_id=self.user_id), span, rooms=wanted, now=now):
            if own.room in shown:
                shown[own.room].allocations.append(boards.own_allocation(own, mine=True))
        return Picture(now, shown, met.terms)

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        return True

    def has_risen(self, known: Mapping[int, int], terms: str, heights: Heights) -> bool:
        met = heights.guests[self.user_id]
        return met.terms != terms or sum(met.revisions.values()) > sum(known.values())


def _stamp(venue_id: int) -> int:
    stamp = Venue.objects.filter(pk=venue_id).values_list("terms_stamp", flat=True).first()
    if stamp is None:
        raise NotFound("There is no such venue.")
    return stamp


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


def heights(venues: Collection[int], people: Collection[int]) -> Heights:
    """Return how far the tables are, in one query for venues and one for guests."""
    return Heights(revisions(venues) if venues else {}, rooms_met(people) if people else {})


@dataclass(frozen=True, slots=True)
class Place:
    """What it takes to let somebody watch a venue; of a departure, also from when to when it runs."""

    venue_id: int
    zone: ZoneInfo
    is_listed: bool
    span: Span | None = None


def place_name(topic: str) -> str:
    """Return what of the topic's name says where it is: a slug, or all of journey:<id>."""
    return topic if topic.startswith(JOURNEY) else topic.partition(":")[2]


def place_of(slug: str) -> Place | None:
    """Return the venue of that slug, or the vehicle of a departure named journey:<id>, if there is one."""
    if slug.startswith(JOURNEY):
        return _departure(slug.removeprefix(JOURNEY))
    if not SLUG.fullmatch(slug):
        return None  # No database is asked for a NUL or half a character.
    row = Venue.objects.filter(slug=slug).values_list("pk", "timezone", "is_listed").first()
    return row and Place(row[0], ZoneInfo(row[1]), row[2])


def _departure(number: str) -> Place | None:
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    columns = ("vehicle", "vehicle__timezone", "vehicle__is_listed", "starts_at", "ends_at")
    row = Departure.objects.filter(pk=int(number)).values_list(*columns).first()
    return row and Place(row[0], ZoneInfo(row[1]), row[2], Span(row[3], row[4]))


def is_staff(user: Any, venue_id: int) -> bool:
    """Tell whether the person works at the venue, by the table and not by what was known at log-in."""
    getattr(user, "__dict__", {}).pop("_roles", None)
    return roles.is_staff_at(user, venue_id)


def topic_for(name: str, place: Place | None, user: Any, staff: Callable[[Any, int], bool]) -> Topic:
    """Return the topic of that name, if the person may watch it.

    :raises NotFound: if there is none, or it is not for them to know
    :raises NotAuthenticated: if they have to log in first
    :raises Forbidden: if they know of it and yet may not
    """
    kind, _, _ = name.partition(":")
    if name == "mine":
        if user is None:
            raise NotAuthenticated("Log in to watch your own bookings.")
        return MineTopic(user.pk)
    if kind not in KINDS or place is None:
        raise NotFound("There is no such topic.")
    if (kind == "journey") != (place.span is not None):
        raise NotFound("There is no such topic.")
    if kind == "desk":
        _require_staff(place, user, staff)
        return DeskTopic(name, place.venue_id)
    if not place.is_listed and not staff(user, place.venue_id):
        raise NotFound("There is no such topic.")
    if place.span is not None:
        return JourneyTopic(name, place.venue_id, place.span)
    return VenueTopic(name, place.venue_id)


def _require_staff(place: Place, user: Any, staff: Callable[[Any, int], bool]) -> None:
    if user is not None and staff(user, place.venue_id):
        return
    if not place.is_listed:
        raise NotFound("There is no such topic.")
    if user is None:
        raise NotAuthenticated("Log in to watch a desk.")
    raise Forbidden("Only the venue's staff may watch its desk.")


def default_span(place: Place | None, now: datetime) -> Span:
    """Return today in the venue's zone, or while a departure runs; for one's own, from today on (UTC)."""
    if place is not None and place.span is not None:
        return place.span
    if place is None:
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return Span(today, None)
    return day_span(now.astimezone(place.zone).date(), place.zone)

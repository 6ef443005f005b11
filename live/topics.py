"""Topics: what can be watched, by whom, and how the tables tell of it.

venue:<slug>   a venue's rooms, for everybody
journey:<id>   the seats of a departure while it runs, for everybody
desk:<slug>    the same with titles and guests, for the venue's staff
display:<token>    what a display shows, for whoever has its token (live/display_topics.py)
mine           one's own allocations, in every room that a booking of one's own ever changed
watching       what happened lately in the rooms that one watches (live/own_topics.py)
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts import roles
from live.display_topics import DISPLAY, DisplayTopic
from live.frames import Picture, RoomNow
from live.messages import Watch, window
from live.own_topics import Heights, MineTopic, WatchingTopic
from reservations import Forbidden, NotAuthenticated, NotFound, Span, Unready
from reservations.hours import day_span
from reservations.rights import SEE
from reservations.spans import EARLIEST
from rooms import boards
from rooms.models import Departure, Venue
from rooms.queries import guests
from rooms.queries.displays import display_called
from rooms.queries.rights import NONE, closed_to_everybody, shown_to_each, without
from rooms.queries.terms import terms_of
from rooms.queries.timeline import revisions, timeline
from rooms.sql import database_now

JOURNEY = "journey:"
WATCHING = "watching"
OWN = {"mine": "Log in to watch your own bookings.", WATCHING: "Log in to hear of the rooms you watch."}
KINDS = ("venue", "journey", "desk", "display")  # of topics that are somewhere; one's own are not
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")


class Topic(Protocol):
    """What a View needs to know of what it shows; the functions that read run in a reader's thread."""

    @property
    def name(self) -> str:
        """What clients call it."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The channel layer's groups on which hints for it ring."""

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        """Return these rooms as they are, or all there are."""

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        """Tell whether a hint about the room concerns a view that knows these."""

    def has_risen(self, known: Mapping[int, int], terms: str, heights: Heights) -> bool:
        """Tell whether the tables are further than what is known."""


@dataclass(frozen=True, slots=True)
class VenueTopic:
    """A venue's rooms as everybody may see them, and those that are hidden but for some people.

    All who were given the same of these share a view: what is hidden now, the terms say at each read.
    """

    name: str
    venue_id: int
    given: frozenset[int] | None = field(default=frozenset(), kw_only=True)  # None are all of them

    @property
    def groups(self) -> tuple[str, ...]:
        return (f"venue.{self.venue_id}",)

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        every = terms_of(self.venue_id, _stamp(self.venue_id) if rooms is None else None)
        hidden = closed_to_everybody(every)[SEE]
        terms = every if self.given is None else without(every, hidden - self.given)
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
        mark = boards.mark_of(terms) if rooms is None else ""
        return Picture(now, shown, mark, terms.is_listed, hides=bool(hidden))

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        return room in known  # A room that is new comes with new terms, and those with a snapshot.

    def has_risen(self, known: Mapping[int, int], terms: str, heights: Heights) -> bool:
        if self.venue_id not in heights.venues:
            return True  # It is gone; the read will say so.
        stamp, total = heights.venues[self.venue_id]
        hidden = heights.hidden.get(self.venue_id, {})
        if self.given is not None:
            total -= sum(revision for room, revision in hidden.items() if room not in self.given)
        return f"{stamp:x}" != terms.partition(".")[0] or total > sum(known.values())


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


def _stamp(venue_id: int) -> int:
    stamp = Venue.objects.filter(pk=venue_id).values_list("terms_stamp", flat=True).first()
    if stamp is None:
        raise NotFound("There is no such venue.")
    return stamp


@dataclass(frozen=True, slots=True)
class Place:
    """What it takes to let somebody watch a venue; of a departure, also from when to when it runs."""

    venue_id: int
    zone: ZoneInfo
    is_listed: bool
    span: Span | None = None
    hides: bool = False  # whether some rooms are not shown to everybody
    display: int | None = None  # which of its displays is asked for


def place_name(topic: str) -> str:
    """Return what of the topic's name says where it is: a slug, or all of a departure's or a display's."""
    return topic if topic.startswith((JOURNEY, DISPLAY)) else topic.partition(":")[2]


def place_of(slug: str) -> Place | None:
    """Return the venue of that slug, or of a departure or a display named in full, if there is one."""
    if slug.startswith(JOURNEY):
        return _departure(slug.removeprefix(JOURNEY))
    if slug.startswith(DISPLAY):
        return _display(slug.removeprefix(DISPLAY))
    if not SLUG.fullmatch(slug):
        return None  # No database is asked for a NUL or half a character.
    row = Venue.objects.filter(slug=slug).values_list("pk", "timezone", "is_listed", "terms_stamp").first()
    if row is None:
        return None
    hides = bool(closed_to_everybody(terms_of(row[0], row[3]))[SEE])
    return Place(row[0], ZoneInfo(row[1]), row[2], hides=hides)


def _departure(number: str) -> Place | None:
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        return None
    columns = ("vehicle", "vehicle__timezone", "vehicle__is_listed", "starts_at", "ends_at")
    row = Departure.objects.filter(pk=int(number)).values_list(*columns).first()
    return row and Place(row[0], ZoneInfo(row[1]), row[2], Span(row[3], row[4]))


def _display(token: str) -> Place | None:
    try:
        found = display_called(token)
    except NotFound:
        return None
    return Place(found.venue_id, found.venue.zone, found.venue.is_listed, display=found.pk)


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
    if name in OWN:
        return _own_topic(name, user)
    if kind not in KINDS or place is None:
        raise NotFound("There is no such topic.")
    if (kind == "journey", kind == "display") != (place.span is not None, place.display is not None):
        raise NotFound("There is no such topic.")
    if place.display is not None:
        return DisplayTopic(name, place.display, place.venue_id)
    if kind == "desk":
        _require_staff(place, user, staff)
        return DeskTopic(name, place.venue_id, given=None)
    if not place.is_listed and not staff(user, place.venue_id):
        raise NotFound("There is no such topic.")
    if place.span is not None:
        return JourneyTopic(name, place.venue_id, place.span)
    return VenueTopic(name, place.venue_id, given=given_to(user, place.venue_id) if place.hides else NONE)


def given_to(user: Any, venue_id: int) -> frozenset[int]:
    """Return which of the rooms that the venue hides this person may see, as the tables say now."""
    if user is None:
        return NONE
    here = user.pk, venue_id
    return given_to_each([here], lambda *asked: is_staff(user, venue_id))[here]


def given_to_each(
    asked: Collection[tuple[int, int]], works_at: Callable[[int, int], bool]
) -> dict[tuple[int, int], frozenset[int]]:
    """Return the same for people at venues: in two queries and one for each venue, however many people."""
    found = dict.fromkeys(asked, NONE)
    for venue, (stamp, _) in (revisions({venue for _, venue in asked}) if asked else {}).items():
        terms, people = terms_of(venue, stamp), [person for person, where in asked if where == venue]
        hidden, given = closed_to_everybody(terms)[SEE], shown_to_each(terms, people)
        for person in people:
            found[person, venue] = hidden if works_at(person, venue) else given.get(person, NONE)
    return found


def _own_topic(name: str, user: Any) -> Topic:
    if user is None:
        raise NotAuthenticated(OWN[name])
    return MineTopic(user.pk) if name == "mine" else WatchingTopic.of(user.pk)


def asks_tables(name: str, place: Place | None) -> bool:
    """Tell whether who may watch the topic, or where it is, is asked of the tables, and so not on a loop."""
    if place is None:
        return name == WATCHING
    return place.hides or not place.is_listed or name.startswith("desk:")


def _require_staff(place: Place, user: Any, staff: Callable[[Any, int], bool]) -> None:
    if user is not None and staff(user, place.venue_id):
        return
    if not place.is_listed:
        raise NotFound("There is no such topic.")
    if user is None:
        raise NotAuthenticated("Log in to watch a desk.")
    raise Forbidden("Only the venue's staff may watch its desk.")


def window_of(watch: Watch, place: Place | None, now: datetime) -> Span:
    """Return the span of time that is watched; a display's is today, whatever a message names.

    :raises Invalid: if what it names is no window
    """
    default = default_span(place, now)
    if place is not None and place.display is not None:
        return default
    return window(watch, default, may_be_open=place is None)


def default_span(place: Place | None, now: datetime) -> Span:
    """Return today in the venue's zone, or while a departure runs; for one's own, from today on (UTC)."""
    if place is not None and place.span is not None:
        return place.span
    if place is None:
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return Span(today, None)
    return day_span(now.astimezone(place.zone).date(), place.zone)

"""What somebody asks for, before anybody decides: rooms or any n of some types, a span, and details."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from reservations import Invalid, Span, plates
from reservations.recurrence import Series
from reservations.recurring import parse
from rooms import answers, sealing, whom
from rooms.models import Room, RoomType
from rooms.texts import text

MAX_ROOMS = 100
MAX_PARTY = 10_000
TITLE, NOTE, REASON, KEY = 120, 1000, 200, 255  # characters
KEY_RULE = f"An idempotency key has 1 to {KEY} printable characters, in UTF-8."


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Any `count` rooms of a type, or nothing."""

    type: RoomType
    count: int = 1


@dataclass(frozen=True, slots=True)
class Repeated:
    """A span that comes again by a rule (RRULE): by the venue's wall clock, all of it or nothing.

    `elsewhere` are dates of the rule on which other rooms are asked for than on the rest.
    """

    span: Span
    rule: str
    elsewhere: Mapping[date, Room | Sequence[Room]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Details:
    """What a booking says of itself; `guest` is who it is for, where that is not who books (rooms.whom)."""

    title: str = ""
    party: int = 1
    note: str = ""
    guest: Any = None
    plate: str = ""
    answers: Any = ()  # to the venue's questions, each by its number; what is not named stays as it is


NO_DETAILS = Details()


@dataclass(frozen=True, slots=True)
class Wish:
    """One request to take rooms, checked for shape: every number bounded, every text clean."""

    venue_id: int
    rooms: tuple[int, ...]
    any_of: tuple[AnyOf, ...]  # each type once, by its id; none where rooms are named
    span: Span
    details: Details
    by: Any
    key: str = ""
    hold: bool = False
    ride: Any = None  # of a journey: which departure, from where to where, and who travels (rooms.rides)
    rule: str = ""  # of a series, whose first date the span is
    elsewhere: tuple[tuple[date, tuple[int, ...]], ...] = ()  # of a series: dates with rooms of their own
    series: Series | None = None  # what its rule comes to, once it is known by which clocks
    is_offer: bool = False  # of a hold: it is given to who waited for it

    @property
    def guest(self) -> Any:
        """Whose booking it becomes: nobody's, where who comes has a name and no account."""
        who = self.details.guest
        return None if isinstance(who, str) else who or self.by

    @property
    def spans(self) -> Sequence[Span]:
        """Every span that is asked for; one, but of a series."""
        return self.series.spans if self.series else (self.span,)

    @property
    def others(self) -> list[int]:
        """The rooms that only some dates of a series ask for."""
        return sorted({room for _, rooms in self.elsewhere for room in rooms})

    def words(self, *, must_be_held: bool) -> dict[str, Any]:
        """Return what to say again of the booking when something else is asked for instead: for whom, too.

        :param must_be_held: whether that can only be held, whatever was asked of the other
        """
        said = {"title": self.details.title, "note": self.details.note, "hold": self.hold or must_be_held}
        if self.details.plate:
            said["plate"] = self.details.plate
        if told := {str(key): value for key, value in self.details.answers if value != ""}:
            said["answers"] = told
        if self.details.guest not in (None, self.by):
            said["guest"] = getattr(self.details.guest, "email", self.details.guest)
        return said

    @property
    def fingerprint(self) -> str:
        """Tell this request from any other that comes with the same idempotency key."""
        asked: Any = [("any", one.type.pk, one.count) for one in self.any_of] or [self.rooms]
        asked = asked if len(asked) > 1 else asked[0]
        guest = getattr(self.details.guest, "pk", self.details.guest)
        details: tuple[Any, ...] = (self.details.title, self.details.party, self.details.note, guest)
        if self.details.plate:  # as a digest: what is told apart by it is kept with the key
            details += (sealing.digest(self.details.plate),)
        if answered := [one for one in self.details.answers if one[1] != ""]:
            details += ("answered", answered)
        if self.ride:
            details += (self.ride.mark,)
        if self.rule:
            details += ("repeated", self.rule)
        if self.elsewhere:
            details += ([(day.isoformat(), rooms) for day, rooms in self.elsewhere],)
        return hashlib.sha256(
            repr((self.venue_id, asked, str(self.span), details, self.hold)).encode()
        ).hexdigest()


@dataclass(slots=True)
class _Problems:
    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, sentence: str) -> None:
        self.found.setdefault(name, []).append(sentence)

    def refuse(self) -> None:
        if self.found:
            raise Invalid(next(iter(self.found.values()))[0], field_errors=self.found)


def wish(
    what: Room | Sequence[Room] | AnyOf | Sequence[AnyOf],
    span: Span | Repeated,
    *,
    by: Any,
    details: Details,
    key: str = "",
    hold: bool = False,
) -> Wish:
    """Check the shape of what is asked for.

    :raises Invalid: if a number is out of bounds, a text is too long or unclean, or rooms are of two venues
    """
    problems, rule = _Problems(), ""
    others: Mapping[date, Room | Sequence[Room]] = {}
    if isinstance(span, Repeated):
        rule, others, span = str(parse(span.rule)), span.elsewhere, span.span
    details = _cleaned(details, problems)
    _check_key(key, by, problems)
    _check_span(span, problems)
    any_of = _any_of(what)
    venue_id, rooms = (_check_any(any_of, problems), ()) if any_of else _listed(what, problems)
    elsewhere = _elsewhere(others, venue_id, bool(any_of), problems) if others else ()
    problems.refuse()
    each = _each_once(any_of) if any_of else ()
    return Wish(venue_id, rooms, each, span, details, by, key, hold, rule=rule, elsewhere=elsewhere)


def named(what: Room | Sequence[Room]) -> tuple[int, tuple[int, ...]]:
    """Return the venue and the ids of rooms that are asked for by name, each once and in order.

    :raises Invalid: if these are not rooms, or too many, or of two venues
    """
    problems = _Problems()
    venue_id, rooms = _listed(what, problems)
    problems.refuse()
    return venue_id, rooms


def require_span(span: Span) -> None:
    """Refuse anything but a Span, which is checked already: its instants are real and in order."""
    problems = _Problems()
    _check_span(span, problems)
    problems.refuse()


def require_key(key: Any, by: Any) -> None:
    """Refuse what is no idempotency key, or has nobody whose it is."""
    problems = _Problems()
    _check_key(key, by, problems)
    problems.refuse()


def _check_key(key: Any, by: Any, problems: _Problems) -> None:
    if not isinstance(key, str) or len(key) > KEY or not key.isprintable():
        problems.add("key", KEY_RULE)
    elif key and by is None:
        problems.add("key", "Only a person's request can have an idempotency key.")


def _check_span(span: Any, problems: _Problems) -> None:
    if not isinstance(span, Span):
        problems.add("start", "A booking needs a start and an end.")


def _any_of(what: Any) -> list[AnyOf]:
    """Return what is asked for by its type; nothing where rooms are named."""
    if isinstance(what, AnyOf):
        return [what]
    listed = list(what) if isinstance(what, list | tuple) else []
    return listed if listed and all(isinstance(one, AnyOf) for one in listed) else []


def _each_once(any_of: list[AnyOf]) -> tuple[AnyOf, ...]:
    counts: dict[int, AnyOf] = {}
    for one in any_of:
        before = counts[one.type.pk].count if one.type.pk in counts else 0
        counts[one.type.pk] = AnyOf(one.type, before + one.count)
    return tuple(counts[key] for key in sorted(counts))


def _check_any(any_of: list[AnyOf], problems: _Problems) -> int:
    whole = all(type(one.count) is int and one.count >= 1 for one in any_of)
    if not whole or sum(one.count for one in any_of) > MAX_ROOMS:
        problems.add("count", f"Ask for 1 to {MAX_ROOMS} rooms.")
    if any(not isinstance(one.type, RoomType) or one.type.pk is None for one in any_of):
        problems.add("type", "That is no type of room.")
        return 0
    venues = {one.type.venue_id for one in any_of}
    if len(venues) > 1:
        problems.add("type", "Rooms of one booking belong to one venue.")
    return min(venues)


def _listed(what: Any, problems: _Problems) -> tuple[int, tuple[int, ...]]:
    if isinstance(what, Room) and what.id is not None:
        return what.venue_id, (what.id,)
    listed = [what] if isinstance(what, Room) else list(what) if isinstance(what, Iterable) else []
    if not 1 <= len(listed) <= MAX_ROOMS:
        problems.add("rooms", f"Ask for 1 to {MAX_ROOMS} rooms.")
    elif any(not isinstance(room, Room) or room.pk is None for room in listed):
        problems.add("rooms", "One of these is no room.")
    elif len({room.venue_id for room in listed}) > 1:
        problems.add("rooms", "Rooms of one booking belong to one venue.")
    else:
        return listed[0].venue_id, tuple(sorted({room.pk for room in listed}))
    return 0, ()


def _elsewhere(
    others: Any, venue_id: int, any_would_do: bool, problems: _Problems
) -> tuple[tuple[date, tuple[int, ...]], ...]:
    """Return which rooms are asked for on which dates, in order."""
    if any_would_do:
        problems.add("elsewhere", "Where any room would do, no date can be elsewhere: name the rooms.")
        return ()
    listed = {day: _listed(rooms, problems) for day, rooms in others.items()}
    if any(venue not in (0, venue_id) for venue, _ in listed.values()):
        problems.add("elsewhere", "Rooms of one booking belong to one venue.")
    return tuple(sorted((day, rooms) for day, (_, rooms) in listed.items()))


def clean(details: Details) -> Details:
    """Return the details with their texts in one spelling.

    :raises Invalid: if a number is out of bounds or a text is too long or unclean
    """
    problems = _Problems()
    details = _cleaned(details, problems)
    problems.refuse()
    return details


def _cleaned(details: Any, problems: _Problems) -> Details:
    if not isinstance(details, Details):
        problems.add("details", "These are no details of a booking.")
        return NO_DETAILS
    if details is NO_DETAILS:
        return details
    guest = whom.cleaned(details.guest, problems.found)
    if type(details.party) is not int or not 1 <= details.party <= MAX_PARTY:
        problems.add("party", f"A party is 1 to {MAX_PARTY} people.")
    title = text(details.title, "title", TITLE - whom.taken_by(guest), problems.found)
    note = text(details.note, "note", NOTE, problems.found, lines=True)
    try:
        plate = plates.written(details.plate)
    except Invalid as refusal:
        problems.add("plate", refusal.sentence)
        plate = ""
    answered = answers.given(details.answers, problems.found)
    return replace(details, title=title, note=note, guest=guest, plate=plate, answers=answered)


def line(value: Any, name: str, limit: int) -> str:
    """Return one line of text in one spelling.

    :raises Invalid: if it is too long or unclean, under the name of its field
    """
    problems = _Problems()
    cleaned = text(value, name, limit, problems.found)
    problems.refuse()
    return cleaned

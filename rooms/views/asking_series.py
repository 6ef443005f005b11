"""What the page of a series asks for: how often it comes again, and what is left out of it or elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from reservations import NotFound, Span, iso
from reservations import recurrence as rules
from rooms.models import Room
from rooms.operations import Repeated
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.views import asking

RULES = {
    "daily": "FREQ=DAILY",
    "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "weekly": "FREQ=WEEKLY",
    "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
    "monthly": "FREQ=MONTHLY",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series that somebody thinks of: one room, its first date, how it repeats, and what is otherwise."""

    room: RoomTerms
    span: Span
    rule: str
    series: rules.Series  # with all dates of the rule, those that are left out among them
    out: tuple[date, ...]
    elsewhere: Mapping[date, RoomTerms]  # dates, not left out, that are to be in another room
    said: Mapping[str, str]  # how often, and how many times or until when, as the form has it

    @property
    def text(self) -> str:
        """Return the rule with the dates that are left out, as operations take it."""
        dates = ",".join(f"{one:%Y%m%d}" for one in sorted(self.out))
        return f"{self.rule}\nEXDATE;VALUE=DATE:{dates}" if dates else self.rule

    @property
    def query(self) -> str:
        """Return the address of the page for it."""
        told = [
            ("room", self.room.id),
            ("start", iso(self.span.start)),
            ("end", iso(self.span.end or self.span.start)),
            *self.said.items(),
            *(("out", one.isoformat()) for one in sorted(self.out)),
            *(("elsewhere", choice(day, room)) for day, room in sorted(self.elsewhere.items())),
        ]
        return "?" + urlencode(told)

    def repeated(self, venue: int) -> Repeated:
        """Return what operations take."""
        others = {day: Room(pk=room.id, venue_id=venue) for day, room in self.elsewhere.items()}
        return Repeated(self.span, self.text, others)

    def without(self, dates: set[date]) -> "Wanted":
        """Return the series with these dates left out as well."""
        kept = {day: room for day, room in self.elsewhere.items() if day not in dates}
        return replace(self, out=tuple(sorted({*self.out, *dates})), elsewhere=kept)


def choice(day: date, room: RoomTerms) -> str:
    """Return how the form says that the date is to be in that room."""
    return f"{day.isoformat()}:{room.id}"


def wanted_of(terms: VenueTerms, fields: asking.Asked) -> Wanted:
    """Return the series that the fields say.

    :raises Invalid: if they say none
    """
    room = _room(terms, fields.one("room"), "room")
    span = asking.span_of(fields, terms.zone)
    rule, said = _rule(fields)
    asked = rules.series(rule, span, terms.zone)
    dates = {asked.date_of(one) for one in asked.occurrences}
    out = {_date(one, "out") for one in fields.many("out")[: rules.MOST]}
    chosen = [_chosen(one, terms) for one in fields.many("elsewhere")[: rules.MOST] if one != ""]
    # What belongs to no date of it is left over from before the form said something else.
    elsewhere = {day: other for day, other in chosen if day in dates - out and other != room}
    return Wanted(room, span, rule, asked, tuple(sorted(out & dates)), elsewhere, said)


def _chosen(value: Any, terms: VenueTerms) -> tuple[date, RoomTerms]:
    day, colon, room = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not colon:
        raise asking.invalid("elsewhere", "Give a date and a room, such as 2026-11-24:12.")
    return _date(day, "elsewhere"), _room(terms, room, "elsewhere")


def _room(terms: VenueTerms, value: Any, field: str) -> RoomTerms:
    room = terms.rooms.get(asking.whole(value, field))
    if room is None:
        raise NotFound("There is no such room here.")
    return room


def _rule(fields: asking.Asked) -> tuple[str, dict[str, str]]:
    """Return the rule, and what was said of it."""
    repeats = fields.one("repeats")
    if repeats not in RULES:
        raise asking.invalid("repeats", "Say how often it comes again.")
    if fields.one("until"):
        last = _date(fields.one("until"), "until")
        return f"{RULES[repeats]};UNTIL={last:%Y%m%d}", {"repeats": repeats, "until": last.isoformat()}
    times = asking.whole(fields.one("times"), "times", least=1, most=rules.MOST)
    return f"{RULES[repeats]};COUNT={times}", {"repeats": repeats, "times": str(times)}


def _date(value: Any, field: str) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) and value.isascii() else "")
    except ValueError:
        raise asking.invalid(field, "Give a date, such as 2026-11-24.") from None

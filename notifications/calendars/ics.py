"""From what is booked to the text of a calendar (RFC 5545); nothing here reads a table."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur

from notifications.calendars.zones import timezone

PRODUCT = "-//Reserve//Reserve 1//EN"
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
REFRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a calendar: a name and an address."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A date of a series that is not when or where its rule says."""

    meant: datetime
    start: datetime
    end: datetime
    location: str


@dataclass(frozen=True, slots=True)
class Repeats:
    """How an event comes again: by which rule, on which dates it does not, and which are elsewhere."""

    rule: str
    left_out: tuple[datetime, ...]
    elsewhere: tuple[Elsewhere, ...]
    last: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: its identity, when it is, and what it says."""

    uid: str
    sequence: int
    revised_at: datetime
    start: datetime
    end: datetime | None
    zone: ZoneInfo
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    status: str = CONFIRMED
    repeats: Repeats | None = None


def invitation(entry: Entry, organizer: Person, attendee: Person, *, answer: str = "ACCEPTED") -> bytes:
    """Return the event as a letter carries it: a request to note it down, or to strike it out.

    :param answer: how the attendee stands to it; nobody reads an answer that comes by mail
    """
    events = _events(entry)
    guest = _address(attendee)
    guest.params.update(PARTSTAT=answer, ROLE="REQ-PARTICIPANT", RSVP="FALSE")
    for made in events:
        made.add("organizer", _address(organizer))
        made.add("attendee", guest)
    return _written([entry], events, method=method_of(entry))


def method_of(entry: Entry) -> str:
    """Return the method of a letter about the event."""
    return "CANCEL" if entry.status == CANCELLED else "REQUEST"


def published(entries: Sequence[Entry], *, name: str = "") -> bytes:
    """Return the events as a file, or as a feed that calendar programs come back for."""
    events = [event for entry in entries for event in _events(entry)]
    return _written(entries, events, method="PUBLISH", name=name)


def _written(entries: Sequence[Entry], events: Sequence[Event], *, method: str, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method)
    if name:
        calendar.add("name", one_line(name))
        calendar.add("x-wr-calname", one_line(name))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar["x-published-ttl"] = calendar["refresh-interval"]
    for zone, first, last in _years(entries):
        calendar.add_component(timezone(zone, first, last))
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _years(entries: Sequence[Entry]) -> list[tuple[str, int, int]]:
    """Return each zone that is named, and the years for which it must be spelled out."""
    years: dict[str, set[int]] = {}
    for entry in entries:
        last = entry.repeats.last if entry.repeats else entry.start
        for moment in (entry.start, entry.end or entry.start, last):
            years.setdefault(entry.zone.key, set()).add(moment.astimezone(entry.zone).year)
    return [(zone, min(seen), max(seen)) for zone, seen in sorted(years.items()) if zone != "UTC"]


def _events(entry: Entry) -> list[Event]:
    """Return the event; of a series, with its rule, and one more for each date that is elsewhere."""
    event, repeats = _event(entry), entry.repeats
    if repeats is None:
        return [event]
    event.add("rrule", vRecur.from_ical(repeats.rule))
    if repeats.left_out:
        event.add("exdate", [_local(moment, entry.zone) for moment in repeats.left_out])
    others = []
    for date in repeats.elsewhere:
        other = _event(replace(entry, start=date.start, end=date.end, location=date.location))
        other.add("recurrence-id", _local(date.meant, entry.zone))
        others.append(other)
    return [event, *others]


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.revised_at.astimezone(UTC))
    event.add("dtstart", _local(entry.start, entry.zone))
    if entry.end is not None:
        event.add("dtend", _local(entry.end, entry.zone))
    event.add("summary", one_line(entry.summary))
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT" if entry.status == CANCELLED else "OPAQUE")
    if entry.location:
        event.add("location", one_line(entry.location))
    if entry.description:
        event.add("description", "\n".join(map(one_line, entry.description.splitlines())))
    if entry.url:
        event.add("url", entry.url)
    return event


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant by the venue's clocks; in the hour that they show twice, in UTC.

    A calendar takes a time that comes twice for the first one, so the second could not be said.
    """
    local = instant.astimezone(zone)
    return instant.astimezone(UTC) if local.fold or zone.key == "UTC" else local


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    # A parameter cannot escape a quote everywhere; without one, no reader can be led astray.
    address.params["CN"] = one_line(person.name).replace('"', "'") or person.email
    return address


def one_line(text: str) -> str:
    """Return the text without what could begin a line or turn its direction: a name cannot forge a header."""
    kept = (" " if unicodedata.category(one) in _UNCLEAN or one in _TURNING else one for one in text)
    return " ".join("".join(kept).split())


_UNCLEAN = ("Cc", "Cs", "Zl", "Zp")
_TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}

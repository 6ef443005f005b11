"""From the text of a calendar (RFC 5545) to its events; nothing here reads a table.

Line by line, and not by a library's calendar: that would follow the rules of time zones that a stranger
wrote for as long as those go on. What is odd in one event costs that event, what is odd in the file the file.
"""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import islice

from icalendar.parser import Contentline
from icalendar.prop import vDuration, vText

from notifications.calendars.ics import one_line
from notifications.incoming import zones
from reservations import Invalid
from reservations.busy import Effort, Event, When, mark
from reservations.recurring import parse_foreign

MOST = 10_000  # events of a file, those of long ago among them
LONGEST_LINE = 20_000  # characters of one that matters
TITLE = 120
MOST_OFFSETS = 200  # that the zones of a file are spelled out with
EVENT, ZONE = "VEVENT", "VTIMEZONE"
OFFSETS = ("STANDARD", "DAYLIGHT")
MATTER = re.compile(
    r"(BEGIN|END|UID|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|SUMMARY|STATUS|TRANSP|TZID"
    r"|TZOFFSETTO|X-LIC-LOCATION|X-MICROSOFT-CDO-BUSYSTATUS)[;:]",
    re.IGNORECASE,
)
Lines = dict[str, list[Contentline]]


@dataclass(frozen=True, slots=True)
class Unread:
    """An event that could not be understood, and why; what is known of it stays as it was."""

    uid: str
    title: str
    why: str


@dataclass(slots=True)
class Read:
    """What a calendar says: its events, and those of which it is not clear what they say."""

    events: list[Event] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read(text: bytes, zone: tzinfo, *, own_host: str) -> Read:
    """Return the events of the calendar, less those that this site gave out itself.

    :param zone: whose clocks times without a zone mean
    :raises Invalid: if it is no calendar, or breaks off
    """
    lines = _unfolded(text)
    if not any(line.upper() == "BEGIN:VCALENDAR" for line in islice(lines, 5)):
        raise Invalid("What is there is no calendar (ICS).")
    if not any(line.upper() == "END:VCALENDAR" for line in lines[-3:]):
        raise Invalid("The calendar breaks off before its end.")
    found, told = Read(), _Zones(zone)
    parts = list(_components(lines))
    told.spell_out(parts)
    events = [part for name, part in parts if name == EVENT]
    if len(events) > MOST:
        raise Invalid(f"It has more than {MOST:,} events.")
    for part in events:
        _add(found, part, told, own_host)
    return found


def _unfolded(text: bytes) -> list[str]:
    whole = text.decode("utf-8-sig", errors="replace").replace("\x00", "")
    return [line.rstrip() for line in re.split(r"[\r\n]+", re.sub(r"\r?\n[ \t]", "", whole)) if line.strip()]


def _components(lines: list[str]) -> Iterator[tuple[str, Lines]]:
    """Yield each component with its own lines, as it ends: after what lies within it, such as an alarm."""
    under_way: list[tuple[str, Lines]] = []
    for line in lines:
        known = MATTER.match(line)
        if known is None:
            continue
        name, value = known[1].upper(), line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            under_way.append((value, defaultdict(list)))
        elif name == "END" and under_way:
            yield under_way.pop()
        elif under_way:
            under_way[-1][1][name].append(Contentline(line[:LONGEST_LINE]))  # type: ignore[no-untyped-call]


def _add(found: Read, part: Lines, told: "_Zones", own_host: str) -> None:
    # In one spelling before it is cut: some grow longer by it.
    title = unicodedata.normalize("NFC", one_line(_text(part, "SUMMARY")))[:TITLE]
    uid = _text(part, "UID")
    if uid.endswith(f"@{own_host}"):
        return  # It went out from here: taken in again, a booking would stand in its own way.
    try:
        if event := _event(part, told, uid, title):
            found.events.append(event)
    except (ValueError, OverflowError, Invalid) as error:
        why = error.sentence if isinstance(error, Invalid) else "its times make no sense."
        found.unread.append(Unread(uid, title, why))


def _event(part: Lines, told: "_Zones", uid: str, title: str) -> Event | None:
    starts = told.times(part, "DTSTART")
    if not starts or not uid:
        raise Invalid("it says no start, or has no UID.")
    start, replaced = starts[0], told.times(part, "RECURRENCE-ID")
    if not _is_near(start):
        raise Invalid("it begins too long ago, or too far ahead.")
    end = _end(part, told, start)
    if end is None:
        return None
    more = tuple(_alike(one, start) for one in told.times(part, "RDATE"))
    if not all(map(_is_near, (end, *more))):
        raise Invalid("it ends or recurs too long ago, or too far ahead.")
    rules = part.get("RRULE", ())
    if len(rules) > 1:
        raise Invalid("it has several rules.")
    return Event(
        uid=uid,
        start=start,
        end=end,
        title=title,
        rule=parse_foreign(rules[0].parts()[2]) if rules and not replaced else None,
        more=more,
        left_out=frozenset(mark(one) for one in told.times(part, "EXDATE")),
        instead_of=mark(replaced[0]) if replaced else "",
        is_busy=_is_busy(part),
    )


def _is_near(when: When) -> bool:
    return zones.EARLIEST <= when.year <= zones.LATEST


def _end(part: Lines, told: "_Zones", start: When) -> When | None:
    """Return when it ends; None of a moment, which takes no time."""
    ends, lengths = told.times(part, "DTEND"), part.get("DURATION", ())
    if ends and isinstance(ends[0], datetime) == isinstance(start, datetime):
        if mark(ends[0]) > mark(start):
            return ends[0] if ends[0].year <= zones.LATEST else ends[0].replace(year=zones.LATEST, day=1)
        return None if isinstance(start, datetime) else start + timedelta(days=1)
    if lengths:
        length: timedelta = vDuration.from_ical(lengths[0].parts()[2])  # type: ignore[no-untyped-call]
        return start + length if length > timedelta() else None
    return None if isinstance(start, datetime) else start + timedelta(days=1)


def _alike(one: When, start: When) -> When:
    """Return one more date as the event's first is: at its time of day, or without any."""
    if isinstance(one, datetime) == isinstance(start, datetime):
        return one
    return datetime.combine(one, start.timetz()) if isinstance(start, datetime) else one.date()  # type: ignore[union-attr]


def _is_busy(part: Lines) -> bool:
    status, shown, office = (
        _text(part, name).upper() for name in ("STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
    )
    return status != "CANCELLED" and shown != "TRANSPARENT" and office != "FREE"


def _text(part: Lines, name: str) -> str:
    try:
        return str(vText.from_ical(part[name][0].parts()[2])) if part.get(name) else ""
    except ValueError:
        return ""


class _Zones:
    """What times mean: the zones that a file names or spells out; without one, the clocks of the place."""

    def __init__(self, usual: tzinfo) -> None:
        self._usual = usual
        self._named: dict[str, tzinfo] = {}
        self._effort, self._spelled_out = Effort(), 0  # of the whole file

    def spell_out(self, parts: list[tuple[str, Lines]]) -> None:
        """Learn the zones that are spelled out: each comes after the offsets that it is made of."""
        offsets: list[Lines] = []
        for kind, part in parts:
            if kind in OFFSETS:
                offsets.append(part)
            elif kind == ZONE:
                name = _text(part, "TZID")
                meant = zones.known(name) or zones.known(_text(part, "X-LIC-LOCATION"))
                # Of one that makes no sense, whatever is told in it says so.
                with suppress(ValueError, KeyError, IndexError, Invalid):
                    self._named[name] = meant or self._of_its_own(name, offsets)
                offsets = []

    def _of_its_own(self, name: str, offsets: list[Lines]) -> tzinfo:
        self._spelled_out += len(offsets)
        if self._spelled_out > MOST_OFFSETS:
            raise ValueError
        return zones.SpelledOut(name, map(_observance, offsets), self._effort)

    def times(self, part: Lines, name: str) -> list[When]:
        """Return the dates and times on the lines of that name.

        :raises Invalid: if they are in a zone that nobody knows
        :raises ValueError: if they are none
        """
        found: list[When] = []
        for line in part.get(name, ()):
            _, params, values = line.parts()
            zone = self._zone(str(params.get("TZID", "")))
            # Of a PERIOD the end is not looked at: it lasts as long as its event.
            found += [_when(value.partition("/")[0].strip(), zone) for value in values.split(",")]
        return found

    def _zone(self, name: str) -> tzinfo:
        if not name:
            return self._usual
        zone = self._named.get(name) or zones.known(name)
        if zone is None:
            raise Invalid(f"it is in a time zone that nobody knows, “{one_line(name)[:40]}”.")
        self._named[name] = zone
        return zone


def _observance(part: Lines) -> zones.Observance:
    rule = parse_foreign(part["RRULE"][0].parts()[2]) if part["RRULE"] else None
    if rule is not None and rule.frequency != "YEARLY":
        raise ValueError
    onset, offset = (part[name][0].parts()[2] for name in ("DTSTART", "TZOFFSETTO"))
    return zones.Observance(_wall(onset), _offset(offset), rule)


def _offset(value: str) -> timedelta:
    known = re.fullmatch(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?", value.strip())
    if known is None:
        raise ValueError
    length = timedelta(hours=int(known[2]), minutes=int(known[3]), seconds=int(known[4] or 0))
    timezone(length)  # none is longer than a day
    return -length if known[1] == "-" else length


def _wall(value: str) -> datetime:
    return datetime.strptime(value[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 -- its clocks are what is asked about


def _when(value: str, zone: tzinfo) -> When:
    if re.fullmatch(r"[0-9]{8}", value):
        return dt.date(int(value[:4]), int(value[4:6]), int(value[6:]))
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z?", value):
        raise ValueError
    return _wall(value).replace(tzinfo=UTC if value.endswith("Z") else zone)

"""Journeys, as people type them: where from and where to, which seats, who travels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from live.line_client_dates import day
from live.line_client_here import Here, Mistyped
from live.line_client_print import Json, clean, price_told, span_told, table, zone_of
from live.line_client_terminal import Terminal
from live.line_client_wire import Wire

HELP = (
    ("journeys <from> to <to> [day]", "departures: journeys Istanbul to Ankara tomorrow"),
    ("seats <journey> [from … to …]", "which seats of one are free"),
    ("ride <journey> <seats> …", "book: ride 12 2A, 2B from Istanbul to Izmit for Ada, Can child"),
    ("ride <journey> 3 Second …", "any three of a class, together; ride hold … keeps them a few minutes"),
    ("tickets <reference>", "the tickets of a booking"),
)
KINDS = ("adult", "child", "senior", "infant")
MOST_SHOWN = 40  # names of free seats
BETWEEN = re.compile(r"^(?P<origin>.+?)\s+to\s+(?P<rest>.+)$", re.IGNORECASE)
NUMBER = re.compile(r"^(?P<number>\d{1,18})(?:\s+(?P<rest>.*))?$")
FOR = re.compile(r"(?:^|\s)for\s+(?P<who>.+)$", re.IGNORECASE)
WAY = re.compile(r"(?:^|\s)from\s+(?P<origin>.+?)(?:\s+to\s+(?P<destination>.+))?$", re.IGNORECASE)
ANY = re.compile(r"^(?P<count>\d{1,3})(?:\s+(?P<type>\D.*))?$")


@dataclass(slots=True)
class Riding:
    """Which journey, between which stops, which seats or how many, and who travels."""

    departure: int
    stops: Json = field(default_factory=dict)
    passengers: list[Json] = field(default_factory=list)
    what: str = ""

    @property
    def params(self) -> Json:
        """What of it the server is asked, but for the seats."""
        who = {"passengers": self.passengers} if self.passengers else {}
        return {"departure": self.departure, **self.stops, **who}


def riding(typed: str) -> Riding:
    """Return what the words ask for.

    :raises Mistyped: if no journey is named
    """
    found = NUMBER.match(typed.strip())
    if not found:
        raise Mistyped("Which journey? Its number stands in the list of journeys.")
    asked, rest = Riding(int(found["number"])), found["rest"] or ""
    if who := FOR.search(rest):
        asked.passengers, rest = [_passenger(one) for one in who["who"].split(",")], rest[: who.start()]
    if way := WAY.search(rest):
        asked.stops = {"from_stop": way["origin"].strip()}
        if way["destination"]:
            asked.stops["to_stop"] = way["destination"].strip()
        rest = rest[: way.start()]
    asked.what = rest.strip()
    return asked


def _passenger(typed: str) -> Json:
    words = typed.split()
    kind = words.pop().lower() if words and words[-1].lower() in KINDS else "adult"
    return {"name": " ".join(words), "kind": kind}


def wanted_seats(what: str, classes: list[str]) -> Json:
    """Return the seats by name, or how many of which class.

    :raises Mistyped: if neither is said
    """
    number = ANY.match(what)
    if number:
        return {"count": int(number["count"]), "type": _class(number["type"] or "", classes)}
    names = [one.upper() for one in re.split(r"[\s,&]+", what) if one]
    if not names:
        raise Mistyped("Which seats? Such as 2A, 2B, or 3 Second.")
    return {"seats": names}


def _class(typed: str, classes: list[str]) -> str:
    low = typed.strip().casefold()
    found = [one for one in classes if one.casefold().startswith(low)]
    if len(found) != 1 and low not in [one.casefold() for one in found]:
        raise Mistyped(f"Of which class? There are: {', '.join(classes)}.")
    return next((one for one in found if one.casefold() == low), found[0])


class Journeys:
    """The part of a session that travels."""

    wire: Wire
    terminal: Terminal
    here: Here
    _answer: Callable[..., None]
    _booked: Callable[[str, Json], None]
    _reference: Callable[[str], str]
    _held: str
    _found: tuple[str, ...] = ()  # numbers of journeys, to complete
    _places: tuple[str, ...] = ()

    def do_journeys(self, rest: str) -> None:
        """Search departures from one place to another."""
        between = BETWEEN.match(rest)
        if not between:
            raise Mistyped("From where to where? Such as: journeys Istanbul to Ankara tomorrow")
        destination, said = _day_apart(between["rest"])
        on = day(said, datetime.now(self.here.zone).replace(tzinfo=None))
        found = self.wire.call(
            "journeys", origin=between["origin"].strip(), destination=destination, date=on.isoformat()
        )
        self._found = tuple(str(one["departure"]) for one in found)
        rows = [_row(one) for one in found]
        head = ("journey", "what", "when", "free", "from")
        shown = table(head, rows, self.terminal.paint) if rows else f"Nothing leads there on {on}."
        self._answer("journeys", found, shown)

    def do_seats(self, rest: str) -> None:
        """Tell which seats of a departure are free."""
        asked = riding(rest)
        answer = self.wire.call("seats", **asked.params)
        self._places = tuple(one["place"] for one in answer["stops"])
        zone = zone_of(answer["timezone"])
        lines = [f"{clean(answer['route'])}, {span_told(answer['start'], answer['end'], zone)}"]
        for name, seats in _by_class(answer["seats"]).items():
            free = [one["name"] for one in seats if one["state"] == "free"]
            more = f" and {len(free) - MOST_SHOWN} more" if len(free) > MOST_SHOWN else ""
            price = price_told(next((one["price"] for one in seats), None))
            told = ", ".join(clean(one) for one in free[:MOST_SHOWN])
            lines.append(f"  {clean(name)} {price}: {len(free)} of {len(seats)} free: {told}{more}")
        self._answer("seats", answer, *lines)

    def do_ride(self, rest: str) -> None:
        """Book or hold seats: exactly what is asked for, or nothing."""
        is_hold = rest[:5].lower() == "hold "
        asked = riding(rest[5:] if is_hold else rest)
        # Only who asks for any seats of a class has to know what it is called.
        classes = []
        if ANY.match(asked.what):
            there = self.wire.call("seats", departure=asked.departure)["seats"]
            classes = list(_by_class(there))
        seats = wanted_seats(asked.what, classes)
        made = self.wire.call("hold_seats" if is_hold else "book_seats", **asked.params, **seats)
        if is_hold:
            self._held = made["reference"]
        self._booked("ride", made)

    def do_tickets(self, rest: str) -> None:
        """List the tickets of a booking."""
        answer = self.wire.call("tickets", reference=self._reference(rest))
        rows = [
            (one["seat"], one["passenger"] or one["kind"], one["type"], one["state"])
            for one in answer["tickets"]
        ]
        codes = [clean(one["code"]) for one in answer["tickets"] if one["code"]]
        head = ("seat", "passenger", "class", "state")
        self._answer("tickets", answer, table(head, rows, self.terminal.paint), *codes)

    def completions_of_journeys(self, verb: str) -> Iterator[str]:
        """Yield what may follow a verb of this part."""
        if verb == "journeys":
            yield from ("to", "today", "tomorrow", *self._places)
        elif verb in ("seats", "ride"):
            yield from (*self._found, "from", "to", "for", *self._places)


def _by_class(seats: list[Json]) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for seat in seats:
        found.setdefault(seat["type"], []).append(seat)
    return found


def _row(one: Json) -> tuple[Any, ...]:
    span = span_told(one["start"], one["end"], zone_of(one["timezone"]))
    late = f", {one['delay_minutes']} min late" if one["delay_minutes"] else ""
    prices = [own["price"] for own in one["classes"] if own["free"]]
    cheapest = min(prices, key=lambda price: Decimal(price["amount"]), default=None)
    return one["departure"], one["route"], span + late, one["free"], price_told(cheapest) if cheapest else ""


def _day_apart(typed: str) -> tuple[str, str]:
    """Return the place, and the words after it that say a day, if any do."""
    words = typed.split()
    for number in range(1, len(words)):
        said = " ".join(words[number:])
        try:
            day(said, datetime(2000, 1, 1))  # noqa: DTZ001 -- only whether it says a day
        except ValueError:
            continue
        return " ".join(words[:number]), said
    return typed.strip(), ""

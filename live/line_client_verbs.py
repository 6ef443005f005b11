"""What one can type, and what is asked of the server for it: a method `do_…` for each verb."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from live import line_client_journeys
from live.line_client_board import Board
from live.line_client_dates import EXAMPLES, NotADate
from live.line_client_here import Here, Mistyped
from live.line_client_journeys import Journeys
from live.line_client_print import (
    Json,
    bookings_told,
    clean,
    price_told,
    rooms_told,
    span_told,
    table,
    zone_of,
)
from live.line_client_terminal import Terminal
from live.line_client_wire import LineEnded, Refusal, Wire

HELP = (
    ("venues", "the places there are"),
    ("use <venue>", "turn to one of them"),
    ("rooms [venue]", "its rooms, and how each is now"),
    ("availability [n] <when>", "what can be had, the cheapest first"),
    ("book [n] <when>", "any n rooms, or nothing: book 3 tomorrow 15:00 2 nights"),
    ("book <rooms> <when>", "these rooms: book Aurora, Birch today 10:00-11:00"),
    ("hold …", "like book, to be confirmed in a few minutes"),
    ("confirm [reference]", "make a hold a booking; the last one, if you name none"),
    ("cancel <reference>", "give a hold or a booking back"),
    ("query", "your bookings, with their rooms (query past, query cancelled)"),
    ("checkout [reference]", "leave one booking; or all of yours: checkout all"),
    *line_client_journeys.HELP,
    ("watch [mine]", "hear what changes here, in your own bookings, or on a journey (watch journey:12)"),
    ("unwatch [mine]", "hear no more"),
    ("wait [seconds]", "only listen"),
    ("help", "this"),
    ("exit", "hang up"),
)
ALIASES = {
    **dict.fromkeys(("quit", "bye", "q"), "exit"),
    **dict.fromkeys(("check_out", "check-out", "leave", "release"), "checkout"),
    **dict.fromkeys(("bookings", "mine"), "query"),
    **dict.fromkeys(("free", "available"), "availability"),
    "?": "help",
    "venue": "use",
}
ALONE = ("help", "venues")  # verbs that take nothing
MORE = 'Add for 4 people, a type (book 2 doubles …) or a "title". A room that is a number: #3.'


DAYS = 60  # that are watched; the server allows two months


class Session(Journeys):
    """Somebody at a terminal, logged in or not, turned to one venue."""

    def __init__(self, wire: Wire, terminal: Terminal, slug: str | None = None) -> None:
        self.wire, self.terminal = wire, terminal
        self.here = Here(wire, slug)
        self.refused = 0  # verbs that were
        self._boards: dict[str, Board] = {}
        self._held = ""
        self._references: list[str] = []

    @property
    def prompt(self) -> str:
        """What stands before what is typed."""
        return f"{self.here.venue['slug'] if self.here.venue else 'rooms'}> "

    def do(self, line: str) -> bool:
        """Do what the line says, and tell whether to go on."""
        typed, _, rest = line.strip().partition(" ")
        verb = ALIASES.get(typed.lower(), typed.lower())
        if verb in ("", "exit"):
            return verb != "exit"
        try:
            act = getattr(self, f"do_{verb}", None) if verb.isidentifier() else None
            if act is None:
                raise Mistyped(f"There is no “{clean(typed)}”. Type help for what there is.")
            if rest and verb in ALONE:
                raise Mistyped(f"{verb} takes nothing more. Type {verb}, and nothing else.")
            act(rest.strip())
        except (Mistyped, NotADate) as mistake:
            self._refuse(verb, {"code": "invalid", "detail": str(mistake)})
        except Refusal as refusal:
            self._refuse(verb, refusal.data)
        return True

    def _refuse(self, verb: str, problem: Json) -> None:
        self.refused += 1
        if self.terminal.as_json:
            self.terminal.say_json(verb=verb, error=problem)
            return
        self.terminal.say(self.terminal.paint(clean(problem["detail"]), "red"))
        for offer in problem.get("alternatives", ())[:6]:
            self.terminal.say(f"  Instead: {self._offer(offer)}")

    def _offer(self, offer: Json) -> str:
        if "departure" in offer:
            return clean(offer["sentence"])
        names = {room["id"]: room["name"] for room in self.here.rooms}
        rooms = [{"name": names.get(room, f"room {room}")} for room in offer["rooms"]]
        return f"{rooms_told(rooms)}, {self.here.told(offer['start'], offer['end'])}"

    def _answer(self, verb: str, result: Any, *shown: str) -> None:
        if self.terminal.as_json:
            self.terminal.say_json(verb=verb, result=result)
            return
        for text in shown:
            self.terminal.say(text)

    # What one can type

    def do_help(self, rest: str) -> None:
        """Say what there is."""
        wide = max(len(verb) for verb, _ in HELP)
        lines = [f"  {self.terminal.paint(f'{verb:<{wide}}', 'bold')}  {about}" for verb, about in HELP]
        self._answer("help", dict(HELP), *lines, "", f"When: {EXAMPLES}", MORE)

    def do_venues(self, rest: str) -> None:
        """List the places there are."""
        self.venues = self.wire.call("venues")
        rows = [
            (one["slug"], one["name"], one["kind"].replace("_", " "), one["rooms"]) for one in self.venues
        ]
        self._answer(
            "venues", self.venues, table(("venue", "name", "kind", "rooms"), rows, self.terminal.paint)
        )

    def do_use(self, rest: str) -> None:
        """Turn to a venue."""
        venue = self.here.turn_to(rest)
        self._answer(
            "use", venue, f"{clean(venue['name'])}, {venue['rooms']} rooms, {venue['timezone']} time"
        )

    def do_rooms(self, rest: str) -> None:
        """List the rooms of this venue, or of the one that is named, and how each is now."""
        answer = self.here.look(rest)
        rows = [
            (one["name"], one["type"], one["capacity"], one["floor"], one["state"]) for one in answer["rooms"]
        ]
        free = sum(one["state"] == "free" for one in answer["rooms"])
        shown = table(("room", "type", "holds", "floor", "state"), rows, self.terminal.paint)
        self._answer("rooms", answer, shown, f"{free} of {len(rows)} free now")

    def do_availability(self, rest: str) -> None:
        """List what can be had."""
        asked = self.here.wanted(rest)
        params = {name: value for name, value in asked.params.items() if name in ("count", "type", "party")}
        answer = self.wire.call("availability", **self.here.times(asked), **params)
        rows = [
            (one["name"], one["type"], one["capacity"], price_told(one["price"])) for one in answer["rooms"]
        ]
        span = self.here.told(answer["start"], answer["end"])
        shown = [table(("room", "type", "holds", "price"), rows, self.terminal.paint)] if rows else []
        reason = f": {clean(answer['reason'])}" if "reason" in answer else ""
        self._answer("availability", answer, *shown, f"{answer['free']} free, {span}{reason}")

    def do_book(self, rest: str) -> None:
        """Book rooms: exactly what is asked for, or nothing."""
        asked = self.here.wanted(rest)
        self._booked("book", self.wire.call("book", **self.here.times(asked), **asked.params))

    def do_hold(self, rest: str) -> None:
        """Keep rooms for a few minutes."""
        asked = self.here.wanted(rest)
        booking = self.wire.call("hold", **self.here.times(asked), **asked.params)
        self._held = booking["reference"]
        self._booked("hold", booking)

    def do_confirm(self, rest: str) -> None:
        """Make a hold a booking."""
        self._booked("confirm", self.wire.call("confirm", reference=self._reference(rest or self._held)))

    def do_cancel(self, rest: str) -> None:
        """Give a hold or a booking back."""
        self._booked("cancel", self.wire.call("cancel", reference=self._reference(rest)))

    def do_query(self, rest: str) -> None:
        """List one's own bookings."""
        found = self.wire.call("bookings", **({"scope": rest.lower()} if rest else {}))
        self._references = [one["reference"] for one in found]
        shown = bookings_told(found, self.terminal.paint) if found else "You have none."
        self._answer("query", found, shown)

    def do_checkout(self, rest: str) -> None:
        """Leave one booking, or all; a person who may mean one of several is asked which."""
        own = self.wire.call("bookings") if self.terminal.is_person and not rest else ()
        if len(own) > 1:
            raise Mistyped(f"All {len(own)} of your bookings? Then type checkout all; or name one of them.")
        params = {"all": True} if rest.lower() in ("", "all") else {"reference": self._reference(rest)}
        answer = self.wire.call("check_out", **params)
        lines = [f"{rooms_told(one['rooms'])} free again ({one['reference']})" for one in answer["freed"]]
        kept = [f"{one['reference']} stays: {clean(one['detail'])}" for one in answer["kept"]]
        shown = [self.terminal.paint(line, "green") for line in lines]
        shown += [self.terminal.paint(line, "yellow") for line in kept]
        self._answer("checkout", answer, *(shown or ["You had no rooms."]))

    def do_watch(self, rest: str) -> None:
        """Hear what changes at this venue, or in one's own bookings."""
        topic = self._topic(rest)
        self._boards[topic] = board = Board()  # before the answer: a change may come with it
        runs = topic.startswith("journey:")
        try:
            snapshot = self.wire.call("watch", topic=topic, **({} if runs else self.here.days(DAYS)))
        except Refusal:
            del self._boards[topic]
            raise
        board.apply(snapshot, self.here.told)
        what = "seats" if runs else f"rooms, the next {DAYS} days"
        self._answer("watch", snapshot, f"Watching {topic}: {len(board.rooms)} {what}")

    def do_unwatch(self, rest: str) -> None:
        """Hear no more."""
        topic = self._topic(rest)
        self._boards.pop(topic, None)
        self._answer("unwatch", self.wire.call("unwatch", topic=topic), f"No longer watching {topic}")

    def do_wait(self, rest: str) -> None:
        """Only listen, for so many seconds or until Ctrl-C."""
        if rest and not (rest.isascii() and rest.isdigit()):
            raise Mistyped("Wait for how many seconds?")
        until = time.monotonic() + (int(rest) if rest else float("inf"))
        while time.monotonic() < until:
            if self.wire.has_ended:
                raise LineEnded(self.wire.last_word or "The server ended the line.")
            time.sleep(0.05)

    # What comes unasked

    def hear(self, method: str, frame: Json) -> None:
        """Print what changed; called in the listening thread."""
        if method == "heartbeat":
            return
        if self.terminal.as_json:
            self.terminal.say_json(**{method: frame})
            return
        if method == "error":
            self.terminal.say(self.terminal.paint(clean(frame.get("detail", "")), "red"))
            return
        board = self._boards.get(frame.get("topic", ""))
        for said in board.apply(frame, self.here.told) if board else ():
            self.terminal.say(self.terminal.paint(f"* {clean(said)}", "cyan"))

    def complete(self, before: str, word: str) -> Iterable[str]:
        """Yield what may follow: verbs first, then what each verb takes."""
        verb = before.split()[0].lower() if before.split() else ""
        if not verb:
            return sorted({line.split()[0] + " " for line, _ in HELP})
        return self._completions(verb)

    def _completions(self, verb: str) -> Iterator[str]:
        if verb == "use":
            yield from (venue["slug"] for venue in self.here.venues)
        elif verb in ("book", "hold", "availability"):
            yield from self.here.known_names
            yield from ("today", "tomorrow", "nights", "until")
        elif verb in ("confirm", "cancel", "checkout", "tickets"):
            yield from self._references
        elif verb in ("watch", "unwatch"):
            yield from ("mine", *(f"journey:{number}" for number in self._found))
        elif verb == "query":
            yield from ("upcoming", "past", "cancelled")
        else:
            yield from self.completions_of_journeys(verb)

    def _reference(self, typed: str) -> str:
        if not typed:
            raise Mistyped("Which booking? query lists yours.")
        return typed.lstrip("#").upper()

    def _topic(self, rest: str) -> str:
        if rest.lower() == "mine" or ":" in rest:
            return rest.lower()
        return f"venue:{rest or self.here.slug}"

    def _span(self, booking: Json) -> str:
        return span_told(booking["start"], booking["end"], zone_of(booking["timezone"]))

    def _booked(self, verb: str, booking: Json) -> None:
        paint = self.terminal.paint
        until = booking["expires_at"]
        ends = f", until {datetime.fromisoformat(until).astimezone(self.here.zone):%H:%M:%S}" if until else ""
        head = f"{paint.state(booking['state'])} #{booking['reference']}{ends}"
        price = price_told(booking["price"])
        told = f"  {rooms_told(booking['rooms'])}, {self._span(booking)}" + (f", {price}" if price else "")
        self._references = [booking["reference"], *self._references[:20]]
        self._answer(verb, booking, head, told)

"""Where one is: the venue that was turned to, its rooms, its clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta, tzinfo

from live.line_client_asking import Wanted, wanted
from live.line_client_dates import House, when
from live.line_client_print import Json, span_told, zone_of
from live.line_client_wire import Wire
from live.line_shapes import MOST_ROOMS


class Mistyped(Exception):
    """What was typed cannot be asked of the server; the sentence helps."""


class Here:
    """One venue of those that the server knows."""

    def __init__(self, wire: Wire, slug: str | None) -> None:
        self._wire = wire
        self._rooms: dict[str, list[Json]] = {}
        self.venues: list[Json] = wire.call("venues")
        known = [venue for venue in self.venues if slug in (None, venue["slug"])]
        if slug is not None and not known:
            raise Mistyped(f"There is no venue {slug}. There are: {self.slugs}.")
        self.venue: Json | None = known[0] if known else None

    @property
    def slug(self) -> str:
        """The venue's name for programs."""
        if self.venue is None:
            raise Mistyped("There is no venue yet. Type venues, then use and one of them.")
        return str(self.venue["slug"])

    @property
    def zone(self) -> tzinfo:
        """The zone in which the venue's clocks run."""
        return zone_of(self.venue["timezone"]) if self.venue else UTC

    @property
    def slugs(self) -> str:
        """Every venue there is, to choose from."""
        return ", ".join(venue["slug"] for venue in self.venues) or "none"

    def turn_to(self, typed: str) -> Json:
        """Turn to a venue, by its slug or name or the beginning of one."""
        self.venue = self._called(typed)
        return self.venue

    def _called(self, typed: str) -> Json:
        low = typed.casefold()
        exact = [one for one in self.venues if low in (one["slug"].casefold(), one["name"].casefold())]
        begun = [one for one in self.venues if low and one["slug"].startswith(low)]
        if not (exact or len(begun) == 1):
            raise Mistyped(f"Which venue? There are: {self.slugs}.")
        return (exact or begun)[0]

    def look(self, typed: str = "") -> Json:
        """Return the rooms of this venue as they are now, or of one that is typed, without turning to it."""
        slug = self._called(typed)["slug"] if typed else self.slug
        answer: Json = self._wire.call("rooms", venue=slug)
        self._rooms[slug] = answer["rooms"]
        return answer

    @property
    def rooms(self) -> Sequence[Json]:
        """The venue's rooms, asked for once."""
        if self.slug not in self._rooms:
            self.look()
        return self._rooms[self.slug]

    @property
    def known_names(self) -> list[str]:
        """The names of the rooms, without asking anybody: somebody is typing."""
        return [room["name"] for room in self._rooms.get(str(self.venue and self.venue["slug"]), ())]

    def wanted(self, typed: str) -> Wanted:
        """Return what the words ask for, here."""
        asked = wanted(typed, [room["name"] for room in self.rooms], {room["type"] for room in self.rooms})
        if asked.count is not None and not 1 <= asked.count <= MOST_ROOMS:
            raise Mistyped(
                f"There is no room {asked.count} here. Type rooms for their names, "
                f"or how many you want, 1 to {MOST_ROOMS}, as in: book 3 tomorrow 10-11."
            )
        return asked

    def times(self, asked: Wanted) -> Json:
        """Return the venue, start and end of what is asked for, as the server takes them."""
        now = datetime.now(self.zone).replace(tzinfo=None)
        start, end = when(asked.rest, now, self._house())
        return {"venue": self.slug, "start": start.isoformat(), "end": end.isoformat() if end else None}

    def days(self, number: int) -> Json:
        """Return the window from today's midnight here, as the server takes it."""
        today = datetime.now(self.zone).date()
        ends = [datetime.combine(day, time(), self.zone) for day in (today, today + timedelta(days=number))]
        return {"start": ends[0].isoformat(), "end": ends[1].isoformat()}

    def _house(self) -> House | None:
        nightly = [room for room in self.rooms if room["unit"] == "night"]
        if not nightly:
            return None
        usual, told = House(), [nightly[0]["check_in"], nightly[0]["check_out"]]
        arrive, leave = [time.fromisoformat(one) if one else None for one in told]
        return House(arrive or usual.check_in, leave or usual.check_out)

    def told(self, start: str, end: str | None) -> str:
        """Return the span by the venue's clocks."""
        return span_told(start, end, self.zone)

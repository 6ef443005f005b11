"""The stretch of time a board shows: which days, which hours of each, and when rooms are open in it."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from reservations import Hours, Span, day_span, hours, iso, open_spans
from reservations.nights import stay_span
from rooms.models import Unit
from rooms.queries.terms import VenueTerms

VIEWS = ("day", "week", "month", "list")
HOUR = timedelta(hours=1)
FORTNIGHT = 14  # days of a list of rooms by the night


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days a board shows, in the venue's own clock."""

    terms: VenueTerms
    view: str
    first: date
    days: tuple[Span, ...]
    window: Span

    @classmethod
    def of(cls, terms: VenueTerms, view: str, day: date) -> "Stretch":
        """Return the stretch of that view around that day: the day, its week from Monday, or its month.

        A list of rooms by the night is of two weeks.
        """
        first = {"week": day - timedelta(days=day.weekday()), "month": day.replace(day=1)}.get(view, day)
        by_night = any(room.unit == Unit.NIGHT for room in terms.rooms.values())
        lengths = {
            "week": 7,
            "month": monthrange(day.year, day.month)[1],
            "list": FORTNIGHT if by_night else 1,
        }
        number = lengths.get(view, 1)
        days = tuple(day_span(first + timedelta(days=n), terms.zone) for n in range(number))
        return cls(terms, view, first, days, Span(days[0].start, days[-1].end))

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.first + timedelta(days=len(self.days) - 1)

    @property
    def previous(self) -> date:
        """A day of the stretch before."""
        return self.first - timedelta(days=1) if self.view == "month" else self.first - self.length

    @property
    def next(self) -> date:
        """The first day of the stretch after."""
        return self.first + self.length

    @property
    def length(self) -> timedelta:
        """How many days it has."""
        return timedelta(days=len(self.days))

    def slots(self) -> list[list[str]] | None:
        """Return the nights as the page's script reads them; nothing where none are sold."""
        nights = self.nights()
        return None if nights is None else [_as_json(night) for night in nights]

    def nights(self) -> list[Span] | None:
        """Return the stays of one night that begin in it, where rooms are sold by the night; else nothing."""
        rooms = [room for room in self.terms.rooms.values() if room.unit == Unit.NIGHT]
        if not rooms:
            return None
        policy, day = rooms[0].policy, timedelta(days=1)
        # The night before reaches into the first morning.
        before = self.first - day
        dates = [before + n * day for n in range(len(self.days) + 1)]
        return [stay_span(date, date + day, policy, self.terms.zone) for date in dates]

    @property
    def usual(self) -> Hours:
        """The hours that most rooms of the venue keep."""
        kept = Counter(room.hours for room in self.terms.rooms.values())
        return kept.most_common(1)[0][0] if kept else Hours()

    def visible(self) -> list[list[str]]:
        """Return of each day the hours to draw: from the first opening of any room to the last closing."""
        distinct = {room.hours for room in self.terms.rooms.values()} or {Hours()}
        usual = _usual_hours(distinct)
        return [_as_json(self._visible_of(day, distinct, usual)) for day in self.days]

    def _visible_of(self, day: Span, distinct: Iterable[Hours], usual: tuple[time, time] | None) -> Span:
        opened = [span for kept in distinct for span in open_spans(kept, day, self.terms.zone)]
        if opened:
            return _on_whole_hours(Span(opened[0].start, opened[0].end), opened, day)
        if usual is None:
            return day
        shown = day.start.astimezone(self.terms.zone).date()
        start = hours.to_instant(shown, usual[0], self.terms.zone)
        end = hours.to_instant(shown, usual[1], self.terms.zone)
        return Span(start, end) if start < end else day

    def open(self) -> list[list[str]]:
        """Return when the venue is open in the window."""
        return [_as_json(span) for span in open_spans(self.usual, self.window, self.terms.zone)]

    def open_by_room(self) -> dict[str, list[list[str]]]:
        """Return when those rooms are open that keep hours of their own."""
        usual = self.usual
        return {
            str(room.id): [_as_json(span) for span in open_spans(room.hours, self.window, self.terms.zone)]
            for room in self.terms.rooms.values()
            if room.hours != usual
        }


def _on_whole_hours(first: Span, opened: list[Span], day: Span) -> Span:
    start = max(min(span.start for span in opened), day.start)
    end = min(max(span.end or first.start for span in opened), day.end or first.start)
    late = end - day.start
    start -= (start - day.start) % HOUR
    return Span(start, min(end + (-late % HOUR), day.end or end))


def _usual_hours(distinct: Iterable[Hours]) -> tuple[time, time] | None:
    weekly = [opening for kept in distinct for opening in kept.weekly if opening.opens < opening.closes]
    if not weekly:
        return None
    return min(opening.opens for opening in weekly), max(opening.closes for opening in weekly)


def _as_json(span: Span) -> list[str]:
    return [iso(span.start), iso(span.end)] if span.end else [iso(span.start)]


def as_days(visible: list[list[str]]) -> list[dict[str, Any]]:
    """Return the days as the board's data names their ends."""
    return [{"start": start, "end": end} for start, end in visible]


def first_hour(terms: VenueTerms, day: date, now: datetime) -> Span | None:
    """Return the first whole hour of the day that is open and still to come: where a form begins."""
    stretch = Stretch.of(terms, "day", day)
    coming = now + (stretch.window.start - now) % HOUR
    for opened in open_spans(stretch.usual, stretch.window, terms.zone):
        start = max(opened.start, coming)
        if opened.end is None or start + HOUR <= opened.end:
            return Span(start, start + HOUR)
    return None


def closed_day(terms: VenueTerms, stretch: Stretch, now: datetime) -> dict[str, Any] | None:
    """Return that the venue is closed on the day that is shown, and the day on which it opens; or nothing."""
    if stretch.view in ("week", "month") or open_spans(stretch.usual, stretch.window, terms.zone):
        return None
    opening = hours.next_opening(stretch.usual, max(stretch.window.start, now), terms.zone)
    day = f"{stretch.first:%A} {stretch.first.day} {stretch.first:%B}"
    when = f" It opens {hours.in_local_words(opening, terms.zone, seen_from=now)}." if opening else ""
    return {
        "sentence": f"{terms.name} is closed on {day}.{when}",
        "opens_on": opening.astimezone(terms.zone).date() if opening else None,
    }

"""What there is of a series: its dates, each with its rooms, and what of its price is owed for which."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q

from reservations import NotFound, Policy, ReservationError, Span, cancellation, lifecycle
from rooms.models import Allocation, Booking
from rooms.queries.lines import kept_whatever_follows
from rooms.queries.terms import VenueTerms, without_parts


@dataclass(frozen=True, slots=True)
class Date:
    """One date of a series as it is: where it is and when, and whether it still takes place."""

    number: int
    span: Span
    rooms: tuple[int, ...]
    state: str
    active: bool


class Row(Protocol):
    """An allocation, however it was read."""

    @property
    def id(self) -> int: ...
    @property
    def room_id(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def state(self) -> str: ...
    @property
    def active(self) -> bool: ...
    @property
    def occurrence(self) -> int | None: ...


def dates_of(rows: Iterable[Row]) -> list[Date]:
    """Return the dates of a series, in order of time; one that was left out as it last was."""
    by_number: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.occurrence is not None:
            by_number[row.occurrence].append(row)
    found = [_date(number, own) for number, own in by_number.items()]
    return sorted(found, key=lambda date: (date.span.start, date.number))


def date_of(booking: Booking, number: int) -> Date:
    """Return one date of a series.

    :raises NotFound: if it has no such date
    """
    found = dates_of(Allocation.objects.filter(booking=booking, occurrence=number))
    if not found:
        raise NotFound("There is no such date in this booking.")
    return found[0]


def told_dates(rows: Iterable[Row], *, ran_out: bool = False) -> list[dict[str, Any]]:
    """Return the dates of a series as programs read them, also those that were left out.

    :param ran_out: whether the hold is over by the clock, though its rows do not say so yet
    """
    return [
        {
            "number": date.number,
            "start": date.span.start,
            "end": date.span.end,
            "state": lifecycle.kind_of(date.state) if date.active and not ran_out else "released",
            "rooms": list(date.rooms),
        }
        for date in dates_of(rows)
    ]


def _date(number: int, rows: Sequence[Row]) -> Date:
    told = [row for row in rows if row.active]
    if not told:  # it moved before it was left out: what it last was has the newest rows
        newest = max(rows, key=lambda row: row.id)
        told = [row for row in rows if (row.starts_at, row.ends_at) == (newest.starts_at, newest.ends_at)]
    first = told[0]
    rooms = tuple(dict.fromkeys(row.room_id for row in told))
    return Date(number, Span(first.starts_at, first.ends_at), rooms, first.state, first.active)


def takes_place(span: Span) -> Q:
    """Return a condition that a booking has time in the span; a series only where one of its dates does."""
    of_series = Allocation.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=span.start), booking=OuterRef("pk"), active=True
    )
    if span.end is not None:
        of_series = of_series.filter(starts_at__lt=span.end)
    return Q(recurrence="") | Q(Exists(of_series))


def as_on(booking: Booking, day: Span) -> Booking:
    """Return the booking as a list of the day shows it: of a series, the first of its dates in it.

    The allocations were read with it. It is for showing alone.
    """
    if not booking.recurrence:
        return booking
    own = (date for date in dates_of(booking.allocations.all()) if date.active)
    date = next((one for one in own if one.span.overlaps(day)), None)
    if date is not None:
        booking.starts_at, booking.ends_at = date.span.start, date.span.end
    return booking


def last_date(rows: Iterable[Allocation]) -> Span:
    """Return the span of the last date that takes place: as long as it may be cancelled, the series may."""
    last = max(rows, key=lambda row: row.starts_at)
    return Span(last.starts_at, last.ends_at)


def seats_of(rows: Iterable[Allocation], terms: VenueTerms) -> int:
    """Return how many people find room; of a series, on the date with the fewest seats."""
    by_number: defaultdict[int | None, set[int]] = defaultdict(set)
    for row in rows:
        if row.room_id in terms.rooms:
            by_number[row.occurrence].add(row.room_id)
    return min((_capacity(own, terms) for own in by_number.values()), default=0)


def _capacity(rooms: Iterable[int], terms: VenueTerms) -> int:
    return sum(terms.rooms[room].capacity for room in without_parts(terms, sorted(rooms)))


def policies_on(date: Date, terms: VenueTerms) -> list[Policy]:
    """Return the policies that hold on one date."""
    return [terms.rooms[room].policy for room in without_parts(terms, date.rooms) if room in terms.rooms]


def amounts_of(booking: Booking) -> dict[int, int]:
    """Return what of the price is for which date."""
    amounts: defaultdict[int, int] = defaultdict(int)
    for line in booking.lines:
        amounts[int(line.get("occurrence") or 0)] += int(line["amount"])
    return dict(amounts)


def together(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return priced lines as people read them: of a series, those that are alike as one."""
    found: dict[Any, dict[str, Any]] = {}
    for place, line in enumerate(lines):
        dated = "occurrence" in line
        alike = (line["text"], line.get("room"), line["amount"]) if dated else place
        before = found.get(alike, {"number": 0, "sum": 0})
        number = before["number"] + 1
        text = f"{number} \u00d7 {line['text']}" if number > 1 else line["text"]
        found[alike] = {**line, "number": number, "sum": before["sum"] + line["amount"], "text": text}
    return [{**line, "amount": line["sum"]} for line in found.values()]


def kept_of_series(
    booking: Booking, rows: Iterable[Allocation], terms: VenueTerms, *, staff: bool, now: datetime
) -> int:
    """Return what of the price stays owed if all that is left of a series is given back now.

    Each date by the terms of its own rooms and its own start. One that has begun is owed in full, and to a
    guest so is one that could not be cancelled any more by itself; what was left out is owed as it was then.
    """
    if booking.state != lifecycle.CONFIRMED:
        return 0
    left = {date.number: date for date in dates_of(rows) if date.active}
    owed = 0
    for number, amount in amounts_of(booking).items():
        date = left.get(number)
        owed += amount if date is None else kept_of_date(booking, date, amount, terms, staff=staff, now=now)
    return owed


def kept_of_date(
    booking: Booking, date: Date, amount: int, terms: VenueTerms, *, staff: bool, now: datetime
) -> int:
    """Return what of a date's price stays owed if it is given back now."""
    agreed = policies_on(date, terms)
    if booking.state != lifecycle.CONFIRMED:
        return 0
    if date.span.start <= now or (not staff and cancellation.cancellable_until(date.span, agreed) <= now):
        return amount
    by_terms = cancellation.kept(amount, date.span, agreed, now=now)
    return max(by_terms, min(kept_whatever_follows(booking.lines, date.number), amount))


def refusal_of(
    booking: Booking, date: Date, terms: VenueTerms, *, staff: bool, now: datetime
) -> ReservationError | None:
    """Return why one date can no longer be left out, if it cannot."""
    try:
        cancellation.require_cancellable(
            booking.state, date.span, policies_on(date, terms), staff=staff, now=now, zone=terms.zone
        )
    except ReservationError as refusal:
        return refusal
    return None

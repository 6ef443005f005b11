"""Single dates of a series under lock: leave some out, or put one somewhere, and tell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reservations import Span, cancellation, lifecycle
from reservations.hours import date_in_words
from reservations.recurrence import Occurrence
from rooms import permissions
from rooms.models import Allocation, Booking
from rooms.operations import _series, _standing
from rooms.operations._writing import Happening, record
from rooms.operations.holding import touched
from rooms.queries.lines import keeping, kept_whatever_follows
from rooms.queries.series import Date, amounts_of, dates_of, kept_of_date, policies_on

if TYPE_CHECKING:
    from rooms.operations.changing import Case


def leave_out(case: Case, dates: Sequence[Date], by: Any) -> Booking:
    """Write that these dates do not take place; others do. What of their price stays owed is in its lines."""
    booking, gone = case.booking, {date.number for date in dates}
    amounts, staff = amounts_of(booking), permissions.is_staff(by, case.terms.id)
    for date in dates:
        kept = kept_of_date(booking, date, amounts.get(date.number, 0), case.terms, staff=staff, now=case.now)
        when = date_in_words(date.span.start.astimezone(case.terms.zone))
        booking.lines = _given_up(booking.lines, date.number, when, kept)
    leaving = [row for row in case.allocations if row.occurrence in gone]
    before = {row.pk: _series.told(row) for row in leaving}
    for row in leaving:
        row.state, row.active = lifecycle.CANCELLED, False
    Allocation.objects.filter(pk__in=before).update(state=lifecycle.CANCELLED, active=False)
    _write(booking, [row for row in case.allocations if row.active])
    happenings = [
        Happening(row.room_id, "moved", booking=booking, before=before[row.pk], after=_series.told(row))
        for row in leaving
    ]
    _tell(case, happenings, by)
    return booking


def _given_up(lines: Iterable[dict[str, Any]], number: int, when: str, kept: int) -> list[dict[str, Any]]:
    """Return the lines with one for the date that is left out in place of its own."""
    found: list[dict[str, Any]] = []
    told = False
    for line in lines:
        if line.get("occurrence") != number:
            found.append(line)
        elif not told:
            told = True
            found.append(
                {**line, "text": f"{when}, left out", "units": 1, "unit_amount": kept, "amount": kept}
            )
    return found


@dataclass(frozen=True, slots=True)
class Put:
    """A date of a series with when and where it is to be, and the ranges that nobody else can have."""

    number: int
    span: Span
    place: Sequence[int]
    blocked: Mapping[int, Span]


def put(case: Case, to: Put, by: Any) -> None:
    """Write that the date is then and there, priced anew, whether it was somewhere before or left out."""
    number, blocked = to.number, to.blocked
    booking, one = case.booking, Occurrence(number, to.span)
    own = [row for row in case.allocations if row.occurrence == number]
    others = [row for row in case.allocations if row.occurrence != number]
    least = _least(case, number, own, by)
    before = {row.room_id: _series.told(row) for row in own}
    spare = own or list(Allocation.objects.filter(booking=booking, occurrence=number).order_by("pk"))
    rows = _rows(booking, one, blocked, spare)
    booking.lines = sorted(
        [line for line in booking.lines if line.get("occurrence") != number]
        + keeping(_series.lines(one, case.terms, to.place), least, occurrence=number),
        key=lambda line: int(line.get("occurrence") or 0),
    )
    _write(booking, [*others, *rows])
    after = {row.room_id: _series.told(row) for row in rows}
    gone = {
        room: {**said, "state": lifecycle.CANCELLED} for room, said in before.items() if room not in after
    }
    happenings = [
        Happening(room, "moved", booking=booking, before=before.get(room, {}), after=said)
        for room, said in sorted((after | gone).items())
    ]
    _tell(case, happenings, by)


def _least(case: Case, number: int, own: Sequence[Allocation], by: Any) -> int:
    """Return what stays owed of a date, whatever follows, that a guest moves or takes back."""
    booking, least = case.booking, kept_whatever_follows(case.booking.lines, number)
    if booking.state != lifecycle.CONFIRMED or permissions.is_staff(by, case.terms.id):
        return least
    amount = amounts_of(booking).get(number, 0)
    if not own:
        return amount  # it was left out, and that was owed of it
    # By the steps alone, as of any booking: one that runs and has none may end earlier for less.
    date = dates_of(own)[0]
    return max(least, cancellation.kept(amount, date.span, policies_on(date, case.terms), now=case.now))


def _rows(
    booking: Booking, one: Occurrence, blocked: Mapping[int, Span], spare: Sequence[Allocation]
) -> list[Allocation]:
    """Give the date its rooms and its span, keeping the ids of its rows where these suffice."""
    staying = {row.room_id: row for row in spare if row.room_id in blocked}
    leaving = [row for row in spare if row.room_id not in blocked]
    rows = []
    for row in leaving[len(blocked) - len(staying) :]:
        row.state, row.active = lifecycle.CANCELLED, False
        row.save(update_fields=["state", "active"])
    for room, blocks in blocked.items():
        new = _series.allocation(booking, one.span, room, blocks, one.number)
        old = staying.get(room) or (leaving.pop(0) if leaving else None)
        new.pk = old.pk if old else None
        new.save(force_update=old is not None, force_insert=old is None)
        rows.append(new)
    return rows


def require_apart(case: Case, number: int, blocked: Mapping[int, Span], asked: Span) -> None:
    """Refuse to put a date of a series where another date of it is.

    :param asked: the date, without the buffers that the ranges have
    :raises Unavailable: with that other date
    """
    conflicts = [
        _standing.conflict_with(row)
        for row in case.allocations
        if row.occurrence != number
        and row.room_id in blocked
        and Span(row.blocks_from, row.blocks_until).overlaps(blocked[row.room_id])
    ]
    if conflicts:
        raise _standing.unavailable(
            conflicts, {room: [own] for room, own in blocked.items()}, case.terms, asked
        )
    besides = case.booking.pk
    _standing.make_way(blocked, case.terms, locked=case.locked, now=case.now, besides=besides, asked=asked)


def _write(booking: Booking, staying: Sequence[Allocation]) -> None:
    booking.price = sum(line["amount"] for line in booking.lines)
    for name, value in _series.edges(staying).items():
        setattr(booking, name, value)
    booking.held_until = None  # Whoever does anything with it is there.
    booking.save(update_fields=["lines", "price", "starts_at", "ends_at", "held_until"])


def _tell(case: Case, happenings: list[Happening], by: Any) -> None:
    """Record what happened to rooms of the series, and that the wholes above them look otherwise."""
    taken = {happening.room for happening in happenings}
    above = set(touched(case.terms, [room for room in taken if room in case.terms.rooms])) - taken
    happenings += [Happening(room, "moved", booking=case.booking) for room in sorted(above)]
    record(happenings, locked=case.locked, by=by, now=case.now)

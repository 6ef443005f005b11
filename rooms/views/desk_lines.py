"""A booking as a line of the desk: where, who, since when, and what is to be paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reservations.hours import day_span, in_local_words
from rooms import money, panels, permissions
from rooms.models import Booking
from rooms.queries import desks, lots
from rooms.queries.cancelling import state_at
from rooms.queries.series import as_on
from rooms.queries.terms import VenueTerms
from rooms.views.answers import rooms_text
from rooms.views.lot_words import length_words, until_words
from rooms.views.telling import STATE_NAMES


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all lines: at which venue, when, for whom, who came when, and what is due."""

    terms: VenueTerms
    now: datetime
    by: Any
    came: Mapping[int, datetime]
    dues: Mapping[int, panels.Due]


def lines_of(
    lists: Mapping[str, Iterable[Booking]], terms: VenueTerms, *, now: datetime, by: Any
) -> dict[str, list[dict[str, Any]]]:
    """Return the bookings of each list as its lines; of a series, its date of today.

    What is asked of tables for a line is asked once for all of them.
    """
    today = day_span(now.astimezone(terms.zone).date(), terms.zone)
    found = {name: [as_on(one, today) for one in some] for name, some in lists.items()}
    each = {one.pk: one for some in found.values() for one in some}
    costs = {key: _cost(one, terms, now) for key, one in each.items()}
    known = _Known(terms, now, by, desks.came_at(each.values()), panels.dues_of(costs))
    return {name: [_line(one, costs[one.pk], known) for one in some] for name, some in found.items()}


def _runs(booking: Booking, now: datetime) -> bool:
    return booking.starts_at <= now and booking.state in ("confirmed", "checked_in")


def _is_metered(booking: Booking) -> bool:
    return booking.metered or booking.ends_at is None


def _rooms_of(booking: Booking) -> list[int]:
    return [row.room_id for row in booking.allocations.all() if row.active]


def _cost(booking: Booking, terms: VenueTerms, now: datetime) -> int:
    """Return what the booking costs: so far, if it pays for the time it uses; if given up, what is kept."""
    if _runs(booking, now) and _is_metered(booking):
        return lots.so_far(booking, terms, _rooms_of(booking), until=now)
    return booking.price if booking.kept is None else booking.kept


def _line(booking: Booking, cost: int, known: _Known) -> dict[str, Any]:
    now, runs = known.now, _runs(booking, known.now)
    since = known.came.get(booking.pk, booking.starts_at)
    due = known.dues[booking.pk]
    counts = runs and _is_metered(booking)
    return {
        "booking": booking,
        "reference": booking.reference,
        "rooms": rooms_text(booking),
        "room_ids": _rooms_of(booking),
        "plate": permissions.plate_for(known.by, booking),
        "who": booking.guest.called if booking.guest else "",
        "state": state_at(booking, now),
        "state_name": STATE_NAMES[state_at(booking, now)],
        "since": in_local_words(since, known.terms.zone, seen_from=now) if runs else "",
        "length": length_words(now - since) if runs else "",
        "until": until_words(booking.ends_at, known.terms, now) if booking.ends_at else "",
        "kept_until": desks.kept_until(booking, known.terms, now=now) if booking.state == "confirmed" else "",
        "money": _money_words(due.amount, cost, booking.currency, counts=counts),
        "due": due if due.amount and not counts else None,
        "due_text": money.as_text(due.amount, booking.currency),
        "due_amount": money.decimal_of(due.amount, booking.currency),
        "came": booking.pk in known.came,
        "has_begun": booking.starts_at <= now and not booking.recurrence,
    }


def _money_words(due: int, cost: int, currency: str, *, counts: bool) -> str:
    """Return what of its cost is paid; while that still grows, what it comes to so far."""
    if counts:
        return f"{money.as_text(due, currency)} so far" if due else ""
    if due:
        return f"{money.as_text(due, currency)} to be paid"
    return f"{money.as_text(cost, currency)} paid" if cost else ""

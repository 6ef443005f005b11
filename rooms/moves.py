"""What moving a booking comes to, for who does it and for who is told before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reservations import Span, lifecycle
from rooms import permissions
from rooms.models import Booking
from rooms.queries import confirming
from rooms.queries.cancelling import kept_if_moved, policies_of
from rooms.queries.lines import keeping, lines_of_span
from rooms.queries.quotas import Asked
from rooms.queries.terms import VenueTerms, with_parts


@dataclass(frozen=True, slots=True)
class Moved:
    """A booking as it would be elsewhere: its state, its priced lines; and what it is and costs now."""

    was: str
    state: str
    lines: list[dict[str, Any]]
    costs: int  # now

    @property
    def price(self) -> int:
        """What it would cost."""
        return sum(line["amount"] for line in self.lines)

    @property
    def more(self) -> int:
        """How much more that is than it costs now; less than nothing where it is less."""
        return self.price - self.costs

    @property
    def asks(self) -> bool:
        """Test whether what is booked would only be asked for."""
        return self.state == lifecycle.PENDING and self.was != lifecycle.PENDING

    @property
    def books(self) -> bool:
        """Test whether what is only asked for would be booked."""
        return self.was == lifecycle.PENDING and self.state == lifecycle.CONFIRMED


def moved(
    booking: Booking, terms: VenueTerms, had: Sequence[int], to: Asked, *, by: Any, now: datetime
) -> Moved:
    """Return what the booking, which has these rooms and is no series, becomes where the person moves it."""
    span, place = to
    staff = permissions.is_staff(by, terms.id)
    least = kept_if_moved(booking, policies_of(terms, had), staff=staff, now=now)
    lines = keeping(lines_of_span(terms, place, agreed(booking, span)), least)
    price = sum(line["amount"] for line in lines)
    state = _state(booking, terms, had, to, by)
    if booking.state == lifecycle.PENDING and state == lifecycle.CONFIRMED:
        policies = [terms.rooms[room].policy for room in place]
        if confirming.must_pay_first(by, price, policies, terms.id):
            state = lifecycle.PENDING  # what is to be paid first is confirmed by nobody's move
    return Moved(booking.state, state, lines, booking.price)


def agreed(booking: Booking, span: Span) -> Span:
    """Return the span that terms and prices are about: what is metered was taken until it is released.

    That somebody else comes to its room one day bounds it, and is nothing that was asked for.
    """
    return Span(span.start, None) if booking.metered else span


def _state(booking: Booking, terms: VenueTerms, had: Sequence[int], to: Asked, by: Any) -> str:
    if booking.state == lifecycle.PENDING:
        return lifecycle.PENDING if approves(terms, to[1]) else lifecycle.CONFIRMED
    if booking.state == lifecycle.CONFIRMED:
        before = Span(booking.starts_at, booking.ends_at), had
        if asks_anew(terms, before, to) and not permissions.may_approve(by, terms.id):
            return lifecycle.PENDING
    return booking.state


def asks_anew(terms: VenueTerms, had: Asked | None, to: Asked) -> bool:
    """Test whether the venue has to approve of anything there that was not had before."""
    span, place = to
    # What one has is one's own: to make it shorter needs nobody's word.
    kept = with_parts(terms, _known(terms, had[1])) if had is not None and span.within(had[0]) else ()
    return approves(terms, (room for room in place if room not in kept))


def _known(terms: VenueTerms, rooms: Iterable[int]) -> list[int]:
    return [room for room in rooms if room in terms.rooms]


def approves(terms: VenueTerms, rooms: Iterable[int]) -> bool:
    """Test whether the venue has to approve whoever books one of the rooms."""
    return any(terms.rooms[room].policy.needs_approval for room in rooms)

"""Which terms of a room a span breaks."""

from datetime import datetime
from functools import partial

from reservations import PolicyViolation, Span, policies
from rooms.models import Unit
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.words import called


def violations(
    room: RoomTerms,
    terms: VenueTerms,
    span: Span,
    *,
    now: datetime,
    party: int | None = None,
    rides: bool = False,
) -> list[PolicyViolation]:
    """Return every term of the room that the span does not keep to.

    :param rides: whether the span is that of a way between two stops, for which alone a seat is sold
    """
    found = [] if rides or room.unit != Unit.LEG else [by_the_leg()]
    return found + policies.violations(
        span,
        room.policy,
        room.hours,
        now=now,
        zone=terms.zone,
        party=party,
        capacity=room.capacity,
        rooms_called=partial(called, [room]),
        venue_name=terms.name,
    )


def by_the_leg() -> PolicyViolation:
    """Return the refusal to let a seat by the hour: it has no price but from one stop to another."""
    return PolicyViolation("Seats are booked from one stop of a departure to another.", rule="journey")

"""The library: what may be reserved, when, on what terms and for how much, in plain Python.

It knows neither the web nor the database: time, bookings and terms are handed in, decisions come out.

    errors        what can go wrong, in one tree          pricing       what a span costs, line by line
    spans         half-open stretches of time             lifecycle     the states of a booking and its moves
    hours         when a venue is open                    availability  what is in the way, and what is next
    policies      the terms on which a room is let        allocation    which rooms, when any will do
    rates         the prices there are, and their lines   metering      what elapsed time comes to
    nights        how many rooms are left by the night    plates        number plates, as people write them
    offering      what to offer to who cannot have it   recurrence    what a rule comes to, date by date
    waiting       what is given back, and offered       quotas        how much one guest may have
    messaging     who may write about a booking when    inviting    who is invited to it, and how many
    watching      what a change tells its watchers      questions     what a venue asks, and the answers
    placing       which rooms lie in a rectangle
"""

from reservations.allocation import Candidate, choose
from reservations.availability import Occupied, conflicts, next_free
from reservations.errors import (
    STATUS,
    Conflict,
    Forbidden,
    HoldExpired,
    IdempotencyMismatch,
    IllegalTransition,
    Invalid,
    NotAuthenticated,
    NotFound,
    PolicyViolation,
    ReservationError,
    Throttled,
    Unavailable,
    Unready,
    iso,
)
from reservations.hours import (
    Exception_,
    Hours,
    Opening,
    day_span,
    night_span,
    open_spans,
    to_instant,
    wall_clock,
)
from reservations.lifecycle import KEEPS_ROOM, MOVES, advance
from reservations.offering import Offer, Wanted, alternatives
from reservations.policies import Policy, blocked, require, violations
from reservations.pricing import Quote, due, quote
from reservations.rates import Line, Rate
from reservations.spans import Span, gaps, merge

__all__ = [
    "KEEPS_ROOM",
    "MOVES",
    "STATUS",
    "Candidate",
    "Conflict",
    "Exception_",
    "Forbidden",
    "HoldExpired",
    "Hours",
    "IdempotencyMismatch",
    "IllegalTransition",
    "Invalid",
    "Line",
    "NotAuthenticated",
    "NotFound",
    "Occupied",
    "Offer",
    "Opening",
    "Policy",
    "PolicyViolation",
    "Quote",
    "Rate",
    "ReservationError",
    "Span",
    "Throttled",
    "Unavailable",
    "Unready",
    "Wanted",
    "advance",
    "alternatives",
    "blocked",
    "choose",
    "conflicts",
    "day_span",
    "due",
    "gaps",
    "iso",
    "merge",
    "next_free",
    "night_span",
    "open_spans",
    "quote",
    "require",
    "to_instant",
    "violations",
    "wall_clock",
]

"""The wallet: one's own tickets, those to come, those that were used, and those that were given up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from reservations import lifecycle
from reservations.journeys import seat_with_coach
from rooms.models import Call, Departure, Passenger
from rooms.queries.tickets import ticket_of
from rooms.tickets import Ticket

MOST = 50  # tickets of one kind on the page
TRAVELING = (lifecycle.CONFIRMED, lifecycle.CHECKED_IN, lifecycle.COMPLETED)
GIVEN_UP = (lifecycle.CANCELLED, lifecycle.NO_SHOW)


@dataclass(frozen=True, slots=True)
class Kept:
    """A ticket in the wallet, with where it leads."""

    passenger: Passenger
    departure: Departure
    leaves: Call
    comes: Call
    is_first: bool  # of those of its booking that are shown

    @property
    def ticket(self) -> Ticket:
        """What it says."""
        booking = self.passenger.journey.booking
        return ticket_of(self.passenger, booking, self.departure, self.leaves, self.comes)

    @property
    def departs_at(self) -> datetime | None:
        """When it leaves, by the timetable."""
        return self.leaves.departs_at

    @property
    def seat(self) -> str:
        """The seat, with its coach."""
        room = self.passenger.allocation.room
        return seat_with_coach(room.name, room.floor)


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets of one kind: the first of them, and how many there are."""

    tickets: list[Kept]
    count: int


def has_tickets(user: Any) -> bool:
    """Test whether the person ever had one."""
    return _mine(user).exists()


def wallet(user: Any, *, now: datetime) -> dict[str, Group]:
    """Return the person's tickets as upcoming, used (or over) and cancelled."""
    mine = _mine(user)
    travels = Q(kept=None, journey__booking__state__in=TRAVELING)
    over = (
        Q(used_at__isnull=False)
        | Q(journey__departure__ends_at__lte=now)
        | Q(journey__booking__state=lifecycle.COMPLETED)
    )
    # What was only held, and let go, was no ticket yet: a hold keeps until when it was one.
    given_up = Q(journey__booking__state__in=GIVEN_UP, journey__booking__expires_at=None)
    upcoming = mine.filter(travels).exclude(over).order_by("journey__booking__starts_at", "pk")
    used = mine.filter(travels & over)
    gone = mine.filter(given_up | Q(kept__isnull=False), used_at=None)
    latest = ("-journey__booking__starts_at", "-pk")
    return {
        "upcoming": _group(upcoming),
        "used": _group(used.order_by(*latest)),
        "cancelled": _group(gone.order_by(*latest)),
    }


def _mine(user: Any) -> QuerySet[Passenger]:
    states = (*TRAVELING, *GIVEN_UP)
    return Passenger.objects.filter(journey__booking__guest=user, journey__booking__state__in=states)


def _group(rows: QuerySet[Passenger]) -> Group:
    found = rows.select_related(
        "journey__booking", "journey__departure__route", "allocation__room__type"
    ).prefetch_related("journey__departure__calls")
    return Group(list(_kept(found[:MOST])), rows.count())


def _kept(passengers: Iterable[Passenger]) -> Iterable[Kept]:
    seen: set[int] = set()
    for one in passengers:
        ride = one.journey
        calls = {call.position: call for call in ride.departure.calls.all()}
        if ride.first in calls and ride.last in calls:
            yield Kept(one, ride.departure, calls[ride.first], calls[ride.last], ride.pk not in seen)
            seen.add(ride.pk)

"""A call of the line protocol: who calls, what they say, and how a booking is told to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reservations import NotAuthenticated, iso
from reservations.recurrence import remembered
from rooms import money, permissions
from rooms.models import Allocation, Booking, Journey, Venue
from rooms.queries.series import told_dates
from rooms.views.asking import booking_called


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, as they are in the tables now, and what they say."""

    user: Any
    params: dict[str, Any]


def require_person(call: Call) -> None:
    """Refuse whoever is not logged in.

    :raises NotAuthenticated: with a sentence that helps
    """
    if call.user is None or not call.user.is_authenticated:
        raise NotAuthenticated("Log in to do that.")
    permissions.require_person(call.user)


def booking_of(call: Call) -> Booking:
    """Return the booking that the call is about, if it is theirs to see."""
    require_person(call)
    return booking_called(call.params["reference"].strip(), call.user)


def told(booking: Booking, by: Any) -> dict[str, Any]:
    """Return the booking as this person, its guest or one of the venue's staff, may see it."""
    return all_told([booking], by)[0]


def all_told(found: Iterable[Booking], by: Any) -> list[dict[str, Any]]:
    """Return the bookings with the rooms of each, however many, in three queries."""
    asked = list(found)
    rows = Allocation.objects.filter(booking__in=asked).select_related("room")
    by_booking: dict[int, list[Allocation]] = {}
    for row in rows.order_by("room__order", "room__name", "pk"):
        if row.booking_id is not None:
            by_booking.setdefault(row.booking_id, []).append(row)
    known = Venue.objects.in_bulk({booking.venue_id for booking in asked})
    rides = Journey.objects.filter(booking__in=asked).in_bulk()
    return [
        {
            **_one_told(booking, known[booking.venue_id], by_booking.get(booking.pk, [])),
            **({"plate": plate} if (plate := permissions.plate_for(by, booking)) else {}),
            **({"answers": [one.as_json() for one in booking.answered]} if booking.answers else {}),
            **({"journey": _journey(rides[booking.pk])} if booking.pk in rides else {}),
        }
        for booking in asked
    ]


def _journey(ride: Journey) -> dict[str, int]:
    return {"departure": ride.departure_id, "from_stop": ride.first, "to_stop": ride.last}


def _one_told(booking: Booking, venue: Venue, rows: list[Allocation]) -> dict[str, Any]:
    # Rows that a move left behind are cancelled; of a booking that is over, none is active any more.
    shown = [row for row in rows if row.active] or rows
    rooms = dict.fromkeys((row.room_id, row.room.name) for row in shown)
    return {
        "reference": booking.reference,
        "state": booking.state,
        "venue": venue.slug,
        "timezone": venue.timezone,
        "title": booking.title,
        "party": booking.party,
        "start": iso(booking.starts_at),
        "end": iso(booking.ends_at) if booking.ends_at else None,
        "expires_at": iso(booking.expires_at) if booking.expires_at else None,
        "price": money.as_json(booking.price, booking.currency),
        "rooms": [{"id": room, "name": name} for room, name in rooms],
        **(_repeated(booking, rows) if booking.recurrence else {}),
    }


def _repeated(booking: Booking, rows: list[Allocation]) -> dict[str, Any]:
    """Return the rule of a series, and its dates with those that were left out."""
    dates = [
        {**date, "start": iso(date["start"]), "end": iso(date["end"]) if date["end"] else None}
        for date in told_dates(rows)
    ]
    return {"recurrence": remembered(booking.recurrence).text, "occurrences": dates}

"""What is usual at each kind of venue: new rows begin as that, and no hotel lets by the hour by accident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django.conf import settings

from rooms.models import Unit, Venue, VenueKind

NIGHT = 24 * 60  # minutes, however long it really is


@dataclass(frozen=True, slots=True)
class Usual:
    """How a kind of venue lets what it has, what pages call one, and what its terms have of their own."""

    unit: Unit
    noun: str
    terms: Mapping[str, Any] = field(default_factory=dict)


USUAL = {
    VenueKind.BUILDING: Usual(Unit.HOUR, "Room"),
    VenueKind.HOTEL: Usual(
        Unit.NIGHT, "Room", {"min_minutes": NIGHT, "check_in": time(15), "check_out": time(11)}
    ),
    VenueKind.CAR_PARK: Usual(Unit.OPEN, "Spot", {"step_minutes": 5}),
    VenueKind.VEHICLE: Usual(Unit.LEG, "Seat", {"step_minutes": 1, "min_minutes": 1}),
}


def at(venue: Venue) -> Usual:
    """Return what is usual at the venue."""
    return USUAL[VenueKind(venue.kind)]


def zone() -> str:
    """Return the time zone that new venues begin with; "" where nobody said one."""
    return str(settings.DEFAULT_TIME_ZONE)

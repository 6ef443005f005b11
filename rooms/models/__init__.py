"""The tables of what can be booked, and of who booked it; docs/glossary.md has the words."""

from rooms.models.bookings import Allocation, Blocking, Booking
from rooms.models.changes import Change
from rooms.models.displays import Display
from rooms.models.journeys import (
    Call,
    Departure,
    Fare,
    Journey,
    Mode,
    Passenger,
    Route,
    Stop,
    Timetable,
)
from rooms.models.keys import IdempotencyKey
from rooms.models.messages import Message, Thread
from rooms.models.participants import Participant
from rooms.models.questions import Question
from rooms.models.refusals import Refusal
from rooms.models.rights import RoomRight
from rooms.models.saved import SavedView
from rooms.models.terms import Policy, Quota, Rate
from rooms.models.venues import (
    Amenity,
    OpeningException,
    OpeningHours,
    Room,
    RoomPart,
    RoomType,
    Unit,
    Venue,
    VenueKind,
)
from rooms.models.waitlist import WaitlistEntry
from rooms.models.watches import Watch

__all__ = [
    "Allocation",
    "Amenity",
    "Blocking",
    "Booking",
    "Call",
    "Change",
    "Departure",
    "Display",
    "Fare",
    "IdempotencyKey",
    "Journey",
    "Message",
    "Mode",
    "OpeningException",
    "OpeningHours",
    "Participant",
    "Passenger",
    "Policy",
    "Question",
    "Quota",
    "Rate",
    "Refusal",
    "Room",
    "RoomPart",
    "RoomRight",
    "RoomType",
    "Route",
    "SavedView",
    "Stop",
    "Thread",
    "Timetable",
    "Unit",
    "Venue",
    "VenueKind",
    "WaitlistEntry",
    "Watch",
]

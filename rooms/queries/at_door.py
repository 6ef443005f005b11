"""What the panel beside a door offers, and why it offers no booking: who passes by is nobody's guest."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reservations import PolicyViolation, Span, attendance, doors, lifecycle
from reservations.rights import BOOK, everybodys
from rooms.models import Allocation, Booking, Change, Display, Unit
from rooms.queries.displays import kept_of
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import Taken

PREFIX = "display:"
RUNS = frozenset({lifecycle.CONFIRMED, lifecycle.CHECKED_IN})


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be done at a door now; `why` is why nothing can be booked, where the terms are the reason."""

    book: list[Span] = field(default_factory=list)
    why: str = ""
    taken: int | None = None  # the allocation that the rest is about
    check_in: bool = False
    longer: list[datetime] = field(default_factory=list)
    end: bool = False


NOTHING = Offers()


def door_name(display: Display) -> str:
    """Return how the changes name this display as the door by which something was asked for."""
    return f"{PREFIX}{display.pk}"


def offers_at(
    display: Display, room: RoomTerms, terms: VenueTerms, taken: Sequence[Taken], *, now: datetime
) -> Offers:
    """Return what the panel offers, by what of the day is taken."""
    if display.acts == Display.Acts.NOTHING:
        return NOTHING
    door = doors.Door(room.policy, room.hours, terms.zone, now, terms.name)
    here = next((row for row in taken if row.start <= now and (row.end is None or now < row.end)), None)
    if here is not None:
        return _of_running(display, room, here, taken, door)
    if closed := why_not(room, terms):
        return Offers(why=closed.sentence)
    spans, broken = doors.bookable(kept_of(taken), door)
    return Offers(book=spans, why=broken.sentence if broken else "")


def _of_running(
    display: Display, room: RoomTerms, here: Taken, taken: Sequence[Taken], door: doors.Door
) -> Offers:
    booking = Booking.objects.filter(pk=here.booking).first() if here.booking and not here.part else None
    if booking is None or booking.state not in RUNS or why_not_ours(booking, room):
        return NOTHING
    is_free_to = may_end(display, booking)
    others = kept_of(row for row in taken if row.id != here.id)
    can_last = is_free_to and not why_no_longer(booking, room)
    return Offers(
        taken=here.id,
        check_in=waits_for_guest(booking, room),
        longer=doors.longer(Span(here.start, here.end), others, door) if can_last else [],
        end=is_free_to,
    )


def why_not(room: RoomTerms, terms: VenueTerms) -> PolicyViolation | None:
    """Return why the room can be booked at no door; nothing where whoever comes may have it for free."""
    asked = any(one.required and one.type_id in (None, room.type_id) for one in terms.questions)
    reasons = (
        (room.unit != Unit.HOUR, "This is not let by the hour."),
        (room.policy.needs_approval, "The venue looks at each booking here first."),
        (any(rate.amount for rate in room.rates), "A booking here has a price."),
        (BOOK not in everybodys(room.everybody), "Not everybody may book here."),
        (asked, "The venue asks something of whoever books here."),
    )
    sentence = next((words for holds, words in reasons if holds), "")
    return PolicyViolation(f"{sentence} Book it on its page.", rule="door") if sentence else None


def why_not_ours(booking: Booking, room: RoomTerms) -> str:
    """Return why nothing is done to the booking at a door: it is a series, or has other rooms too."""
    if booking.recurrence:
        return "This booking is a series: its dates are changed on its page."
    rows = Allocation.objects.filter(booking=booking, active=True)
    if not set(rows.values_list("room_id", flat=True)) <= {room.id, *room.parts}:
        return "This booking has other rooms too: it is changed on its page."
    return ""


def why_no_longer(booking: Booking, room: RoomTerms) -> str:
    """Return why the booking cannot be made to last longer at the door: it would cost its guest something."""
    if any(rate.amount for rate in room.rates) or (booking.guest_id and room.quotas):
        return "It would cost its guest more: it is made longer on its page."
    return "The venue looks at each booking here first." if room.policy.needs_approval else ""


def waits_for_guest(booking: Booking, room: RoomTerms) -> bool:
    """Tell whether somebody has to check in for the booking, or it is let go."""
    span = Span(booking.starts_at, booking.ends_at)
    return booking.state == lifecycle.CONFIRMED and attendance.no_show_at(span, [room.policy]) is not None


def may_end(display: Display, booking: Booking) -> bool:
    """Tell whether the display may end the booking or make it longer: made at a door, or whatever runs."""
    return display.acts == Display.Acts.ANY or bool(made_at_doors([booking.pk]))


def made_at_doors(bookings: Collection[int]) -> set[int]:
    """Return which of the bookings were made at a door, as their first changes say."""
    rows = Change.objects.filter(booking__in=bookings, kind="booked", origin__startswith=PREFIX)
    return {booking for booking in rows.values_list("booking", flat=True) if booking is not None}


def displays_named(changes: Iterable[Change]) -> dict[str, str]:
    """Return of each display that these changes came through how people call it, by the name it has there."""
    doors_named = {part for row in changes for part in row.origin.split() if part.startswith(PREFIX)}
    numbers = {int(door.removeprefix(PREFIX)) for door in doors_named}
    rows = Display.objects.filter(pk__in=numbers) if numbers else ()
    return {door_name(display): f"the display {display.name}" for display in rows}

"""What is written about bookings: one thread, page by page, and the threads of a venue."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from reservations import lifecycle, messaging
from rooms.models import Allocation, Booking, Change, Message, Thread
from rooms.models.changes import MESSAGES

PAGE = 20  # threads of a venue
SHOWN = 20  # messages of a thread
AT_DESK = 5  # threads that a desk names


def messages_of(booking: Booking) -> QuerySet[Message]:
    """Return what was written about the booking, the oldest first."""
    return Message.objects.filter(thread=booking.pk).select_related("author").order_by("pk")


def thread_of(booking: Booking) -> Thread | None:
    """Return the booking's thread, if anybody has written."""
    return Thread.objects.filter(pk=booking.pk).first()


def threads_at(venue_id: int, state: str) -> QuerySet[Thread]:
    """Return the venue's threads in that state: of the open ones who waits longest first, else the latest."""
    found = Thread.objects.filter(venue=venue_id, state=state).select_related("booking__guest")
    order = ("since", "pk") if state == messaging.OPEN else ("-since", "-pk")
    return found.order_by(*order)


def counts_at(venue_id: int) -> dict[str, int]:
    """Return how many threads of the venue stand how, in one query."""
    found = Thread.objects.filter(venue=venue_id).order_by().values_list("state").annotate(Count("pk"))
    return {**dict.fromkeys(messaging.STATES, 0), **dict(found)}


def latest_of(threads: Sequence[Thread]) -> dict[int, Message]:
    """Return the last message of each thread, in one query whatever their number."""
    rows = Message.objects.filter(thread__in=threads).order_by().values_list("thread").annotate(Max("pk"))
    last = Message.objects.filter(pk__in=[key for _, key in rows]).select_related("author")
    return {one.thread_id: one for one in last}


def rooms_of(threads: Sequence[Thread]) -> dict[int, list[tuple[bool, str]]]:
    """Return of each thread's booking the names of its rooms, and whether each is taken still.

    Each room once: a series of fifty dates names the same one fifty times.
    """
    taken = Allocation.objects.filter(booking__in=[thread.pk for thread in threads]).order_by()
    found: dict[int, list[tuple[bool, str]]] = {}
    for booking, active, name in taken.values_list("booking", "active", "room__name").distinct():
        found.setdefault(booking, []).append((active, name))
    return found


def newest_of(booking: Booking) -> int:
    """Return the number of what was written last about the booking; 0 where nothing was."""
    return messages_of(booking).order_by("-pk").values_list("pk", flat=True).first() or 0


def answers_to(guest: int, rooms: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return how many answers were told of in each of the rooms, by which of the guest's bookings.

    By the room in which each was told: so these numbers rise with that room's revision and nothing else. Also
    of what is over: its allocations are told no more, and an answer about it is news all the same.
    """
    told = Change.objects.filter(guest=guest, room__in=rooms, kind=MESSAGES[0], after__kind=messaging.ANSWER)
    numbers = told.order_by().values_list("room", "booking__reference").annotate(Count("pk"))
    found: dict[int, dict[str, int]] = {}
    for room, reference, number in numbers:
        found.setdefault(room, {})[reference] = number
    return found


def closes_at(booking: Booking) -> datetime | None:
    """Return until when its guest may write; None while nobody knows yet when it ends."""
    alive = booking.state in lifecycle.KEEPS_ROOM
    return messaging.closes_at(booking.starts_at, booking.ends_at, alive=alive)

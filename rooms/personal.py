"""What this floor keeps of one person: bookings, messages, invitations, queues, watches, rights, deeds."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts import keepers
from accounts.keepers import MOST, Hindrance, Keeper, Section
from accounts.models import User
from reservations import inviting, lifecycle
from reservations.rights import in_order
from rooms import operations
from rooms.models import Booking, Change, Message, RoomRight, SavedView, WaitlistEntry
from rooms.money import decimal_of
from rooms.queries.participants import invitations_of
from rooms.queries.watching import watches_of
from rooms.sql import database_now

CHUNK = 500  # rows read at a time
WORDS = {
    lifecycle.HELD: "is on hold: let it go.",
    lifecycle.PENDING: "waits for an answer: cancel it.",
    lifecycle.CONFIRMED: "is booked: cancel it, or wait until it is over.",
    lifecycle.CHECKED_IN: "is under way: give it back, or wait until it is over.",
}


def connect() -> None:
    """Answer for this floor."""
    keepers.add(Keeper(told, hindrances, operations.forget_wishes))


def told(person: User) -> Iterator[Section]:
    """Yield what the person booked, waits for, watches, may, likes to look at, and did."""
    yield "bookings", _bookings(person)
    yield "messages", _messages(person)
    yield "invited_to", _invited_to(person)
    yield "waitlist", _waitlist(person)
    yield "watches", _watches(person)
    yield "rights", _rights(person)
    yield "saved_views", _saved_views(person)
    yield "history", _history(person)


def _bookings(person: User) -> Iterator[dict[str, Any]]:
    rows = Booking.objects.filter(guest=person).order_by("pk")
    rows = rows.select_related("venue", "journey__departure__route")
    rows = rows.prefetch_related("allocations__room", "journey__passengers__allocation__room")
    for booking in rows.iterator(chunk_size=CHUNK):
        journey = getattr(booking, "journey", None)
        yield {
            "reference": booking.reference,
            "venue": booking.venue.name,
            "rooms": list(dict.fromkeys(row.room.name for row in booking.allocations.all())),
            "state": booking.state,
            "title": booking.title,
            "note": booking.note,
            "answers": [{"question": one.text, "answer": one.answer} for one in booking.answered],
            "plate": booking.plate,
            "party": booking.party,
            "starts_at": booking.starts_at,
            "ends_at": booking.ends_at,
            "repeats": booking.recurrence,
            "price": decimal_of(booking.price, booking.currency),
            "currency": booking.currency,
            "booked_by_oneself": booking.booked_by_id == person.pk,
            "created_at": booking.created_at,
            "departure": str(journey.departure) if journey else None,
            "passengers": [_passenger(one) for one in journey.passengers.all()] if journey else [],
        }


def _passenger(one: Any) -> dict[str, Any]:
    place = {"seat": one.allocation.room.name, "used_at": one.used_at, "used_where": one.used_where}
    return {"name": one.name, "kind": one.kind, **place}


def _messages(person: User) -> Iterator[dict[str, Any]]:
    """Yield what the person wrote, and what venues wrote to them; of the staff nobody is named.

    Of what they wrote to other guests as staff, only that they did: its words are about those guests.
    """
    rows = Message.objects.filter(Q(author=person) | Q(thread__booking__guest=person)).order_by("pk")
    names = {"at": "at", "booking": "thread__booking__reference", "kind": "kind"}
    more = ("text", "author", "thread__booking__guest")
    for *row, text, author, guest in rows.values_list(*names.values(), *more).iterator(chunk_size=CHUNK):
        said = {"text": text} if guest == person.pk else {}
        yield {**dict(zip(names, row, strict=True)), **said, "written_by_oneself": author == person.pk}


def _invited_to(person: User) -> Iterator[dict[str, Any]]:
    """Yield what others invited the person to; not what it is once they are uninvited, or said no."""
    rows = invitations_of(person).select_related("booking__venue").order_by("pk")
    for one in rows.iterator(chunk_size=CHUNK):
        is_live = one.is_live and one.answer != inviting.DECLINED
        yield {
            "booking": one.booking.reference if is_live else None,
            "venue": one.booking.venue.name if is_live else None,
            "title": one.booking.title if is_live else None,
            "starts_at": one.booking.starts_at if is_live else None,
            "ends_at": one.booking.ends_at if is_live else None,
            "address": one.address,
            "may_change": one.may_change,
            "answer": one.answer,
            "answered_at": one.answered_at,
            "invited_at": one.invited_at,
            "uninvited_at": one.uninvited_at,
            "by_mail": one.mails,
        }


def _waitlist(person: User) -> Iterator[dict[str, Any]]:
    rows = WaitlistEntry.objects.filter(guest=person).order_by("pk")
    rows = rows.select_related("venue", "type", "departure__route", "booking")
    for entry in rows.iterator(chunk_size=CHUNK):
        yield {
            "venue": entry.venue.name,
            "departure": str(entry.departure) if entry.departure else None,
            "rooms": entry.rooms,
            "type": entry.type.name if entry.type else None,
            "count": entry.count,
            "travelers": entry.travelers,
            "title": entry.title,
            "party": entry.party,
            "starts_at": entry.starts_at,
            "ends_at": entry.ends_at,
            "state": entry.state,
            "word": entry.word,
            "booking": entry.booking.reference if entry.booking else None,
            "created_at": entry.created_at,
        }


def _watches(person: User) -> Iterator[dict[str, Any]]:
    for one in watches_of(person).order_by("pk").iterator(chunk_size=CHUNK):
        is_heard: bool = one.is_heard  # type: ignore[attr-defined]
        yield {
            "venue": one.room.venue.name if is_heard else None,  # of what is hidden by now no name is told
            "room": one.room.name if is_heard else None,
            "by_mail": one.by_mail,
            "since": one.created_at,
        }


def _rights(person: User) -> Iterator[dict[str, Any]]:
    rows = RoomRight.objects.filter(person=person).select_related("room__venue").order_by("pk")
    for one in rows.iterator(chunk_size=CHUNK):
        yield {
            "venue": one.room.venue.name,
            "room": one.room.name,
            "verbs": in_order(one.verbs),
            "since": one.given_at,
        }


def _saved_views(person: User) -> Iterator[dict[str, Any]]:
    rows = SavedView.objects.filter(owner=person).order_by("pk")
    names = {"venue": "venue__name", "name": "name", "query": "query", "created_at": "created_at"}
    for row in rows.values_list(*names.values()).iterator(chunk_size=CHUNK):
        yield dict(zip(names, row, strict=True))


def _history(person: User) -> Iterator[dict[str, Any]]:
    """Yield what the person did, whoever it was for; and from where, as long as that is known."""
    rows = Change.objects.filter(by=person).order_by("pk")
    names = {"at": "at", "what": "kind", "venue": "room__venue__name", "room": "room__name"}
    names |= {"booking": "booking__reference", "before": "before", "after": "after", "from": "origin"}
    for row in rows.values_list(*names.values()).iterator(chunk_size=CHUNK):
        yield dict(zip(names, row, strict=True))


def hindrances(person: User) -> list[Hindrance]:
    """Return the bookings that are not over yet, what begins first first."""
    ran_out = Q(state=lifecycle.HELD, expires_at__lte=database_now())
    live = Booking.objects.filter(guest=person, state__in=lifecycle.KEEPS_ROOM).exclude(ran_out)
    found = [_hindrance(one) for one in live.select_related("venue").order_by("starts_at", "pk")[: MOST + 1]]
    number = len(found) if len(found) <= MOST else live.count()
    more = Hindrance(f"{number - MOST} more bookings", "are not over yet.", reverse("rooms:bookings"))
    return keepers.named_or_counted(found, number, more)


def _hindrance(booking: Booking) -> Hindrance:
    begins = f"{booking.starts_at.astimezone(booking.venue.zone):%a %d %b %Y, %H:%M}"
    about = f"{booking.reference} at {booking.venue}, {begins},"
    return Hindrance(about, WORDS[booking.state], reverse("rooms:booking", args=[booking.reference]))

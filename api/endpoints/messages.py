"""Write about a booking and read what was written; for the staff, what they have to answer."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from msgspec import UNSET

from api import cursors
from api.queries import after, booking_called, venue_called
from api.reading import instant
from api.routing import STAFF, Call, Reply, endpoint
from api.shapes_messages import (
    Message,
    MessageList,
    MessagesQuery,
    MessageWanted,
    Thread,
    ThreadClosed,
    ThreadPage,
    ThreadsQuery,
)
from reservations import messaging
from rooms import models, operations, permissions
from rooms.queries import messages


@endpoint(
    "GET",
    "bookings/{reference}/messages",
    group="messages",
    query=MessagesQuery,
    answer=MessageList,
    refuses=["not_found"],
)
def list_messages(call: Call) -> MessageList:
    """List what guest and venue wrote to each other about a booking, the oldest first."""
    asked: MessagesQuery = call.query
    found = booking_called(call.path["reference"], call.person)
    of = ("messages", found.pk)
    rows = messages.messages_of(found)
    if asked.cursor:
        rows = rows.filter(pk__gt=cursors.place(asked.cursor, of=of)[0])
    page, last = after(list(rows[: asked.limit + 1]), asked.limit)
    thread = messages.thread_of(found)
    state: Any = thread.state if thread else None
    return MessageList(
        items=[_message(row, found, call.user) for row in page],
        next=cursors.cursor([last.pk], of=of) if last else None,
        state=state,
        write_until=messages.closes_at(found),
    )


@endpoint(
    "POST",
    "bookings/{reference}/messages",
    group="messages",
    body=MessageWanted,
    answer=Message,
    status=201,
    refuses=["not_found", "policy_violation"],
)
def write_message(call: Call) -> Reply:
    """Write to the venue about a booking, or as its staff to the guest, who reads it live and by mail.

    Ten messages an hour of one person, and thirty of a guest about all their bookings; its guest writes
    until 14 days after it has ended (`rule` is `messages`). The same words again within a minute are the
    same message.
    """
    wanted: MessageWanted = call.body
    found = booking_called(call.path["reference"], call.person)
    usual = messaging.QUESTION if found.guest_id == call.user.pk else messaging.ANSWER
    kind = usual if wanted.kind is UNSET else wanted.kind
    made = operations.write_message(found, kind, wanted.text, by=call.user)
    return Reply(_message(made, found, call.user), 201)


def _turned(call: Call, turn: Callable[..., models.Thread], **how: Any) -> Thread:
    found = booking_called(call.path["reference"], call.person)
    thread = turn(found, by=call.user, **how)
    thread.booking = found
    return _threads([thread], call.user)[0]


TURNING: dict[str, Any] = {
    "group": "messages",
    "who": STAFF,
    "answer": Thread,
    "refuses": ["not_found", "illegal_transition", "policy_violation"],
}


@endpoint("POST", "bookings/{reference}/messages/close", body=ThreadClosed, body_required=False, **TURNING)
def close_thread(call: Call) -> Thread:
    """Say that there is nothing left to answer; the guest's next message opens it again.

    Refused (`illegal_transition`) where the guest has written something newer than what was `seen`.
    """
    seen = call.body.seen
    return _turned(call, operations.close_thread, seen=None if seen is UNSET else seen)


@endpoint("POST", "bookings/{reference}/messages/reopen", **TURNING)
def reopen_thread(call: Call) -> Thread:
    """Say that there is something to answer after all."""
    return _turned(call, operations.reopen_thread)


@endpoint(
    "GET",
    "venues/{slug}/messages",
    group="messages",
    who=STAFF,
    query=ThreadsQuery,
    answer=ThreadPage,
    refuses=["forbidden", "not_found"],
)
def list_threads(call: Call) -> Any:
    """List what guests of the venue have written: who waits longest for an answer first, else the latest."""
    asked: ThreadsQuery = call.query
    terms = venue_called(call.path["slug"], call.person)
    permissions.require_staff(call.user, terms.id, "see who booked what, on boards and at the desk")
    of = ("threads", terms.id, asked.state)
    rows = messages.threads_at(terms.id, asked.state)
    if asked.cursor:
        since, key = cursors.place(asked.cursor, of=of)
        then, way = instant(since, "cursor"), "gt" if asked.state == messaging.OPEN else "lt"
        rows = rows.filter(Q(**{f"since__{way}": then}) | Q(**{"since": then, f"pk__{way}": key}))
    page, last = after(list(rows[: asked.limit + 1]), asked.limit)
    following = cursors.cursor([last.since.isoformat(), last.pk], of=of) if last else None
    return ThreadPage(_threads(page, call.user), following)


def _threads(page: list[models.Thread], user: Any) -> list[Thread]:
    latest = messages.latest_of(page)
    return [_thread(one, latest[one.pk], user) for one in page]


def _thread(one: models.Thread, last: models.Message, user: Any) -> Thread:
    state: Any = one.state
    guest = one.booking.guest
    return Thread(
        booking=one.booking.reference,
        state=state,
        since=one.since,
        guest=guest.shown_email if guest else "",
        messages=one.messages_count,
        latest=_message(last, one.booking, user),
    )


def _message(row: models.Message, booking: models.Booking, user: Any) -> Message:
    kind: Any = row.kind
    is_guests = row.kind != messaging.ANSWER
    author = row.author if booking.guest_id != user.pk else None
    return Message(
        id=row.pk,
        at=row.at,
        kind=kind,
        sender="guest" if is_guests else "venue",
        author=author.called if author else "",
        text=row.text,
    )

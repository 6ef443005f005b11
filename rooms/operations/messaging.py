"""Write about a booking: its guest to the venue, the venue to its guest; and say when that is done with.

The words stand in the messages alone. What happened is a Change of one of the booking's rooms, as with money:
so open pages, desks, webhooks, letters and the history hear of it, and none of them keeps what was written.
"""

from datetime import datetime
from typing import Any

from accounts.models import User
from reservations import IllegalTransition, Invalid, PolicyViolation, messaging
from reservations.hours import in_local_words
from rooms import permissions
from rooms.models import Booking, Message, Thread
from rooms.models.changes import MESSAGES
from rooms.operations._limits import wait_for_turn
from rooms.operations._told_of import Told, told_of
from rooms.operations._writing import writes
from rooms.queries.messages import closes_at
from rooms.texts import text

WRITTEN, CLOSED, REOPENED = MESSAGES


def _is_guest(by: Any, booking: Booking) -> bool:
    return booking.guest_id is not None and booking.guest_id == getattr(by, "pk", None)


def _require_side(by: Any, booking: Booking, *, answers: bool) -> None:
    """Refuse who is on neither side, or writes for the venue without working there.

    Asked before the lock and after it: meanwhile the booking may have gone to another venue.
    """
    permissions.require_own(by, booking)
    if answers or not _is_guest(by, booking):
        permissions.require_staff(by, booking.venue_id, "answer what guests write")


@writes
def write_message(
    also: frozenset[int], booking: Booking, kind: str, words: str, *, by: Any, now: datetime | None = None
) -> Message:
    """Write to the other side about the booking; the same words again within a minute are the same message.

    :param kind: `question` or `problem` of a guest, `answer` of the venue's staff
    :raises PolicyViolation: if the guest comes too late, or there are too many already, or nobody to read it
    :raises Throttled: if this person has written too often within the hour
    """
    _require_side(by, booking, answers=kind == messaging.ANSWER)
    is_guest = _is_guest(by, booking)
    said = _checked(kind, words, messaging.OF_GUESTS if is_guest else (messaging.ANSWER,))
    case = told_of(booking.pk, also, now)
    _require_side(by, case.booking, answers=kind == messaging.ANSWER)
    _require_reader(case.booking)
    thread = _thread_of(case)
    last = thread.messages.order_by("pk").last()
    if last is not None and _is_same(last, thread, kind, said, by, now=case.now):
        return last
    if is_guest:
        _require_in_time(case)
    messaging.require_room(thread.messages_count, is_guest=is_guest)
    _require_not_hurried(thread, by, is_guest=is_guest, now=case.now)
    made = Message.objects.create(thread=thread, author=by, kind=kind, text=said, at=case.now)
    thread.messages_count += 1
    _set_state(thread, messaging.after_message(kind), case.now)
    case.tell(WRITTEN, {"message": made.pk, "kind": kind}, by)
    return made


def _checked(kind: Any, words: Any, known: tuple[str, ...]) -> str:
    """Return the words in one spelling."""
    problems: dict[str, list[str]] = {}
    if kind not in known:
        problems["kind"] = [f"This is one of: {', '.join(known)}."]
    said = text(words, "text", messaging.LONGEST, problems, lines=True)
    if not said and "text" not in problems:
        problems["text"] = ["Write what it is about."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    return said


def _require_reader(booking: Booking) -> None:
    """Refuse to write where no guest would read it, or what was erased would begin to fill again."""
    # Read under the lock under which texts are erased: who is closing their account is seen here, or what
    # is written now is erased with the rest.
    guest = booking.guest_id
    if guest is None or not User.objects.filter(pk=guest, closed_at=None).exists():
        raise PolicyViolation("This booking has no guest who could read it.", rule="messages")


def _require_in_time(case: Told) -> None:
    until = closes_at(case.booking)
    told = in_local_words(until, case.booking.venue.zone, seen_from=case.now) if until else ""
    messaging.require_in_time(until, told, now=case.now)


def _require_not_hurried(thread: Thread, by: Any, *, is_guest: bool, now: datetime) -> None:
    """Refuse who writes too often about this booking, and a guest who does about all of theirs together."""
    own = thread.messages.filter(author=by).order_by("-pk").values_list("at", flat=True)
    messaging.require_not_hurried(list(own[: messaging.HOURLY]), now=now)
    if not is_guest:
        return
    most = messaging.HOURLY_IN_ALL
    wait_for_turn(by.pk)
    theirs = Message.objects.filter(author=by, kind__in=messaging.OF_GUESTS, at__gt=now - messaging.HOUR)
    recent = list(theirs.order_by("-at").values_list("at", flat=True)[:most])
    messaging.require_not_hurried(recent, now=now, most=most, about="all your bookings")


def _is_same(last: Message, thread: Thread, kind: str, said: str, by: Any, *, now: datetime) -> bool:
    """Test whether this was said already; not once somebody closed it, or opened it again, since."""
    same = (last.kind, last.text, last.author_id) == (kind, said, getattr(by, "pk", None))
    return same and now - last.at < messaging.TWICE and thread.state == messaging.after_message(kind)


def _thread_of(case: Told) -> Thread:
    """Return the booking's thread, begun if there is none, locked until the transaction ends."""
    begun = Thread(booking=case.booking, venue_id=case.booking.venue_id, state=messaging.OPEN, since=case.now)
    Thread.objects.bulk_create([begun], ignore_conflicts=True)
    return Thread.objects.select_for_update().get(pk=case.booking.pk)


def _set_state(thread: Thread, state: str, now: datetime) -> None:
    # Whoever writes again before anybody answered has waited since they wrote first.
    if thread.state != state or thread.messages_count == 1:
        thread.state, thread.since = state, now
    thread.save()


@writes
def close_thread(
    also: frozenset[int],
    booking: Booking,
    *,
    by: Any,
    seen: int | None = None,
    now: datetime | None = None,
) -> Thread:
    """Say that there is nothing left to answer; the guest's next message takes it up again.

    :param seen: the last message that the person has seen, so that nothing newer is closed unread
    :raises IllegalTransition: if nothing was written, or it is closed already, or the guest has written since
    """
    case, thread = _turning(booking, also, by, now, move="close")
    if thread.state == messaging.CLOSED:
        raise IllegalTransition("This is closed already.", state=thread.state, move="close")
    newer = thread.messages.filter(kind__in=messaging.OF_GUESTS, pk__gt=seen) if seen is not None else None
    if newer is not None and newer.exists():
        sentence = "The guest has written meanwhile: read that first."
        raise IllegalTransition(sentence, state=thread.state, move="close")
    return _turn(case, thread, messaging.CLOSED, by)


@writes
def reopen_thread(also: frozenset[int], booking: Booking, *, by: Any, now: datetime | None = None) -> Thread:
    """Say that there is something to answer after all.

    :raises IllegalTransition: if nothing was written, or it is open already
    """
    case, thread = _turning(booking, also, by, now, move="reopen")
    _require_reader(case.booking)
    if thread.state == messaging.OPEN:
        raise IllegalTransition("This is open already.", state=thread.state, move="reopen")
    return _turn(case, thread, messaging.OPEN, by)


def _turning(
    booking: Booking, also: frozenset[int], by: Any, now: datetime | None, *, move: str
) -> tuple[Told, Thread]:
    """Return the booking's thread under its lock, for somebody who answers there."""
    _require_side(by, booking, answers=True)
    case = told_of(booking.pk, also, now)
    _require_side(by, case.booking, answers=True)
    thread = Thread.objects.select_for_update().filter(pk=booking.pk).first()
    if thread is None:
        raise IllegalTransition("Nobody has written anything yet.", state="none", move=move)
    return case, thread


def _turn(case: Told, thread: Thread, state: str, by: Any) -> Thread:
    _set_state(thread, state, case.now)
    case.tell(CLOSED if state == messaging.CLOSED else REOPENED, {"messages": state}, by)
    return thread

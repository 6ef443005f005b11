"""What a rival does: steps in plain words, carried out in a thread with a connection of its own.

Everything here crosses process borders, so rooms, people and bookings are told by their ids.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections

from accounts import operations as people
from accounts.models import User
from accounts.sso.claims import Identity
from reservations import ReservationError, Span
from rooms import operations
from rooms.models import Booking, Room, RoomType

OK = "ok"
ADA = Identity("https://id.example.com", "ada-1", "ada@example.com", is_proven=True)


@dataclass(frozen=True)
class Step:
    """One call; a booking that is not named is the last one this client got."""

    act: str
    rooms: tuple[int, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    booking: int | None = None
    type: int | None = None
    count: int = 1
    key: str = ""
    wait: float = 0  # seconds after the start of the race
    rule: str = ""  # of a series
    date: int = 0  # which one of it
    other: int | None = None  # the room in which its first date is to be

    @property
    def span(self) -> Span | None:
        return None if self.start is None else Span(self.start, self.end)


@dataclass
class Answer:
    """What came back, and when it was asked and answered on the one clock of this machine."""

    client: int
    step: Step
    code: str
    called: float
    answered: float
    booking: int | None = None
    rooms: tuple[int, ...] = ()
    told: Any = None
    spans: list[Any] = field(default_factory=list)


def _rooms(step: Step) -> Any:
    if step.type is not None:
        return operations.AnyOf(RoomType.objects.get(pk=step.type), step.count)
    found = Room.objects.in_bulk(step.rooms)
    return [found[room] for room in step.rooms]


def _take(act: Callable[..., Booking]) -> Callable[..., Any]:
    return lambda step, by, booking: act(_rooms(step), _when(step), by=by, key=step.key)


def _when(step: Step) -> Any:
    if not (step.rule and step.span):
        return step.span
    elsewhere = {} if step.other is None else {step.span.start.date(): Room.objects.get(pk=step.other)}
    return operations.Repeated(step.span, step.rule, elsewhere)


def _move_date(step: Step, by: Any, booking: Booking) -> Booking:
    return operations.move_date(booking, step.date, by=by, span=step.span)


def _move(step: Step, by: Any, booking: Booking) -> Booking:
    return operations.move(booking, by=by, span=step.span, rooms=_rooms(step) if step.rooms else None)


def _any(act: Callable[..., Booking], **how: Any) -> Callable[..., Any]:
    """Take any of the rooms' venue, from now until released."""
    return lambda step, by, booking: act(Room.objects.get(pk=step.rooms[0]).venue, **{"by": by, **how})


def _change(act: Callable[..., Booking]) -> Callable[..., Any]:
    return lambda step, by, booking: act(booking, by=by)


ACTS: dict[str, Callable[..., Any]] = {
    "hold": _take(operations.hold),
    "book": _take(operations.book),
    "book together": lambda step, by, booking: operations.book_together(
        [operations.Taking(room, step.span) for room in _rooms(step)], by=by
    ),
    "take": lambda step, by, booking: operations.take(_rooms(step)[0], by=by),
    "take any": _any(operations.take),
    "walk in": _any(operations.walk_in, by=None),
    "move": _move,
    "move date": _move_date,
    "skip": lambda step, by, booking: operations.skip(booking, step.date, by=by),
    "block": lambda step, by, booking: operations.block(_rooms(step), step.span, by=None),
    "expire": lambda step, by, booking: operations.expire_holds(),
    "close": lambda step, by, booking: people.close(by, by=by),
    "sign on": lambda step, by, booking: people.sign_on(ADA),
    "serve": lambda step, by, booking: operations.serve_waitlist(),
    "approve": lambda step, by, booking: operations.approve(booking, by=None),
    "decline": lambda step, by, booking: operations.decline(booking, by=None),
    **{name: _change(getattr(operations, name)) for name in ("confirm", "renew", "cancel")},
}


@dataclass(frozen=True)
class Client:
    """A person and what they do, one thing after the other."""

    number: int
    user: int | None
    steps: tuple[Step, ...]


def live(client: Client, start_at: float) -> list[Answer]:
    """Do all of it from that instant on, and tell what came back; nothing but a refusal is expected."""
    by = User.objects.get(pk=client.user) if client.user else None
    answers: list[Answer] = []
    mine: int | None = None
    time.sleep(max(0, start_at - time.monotonic()))
    for step in client.steps:
        time.sleep(max(0, start_at + step.wait - time.monotonic()))
        answer = _ask(client.number, step, by, step.booking or mine)
        answers.append(answer)
        if step.act in ("hold", "book") and answer.code == OK:
            mine = answer.booking
    return answers


def _ask(number: int, step: Step, by: Any, booking_id: int | None) -> Answer:
    booking = Booking.objects.get(pk=booking_id) if booking_id else None
    called = time.monotonic()
    try:
        got = ACTS[step.act](step, by, booking) if booking or step.act in _ALONE else None
        code, told = OK if got is not None else "nothing", None
    except ReservationError as refusal:
        got, code, told = None, refusal.code, refusal.as_problem()
    except Exception as error:  # noqa: BLE001 -- a crash is an answer here, and fails the test
        got, code, told = None, f"crash: {error!r}", None
    answered = time.monotonic()
    answer = Answer(number, step, code, called, answered, told=told)
    if isinstance(got, Booking):
        answer.booking = got.pk
        rows = got.allocations.filter(active=True) if step.act in ("hold", "book", "move") else ()
        answer.spans = [(row.room_id, row.blocks_from, row.blocks_until) for row in rows]
        answer.rooms = tuple(room for room, *_ in answer.spans)
    return answer


_ALONE = {
    "hold",
    "book",
    "book together",
    "take",
    "take any",
    "walk in",
    "block",
    "expire",
    "close",
    "serve",
    "sign on",
}


def run(clients: Sequence[Client], start_at: float) -> list[Answer]:
    """Let each client live in a thread of its own, and gather their answers."""
    answers: list[Answer] = []

    def thread(client: Client) -> None:
        try:
            answers.extend(live(client, start_at))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=thread, args=(client,)) for client in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return answers

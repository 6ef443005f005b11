"""The arena: many rivals at once, in threads on SQLite and in three processes on PostgreSQL."""

import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from django.db import connection

from accounts.models import User
from reservations import Span
from rooms.models import Allocation, Booking, Change, Room, Venue
from rooms.sql import fetch, on_postgres
from tests.races.clients import OK, Answer, Client, Step, run
from tests.races.processes import Processes
from tests.worlds import office

# The day after tomorrow: these races run by the database's own clock.
DAY = (datetime.now(UTC) + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)


def hours(start: float, end: float) -> dict[str, datetime]:
    """Return the edges of a span for a Step: hours(9, 10.5) is 09:00 to 10:30 of the test day."""
    return {"start": DAY + timedelta(hours=start), "end": DAY + timedelta(hours=end)}


class Arena:
    """Where rivals meet; after every race, what must hold of the tables is checked."""

    def __init__(self, processes: Processes | None) -> None:
        self.processes = processes

    def race(self, clients: Sequence[Sequence[Step] | Step], *, people: Sequence[User]) -> list[Answer]:
        """Let them all begin at one instant; who they are goes round among the people."""
        lives = [
            Client(number, people[number % len(people)].pk, _steps(steps))
            for number, steps in enumerate(clients)
        ]
        start_at = time.monotonic() + 0.1 + 0.002 * len(lives)
        answers = self.processes.run(lives, start_at) if self.processes else run(lives, start_at)
        assert [answer.code for answer in answers if answer.code.startswith("crash")] == []
        assert sum(len(client.steps) for client in lives) == len(answers)
        check_tables()
        return answers


def _steps(steps: Sequence[Step] | Step) -> tuple[Step, ...]:
    return (steps,) if isinstance(steps, Step) else tuple(steps)


def check_tables() -> None:
    """Require that nothing overlaps, that numbers have no gap, and that bookings and rows agree."""
    rows = Allocation.objects.filter(active=True).order_by("room_id", "blocks_from")
    for one, other in pairwise(rows):
        assert one.room_id != other.room_id or (one.blocks_until and one.blocks_until <= other.blocks_from)
    numbers = defaultdict(list)
    for room, revision in Change.objects.order_by("room_id", "revision").values_list("room_id", "revision"):
        numbers[room].append(revision)
    for room in Room.objects.all():
        assert numbers[room.pk] == list(range(1, room.revision + 1))
    for booking in Booking.objects.prefetch_related("allocations"):
        active = {row.state for row in booking.allocations.all() if row.active}
        assert active <= {booking.state}


def codes(answers: Sequence[Answer]) -> dict[str, int]:
    """Count the answers by their codes."""
    return dict(Counter(answer.code for answer in answers))


class History:
    """What was acknowledged and refused, and when: what no table can tell afterwards."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = sorted(answers, key=lambda answer: answer.called)
        # Each occupation: where and whose; when it first could be, and surely was; and when no more.
        self.occupations: list[tuple[Span, int, int, float, float, float, float]] = []
        for answer in self.answers:
            if answer.code == OK and answer.step.act in ("hold", "book", "move"):
                gone = self._gone(answer)
                for room, start, end in answer.spans:
                    self.occupations.append(
                        (Span(start, end), room, answer.booking, answer.called, answer.answered, *gone)
                    )

    def _gone(self, taken: Answer) -> tuple[float, float]:
        for answer in self.answers:
            mine = answer.booking == taken.booking and answer.called >= taken.answered
            if mine and answer.code == OK and answer.step.act in ("cancel", "move"):
                return answer.called, answer.answered
        return float("inf"), float("inf")

    def no_two_overlap(self) -> None:
        for one, other in combinations(self.occupations, 2):
            apart = one[1] != other[1] or one[2] == other[2] or not one[0].overlaps(other[0])
            assert apart or one[5] <= other[4] or other[5] <= one[4], (one, other)

    def every_refusal_is_justified(self, buffer: timedelta = timedelta(0)) -> None:
        for answer in self.answers:
            if answer.code != "unavailable":
                continue
            told = {conflict["room"] for conflict in answer.told["conflicts"]}
            assert told, answer
            assert any(
                room in told
                and (answer.step.span is None or span.overlaps(_with(answer.step.span, buffer)))
                and first <= answer.answered
                and answer.called <= last
                for span, room, _, first, _, _, last in self.occupations
            ), answer


def _with(span: Span, buffer: timedelta) -> Span:
    return Span(span.start, None if span.end is None else span.end + buffer)


@pytest.fixture(scope="session")
def _processes(django_db_setup, django_db_blocker):
    if not on_postgres():
        yield None
        return
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
    processes = Processes(name)
    yield processes
    processes.end()


@pytest.fixture
def arena(transactional_db, _processes) -> Arena:
    return Arena(_processes)


@pytest.fixture
def venue(transactional_db) -> Venue:
    return office(hours=None)


@pytest.fixture
def people(transactional_db) -> list[User]:
    """Fifty people."""
    return User.objects.bulk_create(User(email=f"rival{n}@example.com", name=f"Rival {n}") for n in range(50))


@pytest.fixture
def needs_postgres(transactional_db) -> None:
    if not on_postgres():
        pytest.skip(
            "NOT RUN: this needs PostgreSQL; set DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres"
        )


@pytest.fixture
def deadlocks(transactional_db):
    """How many deadlocks PostgreSQL has broken in this database so far; none on SQLite, ever."""

    def count() -> int:
        if not on_postgres():
            return 0
        fetch("SELECT pg_stat_clear_snapshot()")
        [(found,)] = fetch("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return found

    return count

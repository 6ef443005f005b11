"""The law of every operation: snapshot before + frames heard = snapshot after.

Random stories of operations, watched by a stranger, a guest and the desk, whose lines break at random and
who go on from what they hold. In the end each must show exactly what somebody who just came is shown.
"""

import asyncio
import contextlib
import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live.routing import websocket
from notifications.incoming import operations as incoming
from notifications.incoming.fetching import Answer
from notifications.models import IncomingCalendar
from reservations import ReservationError, Span
from rooms import operations
from rooms.models import Blocking, Booking, RoomType
from tests.live.clients import Client, in_thread, log_in, until
from tests.notifications.outside import calendar, event
from tests.worlds import hall, office, person, room, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("layer")]
numbers = itertools.count()
TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
WINDOWS = [
    {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}
    for start in (TODAY, TODAY + timedelta(hours=12))
]
TAKES = ["hold", "book", "any_two", "series", "skip", "move_date", "block", "unblock", "move", "say"]
CHANGES = ["confirm", "renew", "describe", "cancel", "approve", "decline", "check_in", "check_out"]
CLOCK = ["end", "report", "wait", "serve"]
MOVES = [*TAKES, *CHANGES, *CLOCK, "rename", "retire", "leave"]


class World:
    """A venue with a hall in three parts, buffers and approval; and what one can do to it."""

    def __init__(self) -> None:
        tag = next(numbers)
        self.venue = office(f"office-{tag}", hours=None, buffer_after_minutes=15, max_holds=50)
        self.rooms = [room(self.venue, name) for name in ("Aurora", "Birch", "Cedar")]
        self.rooms += hall(self.venue).values()
        asks = self.venue.policies.create(name="On request", needs_approval=True, no_show_minutes=15)
        kind = RoomType.objects.create(venue=self.venue, name="Studio", policy=asks)
        self.rooms.append(room(self.venue, "Studio", type=kind))
        where = self.rooms[tag % 4]  # a room, or the hall
        self.other = incoming.add_calendar(where, by=None, name="Portal", url="https://example.com/a.ics")
        self.guests = [person(f"guest-{tag}"), person(f"other-{tag}")]
        self.clerk = works_at(person(f"clerk-{tag}"), self.venue)
        self.keys = [log_in(self.guests[0]), log_in(self.clerk)]

    def act(self, move: str, dice: random.Random) -> None:
        """Do one thing to the venue; what it refuses is no matter."""
        with contextlib.suppress(ReservationError):
            getattr(self, f"_{move}", lambda dice: self._change(move, dice))(dice)

    def _span(self, dice: random.Random) -> Span:
        start = TODAY + timedelta(hours=dice.randrange(-2, 26))
        return Span(start, start + timedelta(minutes=dice.choice([30, 60, 120])))

    def _take(self, take, dice: random.Random) -> None:
        details = operations.Details(title=f"Meeting {dice.randrange(100)}")
        take(dice.choice(self.rooms), self._span(dice), by=dice.choice(self.guests), details=details)

    def _hold(self, dice: random.Random) -> None:
        self._take(operations.hold, dice)

    def _book(self, dice: random.Random) -> None:
        self._take(operations.book, dice)

    def _any_two(self, dice: random.Random) -> None:
        wish = operations.AnyOf(self.venue.types.order_by("pk").first(), 2)
        operations.book(wish, self._span(dice), by=self.guests[0])

    def _series(self, dice: random.Random) -> None:
        rule = dice.choice(["FREQ=DAILY;COUNT=3", "FREQ=WEEKLY;COUNT=2", "FREQ=DAILY;INTERVAL=2;COUNT=2"])
        take, span = dice.choice([operations.hold, operations.book]), self._span(dice)
        others = dice.choice([{}, {span.start.date(): dice.choice(self.rooms)}])
        series = operations.Repeated(span, rule, others)
        take(dice.choice(self.rooms), series, by=dice.choice(self.guests))

    def _skip(self, dice: random.Random) -> None:
        booking = self._pick(Booking.objects.filter(venue=self.venue).exclude(recurrence=""), dice)
        if booking:
            operations.skip(booking, dice.randrange(1, 4), by=self.clerk)

    def _move_date(self, dice: random.Random) -> None:
        booking = self._pick(Booking.objects.filter(venue=self.venue).exclude(recurrence=""), dice)
        if booking:
            span = dice.choice([None, self._span(dice)])
            rooms = dice.choice([None, dice.choice(self.rooms)])
            operations.move_date(booking, dice.randrange(1, 4), by=self.clerk, span=span, rooms=rooms)

    def _move(self, dice: random.Random) -> None:
        booking = self._pick(Booking.objects.filter(venue=self.venue), dice)
        if booking:
            rooms = dice.choice([None, dice.choice(self.rooms)])
            operations.move(booking, by=self.clerk, span=dice.choice([None, self._span(dice)]), rooms=rooms)

    def _describe(self, dice: random.Random) -> None:
        booking = self._pick(Booking.objects.filter(venue=self.venue), dice)
        if booking:
            title = f"Review {dice.randrange(100)}"
            operations.describe(booking, operations.Details(title=title), by=self.clerk)

    def _change(self, move: str, dice: random.Random) -> None:
        booking = self._pick(Booking.objects.filter(venue=self.venue), dice)
        if booking:
            getattr(operations, move)(booking, by=self.clerk)

    def _block(self, dice: random.Random) -> None:
        operations.block(dice.choice(self.rooms), self._span(dice), by=self.clerk)

    def _unblock(self, dice: random.Random) -> None:
        blocking = self._pick(Blocking.objects.filter(venue=self.venue), dice)
        if blocking:
            operations.unblock(blocking, by=self.clerk)

    def _say(self, dice: random.Random) -> None:
        """Let another calendar say when it wants one of the rooms, whatever it said before."""
        wanted = [(f"{number}", self._span(dice)) for number in range(dice.randrange(4))]
        said = calendar(*(event(uid, span.start, span.end) for uid, span in wanted))
        IncomingCalendar.objects.exclude(pk=self.other.pk).delete()
        IncomingCalendar.objects.update(next_at=TODAY - timedelta(days=3), leased_until=None)
        if claimed := incoming.claim():
            incoming.settle(claimed, Answer(said))

    def _end(self, dice: random.Random) -> None:
        now = TODAY + timedelta(hours=dice.randrange(24))
        for end in (operations.expire_requests, operations.mark_no_shows, operations.complete_past):
            end(now=now)

    def _wait(self, dice: random.Random) -> None:
        operations.wait(dice.choice(self.rooms), self._span(dice), by=dice.choice(self.guests))

    def _serve(self, dice: random.Random) -> None:
        operations.serve_waitlist()

    def _report(self, dice: random.Random) -> None:
        booking = self._pick(Booking.objects.filter(venue=self.venue), dice)
        if booking:
            operations.report(booking, "paid", after={"amount": 100}, by=None)

    def _rename(self, dice: random.Random) -> None:
        one = dice.choice(self.rooms)
        one.name = f"Room {next(numbers)}"
        one.save(update_fields=["name"])

    def _retire(self, dice: random.Random) -> None:
        if len(self.rooms) > 3 and dice.random() < 0.2:
            one = self.rooms.pop()
            one.archived_at = datetime.now(UTC)
            one.save(update_fields=["archived_at"])

    def _pick(self, rows, dice: random.Random):
        found = list(rows.order_by("pk"))
        return dice.choice(found) if found else None


class Screen:
    """Somebody who watches one topic, and comes back by what they hold when the line breaks."""

    def __init__(self, topic: str, key: str | None) -> None:
        self.topic, self.key, self.window = topic, key, WINDOWS[0]
        self.board = None

    async def come(self) -> None:
        self.client = await Client.open(websocket, self.key)
        held = {}
        if self.board is not None:
            self.client.boards[self.topic] = self.board
            held = self.board.held
        self.board = await self.client.watch(self.topic, **{**held, **self.window})

    async def leave_and_come(self, dice: random.Random) -> None:
        await self.client.close()
        if dice.random() < 0.5:
            await asyncio.sleep(dice.random() * 0.05)
        self.window = dice.choice(WINDOWS)
        await self.come()


async def story(plan: list[str], seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 -- a story that can be told again
    world = await in_thread(World)
    venue = f"venue:{world.venue.slug}"
    screens = [
        Screen(venue, None),
        Screen("mine", world.keys[0]),
        Screen(f"desk:{world.venue.slug}", world.keys[1]),
    ]
    for screen in screens:
        await screen.come()
    for move in plan:
        if move == "leave":
            await dice.choice(screens).leave_and_come(dice)
        else:
            await in_thread(world.act, move, dice)
    for screen in screens:
        fresh = Screen(screen.topic, screen.key)
        fresh.window = screen.window
        await fresh.come()
        with contextlib.suppress(TimeoutError):
            await until(lambda s=screen, f=fresh: s.board.shown() == f.board.shown())
        assert screen.board.shown() == fresh.board.shown()
        assert screen.board.revision == fresh.board.frames[-1]["revision"]
        await fresh.client.close()
    for screen in screens:
        await screen.client.close()


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=st.lists(st.sampled_from(MOVES), min_size=5, max_size=40), seed=st.integers(0, 2**32))
def test_a_snapshot_and_the_frames_heard_are_the_next_snapshot(plan, seed):
    asyncio.run(story(plan, seed))

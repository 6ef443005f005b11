"""What is lost on the way: hints, layers, databases. A look at the tables finds it, within seconds."""

import asyncio
import logging

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError

from live import outlet, topics
from live.doorbell import MOST_PENDING, Doorbell, doorbell
from live.hub import hub
from live.outlet import MOST_WAITING
from rooms import events, operations
from tests.days import span as on_tuesday
from tests.live.clients import in_thread, log_in, until
from tests.live.test_watching import DAY
from tests.worlds import office, person, room, works_at

pytestmark = pytest.mark.django_db(transaction=True)
LOOKED = 3.5  # seconds: a look each two, and a read


class DeafLayer(InMemoryChannelLayer):
    """A layer that takes every message and delivers none, as a full one does."""

    async def group_send(self, group, message):
        pass


class DeadLayer(InMemoryChannelLayer):
    """A layer that answers nothing but errors, as one without its Redis does."""

    async def new_channel(self, prefix="specific."):
        raise ConnectionError("Nobody answers.")

    group_add = group_discard = group_send = new_channel


class StuckLayer(DeadLayer):
    """A layer that does not answer at all, as a stopped Redis does."""

    async def new_channel(self, prefix="specific."):
        await asyncio.sleep(3600)

    group_add = group_discard = group_send = new_channel


@pytest.fixture(params=[DeafLayer, DeadLayer, StuckLayer], ids=["deaf", "dead", "stuck"])
def faulty(request, settings):
    name = f"{__name__}.{request.param.__name__}"
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": name}}


@pytest.mark.usefixtures("faulty")
async def test_without_the_layer_the_look_finds_every_change(connect, caplog):
    caplog.set_level(logging.WARNING)
    venue = await in_thread(office)
    aurora = await in_thread(room, venue)
    guest = await in_thread(person, "guest")
    clerk = await in_thread(lambda: works_at(person("clerk"), venue))
    stranger, owner, staff = (
        await connect(),
        await connect(await in_thread(log_in, guest)),
        await connect(await in_thread(log_in, clerk)),
    )
    board = await stranger.watch("venue:office", **DAY)
    mine = await owner.watch("mine", **DAY)
    desk = await staff.watch("desk:office", **DAY)

    await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest)

    await until(lambda: board.revision == mine.revision == desk.revision == 1, LOOKED)
    assert hub().tally.hints_lost == 3
    outages = [record for record in caplog.records if record.name.startswith("live")]
    assert len(outages) <= 2  # one for the bell, one for the ears


@pytest.mark.usefixtures("in_memory")
async def test_a_database_that_fails_a_while_closes_no_socket(connect, monkeypatch):
    venue = await in_thread(office)
    aurora = await in_thread(room, venue)
    guest = await in_thread(person, "guest")
    client = await connect()
    board = await client.watch("venue:office", **DAY)

    def away(*args, **kwargs):
        raise OperationalError("The server closed the connection.")

    with monkeypatch.context() as broken:  # fault injection: what a restarting server answers
        broken.setattr(topics, "timeline", away)
        broken.setattr(topics, "revisions", away)
        await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest)
        late = await connect()
        late.say(type="watch", topic="venue:office", **DAY)
        await asyncio.sleep(2.5)
        assert board.revision == 0

    await until(lambda: board.revision == 1 and late.boards, LOOKED)
    assert late.boards["venue:office"].revision == 1
    assert hub().tally.reads_failed >= 2


class TestDoorbell:
    async def test_with_nobody_to_hear_it_keeps_nothing(self, settings, in_memory):
        bell = Doorbell()

        bell.ring(events.Changed(frozenset({1}), {1: 1}))

        assert bell._take() == {}

    async def test_hints_of_one_group_are_merged_to_the_latest(self):
        bell = Doorbell()

        bell._merge(events.Changed(frozenset({1}), {7: 2, 8: 1}, frozenset({5})))
        bell._merge(events.Changed(frozenset({1}), {7: 1, 9: 4}))

        assert bell._take() == {"venue.1": {7: 2, 8: 1, 9: 4}, "guest.5": {7: 2, 8: 1}}

    async def test_what_waits_is_bounded(self):
        bell = Doorbell()

        for number in range(MOST_PENDING + 500):
            bell._merge(events.Changed(frozenset({number}), {number: 1}))

        assert len(bell._take()) <= MOST_PENDING
        assert bell.dropped > 0

    async def test_a_stuck_layer_does_not_delay_a_booking(self, connect, settings):
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.StuckLayer"}}
        aurora = await in_thread(lambda: room(office()))
        guest = await in_thread(person, "guest")
        await connect()
        loop = asyncio.get_running_loop()

        started = loop.time()
        for hour in range(8, 12):
            await in_thread(operations.book, aurora, on_tuesday(hour, hour + 1), by=guest)

        assert loop.time() - started < 1.5

    async def test_a_failing_layer_is_nobodys_business_but_the_tallys(self, connect, settings):
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.DeadLayer"}}
        aurora = await in_thread(lambda: room(office()))
        guest = await in_thread(person, "guest")
        await connect()
        before = doorbell.failed + doorbell.dropped

        booking = await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest)

        assert booking.state == "confirmed"
        await until(lambda: doorbell.failed + doorbell.dropped > before)


@pytest.mark.usefixtures("in_memory")
class TestSlowReaders:
    async def test_one_that_pauses_hears_everything_in_the_end_and_nobody_waits_for_it(self, connect):
        aurora = await in_thread(lambda: room(office()))
        guest = await in_thread(person, "guest")
        slow, quick = await connect(), await connect()
        boards = [await client.watch("venue:office", **DAY) for client in (slow, quick)]

        slow.reads.clear()
        for hour in range(8, 12):
            await in_thread(operations.book, aurora, on_tuesday(hour, hour + 1), by=guest)
            await until(lambda h=hour: boards[1].revision == h - 7)
        assert boards[0].revision == 0
        slow.reads.set()

        await until(lambda: boards[0].revision == 4)
        assert boards[0].shown() == boards[1].shown()
        assert [frame["revision"] for frame in boards[0].frames] == [0, 1, 2, 3, 4]

    async def test_one_that_falls_far_behind_is_told_where_things_stand_by_one_snapshot(self, connect):
        aurora = await in_thread(lambda: room(office()))
        guest = await in_thread(person, "guest")
        slow, quick = await connect(), await connect()
        boards = [await client.watch("venue:office", **DAY) for client in (slow, quick)]

        slow.reads.clear()
        booking = await in_thread(operations.hold, aurora, on_tuesday(9, 10), by=guest)
        await until(lambda: boards[1].revision == 1)
        for _ in range(MOST_WAITING + 5):
            await hub().beat()
            await until(lambda: all(view.is_idle for view in hub().views.values()))
        await in_thread(operations.cancel, booking, by=guest)
        await until(lambda: boards[1].revision == 2)
        slow.reads.set()

        await until(lambda: boards[0].revision == 2)
        assert boards[0].shown() == boards[1].shown()
        assert [frame["type"] for frame in boards[0].frames] == ["snapshot", "change", "snapshot"]

    async def test_one_that_reads_nothing_for_ten_seconds_is_shown_out(self, connect, monkeypatch):
        monkeypatch.setattr(outlet, "PATIENCE", 0.5)
        monkeypatch.setattr(outlet, "FAREWELL", 0.5)
        await in_thread(lambda: room(office()))
        stuck, other = await connect(), await connect()
        for client in (stuck, other):
            await client.watch("venue:office", **DAY)

        stuck.reads.clear()
        await hub().beat()
        await until(lambda: hub().tally.slow_dropped == 1)
        await until(lambda: len(hub().sockets) == 1)

        assert next(iter(hub().views.values())).members == set(hub().sockets)

"""What is lost on the way: hints, layers, databases. A look at the tables finds it, within seconds."""

import asyncio
import logging

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import OperationalError

from live import topics
from live.doorbell import MOST_PENDING, Doorbell, doorbell
from live.hub import hub
from rooms import events, operations
from tests.live.clients import in_thread, log_in, until
from tests.live.test_watching import DAY, tomorrow
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

    await in_thread(operations.book, aurora, tomorrow(9, 10), by=guest)

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
        await in_thread(operations.book, aurora, tomorrow(9, 10), by=guest)
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
            await in_thread(operations.book, aurora, tomorrow(hour, hour + 1), by=guest)

        assert loop.time() - started < 1.5

    async def test_a_failing_layer_is_nobodys_business_but_the_tallys(self, connect, settings):
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": f"{__name__}.DeadLayer"}}
        aurora = await in_thread(lambda: room(office()))
        guest = await in_thread(person, "guest")
        await connect()
        before = doorbell.failed + doorbell.dropped

        booking = await in_thread(operations.book, aurora, tomorrow(9, 10), by=guest)

        assert booking.state == "confirmed"
        await until(lambda: doorbell.failed + doorbell.dropped > before)

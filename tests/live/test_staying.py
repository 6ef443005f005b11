"""A hold lives with its page: the tab that closes takes its time with it, the one that is there keeps it."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from websockets.asyncio.client import connect as dial

from live.hub import hub
from reservations import Span
from rooms import operations
from rooms.models import Booking
from tests.live.clients import in_thread, log_in
from tests.live.servers import Site, drop_database, make_database
from tests.worlds import office, person, room, works_at

pytestmark = pytest.mark.usefixtures("in_memory")
WITHIN = timedelta(seconds=15)


def some_hold():
    """Return a guest and what they hold, for ten minutes from now."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    guest = person("guest")
    return guest, operations.hold(room(office(hours=None)), Span(start, start + timedelta(hours=1)), by=guest)


def is_left(booking):
    return Booking.objects.get(pk=booking.pk).held_until is not None


async def stay(client, booking):
    """Say that the page of the hold is open, and return what is answered next."""
    client.say(type="stay", reference=booking.reference)
    client.say(type="ping")
    return await client.answer()


@pytest.mark.django_db(transaction=True)
class TestAPage:
    async def test_that_closes_lets_its_hold_run_out_within_fifteen_seconds(self, connect):
        guest, held = await in_thread(some_hold)
        client = await connect(await in_thread(log_in, guest))
        assert await stay(client, held) == {"type": "pong"}

        await client.close()

        left = await in_thread(Booking.objects.get, pk=held.pk)
        assert left.expires_at < datetime.now(UTC) + WITHIN
        assert left.held_until == held.expires_at

    async def test_that_is_loaded_again_finds_its_hold_with_all_its_time(self, connect):
        guest, held = await in_thread(some_hold)
        key = await in_thread(log_in, guest)
        client = await connect(key)
        await stay(client, held)
        await client.close()

        await stay(await connect(key), held)

        found = await in_thread(Booking.objects.get, pk=held.pk)
        assert (found.expires_at, found.held_until) == (held.expires_at, None)

    async def test_that_is_open_twice_is_left_with_the_last_of_them(self, connect):
        guest, held = await in_thread(some_hold)
        key = await in_thread(log_in, guest)
        first, second = await connect(key), await connect(key)
        await stay(first, held)
        await stay(second, held)

        await first.close()
        after_one = await in_thread(is_left, held)
        await second.close()

        assert (after_one, await in_thread(is_left, held)) == (False, True)

    async def test_keeps_its_hold_through_a_restart_of_the_server(self, connect):
        guest, held = await in_thread(some_hold)
        client = await connect(await in_thread(log_in, guest))
        await stay(client, held)

        await hub().close_all()
        assert await client.end() == 1012

        assert not await in_thread(is_left, held)

    async def test_that_never_said_it_stays_is_never_away(self, connect):
        guest, held = await in_thread(some_hold)
        client = await connect(await in_thread(log_in, guest))
        await client.watch("mine")

        await client.close()

        assert not await in_thread(is_left, held)


@pytest.mark.django_db(transaction=True)
class TestAMessage:
    @pytest.mark.parametrize("who", ["nobody", "rival", "staff"])
    async def test_about_somebody_elses_hold_is_refused_and_the_socket_stays_open(self, connect, who):
        _, held = await in_thread(some_hold)
        other = await in_thread(person, "other")
        if who == "staff":
            await in_thread(lambda: works_at(other, held.venue))
        client = await connect(None if who == "nobody" else await in_thread(log_in, other))

        answer = await stay(client, held)

        codes = {"nobody": "not_authenticated", "rival": "not_found", "staff": "forbidden"}
        assert (answer["type"], answer["code"]) == ("error", codes[who])
        assert await client.answer() == {"type": "pong"}
        await client.close()
        assert not await in_thread(is_left, held)

    @pytest.mark.parametrize("reference", [None, 7, "", "R\0", ["R7XK-42QM"], "no such"])
    async def test_that_names_no_booking_is_refused(self, connect, reference):
        client = await connect(await in_thread(lambda: log_in(person("guest"))))

        client.say(type="stay", reference=reference)

        answer = await client.answer()
        assert answer["code"] == ("invalid" if reference in (None, 7, "", ["R7XK-42QM"]) else "not_found")

    async def test_about_what_is_booked_by_now_is_refused(self, connect):
        guest, held = await in_thread(some_hold)
        await in_thread(operations.confirm, held, by=guest)
        client = await connect(await in_thread(log_in, guest))

        answer = await stay(client, held)

        assert (answer["code"], answer["reference"]) == ("illegal_transition", held.reference)


WORLD = """
from datetime import UTC, datetime, timedelta
from django.core.management import call_command
from reservations import Span
from tests.live.clients import log_in
call_command("migrate", verbosity=0)
start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
guest = person("guest")
held = operations.hold(room(office(hours=None)), Span(start, start + timedelta(hours=1)), by=guest)
print(log_in(guest), held.reference)
"""
LEFT = "print(Booking.objects.get().held_until is not None)"


@pytest.fixture
def real(tmp_path):
    """A site of its own with one hold in it; returns also the guest's session and the reference."""
    url = make_database("sqlite", tmp_path)
    site = Site(url)
    session, reference = site.run(WORLD).split()
    yield site, session, reference
    site.stop()
    drop_database(url)


async def test_over_real_sockets_a_restart_leaves_nothing_and_a_closed_tab_does(real):
    site, session, reference = real
    headers = {"cookie": f"sessionid={session}"}
    say = json.dumps({"type": "stay", "reference": reference}), json.dumps({"type": "ping"})

    async def open_page(port):
        page = await dial(f"ws://127.0.0.1:{port}/ws/live/", additional_headers=headers)
        for message in say:
            await page.send(message)
        assert json.loads(await page.recv()) == {"type": "pong"}
        return page

    page = await open_page(site.serve())
    site.servers[-1].terminate()
    with contextlib.suppress(Exception):
        await page.wait_closed()
    assert page.close_code == 1012
    assert (await site.runs(LEFT)).strip() == "False"

    page = await open_page(site.serve())
    await page.close()

    async def is_left():
        return (await site.runs(LEFT)).strip() == "True"

    async with asyncio.timeout(WITHIN.seconds):
        while not await is_left():
            await asyncio.sleep(0.1)

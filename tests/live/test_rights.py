"""Rights that end while a socket is open end the socket, within five seconds."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from accounts import operations as people
from accounts import tokens
from accounts.models import Membership
from tests.live.clients import in_thread, log_in, until
from tests.worlds import office, person, room, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]
AT_MOST = 5.5  # seconds; five are promised, and this machine does other things too


def log_out(user):
    Session.objects.all().delete()


def let_the_session_run_out(user):
    Session.objects.update(expire_date=datetime.now(UTC) - timedelta(seconds=1))


def change_password(user):
    user.set_password("another long password")
    user.save()


def deactivate(user):
    user.is_active = False
    user.save()


ENDS = [log_out, let_the_session_run_out, change_password, people.log_out_everywhere, deactivate]


@pytest.mark.parametrize("end", ENDS, ids=[end.__name__ for end in ENDS])
async def test_a_login_that_ends_ends_its_sockets_and_no_others(connect, end):
    guest, other = await in_thread(person, "guest"), await in_thread(person, "other")
    client = await connect(await in_thread(log_in, guest))
    bystanders = [await connect()]
    if end not in (log_out, let_the_session_run_out):
        bystanders.append(await connect(await in_thread(log_in, other)))
    await client.watch("mine")

    await in_thread(end, guest)

    async with asyncio.timeout(AT_MOST):
        assert await client.end() == 4401
    for bystander in bystanders:
        bystander.say(type="ping")
        assert await bystander.answer() == {"type": "pong"}


@pytest.mark.parametrize("end", [change_password, people.log_out_everywhere, deactivate])
async def test_a_token_ends_as_a_session_does(connect, end):
    guest = await in_thread(person, "guest")
    client = await connect()
    client.say(type="auth", token=tokens.issue(guest))
    await client.watch("mine")

    await in_thread(end, guest)

    async with asyncio.timeout(AT_MOST):
        assert await client.end() == 4401


async def test_a_token_that_runs_out_ends_its_socket_unless_it_is_renewed(connect):
    guest = await in_thread(person, "guest")
    almost_over = datetime.now(UTC) - tokens.LIFE + timedelta(seconds=3)
    clients = [await connect(), await connect()]
    for client in clients:
        client.say(type="auth", token=tokens.issue(guest, now=almost_over))
        await client.watch("mine")

    clients[1].say(type="auth", token=tokens.issue(guest))

    async with asyncio.timeout(AT_MOST + 3):
        assert await clients[0].end() == 4401
    clients[1].say(type="ping")
    assert await clients[1].answer() == {"type": "pong"}


async def test_a_lost_role_ends_the_desk(connect):
    venue = await in_thread(office)
    clerk = await in_thread(lambda: works_at(person("clerk"), venue))
    key = await in_thread(log_in, clerk)
    client, elsewhere = await connect(key), await connect(key)
    await client.watch("desk:office")
    await elsewhere.watch("mine")

    await in_thread(lambda: Membership.objects.all().delete())

    async with asyncio.timeout(AT_MOST):
        assert await client.end() == 4403
    elsewhere.say(type="ping")
    assert await elsewhere.answer() == {"type": "pong"}


async def test_a_venue_that_is_hidden_is_gone_for_all_but_its_staff(connect):
    venue = await in_thread(office)
    await in_thread(room, venue)
    clerk = await in_thread(lambda: works_at(person("clerk"), venue))
    stranger, staff = await connect(), await connect(await in_thread(log_in, clerk))
    boards = [await client.watch("venue:office") for client in (stranger, staff)]

    def hide():
        venue.is_listed = False
        venue.save()

    await in_thread(hide)

    await until(lambda: not stranger.others.empty(), AT_MOST)
    assert (await stranger.answer())["code"] == "not_found"
    heard = [len(board.frames) for board in boards]
    await in_thread(lambda: room(venue, "Birch"))
    await until(lambda: len(boards[1].frames) > heard[1])
    assert len(boards[0].frames) == heard[0]


async def test_a_role_given_later_opens_the_desk_without_a_new_socket(connect):
    venue = await in_thread(office)
    guest = await in_thread(person, "guest")
    client = await connect(await in_thread(log_in, guest))
    client.say(type="watch", topic="desk:office")
    assert (await client.answer())["code"] == "forbidden"

    await in_thread(works_at, guest, venue)

    assert (await client.watch("desk:office")).rooms == {}

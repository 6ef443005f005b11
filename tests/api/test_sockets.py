"""What auth/logout and a stolen refresh token end besides tokens: the sockets that were opened with them."""

import asyncio

import pytest

from accounts import operations
from live.routing import websocket
from tests.api.programs import Program
from tests.live.clients import Client, in_thread
from tests.worlds import person

pytestmark = pytest.mark.django_db(transaction=True)
AT_MOST = 5.5  # seconds; five are promised, and this machine does other things too


def log_out(program):
    assert program.post("auth/logout").status_code == 204


def bring_a_used_token(program):
    operations.refresh(program.pair.refresh)
    assert Program().post("auth/refresh", {"refresh": program.pair.refresh}).status_code == 401


@pytest.mark.parametrize("end", [log_out, bring_a_used_token])
async def test_the_end_of_a_log_in_ends_its_sockets_and_no_others(settings, end):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    ada = await in_thread(person, "ada")
    ending, lasting = await in_thread(Program, ada), await in_thread(Program, ada)
    clients = [await Client.open(websocket), await Client.open(websocket)]
    for client, program in zip(clients, (ending, lasting), strict=True):
        client.say(type="auth", token=program.pair.access)
        await client.watch("mine")

    await in_thread(end, ending)

    async with asyncio.timeout(AT_MOST):
        assert await clients[0].end() == 4401
    clients[1].say(type="ping")
    assert await clients[1].answer() == {"type": "pong"}
    for client in clients:
        await client.close()

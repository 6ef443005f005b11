"""Channel layers to ring on, and clients that are closed when a test ends."""

import socket
import uuid
from urllib.parse import urlsplit

import pytest

from live.routing import websocket
from tests.live import recorded
from tests.live.clients import Client

TEST_REDIS = "redis://127.0.0.1:6379/9"  # none that a runner of tests counts in


@pytest.fixture(autouse=True)
def _every_frame_is_as_the_schema_says():
    """Whatever a test hears: the schema that is published knows it."""
    recorded.strange.clear()
    yield
    assert recorded.strange == []


def answers(url: str) -> bool:
    """Tell whether anything listens there."""
    at = urlsplit(url)
    try:
        socket.create_connection((at.hostname, at.port or 6379), timeout=1).close()
    except OSError:
        return False
    return True


def redis_layer(url: str) -> dict[str, object]:
    """Return the layer's settings as the site has them, with names no other run uses."""
    host = {"address": url, "socket_timeout": 30, "socket_connect_timeout": 3}
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host], "prefix": f"test-{uuid.uuid4().hex}"},
    }


@pytest.fixture(params=["memory", "redis"])
def layer(request, settings):
    """Ring in memory, and then through Redis."""
    if request.param == "memory":
        settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    elif answers(TEST_REDIS):
        settings.CHANNEL_LAYERS = {"default": redis_layer(TEST_REDIS)}
    else:
        pytest.skip(f"LEFT OUT: no Redis answers at {TEST_REDIS}")
    return request.param


@pytest.fixture
def in_memory(settings):
    """Ring in memory only."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@pytest.fixture
async def connect(transactional_db):
    """Open sockets that are closed when the test ends."""
    opened = []

    async def open_one(session: str | None = None, **headers: str) -> Client:
        client = await Client.open(websocket, session, **headers)
        opened.append(client)
        return client

    yield open_one

    for client in opened:
        await client.close()

"""A real server on a real port, over a real database, and whoever connects to it."""

import pytest
from django.core.cache import cache

from live.line_connection import Patience
from live.line_listening import listen
from live.line_thread import LineThread
from tests.certificates import self_signed
from tests.line.clients import Program
from tests.line.screens import Screen


@pytest.fixture
def serve(transactional_db, settings):
    """Start servers that leave in order when the test ends."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    cache.clear()
    started = []

    def start(**options):
        thread = LineThread(listen("127.0.0.1", 0), **options)
        thread.start()
        started.append(thread)
        return thread

    yield start

    for thread in started:
        thread.stop()


@pytest.fixture
def server(serve):
    """A server as it usually is."""
    return serve(patience=Patience())


@pytest.fixture
def connect():
    """Open lines that are closed when the test ends."""
    opened = []

    def open_one(thread):
        program = Program(thread.address)
        opened.append(program)
        return program

    yield open_one

    for program in opened:
        program.close()


@pytest.fixture
def program(server, connect):
    """A line to the usual server, of nobody in particular."""
    return connect(server)


@pytest.fixture
def screen(server):
    """Open screens that are closed when the test ends."""
    opened = []

    def open_one(*options, **more):
        one = Screen(server.address, *options, **more)
        opened.append(one)
        return one

    yield open_one

    for one in opened:
        one.close()


@pytest.fixture
def certificate(tmp_path):
    """A certificate for this machine, signed by itself."""
    return self_signed(tmp_path, "127.0.0.1")

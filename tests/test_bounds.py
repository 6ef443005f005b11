"""What one request may cost: a head without end, a body without end, and no end at all."""

import asyncio
import contextlib
import logging

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import connect

from reservations_site import bounds, serving
from reservations_site.bounds import BoundedBodies, BoundedRequests

HEAD = b"POST /somewhere HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"10000\r\n" + b"x" * 65_536 + b"\r\n"


class Hasty(BoundedRequests):
    """A server with less patience than ours."""

    HEAD = BODY = 0.2


async def counting(scope, receive, send):
    """Answer with the number of bytes that came in, and the names of the headers; or echo a socket."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"]})
        return
    read, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        read += len(message["body"])
        more = message["more_body"]
    said = f"{read} {b' '.join(sorted(name for name, _ in scope['headers'])).decode()}".encode()
    headers = [(b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


async def served(protocol):
    """Serve on a port that was free."""
    options = {"lifespan": "off", "log_level": "critical", "ws": "websockets-sansio"}
    config = uvicorn.Config(BoundedBodies(counting), **options)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(config, ServerState(), {}), "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()


@pytest.fixture
def ask():
    """Send these bytes, for ever where they are asked for so, and return what is answered until the end."""

    async def asked(*sent, endless=b"", protocol=BoundedRequests, half=False):
        server, place = await served(protocol)
        reader, writer = await asyncio.open_connection(*place)
        written = 0
        try:
            with contextlib.suppress(ConnectionError):
                for one in sent:
                    writer.write(one)
                    await asyncio.sleep(0)
                while endless and written < 30_000_000 and not reader.at_eof():
                    writer.write(endless)
                    written += len(endless)
                    await writer.drain()
            async with asyncio.timeout(5):
                with contextlib.suppress(ConnectionError):
                    return written, await (reader.readline() if half else reader.read())
                return written, b""
        finally:
            writer.transport.abort()
            server.close()

    return asked


@pytest.mark.parametrize(
    ("begun", "more"),
    [
        (b"GET /", b"a" * 9_000),
        (HEAD + b"X: ", b"a" * 9_000),
        (HEAD, b"X: " + b"a" * 9_000 + b"\r\n"),
        (b"", b"\r\n" * 4_500),
    ],
    ids=["address", "one header", "many headers", "empty lines"],
)
async def test_a_head_without_end_is_cut_off(ask, begun, more):
    written, said = await ask(begun, endless=more)

    assert written < 10_000_000
    assert said == b"" or said.split()[1] in (b"431", b"400")


@pytest.mark.parametrize(("length", "status"), [(65_000, b"200"), (66_000, b"431")])
async def test_a_head_has_64_kib_also_where_its_end_comes_with_the_rest(ask, length, status):
    head = HEAD + b"Content-Length: 0\r\nX: " + b"a" * length + b"\r\n\r\n"

    _, said = await ask(head[:60_000], head[60_000:], protocol=Slow)

    assert said.split()[1] == status


@pytest.mark.parametrize("more", [b"X: " + b"a" * 9_000 + b"\r\n", b"1;" + b"a" * 9_000 + b"\r\nx\r\n"])
async def test_what_is_around_a_body_is_cut_off_too(ask, more):
    begun = CHUNKED + (b"0\r\n" if more.startswith(b"X") else b"")

    written, _ = await ask(begun, endless=more)

    assert written < 10_000_000


async def test_a_body_of_more_than_two_megabytes_is_refused(ask):
    _, said = await ask(CHUNKED, CHUNK * 40, half=True)

    assert said.startswith(b"HTTP/1.1 413 ")


async def test_a_body_of_two_megabytes_is_read(ask):
    _, said = await ask(CHUNKED, CHUNK * 32, b"0\r\nAuthorization: Bearer x\r\n\r\n", protocol=Slow)

    assert said.endswith(b"2097152 host transfer-encoding")  # and what follows a body is no header


class Slow(BoundedRequests):
    """A server that closes once it is asked nothing more, so that a test sees the end."""

    def on_response_complete(self):
        super().on_response_complete()
        self.transport.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"", 408), (b"GET / HT", 408), (HEAD, 408), (HEAD + b"Content-Length: 9\r\n\r\nx", None)],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
async def test_whoever_takes_too_long_is_let_go(ask, sent, status):
    _, said = await ask(sent, protocol=Hasty)

    assert said.partition(b"\r\n")[0] == (b"HTTP/1.1 408 Request Timeout" if status else b"")


async def test_a_socket_is_none_of_its_business():
    server, (host, port) = await served(Hasty)
    async with connect(f"ws://{host}:{port}/") as socket:
        await asyncio.sleep(0.5)

        await socket.send("still there")

        assert await socket.recv() == "still there"
    server.close()


def test_no_stranger_fills_the_log():
    def record(error):
        return logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "x", (), (type(error), error, None))

    wrong = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no")
    assert [serving.if_ours(record(error)) for error in (wrong, asyncio.CancelledError(), OSError())] == [
        False,
        False,
        True,
    ]


def test_the_site_is_served_within_these_bounds():
    assert serving.configuration().http is BoundedRequests
    assert bounds.LARGEST_BODY > 1_048_576  # the largest form

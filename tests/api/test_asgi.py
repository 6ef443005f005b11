"""The door under ASGI: bounded bodies, clients that leave, and everything else handed on."""

import asyncio
import json
import threading
import time

import pytest
from django.db import connections

from accounts import origins
from api.asgi import ApiFirst
from api.workers import REST, Workers
from rooms.models import Venue

HEADERS = [(b"host", b"localhost"), (b"content-type", b"application/json")]


class Behind:
    """The application behind the door; it remembers what it was asked."""

    def __init__(self):
        self.asked = []

    async def __call__(self, scope, receive, send):
        self.asked.append(scope.get("path", scope["type"]))


async def ask(path, *messages, method="POST", behind=None, **scope):
    """Send the messages and return what was answered: status, headers, body."""
    waiting, said = list(messages), []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        said.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "query_string": b"", "headers": HEADERS,
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "scheme": "http", **scope,
    }  # fmt: skip
    door = ApiFirst(behind or Behind())
    await door(scope, receive, send)
    await asyncio.to_thread(door.workers.stop)
    if not said:
        return None
    headers = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], headers, said[1]["body"]


def part(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize("path", ["/", "/api", "/apis/", "/api/v1/docs", "/venues/office/"])
async def test_what_is_not_the_apis_is_handed_on(path):
    behind = Behind()

    assert await ask(path, behind=behind) is None
    assert behind.asked == [path]


async def test_sockets_are_handed_on():
    behind = Behind()

    await ask("/api/v1/venues", behind=behind, type="websocket")

    assert behind.asked == ["/api/v1/venues"]


async def test_an_answer_has_lower_case_headers_and_its_length():
    status, headers, body = await ask("/api/v1/nothing", part(b""), method="GET")

    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert headers["content-length"] == str(len(body))
    assert all(name == name.lower() for name in headers)


async def test_a_body_is_read_no_further_than_it_may_be_long():
    endless = [part(b"x" * 40_000, more=True) for _ in range(1000)]

    status, headers, body = await ask("/api/v1/bookings", *endless)

    assert (status, json.loads(body)["code"], headers["connection"]) == (413, "too_large", "close")


async def test_who_leaves_while_sending_is_not_answered():
    assert await ask("/api/v1/bookings", part(b"{", more=True), {"type": "http.disconnect"}) is None


async def test_an_address_in_no_encoding_is_refused():
    status, _, body = await ask("/api/v1/venues", part(b""), method="GET", query_string=b"q=\xff\xfe")

    assert (status, json.loads(body)["code"]) == (400, "invalid")


@pytest.mark.django_db(transaction=True)
async def test_many_at_once_are_answered_from_the_tables():
    workers = Workers(6)

    answers = await asyncio.gather(*(workers.run(Venue.objects.count) for _ in range(60)))
    await asyncio.to_thread(workers.stop)

    assert answers == [0] * 60


async def test_whoever_was_busy_last_is_asked_first():
    workers = Workers(6)

    busy = [await workers.run(threading.get_ident) for _ in range(20)]
    several = await asyncio.gather(*(workers.run(_slow_ident) for _ in range(12)))
    await asyncio.to_thread(workers.stop)

    assert len(set(busy[-10:])) == 1
    assert len(set(several)) == 6


def _slow_ident():
    time.sleep(0.05)
    return threading.get_ident()


async def test_what_goes_wrong_in_a_thread_is_heard_where_it_is_waited_for():
    workers = Workers(1)

    with pytest.raises(ZeroDivisionError):
        await workers.run(divmod, 1, 0)
    assert await workers.run(divmod, 7, 2) == (3, 1)
    await asyncio.to_thread(workers.stop)


@pytest.mark.django_db(transaction=True)
async def test_a_thread_without_work_keeps_no_connection():
    workers = Workers(1)
    await workers.run(Venue.objects.count)
    (held,) = await workers.run(connections.all)

    assert held.connection is not None
    await asyncio.sleep(REST * 2)

    assert held.connection is None
    await asyncio.to_thread(workers.stop)


async def test_a_thread_knows_where_the_request_it_answers_came_from():
    workers = Workers(1)
    told = []
    for address in ("203.0.113.7", "198.51.100.7"):
        origins.came("api", address)
        told.append(await workers.run(origins.origin))
    origins.came("", "")
    await asyncio.to_thread(workers.stop)

    assert told == ["api 203.0.113.0/24", "api 198.51.100.0/24"]

"""The protocol: every message that cannot be obeyed, what is answered, and what ends the socket."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from accounts import operations as people
from accounts import tokens
from live.hub import hub
from live.routing import websocket
from rooms import operations
from rooms.queries.guests import revision_of
from rooms.queries.timeline import revisions
from tests.live.clients import Client, in_thread, log_in, until
from tests.worlds import NOW, office, person, room, span, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]


def watching(**fields):
    return json.dumps({"type": "watch", "topic": "venue:office", **fields})


INVALID = [
    ("broken JSON", '{"type":'),
    ("no object", "[]"),
    ("a number", "7"),
    ("not a number", '{"type":"ping","n":NaN}'),
    ("a number of 5,000 digits", '{"type":"ping","n":' + "9" * 5000 + "}"),
    ("no type", "{}"),
    ("a type that is no text", '{"type":7}'),
    ("an unknown type", '{"type":"subscribe"}'),
    ("a watch of nothing", '{"type":"watch"}'),
    ("a topic that is no text", '{"type":"watch","topic":["venue:office"]}'),
    ("a topic that is too long", json.dumps({"type": "watch", "topic": "venue:" + "a" * 200})),
    ("an unwatch of nothing", '{"type":"unwatch"}'),
    ("a start without an offset", watching(start="2026-11-24T00:00:00")),
    ("a start that is no instant", watching(start="tomorrow", end="2026-11-24T00:00:00Z")),
    ("a start that is a number", watching(start=1, end=2)),
    ("no end", watching(start="2026-11-24T00:00:00Z")),
    ("no start", watching(end="2026-11-24T00:00:00Z")),
    ("a window that is reversed", watching(start="2026-11-24T00:00Z", end="2026-11-23T00:00Z")),
    ("a window of 63 days", watching(start="2026-11-01T00:00Z", end="2027-01-03T00:00Z")),
    ("a window in the year 9999", watching(start="9999-12-31T00:00Z", end="9999-12-31T23:00Z")),
    ("a window out of the calendar", watching(start="0001-01-01T00:00+14:00", end="0001-01-02T00:00Z")),
    ("a since that is a list", watching(since=[1])),
    ("a since of no rooms", watching(since={"aurora": 1})),
    ("a since of foreign digits", watching(since={"٣": 1})),
    ("a since of half revisions", watching(since={"1": 1.5})),
    ("a since of truths", watching(since={"1": True})),
]  # fmt: skip
NOT_FOUND = [
    *("venue:nowhere", "venue:", "venue", "desk:nowhere", "journey:1", "", " mine"),
    *("venue:office\x00", "venue:\ud800"),
]


@pytest.mark.parametrize("text", [text for _, text in INVALID], ids=[name for name, _ in INVALID])
async def test_nonsense_is_answered_with_an_error_and_the_socket_stays_open(connect, text):
    await in_thread(office)
    client = await connect()

    client.raw(text=text)
    error = await client.answer()
    client.say(type="ping")

    assert (error["type"], error["code"]) == ("error", "invalid")
    assert error["detail"]
    assert await client.answer() == {"type": "pong"}


@pytest.mark.parametrize("topic", NOT_FOUND)
async def test_an_unknown_topic_is_not_found(connect, topic):
    client = await connect()

    client.say(type="watch", topic=topic)
    error = await client.answer()

    assert error["code"] == ("invalid" if topic == "" else "not_found")
    assert error.get("topic", "") == topic


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("a binary frame", {"bytes": b'{"type":"ping"}'}),
        ("17 KiB", {"text": json.dumps({"type": "ping", "pad": "a" * 17 * 1024})}),
        ("17 KiB in few letters", {"text": '{"type":"ping","pad":"' + "€" * 6000 + '"}'}),
        ("10,000 brackets", {"text": "[" * 10_000}),
        ("3,000 objects in one another", {"text": '{"a":' * 3_000}),
    ],
)  # fmt: skip
async def test_what_no_honest_client_sends_ends_the_socket(connect, name, event):
    client = await connect()

    client.raw(**event)

    assert await client.end() == 4400


async def test_ten_messages_a_second_are_answered_and_a_flood_ends_the_socket(connect):
    client = await connect()

    for _ in range(30):
        client.say(type="ping")

    assert await client.end() == 4429
    answers = [client.others.get_nowait() for _ in range(client.others.qsize())]
    assert [answer["type"] for answer in answers] == ["pong"] * 20 + ["error"]
    assert answers[-1]["code"] == "throttled"


async def test_somebody_who_tries_every_door_is_shown_out(connect):
    client = await connect()

    for number in range(20):
        client.say(type="watch", topic=f"venue:secret-{number}")
        if number % 10 == 9:
            await asyncio.sleep(0.5)

    assert await client.end() == 4403


async def test_one_socket_watches_at_most_twenty_topics(connect):
    for number in range(21):
        await in_thread(office, f"office-{number}")
    client = await connect()
    for number in range(20):
        await client.watch(f"venue:office-{number}")
        await asyncio.sleep(0.06)

    client.say(type="watch", topic="venue:office-20")

    assert (await client.answer())["code"] == "invalid"
    await client.watch("venue:office-3")


async def test_one_address_opens_so_many_windows_and_shares_what_is_open(connect, monkeypatch):
    monkeypatch.setattr("live.hub.MOST_OF_ONE", 3)
    await in_thread(office)
    days = [{"start": f"2026-11-{n}T00:00:00Z", "end": f"2026-11-{n}T12:00:00Z"} for n in (23, 24, 25, 26)]
    for day in days[:3]:
        await (await connect()).watch("venue:office", **day)
    client = await connect()

    client.say(type="watch", topic="venue:office", **days[3])

    assert (await client.answer())["code"] == "unready"
    await client.watch("venue:office", **days[2])
    assert sum(hub().opened.values()) == 3


class TestRights:
    """Who may watch what: each topic, for a stranger, a guest, the venue's staff and an administrator."""

    ROWS = [
        # topic            nobody               guest          clerk          admin
        ("venue:office", "snapshot", "snapshot", "snapshot", "snapshot"),
        ("venue:hidden", "not_found", "not_found", "snapshot", "snapshot"),
        ("desk:office", "not_authenticated", "forbidden", "snapshot", "snapshot"),
        ("desk:hidden", "not_found", "not_found", "snapshot", "snapshot"),
        ("mine", "not_authenticated", "snapshot", "snapshot", "snapshot"),
    ]

    @pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
    async def test_a_topic_is_for_those_who_may_see_it(self, connect, row):
        def world():
            listed, hidden = office("office"), office("hidden")
            hidden.is_listed = False
            hidden.save()
            guest, clerk, admin = person("guest"), person("clerk"), person("admin", is_superuser=True)
            works_at(clerk, listed)
            works_at(clerk, hidden)
            return [None, *map(log_in, (guest, clerk, admin))]

        topic, *wanted = row
        got = []
        for session in await in_thread(world):
            client = await connect(session)
            client.say(type="watch", topic=topic)
            await until(lambda c=client: c.boards or not c.others.empty())
            got.append("snapshot" if client.boards else client.others.get_nowait()["code"])

        assert got == wanted


class TestTokens:
    async def test_a_token_in_the_first_frame_serves_instead_of_a_cookie(self, connect):
        guest = await in_thread(person, "guest")
        client = await connect()

        client.say(type="auth", token=tokens.issue(guest))

        assert (await client.watch("mine")).rooms == {}

    @pytest.mark.parametrize("token", ["", "x", None, 7, ["a"], "a" * 5000, "eyJhbGciOiJub25lIn0.e30."])
    async def test_a_token_that_is_none_is_refused_and_the_socket_stays_open(self, connect, token):
        client = await connect()

        client.say(type="auth", token=token)

        assert (await client.answer())["code"] == "not_authenticated"
        client.say(type="ping")
        assert await client.answer() == {"type": "pong"}

    @pytest.mark.parametrize("end", ["run out", "ended"])
    async def test_a_token_that_is_over_ends_the_socket(self, connect, end):
        guest = await in_thread(person, "guest")
        early = datetime.now(UTC) - (tokens.LIFE if end == "run out" else timedelta())
        token = tokens.issue(guest, now=early)
        if end == "ended":
            await in_thread(people.log_out_everywhere, guest)
        client = await connect()

        client.say(type="auth", token=token)

        assert (await client.answer())["code"] == "not_authenticated"
        assert await client.end() == 4401

    async def test_a_socket_does_not_change_hands(self, connect):
        guest, other = await in_thread(person, "guest"), await in_thread(person, "other")
        client = await connect(await in_thread(log_in, guest))

        client.say(type="auth", token=tokens.issue(other))

        assert (await client.answer())["code"] == "forbidden"


class TestOrigins:
    ROWS = [
        ("its own page", "http://testserver:8000", True),
        ("its own page over TLS", "https://testserver:8000", True),
        ("capitals", "HTTP://TESTSERVER:8000", True),
        ("a trusted origin", "https://booking.example.org", True),
        ("a trusted subdomain", "https://a.example.net", True),
        ("the site's own address", "https://reserve.example.com", True),
        ("another port", "http://testserver:3000", False),
        ("no port", "http://testserver", False),
        ("another site", "https://evil.example", False),
        ("a suffix", "http://testserver:8000.evil.example", False),
        ("a prefix", "http://eviltestserver:8000", False),
        ("a trusted one without TLS", "http://booking.example.org", False),
        ("what only ends like a trusted one", "https://evilexample.net", False),
        ("a sandboxed frame", "null", False),
        ("nothing", "", False),
        ("a file", "file://", False),
        ("a user in it", "http://testserver:8000@evil.example", False),
        ("the own host as a user", "http://evil@testserver:8000", False),
        ("a broken address", "http://[", False),
        ("an extension", "chrome-extension://abcdefgh", False),
    ]

    @pytest.fixture(autouse=True)
    def _hosts(self, settings):
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.BASE_URL = "https://reserve.example.com"
        settings.CSRF_TRUSTED_ORIGINS = ["https://booking.example.org", "https://*.example.net"]

    @pytest.mark.parametrize(("origin", "may"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
    async def test_only_own_pages_get_through_the_handshake(self, connect, origin, may):
        client = await connect(origin=origin, host="testserver:8000")

        assert client.accepted.is_set() is may
        assert client.closed.is_set() is not may

    async def test_a_program_sends_no_origin_and_may_pass(self, connect):
        client = await connect(host="testserver:8000")

        assert client.accepted.is_set()

    async def test_a_forged_host_does_not_make_its_own_origin_ours(self, connect):
        client = await connect(origin="https://evil.example", host="evil.example")

        assert not client.accepted.is_set()

    async def test_an_unknown_address_is_refused(self):
        client = Client(websocket)
        client._scope["path"] = "/ws/else/"
        client._in.put_nowait({"type": "websocket.connect"})

        await websocket(client._scope, client._in.get, client._hear)

        assert client.closed.is_set()
        assert not client.accepted.is_set()


class TestLimits:
    async def test_a_user_has_so_many_sockets_and_no_more(self, connect, settings):
        settings.LIVE_SOCKETS_PER_USER = 2
        key = await in_thread(lambda: log_in(person("guest")))
        first, second = await connect(key), await connect(key)
        for known in (first, second):  # An answer tells that it has been counted.
            known.say(type="ping")
            await known.answer()

        third = await connect(key)
        assert await third.end() == 4429
        await first.close()
        fourth = await connect(key)
        fourth.say(type="ping")

        assert await fourth.answer() == {"type": "pong"}

    async def test_an_address_has_so_many_sockets_and_no_more(self, connect, settings):
        settings.LIVE_SOCKETS_PER_ADDRESS = 2
        await connect(), await connect()

        third = await connect()

        assert await third.end() == 4429
        assert hub().per_address == {"192.0.2.1": 2}

    async def test_behind_a_proxy_the_address_is_the_one_it_writes_last(self, connect, settings):
        settings.LIVE_SOCKETS_PER_ADDRESS = 1
        settings.BEHIND_PROXY = True
        await connect(**{"x-forwarded-for": "198.51.100.1"})

        other = await connect(**{"x-forwarded-for": "198.51.100.1, 198.51.100.2"})
        forger = await connect(**{"x-forwarded-for": "198.51.100.3, 198.51.100.1"})

        assert await forger.end() == 4429
        other.say(type="ping")
        assert await other.answer() == {"type": "pong"}

    async def test_without_a_proxy_nobody_says_from_where_they_come(self, connect, settings):
        settings.LIVE_SOCKETS_PER_ADDRESS = 1
        await connect(**{"x-forwarded-for": "198.51.100.1"})

        other = await connect(**{"x-forwarded-for": "198.51.100.2"})

        assert await other.end() == 4429

    async def test_a_token_counts_as_its_person(self, connect, settings):
        settings.LIVE_SOCKETS_PER_USER = 1
        guest = await in_thread(person, "guest")
        first = await connect(await in_thread(log_in, guest))
        first.say(type="ping")
        await first.answer()
        second = await connect()

        second.say(type="auth", token=tokens.issue(guest))

        assert await second.end() == 4429


async def test_a_restart_closes_every_socket_with_1012(connect):
    await in_thread(lambda: room(office()))
    clients = [await connect() for _ in range(3)]
    await clients[0].watch("venue:office")

    await hub().close_all()

    assert [await client.end() for client in clients] == [1012, 1012, 1012]


async def test_heartbeats_carry_the_revision(connect):
    await in_thread(lambda: room(office()))
    client = await connect()
    board = await client.watch("venue:office")

    await hub().beat()
    await until(lambda: len(board.frames) > 1)

    assert {key: board.frames[-1][key] for key in ("type", "topic", "revision")} == {
        "type": "heartbeat",
        "topic": "venue:office",
        "revision": 0,
    }


async def test_pages_are_drawn_from_the_revision_that_the_topic_then_tells(connect):
    """A page whose topic comes at another revision than it was drawn from fetches itself anew."""

    def prepare():
        guest, place = person("guest"), room(office())
        for hour in (9, 11):
            made = operations.book(place, span(hour, hour + 1), by=guest, now=NOW)
        operations.cancel(made, by=guest, now=NOW)
        return guest.pk, place.venue_id, log_in(guest), log_in(works_at(person("staff"), place.venue))

    guest, venue, hers, his = await in_thread(prepare)

    mine = await (await connect(hers)).watch("mine")
    desk = await (await connect(his)).watch("desk:office")

    assert mine.frames[0]["revision"] == await in_thread(revision_of, guest) > 0
    assert desk.frames[0]["revision"] == (await in_thread(revisions, [venue]))[venue][1] > 0

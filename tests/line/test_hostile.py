"""Who means harm, or has a broken cable: the line ends with a reason, and the server goes on."""

import json
import socket
import struct
import threading
import time

import pytest

from live import outlet
from live.line_connection import Patience
from live.line_server import Limits
from tests.days import TUE, WED
from tests.line.clients import Program
from tests.live.clients import Board
from tests.worlds import office, person, room, rooms

PING = b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n'


@pytest.fixture
def impatient(serve):
    """A server that waits a moment where the usual one waits minutes."""
    return serve(patience=Patience(idle=0.5, line=0.5, reading=0.5))


@pytest.fixture
def goes_on(server, connect):
    """Tell whether somebody else is served all the while."""
    yield
    assert connect(server).call("ping") == "pong"


def said_last(program):
    [said] = program.ends()
    assert said["id"] is None
    return said["error"]["code"], said["error"]["data"]["code"], said["error"]["message"]


@pytest.mark.usefixtures("goes_on")
class TestGarbage:
    @pytest.mark.parametrize(
        "garbage",
        [
            b"GET / HTTP/1.1\r\n",
            b"\xff\xfe\x00\x01\n",
            b"\x16\x03\x01\x02\x00\x01\x00\n",  # the beginning of a TLS handshake
            b'{"jsonrpc":"2.0","id":1,"method":"ping\x00"}\n',
            b'{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}\n',
            b"[" * 60_000 + b"\n",
            b'{"a":' * 12_000 + b"\n",
            b"9" * 60_000 + b"\n",
            b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b"9" * 60_000 + b"}\n",
        ],
        ids=["http", "bytes", "tls", "nul", "twice", "lists", "objects", "digits", "huge"],
    )
    def test_is_answered_with_an_error_and_the_line_stays(self, program, garbage):
        program.send(garbage)

        assert program.answer()["error"]["code"] == -32700
        assert program.call("ping") == "pong"

    def test_in_a_text_that_a_table_would_see_is_refused_or_kept_as_it_is(self, program, transactional_db):
        venue = office()
        room(venue)
        program.log_in(person("guest"))
        times = {"start": f"{TUE}T09:00", "end": f"{TUE}T10:00"}

        answers = [
            program.ask("book", venue="office", count=1, title=title, **times)
            for title in ("a\x00b", "line\nbreak", "\u202eturned", "\ud800", "x" * 5000, "x" * 200)
        ]
        names = [
            program.ask("rooms", venue=venue)
            for venue in ("a\x00", "\ud800", "' OR 1=1 --", "../..", "x" * 5000)
        ]
        references = [program.ask("cancel", reference=one) for one in ("a\x00", "\U0001f600" * 9, "%", "")]

        assert {answer["error"]["data"]["code"] for answer in answers} == {"invalid"}
        assert {answer["error"]["data"]["code"] for answer in (*names, *references)} <= {
            "invalid",
            "not_found",
        }
        quoted = program.call("book", venue="office", count=1, title='"}\\n{"id":7', **times)
        assert quoted["title"] == '"}\\n{"id":7'

    @pytest.mark.parametrize(
        "moment",
        [
            "",
            "soon",
            "0001-01-01T00:00",
            "9999-12-31T23:59:59+14:00",
            f"{TUE}T10:00Z" * 3,
            "2026-02-30T10:00",
        ],
    )
    def test_as_a_date_is_invalid(self, program, transactional_db, moment):
        room(office())

        for method in ("availability", "watch"):
            params = {"venue": "office"} if method == "availability" else {"topic": "venue:office"}
            answer = program.ask(method, **params, start=moment, end=f"{WED}T10:00")

            assert answer["error"]["data"]["code"] == "invalid"


@pytest.mark.usefixtures("goes_on")
class TestLinesTooLong:
    def test_are_refused_and_the_line_is_closed(self, program):
        program.send(PING + b"x" * 65_537)

        assert program.read()["result"] == "pong"
        assert said_last(program) == (-32600, "invalid", "A line has at most 65536 bytes.")

    def test_may_have_every_byte_they_may_have(self, program):
        call = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{}}'
        program.send(call + b" " * (65_536 - len(call)) + b"\n")

        assert program.read()["result"] == "pong"


class TestSlowPeers:
    def test_who_drip_a_line_are_told_and_hung_up_on(self, impatient, connect):
        slow = connect(impatient)
        told = threading.Timer(0.0, lambda: [slow.send(b"x") or time.sleep(0.1) for _ in range(5)])
        told.start()

        assert said_last(slow) == (-32000, "throttled", "That line took too long.")
        told.join()

    def test_who_say_nothing_are_told_and_hung_up_on(self, impatient, connect):
        assert said_last(connect(impatient)) == (-32000, "throttled", "Nothing was said for too long.")

    def test_who_speak_now_and_then_may_stay(self, impatient, connect):
        program = connect(impatient)

        for _ in range(5):
            time.sleep(0.3)
            assert program.call("ping") == "pong"

    def test_who_do_not_read_their_answers_are_dropped(self, impatient, connect):
        deaf = connect(impatient)
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.socket.settimeout(5)
        help_ = b'{"jsonrpc":"2.0","id":1,"method":"help"}\n'

        with pytest.raises((ConnectionError, TimeoutError)):
            deaf.send(help_ * 2_000_000)

        until = time.monotonic() + 5
        while impatient.server.lines and time.monotonic() < until:
            time.sleep(0.05)
        assert not impatient.server.lines
        assert connect(impatient).call("ping") == "pong"


@pytest.mark.usefixtures("goes_on")
class TestPipelines:
    def test_are_answered_in_order_every_one(self, program):
        number = 10_000
        calls = b"".join(b'{"jsonrpc":"2.0","id":%d,"method":"ping"}\n' % n for n in range(number))
        sending = threading.Thread(target=program.send, args=[calls])
        sending.start()

        assert [program.read()["id"] for _ in range(number)] == list(range(number))
        sending.join()

    def test_stop_being_read_while_their_answers_wait(self, server, connect):
        greedy = connect(server)
        greedy.socket.settimeout(1)
        help_ = b'{"jsonrpc":"2.0","id":1,"method":"help"}\n'

        with pytest.raises(TimeoutError):
            greedy.send(help_ * 2_000_000)

        [line] = server.server.lines
        assert len(line._waiting) <= 32 + 16 * 1024 // len(help_)
        assert line.transport.get_write_buffer_size() < 200_000

    def test_of_notifications_are_answered_by_nothing(self, program):
        program.send(b'{"jsonrpc":"2.0","method":"ping"}\n{"jsonrpc":"2.0","method":"nonsense"}\n\n \r\n')

        assert program.call("ping") == "pong"

    def test_of_batches_are_answered_by_batches(self, program):
        calls = [
            {"jsonrpc": "2.0", "id": 1, "method": "ping"},
            {"jsonrpc": "2.0", "method": "ping"},
            {"jsonrpc": "2.0", "id": "x", "method": "nonsense"},
            7,
        ]
        program.send(json.dumps(calls).encode() + b"\n")

        answers = program.read()

        assert [answer["id"] for answer in answers] == [1, "x", None]
        assert [answer.get("error", {}).get("code") for answer in answers] == [None, -32601, -32600]
        program.send(json.dumps([calls[1]] * 3).encode() + b"\n")
        assert program.call("ping") == "pong"


@pytest.mark.usefixtures("goes_on")
class TestBrokenCables:
    def test_half_closed_lines_still_hear_their_answers(self, program):
        program.send(PING * 3 + PING.rstrip())
        program.socket.shutdown(socket.SHUT_WR)

        assert [said["result"] for said in program.ends()] == ["pong"] * 4

    def test_reset_lines_leave_nothing_behind(self, server, connect, transactional_db):
        room(office())
        for number in range(20):
            gone = Program(server.address)
            gone.call("watch", topic="venue:office")
            gone.send(PING * number + b"half a li")
            gone.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            gone.close()

        until = time.monotonic() + 5
        while (
            server.server.lines or server.server._tasks - set(server.server._duties)
        ) and time.monotonic() < until:
            time.sleep(0.05)
        assert not server.server.lines
        assert not server.server._per_network

    def test_a_client_that_is_gone_has_booked_all_or_nothing(self, server, connect, transactional_db):
        from rooms.models import Booking

        venue = office()
        room(venue)
        guest = person("guest")
        for hour in range(8, 12):
            gone = Program(server.address).log_in(guest)
            call = {"venue": "office", "count": 1, "start": f"{TUE}T{hour:02}:00"}
            call["end"] = f"{TUE}T{hour:02}:30"
            gone.send(
                json.dumps({"jsonrpc": "2.0", "id": 1, "method": "book", "params": call}).encode() + b"\n"
            )
            gone.close()

        own = connect(server).log_in(guest)
        time.sleep(0.5)
        listed = own.call("bookings")

        assert len(listed) == Booking.objects.count()
        assert {len(booking["rooms"]) for booking in listed} <= {1}


class TestTooManyConnections:
    def test_from_one_address_are_told_and_hung_up_on(self, serve, connect):
        server = serve(most=Limits(lines=10, per_network=3))
        kept = [connect(server) for _ in range(3)]
        for one in kept:
            one.call("ping")

        refused = connect(server)

        assert said_last(refused) == (-32000, "throttled", "Too many connections from your address.")
        kept.pop().close()
        time.sleep(0.2)
        assert connect(server).call("ping") == "pong"

    def test_in_all_are_told_and_hung_up_on(self, serve, connect):
        server = serve(most=Limits(lines=2, per_network=10))
        for one in [connect(server), connect(server)]:
            one.call("ping")

        assert said_last(connect(server))[2].startswith("Too many connections. ")


def test_a_server_that_stops_finishes_what_runs_and_says_so(serve, connect, transactional_db):
    venue = office()
    room(venue)
    thread = serve()
    busy, idle = connect(thread).log_in(person("guest")), connect(thread)
    idle.call("watch", topic="venue:office")
    call = {"venue": "office", "count": 1, "start": f"{TUE}T09:00", "end": f"{TUE}T10:00"}
    busy.send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "book", "params": call}).encode() + b"\n")
    time.sleep(0.05)

    thread.stop()

    answer, last = busy.ends()
    assert answer["result"]["state"] == "confirmed"
    assert last["error"]["data"]["code"] == "unready"
    assert idle.ends()[-1]["error"]["data"] == {
        "code": "unready",
        "detail": "The server restarts. Please come back in a moment.",
        "retry_after": 1,
    }
    with pytest.raises(ConnectionRefusedError):
        Program(thread.address)


def test_a_watcher_who_does_not_read_holds_nobody_back_and_ends_with_the_truth(
    server, connect, transactional_db, monkeypatch
):
    monkeypatch.setattr(outlet, "PATIENCE", 60.0)  # as long as this test may take on a slow machine
    venue = office()
    rooms(venue, 40)
    guest = person("guest")
    day = {"start": f"{TUE}T00:00", "end": f"{WED}T00:00"}
    deaf, quick, actor = connect(server), connect(server), connect(server).log_in(guest)
    deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    board = Board()
    board.apply(deaf.call("watch", topic="venue:office", **day))
    quick.call("watch", topic="venue:office", **day)
    for line in server.server.lines:
        line.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        line.transport.set_write_buffer_limits(high=4096)
    names = [f"Room {n}" for n in range(1, 41)]

    for _ in range(40):
        held = actor.call("book", venue="office", rooms=names, start=f"{TUE}T09:00", end=f"{TUE}T10:00")
        quick.hears()
        actor.call("cancel", reference=held["reference"])
        quick.hears()

    frames = 0
    while board.revision < 40 * 80:
        frame = deaf.hears()
        board.apply(frame)
        frames += 1
    fresh = Board()
    fresh.apply(connect(server).call("watch", topic="venue:office", **day))
    assert board.shown() == fresh.shown()
    assert frames < 80  # It was spared some of what is no longer true.

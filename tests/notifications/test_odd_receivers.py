"""Receivers that are slow, endless, huge or broken: each costs ten seconds and 64 KiB at most."""

import socket
import ssl
import time

import pytest

from notifications import delivery, wire
from notifications.delivery import MOST, post
from tests.certificates import self_signed
from tests.notifications.receivers import Odd, Receiver

pytestmark = pytest.mark.usefixtures("private")


@pytest.fixture
def odd():
    """Make a receiver that treats each connection so."""
    made = []

    def make(treat):
        made.append(Odd(treat))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def hasty(monkeypatch):
    """Let the ten seconds be one."""
    monkeypatch.setattr(delivery, "TOTAL", 1.0)


def sends(*pieces, pause=0.0, forever=False):
    """Return a treatment: read the request, then send the pieces, perhaps the last one for ever."""

    def treat(wire):
        wire.recv(65_536)
        for piece in pieces:
            wire.sendall(piece)
            time.sleep(pause)
        while forever:
            wire.sendall(pieces[-1])
            time.sleep(pause)

    return treat


def test_ten_seconds_is_what_is_promised():
    assert (delivery.TOTAL, delivery.MOST) == (10.0, 65_536)


OVER_TIME = {
    "never answers": lambda wire: time.sleep(5),
    "sends one byte of its head now and then": sends(b"H", pause=0.2, forever=True),
    "sends headers now and then": sends(b"HTTP/1.1 200 OK\r\n"[:9], b"2", pause=0.3, forever=True),
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("treat", OVER_TIME.values(), ids=OVER_TIME)
def test_who_does_not_answer_in_time_did_not_take_it(odd, treat):
    began = time.monotonic()

    outcome = post(odd(treat).url, b"{}", {})

    assert outcome.status is None
    assert outcome.error.startswith("No answer within")
    assert time.monotonic() - began < 2


ANSWERED = {
    "a body without end": (sends(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096, forever=True), 200),
    "a body that drips": (sends(b"HTTP/1.1 200 OK\r\n\r\n", b"x", pause=0.1, forever=True), 200),
    "a body of a terabyte": (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n", b"x"), 200),
    "broken chunks": (sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 200),
    "half of its body": (sends(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), 200),
    "headers without end": (sends(b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 8000 + b"\r\n", forever=True), 200),
    "an error and a body without end": (
        sends(b"HTTP/1.1 500 Oops\r\n\r\n", b"x" * 4096, forever=True),
        500,
    ),
    "a hang-up after its status": (sends(b"HTTP/1.1 204 No Content\r\n"), 204),
}


@pytest.mark.parametrize(("treat", "status"), ANSWERED.values(), ids=ANSWERED)
def test_the_status_counts_whatever_follows_it(odd, treat, status):
    began = time.monotonic()

    outcome = post(odd(treat).url, b"{}", {})

    assert outcome.status == status
    assert time.monotonic() - began < 3


NO_ANSWER = {
    "nothing": lambda wire: wire.recv(65_536),
    "half a status": sends(b"HTTP/1."),
    "another protocol": sends(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "garbage": sends(bytes(range(256)) * 400),
    "one line without end": sends(b"HTTP" + b"x" * 4096, forever=True),
    "to go on, for ever": sends(b"HTTP/1.1 100 Continue\r\n\r\n" * 100, forever=True),
    "a reset": lambda wire: wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0"),
    "that it closed its half": lambda wire: (wire.shutdown(socket.SHUT_WR), wire.recv(65_536)),
}


@pytest.mark.parametrize("treat", NO_ANSWER.values(), ids=NO_ANSWER)
def test_who_answers_this_did_not_take_it(odd, treat):
    outcome = post(odd(treat).url, b"{}", {})

    assert outcome.status is None
    assert outcome.error.endswith(".")
    assert not outcome.is_delivered


def test_at_most_64_kib_of_an_answer_are_read(odd):
    sent = []

    def treat(wire):
        wire.recv(65_536)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            sent.append(wire.send(b"x" * 4096))

    assert post(odd(treat).url, b"{}", {}).status == 200
    # What the system's buffers took on the way was not read.
    assert sum(sent) < MOST + 8 * 1024 * 1024


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver, odd, status):
    elsewhere = odd(lambda wire: None)
    receiver.answer = lambda heard: (status, {"Location": elsewhere.url})

    outcome = post(receiver.url, b"{}", {})

    assert (outcome.status, outcome.is_delivered) == (status, False)
    assert "redirect" in outcome.error
    assert (len(receiver.heard), elsewhere.connections) == (1, 0)


def test_who_is_not_there_is_named_so():
    gone = Receiver()
    gone.down()

    assert post(gone.url, b"{}", {}).error == "The connection was refused."


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),  # is past
        ("soon", None),
        ("-5", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_retry_after_is_understood(receiver, said, seconds):
    receiver.answer = lambda heard: (503, {"Retry-After": said})

    assert post(receiver.url, b"{}", {}).retry_after == seconds


def test_what_is_sent_is_a_plain_post(receiver):
    assert post(f"{receiver.url}?key=1", b'{"a":1}', {"webhook-id": "msg"}).is_delivered

    [heard] = receiver.heard
    assert (heard.path, heard.told) == ("/hook?key=1", {"a": 1})
    assert heard.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.headers["webhook-id"] == "msg"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of localhost, signed by itself."""
    folder = tmp_path_factory.mktemp("tls")
    self_signed(folder)
    return folder


class TestCertificates:
    @pytest.fixture
    def server(self, odd, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        names = []
        context.sni_callback = lambda wire, name, _: names.append(name)

        def treat(plain):
            with context.wrap_socket(plain, server_side=True) as wire:
                sends(b"HTTP/1.1 204 No Content\r\n\r\n")(wire)

        found = odd(treat)
        found.names = names
        return found

    @pytest.fixture
    def _trusted(self, certificate, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        wire.tls.cache_clear()
        yield
        wire.tls.cache_clear()

    @pytest.mark.usefixtures("_trusted")
    def test_of_the_very_host_are_taken_and_the_host_is_named(self, server):
        assert post(f"https://localhost:{server.port}/", b"{}", {}).status == 204
        assert server.names == ["localhost"]

    @pytest.mark.usefixtures("_trusted")
    def test_of_another_host_are_not(self, server):
        outcome = post(f"https://127.0.0.1:{server.port}/", b"{}", {})

        assert outcome.status is None
        assert outcome.error.startswith("TLS failed: IP address mismatch")

    def test_of_nobody_known_are_not(self, server):
        assert post(f"https://localhost:{server.port}/", b"{}", {}).error.startswith("TLS failed: self")

    def test_are_asked_for_in_time(self, odd, hasty):
        assert post(
            odd(lambda wire: time.sleep(3)).url.replace("http:", "https:"), b"{}", {}
        ).error.startswith("No answer within")

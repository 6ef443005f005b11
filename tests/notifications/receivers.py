"""Receivers on 127.0.0.1: sound ones that can be taken down and put up again, and odd ones."""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Heard:
    """One delivery as it arrived."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes, status: int) -> None:
        self.path, self.headers, self.body, self.status = path, headers, body, status
        self.told: dict[str, Any] = json.loads(body)

    @property
    def type(self) -> str:
        return self.told["type"]


class Receiver:
    """A server that writes down what it is sent, and answers as it is told to.

    `answer` gets each Heard and returns a status, or a status and headers. It may be taken down, and comes
    back at the same address.
    """

    def __init__(self, path: str = "/hook") -> None:
        self.heard: list[Heard] = []
        self.answer: Callable[[Heard], Any] = lambda heard: 204
        self.under_way: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()  # of each booking
        self.crowd = 0  # at once, of all
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.up()
        self.url = f"http://127.0.0.1:{self.port}{path}"

    def up(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Any:
        heard = Heard(path, headers, body, 0)
        about = str(heard.told.get("booking"))
        with self._lock:
            self.under_way[about] += 1
            self.most_at_once[about] = max(self.most_at_once[about], self.under_way[about])
            self.crowd = max(self.crowd, self.under_way.total())
        answer = self.answer(heard)
        status, more = answer if isinstance(answer, tuple) else (answer, {})
        heard.status = status
        with self._lock:
            self.under_way[about] -= 1
            self.heard.append(heard)
        return status, more

    @property
    def accepted(self) -> list[Heard]:
        return [heard for heard in self.heard if 200 <= heard.status < 300]


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, more = receiver.take(self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


class Odd:
    """A server of which each connection is treated by a function, in a thread of its own."""

    def __init__(self, treat: Callable[[socket.socket], None] = lambda wire: None) -> None:
        self.connections = 0
        self._treat = treat
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(wire,), daemon=True).start()

    def _one(self, wire: socket.socket) -> None:
        with wire, suppress(OSError):  # It was hung up on, as it deserved.
            self._treat(wire)

    def close(self) -> None:
        # A thread in accept() keeps a closed listener alive: shut it down first.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def until(true: Callable[[], Any], seconds: float = 10) -> None:
    """Wait until something is true; it is an error if that takes too long."""
    latest = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < latest, "That did not come true in time."
        time.sleep(0.01)

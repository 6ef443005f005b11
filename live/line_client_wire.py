"""The client's end of a line: calls that wait for their answer, and a thread that hears everything else."""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0  # seconds for an answer
STILL_HERE = 240.0  # seconds between pings: the server hangs up after ten minutes of silence
Json = dict[str, Any]


class LineEnded(Exception):
    """The server hung up, or cannot be reached; the sentence says which, and why if it said so."""


class Refusal(Exception):
    """The server said no; `data` has its code and what helps."""

    def __init__(self, error: Json) -> None:
        super().__init__(str(error.get("message", "That is not possible.")))
        self.data: Json = error.get("data") or {"code": "invalid", "detail": str(self)}


class Wire:
    """One line to a server.

    :param on_change: called in the listening thread with every notification's method and params
    :param on_end: called in the listening thread when the server hangs up
    """

    def __init__(
        self,
        address: tuple[str, int],
        *,
        secret: ssl.SSLContext | None = None,
        on_change: Callable[[str, Json], None],
        on_end: Callable[[], None],
    ) -> None:
        try:
            plain = socket.create_connection(address, timeout=10)
            self._socket = secret.wrap_socket(plain, server_hostname=address[0]) if secret else plain
        except OSError as error:
            raise LineEnded(f"Cannot reach {address[0]}:{address[1]}: {error.strerror or error}.") from None
        self._socket.settimeout(None)
        self._on_change, self._on_end = on_change, on_end
        self._answers: queue.SimpleQueue[Json | None] = queue.SimpleQueue()
        self._number = 0
        self._lock = threading.Lock()
        self.last_word = ""
        self.has_ended = self._is_leaving = False
        self._silence = threading.Event()
        for work in (self._listen, self._stay):
            threading.Thread(target=work, daemon=True).start()

    def call(self, method: str, **params: Any) -> Any:
        """Return the result of the call.

        :raises Refusal: if the server says no
        :raises LineEnded: if it hangs up instead
        """
        self._number += 1
        self._send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        while True:
            try:
                answer = self._answers.get(timeout=PATIENCE)
            except queue.Empty:
                raise LineEnded(f"No answer came within {PATIENCE:.0f} seconds.") from None
            if answer is None:
                self._answers.put(None)  # for whoever asks again
                raise LineEnded(self.last_word or "The server ended the line.")
            if answer.get("id") == self._number:
                break
        if "error" in answer:
            raise Refusal(answer["error"])
        return answer["result"]

    def _send(self, said: Json) -> None:
        try:
            with self._lock:
                self._socket.sendall(json.dumps(said).encode() + b"\n")
        except OSError:
            raise LineEnded(self.last_word or "The server ended the line.") from None

    def close(self) -> None:
        """Hang up."""
        self._is_leaving = True
        self._silence.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _stay(self) -> None:
        while not self._silence.wait(STILL_HERE):
            try:
                self._send({"jsonrpc": "2.0", "method": "ping"})
            except LineEnded:
                return

    def _listen(self) -> None:
        try:
            with self._socket.makefile("rb") as lines:
                for line in lines:
                    self._hear(json.loads(line))
        except (OSError, ValueError):
            pass  # Cut off, perhaps in the middle of a line: it has ended either way.
        self.has_ended = True
        self._silence.set()
        self._answers.put(None)
        if not self._is_leaving:
            self._on_end()

    def _hear(self, said: Json) -> None:
        if "method" in said:
            self._on_change(said["method"], said.get("params", {}))
        elif said.get("id") is None and "error" in said:
            self.last_word = str(said["error"].get("message", ""))
        else:
            self._answers.put(said)

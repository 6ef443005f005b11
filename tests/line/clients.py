"""A program at the other end of a line: plain sockets, JSON out, JSON in."""

import json
import socket
import time
from typing import Any

from tests.worlds import PASSWORD

PATIENCE = 10.0  # seconds, for a machine that does other things too
Json = dict[str, Any]


class Refused(AssertionError):
    """An error object where a result was expected; it carries it."""

    def __init__(self, error: Json) -> None:
        super().__init__(error)
        self.error = error
        self.code, self.detail, self.data = error["code"], error["message"], error["data"]


class Program:
    """One line, spoken to in turns; notifications are kept until somebody asks."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=PATIENCE)
        self.told: list[Json] = []
        self._rest = b""
        self._number = 0

    def send(self, said: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(said)

    def read(self) -> Any:
        """Return the next line, or None where the server hung up."""
        while b"\n" not in self._rest:
            try:
                received = self.socket.recv(65_536)
            except ConnectionResetError:
                received = b""
            if not received:
                return None
            self._rest += received
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)

    def answer(self) -> Any:
        """Return the next answer; what else the server says is kept in `told`."""
        while True:
            said = self.read()
            if isinstance(said, dict) and "method" in said:
                self.told.append(said)
            else:
                return said

    def ask(self, method: str, /, **params: Any) -> Json:
        """Call, and return the answer, whatever it is."""
        self._number += 1
        call = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        self.send(json.dumps(call).encode() + b"\n")
        answer = self.answer()
        assert answer is not None, "The server hung up."
        assert answer["id"] == self._number
        return answer

    def call(self, method: str, /, **params: Any) -> Any:
        """Call, and return the result.

        :raises Refused: if the answer is an error
        """
        answer = self.ask(method, **params)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def log_in(self, person: Any) -> "Program":
        self.call("login", email=person.email, password=PASSWORD)
        return self

    def hears(self, method: str = "change", seconds: float = PATIENCE) -> Json:
        """Return the params of the next notification of that name."""
        latest = time.monotonic() + seconds
        while time.monotonic() < latest:
            for said in self.told:
                if said["method"] == method:
                    self.told.remove(said)
                    return said["params"]
            said = self.read()
            assert said is not None, "The server hung up."
            self.told.append(said)
        raise AssertionError(f"No {method} was heard: {self.told}")

    def notification(self) -> Json:
        """Return the next notification as it came, whether before or after an answer."""
        while not self.told:
            self.told.append(self.read())
        return self.told.pop(0)

    def ends(self) -> list[Json]:
        """Return everything until the server hangs up."""
        said = []
        while (line := self.read()) is not None:
            said.append(line)
        return said

    def close(self) -> None:
        self.socket.close()

"""Clients of a websocket, in this process, and who they are logged in as."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections

from accounts.sessions import SessionStore
from tests.live.boards import Board, Frame
from tests.live.recorded import heard

CONVERGED = 6.0  # seconds: twice what a lost hint may cost, for a machine that does other things too


async def in_thread(act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run what reads or writes the tables in a thread, as a page worker would, and hang up afterwards."""

    def with_connection() -> Any:
        try:
            return act(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(with_connection)


def log_in(user: Any) -> str:
    """Return the key of a new session of the person."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "accounts.backends.AddressBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


class Client:
    """A websocket client that speaks ASGI to the application, in the application's own loop."""

    def __init__(self, app: Any, **headers: str) -> None:
        self.boards: dict[str, Board] = {}
        self.others: asyncio.Queue[Frame] = asyncio.Queue()
        self.code: int | None = None
        self.accepted = asyncio.Event()
        self.closed = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()
        self._app, self._in = app, asyncio.Queue()
        self._scope = {
            "type": "websocket",
            "path": "/ws/live/",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("192.0.2.1", 50_000),
            "subprotocols": [],
        }

    @classmethod
    async def open(cls, app: Any, session: str | None = None, **headers: str) -> "Client":
        """Connect, as the owner of the session if one is given."""
        if session:
            headers["cookie"] = f"theme=dark; sessionid={session}"
        client = cls(app, **headers)
        client._task = asyncio.create_task(app(client._scope, client._in.get, client._hear))
        client._in.put_nowait({"type": "websocket.connect"})
        await client._either(client.accepted)
        return client

    async def _either(self, event: asyncio.Event) -> None:
        async with asyncio.timeout(CONVERGED):
            waits = [asyncio.create_task(one.wait()) for one in (event, self.closed)]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    async def _hear(self, event: Frame) -> None:
        if event["type"] == "websocket.accept":
            self.accepted.set()
        elif event["type"] == "websocket.close":
            self.code = event.get("code", 1000)
            self.closed.set()
            self._in.put_nowait({"type": "websocket.disconnect", "code": self.code})
        else:
            await self.reads.wait()
            frame = heard(event["text"])
            if frame["type"] in ("snapshot", "change", "heartbeat"):
                self.boards.setdefault(frame["topic"], Board()).apply(frame)
            else:
                self.others.put_nowait(frame)

    def say(self, **message: Any) -> None:
        self.raw(text=json.dumps(message))

    def raw(self, **event: Any) -> None:
        self._in.put_nowait({"type": "websocket.receive", **event})

    async def answer(self) -> Frame:
        """Return the next frame that is about no board: an error or a pong."""
        async with asyncio.timeout(CONVERGED):
            return await self.others.get()

    async def watch(self, topic: str, **message: Any) -> Board:
        """Watch, and return the board once it has its first frame."""
        board = self.boards.setdefault(topic, Board())
        heard = len(board.frames)
        self.say(type="watch", topic=topic, **message)
        await until(lambda: len(board.frames) > heard)
        return board

    async def end(self) -> int:
        """Return the code with which the server closes."""
        async with asyncio.timeout(CONVERGED + 6):
            await self.closed.wait()
        assert self.code is not None
        return self.code

    async def close(self) -> None:
        """Go, as a browser does when its tab closes."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1001})
        self.reads.set()
        await asyncio.wait_for(self._task, CONVERGED)


async def until(true: Callable[[], bool], seconds: float = CONVERGED) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)

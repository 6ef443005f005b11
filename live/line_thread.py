"""A line server on a thread and loop of its own: beside several web processes, and in tests."""

import asyncio
import socket
import threading
from typing import Any

from live.line_server import LineServer


class LineThread:
    """Starts and stops a line server for whoever has no loop."""

    def __init__(self, listener: socket.socket, **options: Any) -> None:
        self.address: tuple[str, int] = listener.getsockname()[:2]
        self._listener, self._options = listener, options
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="line-server", daemon=True)
        self.server: LineServer | None = None

    def start(self) -> None:
        """Serve, and return once lines are let in."""
        self._thread.start()
        self._started.wait(timeout=10)

    def stop(self) -> None:
        """Leave in order; once is enough."""
        if not self._thread.is_alive():
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(timeout=10)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self.server = LineServer(self._listener, **self._options)
        await self.server.start()
        self._started.set()
        await self._stopping.wait()
        await self.server.stop()

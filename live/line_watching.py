"""Watching on a line: each topic is one watcher of the hub that every websocket shares.

The first frame is the answer to `watch`; whatever follows waits until that answer has been written, and
then comes as notifications, with the hub's own patience for whoever reads slowly.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from live import frames, messages, topics
from live.hub import Hub, hub
from live.line_protocol import Failure, notification
from live.outlet import Outlet, Send
from live.topics import Place
from live.views import Join
from live.visitors import Visitor
from reservations import Invalid, NotFound, Unready
from rooms.views.asking import moment

if TYPE_CHECKING:
    from live.views import View

MOST_TOPICS = 20
PATIENCE = 10.0  # seconds for the first frame: while the tables are away, the line must not hang


class Line(Protocol):
    """What a watcher needs of its line."""

    address: str
    visitor: Visitor

    def write(self, line: bytes) -> None:
        """Send a line, or keep it until it can be sent."""

    def drained(self) -> Coroutine[Any, Any, None]:
        """Wait until the peer has read enough."""

    def end(self, failure: Failure) -> None:
        """Say why, and hang up."""


class _Outlet(Outlet):
    """An outlet that is not stuck while it waits for the answer to go first."""

    __slots__ = ("_answered",)

    def __init__(self, send: Send, on_overflow: Callable[[], None], answered: asyncio.Event) -> None:
        super().__init__(send, on_overflow)
        self._answered = answered

    def is_stuck(self, now: float) -> bool:
        return self._answered.is_set() and super().is_stuck(now)


class Subscription:
    """One topic on one line: to the hub a socket of its own."""

    def __init__(self, line: Line, name: str) -> None:
        self.name = name
        # Counted apart from websockets: a host that has many lines may still open pages.
        self.address = f"line:{line.address}"
        self.views: dict[str, View] = {}
        self.answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.hub: Hub = hub()
        self._line = line
        self._answered = asyncio.Event()
        self.outlet: Outlet = _Outlet(self._send, self._catch_up, self._answered)
        self._leaving: asyncio.Task[None] | None = None
        self.hub.enter(self)

    @property
    def visitor(self) -> Visitor:
        """Whose line it is at this moment: the warden asks."""
        return self._line.visitor

    def release(self) -> None:
        """Let changes out: the answer has been written."""
        self._answered.set()

    async def _send(self, message: dict[str, Any]) -> None:
        if not self.answer.done():
            self.answer.set_result(message["text"])
            return
        await self._answered.wait()
        self._line.write(_notification(message))
        await self._line.drained()

    def _catch_up(self) -> None:
        for view in self.views.values():
            view.join(Join(self))

    def end(self, code: int, reason: str) -> None:
        """Obey the hub: the line ends with its log-in; a role that is gone takes only this topic with it."""
        if code == 4403:
            self.outlet.put(frames.encode(frames.error("forbidden", reason, topic=self.name)))
            self._leaving = asyncio.get_running_loop().create_task(self.leave())
            return
        kinds = {4401: "not_authenticated", 4429: "throttled"}
        self._line.end(Failure(-32000, reason, code=kinds.get(code, "unready")))

    async def leave(self) -> None:
        """Hear no more."""
        self.outlet.closed = True
        if not self.answer.done():
            self.answer.cancel()
        await self.hub.leave(self)


_last: tuple[dict[str, Any], bytes] = ({}, b"")


def _notification(message: dict[str, Any]) -> bytes:
    """Return the line for a frame; a thousand watchers get the same one after another, so it is kept."""
    global _last
    if _last[0] is not message:
        _last = message, notification(message["text"])
    return _last[1]


class Watching:
    """The topics of one line, by name."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._subscriptions: dict[str, Subscription] = {}
        self._unreleased: list[Subscription] = []

    async def watch(self, user: Any, params: dict[str, Any]) -> Any:
        """Return how the topic is now; its changes follow once that has been written.

        :raises NotFound: if there is no such topic, or it is not for them to know
        """
        name = messages.topic_of(params)
        if name not in self._subscriptions and len(self._subscriptions) >= MOST_TOPICS:
            raise Invalid(f"One line watches at most {MOST_TOPICS} topics.")
        await self._leave(name)
        subscription = Subscription(self._line, name)
        self._subscriptions[name] = subscription
        try:
            await self._join(subscription, user, params)
            async with asyncio.timeout(PATIENCE):
                frame = json.loads(await subscription.answer)
        except TimeoutError:
            await self._leave(name)
            raise Unready("The tables cannot be read right now. Please try again in a moment.") from None
        except BaseException:
            await self._leave(name)
            raise
        if frame["type"] == "error":  # it went while we came, or went elsewhere
            await self._leave(name)
            raise (Unready if frame["code"] == Unready.code else NotFound)(frame["detail"])
        self._unreleased.append(subscription)
        return frame

    async def _join(self, subscription: Subscription, user: Any, params: dict[str, Any]) -> None:
        own = subscription.hub
        slug = topics.place_name(subscription.name)
        place = await own.place(slug) if slug else None
        watch = messages.watch_of({**params, **_instants(params, place)})
        # In a thread: whoever works there is asked of the tables.
        topic = await own.readers.run(topics.topic_for, watch.topic, place, user, topics.is_staff)
        span = topics.window_of(watch, place, datetime.now(UTC))
        await own.watch(topic, span, Join(subscription, watch.since, watch.terms, watch.window))

    def release(self) -> None:
        """Let the changes of new topics out: the answers have been written."""
        while self._unreleased:
            self._unreleased.pop().release()

    async def unwatch(self, params: dict[str, Any]) -> dict[str, Any]:
        """Hear no more of a topic."""
        name = messages.topic_of(params)
        return {"topic": name, "watched": await self._leave(name)}

    async def _leave(self, name: str) -> bool:
        gone = self._subscriptions.pop(name, None)
        if gone is not None:
            await gone.leave()
        return gone is not None

    async def leave_all(self) -> None:
        """Hear no more of anything."""
        for name in list(self._subscriptions):
            await self._leave(name)


def _instants(params: dict[str, Any], place: Place | None) -> dict[str, str]:
    """Return start and end with an offset: without one they are the venue's wall clock."""
    if place is None:
        return {}
    named = [name for name in ("start", "end") if name in params]
    return {name: moment(params[name], name, place.zone).isoformat() for name in named}

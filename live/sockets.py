"""A socket: one open connection, from handshake to close code.

A plain ASGI application and not one of Channels' consumers: those subscribe every socket to the channel
layer and hand each message through two tasks, which is what 1,000 watchers of a venue cannot afford.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError

from accounts import origins, tokens
from live import frames, messages, schema, topics, visitors
from live.hub import Hub, hub
from live.outlet import Outlet, Send
from live.views import Join
from live.visitors import NOBODY, Visitor
from reservations import Forbidden, Invalid, NotFound, ReservationError, Throttled, Unready
from rooms.models import Booking

if TYPE_CHECKING:
    from live.views import View

Receive = Callable[[], Awaitable[Mapping[str, Any]]]

RESTART = 1012  # the close code of a server that goes and comes back
MOST_TOPICS = 20
MOST_REFUSED = 20  # topics that were not theirs, before a socket is taken for somebody trying doors
BUSY = Unready("The tables cannot be read right now. Please try again in a moment.")


class Socket:
    """What is known of one open connection, and how it answers each message."""

    def __init__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        self.address = origins.address_in(scope)
        self.headers = scope["headers"]
        self.receive = receive
        self.outlet = Outlet(send, self._catch_up)
        self.views: dict[str, View] = {}
        self.holds: dict[int, Booking] = {}  # that its page shows, by their ids
        self.visitor = NOBODY
        self.hub: Hub = hub()
        self._task = asyncio.current_task()
        self._ending: asyncio.Task[None] | None = None
        self._is_leaving = False
        self._is_restart = False
        self._refused = 0
        self._bucket = messages.Bucket(asyncio.get_running_loop().time())

    async def live(self) -> None:
        """Hear and answer until one side closes."""
        self.hub.enter(self)
        try:
            if await self._welcome():
                await self._answer_all()
        except asyncio.CancelledError:
            if self._ending is None or self._task is None:
                self._is_restart = True
                raise
            self._task.uncancel()  # end() woke us; the server did not.
        finally:
            await self._leave()

    async def _leave(self) -> None:
        self._is_leaving = True
        if self._ending is not None:
            await self._ending
        self.outlet.closed = True
        await self.hub.staying.go(self.holds, self.visitor.user, is_restart=self._is_restart)
        if self.visitor.user is not None:
            self.hub.count_user(self.visitor.user.pk, -1)
        await self.hub.leave(self)

    async def _welcome(self) -> bool:
        key = visitors.session_key_of(self.headers)
        try:
            visitor = await self.hub.readers.run(visitors.by_session, key) if key else NOBODY
        except DatabaseError:
            await self.outlet.close(1012, "The tables cannot be read right now.")
            return False
        per_address = getattr(settings, "LIVE_SOCKETS_PER_ADDRESS", 2_000)
        if not self._becomes(visitor) or self.hub.per_address[self.address] > per_address:
            await self.outlet.close(4429, "Too many connections.")
            return False
        return True

    def _becomes(self, visitor: Visitor) -> bool:
        """Take the visitor's name, and tell whether they have room for one more socket."""
        before, self.visitor = self.visitor, visitor
        if visitor.user is None or before.user is not None:
            return True
        most = getattr(settings, "LIVE_SOCKETS_PER_USER", 50)
        return self.hub.count_user(visitor.user.pk, +1) <= most

    async def _answer_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._ending is None:
            event = await self.receive()
            if event["type"] == "websocket.disconnect":
                self._is_restart = event.get("code") == RESTART
                return
            if event["type"] != "websocket.receive":
                continue
            if not self._bucket.take(loop.time()):
                self.say(frames.refusal(Throttled("At most ten messages a second.", retry_after=1)))
                self.end(4429, "Too fast.")
                return
            try:
                await self._answer(event.get("text"))
            except messages.Abuse as abuse:
                self.end(4400, str(abuse))

    async def _answer(self, text: str | None) -> None:
        about: dict[str, str] = {}
        try:
            message = messages.parse(text)
            about = messages.about(message)
            answer = self._ANSWERS.get(message["type"])
            if answer is None:
                raise Invalid(f"Unknown type. Known are: {', '.join(schema.MESSAGES)}.")
            await answer(self, message)
        except ReservationError as refused:
            self.say(frames.refusal(refused, **about))
            self._refused += isinstance(refused, (Forbidden, NotFound))
            if self._refused >= MOST_REFUSED:
                self.end(4403, "These are not yours.")
        except DatabaseError:
            self.say(frames.refusal(BUSY, **about))

    async def _watch(self, message: Mapping[str, Any]) -> None:
        watch = messages.watch_of(message)
        if watch.topic not in self.views and len(self.views) >= MOST_TOPICS:
            raise Invalid(f"One socket watches at most {MOST_TOPICS} topics.")
        slug = topics.place_name(watch.topic)
        place = await self.hub.place(slug) if slug else None
        if topics.asks_tables(watch.topic, place):
            topic = await self.hub.readers.run(
                topics.topic_for, watch.topic, place, self.visitor.user, topics.is_staff
            )
        else:
            topic = topics.topic_for(watch.topic, place, self.visitor.user, topics.is_staff)
        span = topics.window_of(watch, place, datetime.now(UTC))
        await self.hub.watch(topic, span, Join(self, watch.since, watch.terms, watch.window))

    async def _unwatch(self, message: Mapping[str, Any]) -> None:
        await self.hub.unwatch(messages.topic_of(message), self)

    async def _stay(self, message: Mapping[str, Any]) -> None:
        await self.hub.staying.stay(self.holds, message.get("reference"), self.visitor.user)

    async def _ping(self, message: Mapping[str, Any]) -> None:
        self.outlet.put(frames.PONG)

    async def _auth(self, message: Mapping[str, Any]) -> None:
        try:
            visitor = await self.hub.readers.run(visitors.by_token, message.get("token"))
        except tokens.Ended as ended:
            self.say(frames.refusal(ended))
            self.end(4401, ended.sentence)
            return
        if self.visitor.user is not None and self.visitor.user.pk != visitor.user.pk:
            raise Forbidden("This socket is somebody else's. Please open another one.")
        if not self._becomes(visitor):
            self.end(4429, "Too many connections.")

    _ANSWERS = {"watch": _watch, "unwatch": _unwatch, "stay": _stay, "ping": _ping, "auth": _auth}

    def say(self, frame: frames.Frame) -> None:
        """Send one frame to this socket alone."""
        self.outlet.put(frames.encode(frame))

    def end(self, code: int, reason: str) -> None:
        """Close with the code, and stop listening."""
        if self._ending is not None or self._task is None:
            return
        self._is_restart = code == RESTART
        self._ending = asyncio.get_running_loop().create_task(self.outlet.close(code, reason))
        if not self._is_leaving and asyncio.current_task() is not self._task:
            self._task.cancel()  # It waits for a message that may never come.

    def _catch_up(self) -> None:
        """Owe one snapshot of each topic to a reader who was too slow for every frame."""
        for view in self.views.values():
            view.join(Join(self))


async def live(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Serve one websocket, as ASGI calls it."""
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    await Socket(scope, receive, send).live()

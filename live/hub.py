"""The hub: one for each process and event loop, between the tables and every socket of this process.

Hints from the channel layer reach the views they concern at once. Every two seconds the hub compares all it
shows with the tables in a query or two: a hint that was lost, a dead Redis, a writer killed between commit
and hint cost two seconds, never an update. It starts with the first socket and ends with the last.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from live import metrics as counts
from live import topics
from live.display_topics import DisplayTopic
from live.doorbell import doorbell
from live.ears import Ears
from live.heights import Watched, heights
from live.own_topics import Heights, MineTopic, WatchingTopic
from live.readers import Readers
from live.staying import Staying
from live.topics import Place, Topic, VenueTopic
from live.views import Join, View, Watcher
from live.warden import Warden
from reservations import Span, Unready

logger = logging.getLogger(__name__)

LOOK = 2.0  # seconds: what a lost hint costs
GATHER = 0.4  # seconds in which what happens in watched rooms is read together
BEAT = 10.0  # seconds between heartbeats
TICK = 1.0  # seconds between looks for readers that are stuck
MOST_VIEWS = 5_000  # topics in different windows; each is read once for every change of its rooms
MOST_OF_ONE = 200  # of them that one address opens at venues; a house full of people looks at fewer days
PLACE_KEPT = 2.0  # seconds; a thousand sockets that come back ask once


@dataclass(slots=True)
class Tally:
    """What a hub has done so far."""

    frames_sent: int = 0
    hints_lost: int = 0
    reads_failed: int = 0
    looks_failed: int = 0
    slow_dropped: int = 0


class Hub:
    """Joins sockets to views, hears hints, looks for what no hint told, beats, and watches over rights."""

    def __init__(self) -> None:
        self.sockets: dict[Any, None] = {}
        self.per_user: Counter[int] = Counter()
        self.per_address: Counter[str] = Counter()
        self.views: dict[tuple[Topic, Span], View] = {}
        self.opened: Counter[str] = Counter()  # views of venues, by the address that opened them
        self.tally = Tally()
        self.counted: dict[str, int] = {}  # of the tally, what /metrics has already
        self.readers = Readers()
        self.aside = Readers(threads=1)  # for what is watched: a board waits for none of its queries
        self.ears = Ears(self.hear)
        self.warden = Warden(self)
        self.staying = Staying()
        self.is_stopping = False
        self._groups: dict[str, set[View]] = {}
        self._places: dict[str, tuple[float, asyncio.Future[Place | None]]] = {}
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            self._loop.create_task(work)
            for work in (
                self.ears.listen(),
                self._every(LOOK, self.look),
                self._every(LOOK, self.look_aside),
                self._every(BEAT, self.beat),
                self._every(TICK, self._drop_the_stuck),
                self._every(self.warden.PERIOD, self.warden.check),
            )
        ]
        doorbell.loops.append(self._loop)

    async def place(self, slug: str) -> Place | None:
        """Return the venue of that slug; asked once by any number of sockets in the same two seconds."""
        now = self._loop.time()
        kept = self._places.get(slug)
        if kept is None or now - kept[0] > PLACE_KEPT or (kept[1].done() and kept[1].exception()):
            self._places = {key: one for key, one in self._places.items() if now - one[0] <= PLACE_KEPT}
            kept = now, asyncio.ensure_future(self.readers.run(topics.place_of, slug))
            self._places[slug] = kept
        return await asyncio.shield(kept[1])

    async def watch(self, topic: Topic, span: Span, join: Join) -> None:
        """Let the socket watch the topic in the window, instead of what it watched of it before.

        :raises Unready: if this process shows as many different views as it can, or as it does to one address
        """
        view = self.views.get((topic, span)) or self._open(topic, span, join.watcher.address)
        before = join.watcher.views.get(topic.name)
        join.watcher.views[topic.name] = view
        view.members.add(join.watcher)
        if before is not None and before is not view:
            await self._left(before, join.watcher)
        # First the ear, then the eye: whatever commits after the read will be heard.
        await self.ears.join(*topic.groups)
        if join.watcher in view.members:
            view.join(join)

    def _open(self, topic: Topic, span: Span, address: str) -> View:
        opener = address if isinstance(topic, VenueTopic | DisplayTopic) else ""
        if len(self.views) >= MOST_VIEWS or (opener and self.opened[opener] >= MOST_OF_ONE):
            raise Unready("Too many different windows are watched here. Please try again in a moment.")
        is_aside = isinstance(topic, WatchingTopic)
        run, gather = (self.aside.run, GATHER) if is_aside else (self.readers.run, 0.0)
        view = View(topic, span, self.tally, run, gather=gather)
        self.views[topic, span] = view
        view.opener = opener
        self.opened[opener] += 1
        for group in topic.groups:
            self._groups.setdefault(group, set()).add(view)
        return view

    async def unwatch(self, name: str, watcher: Watcher) -> None:
        """Say no more of the topic to the socket."""
        view = watcher.views.pop(name, None)
        if view is not None:
            await self._left(view, watcher)

    async def _left(self, view: View, watcher: Watcher) -> None:
        view.leave(watcher)
        if view.members or self.views.pop((view.topic, view.span), None) is None:
            return
        self._uncount(self.opened, view.opener)
        for name in view.topic.groups:
            self._groups[name].discard(view)
            if not self._groups[name]:
                del self._groups[name]
        await view.stop()
        for name in view.topic.groups:
            if name not in self._groups:
                await self.ears.leave(name)

    def hear(self, group: str, rooms: Mapping[int, int]) -> None:
        """Take a hint to every view it concerns."""
        for view in self._groups.get(group, ()):
            view.hear(rooms)

    async def look(self) -> None:
        """Compare every board, and everybody's own, with the tables, and read what no hint told of."""
        bring_metrics_up_to_date()
        await self.ears.join_all()
        watched = Watched(
            venues={topic.venue_id for topic, _ in self.views if isinstance(topic, VenueTopic)},
            guests={topic.user_id for topic, _ in self.views if isinstance(topic, MineTopic)},
            displays={topic.display_id for topic, _ in self.views if isinstance(topic, DisplayTopic)},
            hiding={
                view.topic.venue_id
                for view in self.views.values()
                if view.hides and isinstance(view.topic, VenueTopic)
            },
        )
        if watched:
            self._compare(await self.readers.run(heights, watched), aside=False)

    async def look_aside(self) -> None:
        """Compare what people watch with the tables; by itself, for a board's look waits for nobody."""
        watchers = {topic.user_id for topic, _ in self.views if isinstance(topic, WatchingTopic)}
        if watchers:
            self._compare(await self.aside.run(heights, Watched(watchers=watchers)), aside=True)

    def _compare(self, heights: Heights, *, aside: bool) -> None:
        for view in list(self.views.values()):
            if isinstance(view.topic, WatchingTopic) == aside:
                self.tally.hints_lost += view.look(heights)

    async def beat(self) -> None:
        """Send every socket the heartbeat of each topic it watches."""
        for view in list(self.views.values()):
            view.beat()

    async def _drop_the_stuck(self) -> None:
        now = self._loop.time()
        for socket in list(self.sockets):
            if socket.outlet.is_stuck(now):
                self.tally.slow_dropped += 1
                socket.end(4429, "You read too slowly.")

    async def _every(self, seconds: float, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        failing = False
        while True:
            await asyncio.sleep(seconds)
            try:
                await act()
                failing = False
            except Exception:  # noqa: BLE001 -- the next round may succeed, and must take place
                self.tally.looks_failed += 1
                (logger.debug if failing else logger.warning)("%s failed.", act.__qualname__, exc_info=True)
                failing = True

    def enter(self, socket: Any) -> None:
        """Take in a socket."""
        self.sockets[socket] = None
        self.per_address[socket.address] += 1

    async def leave(self, socket: Any) -> None:
        """Let a socket go; with the last one, stop."""
        if self.sockets.pop(socket, socket) is socket:
            return
        self._uncount(self.per_address, socket.address)
        for name in list(socket.views):
            await self.unwatch(name, socket)
        if not self.sockets:
            await self.stop()

    def count_user(self, user_id: int, by: int) -> int:
        """Count a socket of the user in or out, and return how many there are."""
        self.per_user[user_id] += by
        if by < 0:
            self._uncount(self.per_user, user_id, by=0)
        return self.per_user[user_id]

    @staticmethod
    def _uncount(counter: Counter[Any], key: Any, by: int = 1) -> None:
        counter[key] -= by
        if counter[key] <= 0:
            del counter[key]

    async def close_all(self, code: int = 1012) -> None:
        """Close every socket, as a server does that restarts."""
        for socket in list(self.sockets):
            socket.end(code, "The server restarts.")
        while self.sockets:
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """End every task and give back what the hub holds."""
        if self.is_stopping:
            return
        self.is_stopping = True
        _hubs.pop(self._loop, None)
        await doorbell.leave(self._loop)
        for group in list(self._groups):
            await self.ears.leave(group)
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks, timeout=2)
        await asyncio.gather(self.readers.close(), self.aside.close())
        await self.staying.close()
        counts.settle(self)
        bring_metrics_up_to_date()


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def hub() -> Hub:
    """Return the hub of the running loop, a new one if there is none."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        for gone in [other for other in _hubs if other.is_closed()]:
            del _hubs[gone]
        found = _hubs[loop] = Hub()
    return found


def bring_metrics_up_to_date() -> None:
    """Let /metrics know what this process's hubs have done and what is open, as of now."""
    counts.bring_up_to_date(list(_hubs.values()))

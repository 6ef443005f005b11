"""A view: one topic over one window of time, and every socket of this process that watches it.

All of a view's sockets hear the same frames, so what is new is read once and encoded once. One task works
off what there is to do, a round at a time: while a round reads and sends, hints pile up, so bursts batch by
themselves; and a socket that joins is answered from a read that began after it asked, and only then hears
of changes. No frame can slip between its snapshot and the first change.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from live import frames, metrics
from live.frames import Picture, RoomNow
from live.outlet import Outlet
from live.own_topics import Heights
from live.topics import Topic
from reservations import NotFound, Span, Unready
from rooms import boards

logger = logging.getLogger(__name__)

AGAIN = (0.2, 0.5, 1.0, 2.0)  # seconds to the next try after a read failed, and the one after that
AT_ONCE = 250  # sockets written to before other tasks have their turn: about 3 ms


class Watcher(Protocol):
    """A socket, as far as a view needs to know it."""

    address: str  # from which it came
    outlet: Outlet
    views: dict[str, "View"]  # what it watches, by topic


class Tally(Protocol):
    """Where a view counts what it does."""

    frames_sent: int
    reads_failed: int


@dataclass(frozen=True, slots=True)
class Join:
    """A socket that waits for its first frame, and what it says it holds already."""

    watcher: Watcher
    since: Mapping[int, int] | None = None
    terms: str | None = None
    window: str | None = None


@dataclass(slots=True)
class _Todo:
    """What has piled up for the next round."""

    rooms: set[int] = field(default_factory=set)
    everything: bool = False
    beat: bool = False
    joining: list[Join] = field(default_factory=list)
    since: float = 0.0  # when the first of it was heard

    def __bool__(self) -> bool:
        return self.needs_reading or self.beat

    @property
    def needs_reading(self) -> bool:
        """Tell whether the tables are to be asked."""
        return self.everything or bool(self.rooms or self.joining)


class View:
    """Keeps every socket of one topic and window equal to the tables."""

    def __init__(
        self,
        topic: Topic,
        span: Span,
        tally: Tally,
        run: Callable[..., Awaitable[Any]],
        *,
        gather: float = 0.0,
    ) -> None:
        self.topic, self.span = topic, span
        self.opener = ""  # the address that opened it, if that is counted
        self._gather = gather  # seconds for which a change waits for the next, to be read with it
        self.members: set[Watcher] = set()  # all who watch here, or wait for their first frame
        self.watchers: dict[Watcher, None] = {}  # those that are up to date, in the order in which they came
        self.revisions: dict[int, int] = {}  # of each room, as the watchers have heard it
        self.terms = ""
        self.is_listed = True
        self.hides = False
        self._todo = _Todo()
        self._tally, self._run = tally, run
        self._task: asyncio.Task[None] | None = None

    @property
    def revision(self) -> int:
        """The sum over the rooms: equal on both sides exactly when nothing is missing."""
        return sum(self.revisions.values())

    @property
    def is_idle(self) -> bool:
        """Tell whether there is nothing left to do but wait for a hint."""
        return self._task is None and not self._todo

    def join(self, join: Join) -> None:
        """Tell the socket what it lacks, and from then on what changes."""
        self.watchers.pop(join.watcher, None)
        self._todo.joining.append(join)
        self._wake()

    def leave(self, watcher: Watcher) -> None:
        """Say no more to the socket."""
        self.members.discard(watcher)
        self.watchers.pop(watcher, None)

    def hear(self, rooms: Mapping[int, int]) -> None:
        """Take a hint: these rooms have reached these revisions. No rooms: something else has changed."""
        if not rooms:
            self.refresh()
            return
        known = self.revisions
        news = {
            room
            for room, revision in rooms.items()
            if known.get(room, -1) < revision and self.topic.may_know(room, known)
        }
        if news:
            self._todo.rooms |= news
            self._wake()

    def look(self, heights: Heights) -> bool:
        """Compare with the tables, and tell whether a hint was lost: nobody had said what they say."""
        if not self.is_idle or not self.topic.has_risen(self.revisions, self.terms, heights):
            return False
        self.refresh()
        return True

    def refresh(self) -> None:
        """Read everything again, and tell what rose."""
        self._todo.everything = True
        self._wake()

    def beat(self) -> None:
        """Say where the view stands, once every socket has heard what comes before it."""
        if self.watchers:
            self._todo.beat = True
            self._wake()

    async def stop(self) -> None:
        """End the work."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=2)

    def _wake(self) -> None:
        loop = asyncio.get_running_loop()
        self._todo.since = self._todo.since or loop.time()
        if self._task is None:
            self._task = loop.create_task(self._work())

    async def _work(self) -> None:
        failures = 0
        try:
            while self._todo:
                if self._gather and self._todo.needs_reading and not self._todo.joining:
                    await asyncio.sleep(self._gather)
                todo, self._todo = self._todo, _Todo()
                try:
                    if todo.needs_reading:
                        await self._round(todo)
                    if todo.beat:
                        beat = frames.heartbeat(self.topic.name, self.revision, now=datetime.now(UTC))
                        await self._send(beat, self.watchers)
                    failures = 0
                except Exception:  # noqa: BLE001 -- sockets outlive whatever befalls one read
                    self._put_back(todo)
                    self._tally.reads_failed += 1
                    # Once for each outage, for it lasts as long as the database is away.
                    (logger.debug if failures else logger.warning)(
                        "Reading %s failed; trying again.", self.topic.name, exc_info=True
                    )
                    await asyncio.sleep(AGAIN[min(failures, len(AGAIN) - 1)])
                    failures += 1
        finally:
            self._task = None

    def _put_back(self, todo: _Todo) -> None:
        # Everything: what a read that failed half-way has told is not worth working out.
        self._todo.everything = True
        self._todo.joining = todo.joining + self._todo.joining
        self._todo.since = todo.since

    async def _round(self, todo: _Todo) -> None:
        full = todo.everything or bool(todo.joining)
        try:
            picture = await self._run(self.topic.read, self.span, None if full else todo.rooms)
        except (NotFound, Unready) as gone:
            self._end(gone, todo.joining)
            return
        await (self._tell_all if full else self._tell_some)(picture)
        # A socket may have left, or have turned to another window, while the tables were read.
        await self._answer([join for join in todo.joining if join.watcher in self.members], picture)
        metrics.lagged(asyncio.get_running_loop().time() - todo.since)

    def _end(self, gone: NotFound | Unready, joining: Iterable[Join]) -> None:
        message = frames.encode(frames.refusal(gone, topic=self.topic.name))
        for watcher in [*self.watchers, *(join.watcher for join in joining)]:
            watcher.outlet.put(message)
        self.watchers.clear()

    async def _tell_some(self, picture: Picture) -> None:
        news = [room for room in picture.rooms.values() if room.revision > self.revisions.get(room.id, -1)]
        if picture.terms not in ("", self.terms):
            self.refresh()  # Names may have changed, too: that takes a snapshot.
        elif news:
            await self._tell_change(news, picture)

    async def _tell_all(self, picture: Picture) -> None:
        described_anew = picture.terms != self.terms
        news = [room for room in picture.rooms.values() if room.revision > self.revisions.get(room.id, -1)]
        gone = self.revisions.keys() - picture.rooms.keys()
        self.terms, self.is_listed, self.hides = picture.terms, picture.is_listed, picture.hides
        if described_anew or gone:
            self.revisions = {room.id: room.revision for room in picture.rooms.values()}
            await self._send(frames.snapshot(self.topic.name, picture, self.span), self.watchers)
        elif news:
            await self._tell_change(news, picture)

    async def _tell_change(self, news: Collection[RoomNow], picture: Picture) -> None:
        known = self.revisions
        self.revisions = {**known, **{room.id: room.revision for room in news}}
        frame = frames.change(self.topic.name, self.revision, news, now=picture.now, known=known)
        await self._send(frame, self.watchers)

    async def _answer(self, joining: Collection[Join], picture: Picture) -> None:
        lacking: dict[tuple[tuple[int, int], ...] | None, list[Watcher]] = {}
        for join in {join.watcher: join for join in joining}.values():  # who asked twice is told once
            since = join.since if self._goes_on(join, picture) else None
            key = None if since is None else tuple(sorted(since.items()))
            lacking.setdefault(key, []).append(join.watcher)
        for held, watchers in lacking.items():
            if held is None:
                frame = frames.snapshot(self.topic.name, picture, self.span)
            else:
                known = dict(held)
                news = [room for room in picture.rooms.values() if room.revision != known.get(room.id)]
                frame = frames.change(self.topic.name, self.revision, news, now=picture.now, known=known)
            await self._send(frame, watchers)
            self.watchers.update(dict.fromkeys(one for one in watchers if one in self.members))

    async def _send(self, frame: frames.Frame, watchers: Collection[Watcher]) -> None:
        if not watchers:
            return
        message = frames.encode(frame)
        for number, watcher in enumerate(list(watchers), 1):
            watcher.outlet.put(message)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        self._tally.frames_sent += len(watchers)

    def _goes_on(self, join: Join, picture: Picture) -> bool:
        """Tell whether a socket that holds these revisions can go on from them, without a snapshot."""
        # Of another window, such as yesterday's, what has not changed is yet to be told.
        if join.since is None or join.window != boards.window(self.span):
            return False
        if join.terms is not None and join.terms != picture.terms:
            return False
        # A revision that the tables have not reached is forged, or from before a restored backup.
        return all(
            room in picture.rooms and revision <= picture.rooms[room].revision
            for room, revision in join.since.items()
        )

"""Guests who book and cancel over HTTP, all the time and whatever happens, and note what they hear."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta

import httpx

from tests.chaos.cluster import Cluster
from tests.chaos.history import A_DAY, History, Wish

HOURS, DAYS = 4, 3  # of a day, and days, that are wanted: few, so that guests meet
SERIES = 0.4  # of the wishes; on all of the days
PATIENCE = 8.0  # seconds for an answer
LONGEST = 45.0  # seconds in which a wish is asked for again
MORNING = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=3)
FINAL = {200, 201, 409, 422}


class Guest:
    """One person, with one thing to do at a time."""

    def __init__(self, number: int, cluster: Cluster, history: History, chance: random.Random) -> None:
        self.number, self._cluster, self._history, self._chance = number, cluster, history, chance
        self._headers = {"Authorization": f"Bearer {cluster.tokens[number]}"}
        self._mine: list[Wish] = []

    async def live(self, until: asyncio.Event) -> None:
        """Book and cancel until it is enough."""
        async with httpx.AsyncClient(base_url=self._cluster.address, timeout=PATIENCE) as client:
            while not until.is_set():
                if self._mine and self._chance.random() < 0.45:
                    await self._cancel(client, self._mine.pop(self._chance.randrange(len(self._mine))))
                else:
                    await self._book(client)
                await asyncio.sleep(self._chance.uniform(0.02, 0.12))

    async def _book(self, client: httpx.AsyncClient) -> None:
        dates = DAYS if self._chance.random() < SERIES else 1
        day = self._chance.randrange(DAYS - dates + 1)
        wish = Wish(
            guest=self.number,
            key=f"{self.number}-{self._chance.getrandbits(48):012x}",
            room=self._chance.choice(self._cluster.rooms),
            slot=A_DAY * day + self._chance.randrange(HOURS),
            called=time.monotonic(),
            dates=dates,
        )
        self._history.wishes.append(wish)
        start = MORNING + timedelta(hours=wish.slot)
        body = {
            "venue": "chaos",
            "rooms": [wish.room],
            "start": start.isoformat(),
            "end": (start + timedelta(hours=1)).isoformat(),
            "hold": False,
            **({"recurrence": f"FREQ=DAILY;COUNT={dates}"} if dates > 1 else {}),
        }
        answer = await self._ask(client, "bookings", wish, body=body, key=wish.key)
        if answer is None:
            return
        told = answer.json()
        wish.answered, wish.status = time.monotonic(), answer.status_code
        wish.code, wish.reference = told.get("code", ""), told.get("reference", "")
        if wish.was_granted:
            self._mine.append(wish)

    async def _cancel(self, client: httpx.AsyncClient, wish: Wish) -> None:
        wish.cancel_called = time.monotonic()
        answer = await self._ask(client, f"bookings/{wish.reference}/cancel", wish)
        # What is cancelled already, by a call whose answer never came, is as good.
        if answer is not None and answer.status_code in (200, 409):
            wish.cancel_answered = time.monotonic()

    async def _ask(
        self, client: httpx.AsyncClient, path: str, wish: Wish, *, body: object = None, key: str = ""
    ) -> httpx.Response | None:
        """Ask, again and again with the same key, until there is an answer that is one."""
        latest = time.monotonic() + LONGEST
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        while time.monotonic() < latest:
            try:
                answer = await client.post(f"/api/v1/{path}", json=body, headers=headers)
            except httpx.HTTPError:
                self._history.note(0, time.monotonic())
            else:
                self._history.note(answer.status_code, time.monotonic())
                if answer.status_code in FINAL:
                    return answer
            await asyncio.sleep(0.3)
            wish.repeats += 1
        return None

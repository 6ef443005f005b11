"""Two questions of a load balancer: does this process run, and can it serve?"""

import asyncio
from collections.abc import Awaitable, Callable

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from redis.asyncio import Redis

from reservations_site.migrated import is_migrated

PATIENCE = 2.0  # seconds; a balancer that waits longer keeps sending visitors here
OK = "ok"


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that this process runs; restarting it would not cure a database that is away."""
    return JsonResponse({"status": "ok"})


@never_cache
async def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether database and channel layer answer, each within two seconds, and have what they need."""
    answers = await asyncio.gather(*(_answer(ask) for ask in CHECKS.values()))
    is_ready = all(answer == OK for answer in answers)
    return JsonResponse(
        {"status": OK if is_ready else "unready", **dict(zip(CHECKS, answers, strict=True))},
        status=200 if is_ready else 503,
    )


async def _answer(ask: Callable[[], Awaitable[str]]) -> str:
    try:
        return await asyncio.wait_for(ask(), PATIENCE)
    except Exception:  # noqa: BLE001 -- whatever is wrong with it, it is not ready
        return "down"


async def _database() -> str:
    # Outside the request's thread: a database that hangs must not hold the answer back.
    return await sync_to_async(_ask_database, thread_sensitive=False)()


def _ask_database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return OK if is_migrated() else "behind"
    finally:
        connection.close()


async def _channel_layer() -> str:
    if not settings.REDIS_URL:
        return OK  # The in-memory layer is this process.
    async with Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE) as client:
        await client.ping()
    return OK


CHECKS: dict[str, Callable[[], Awaitable[str]]] = {"database": _database, "channel_layer": _channel_layer}

"""Two questions of a load balancer: does this process run, and can it serve?"""

import asyncio
from collections.abc import Awaitable, Callable

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from redis.asyncio import Redis

PATIENCE = 2.0  # seconds; a balancer that waits longer keeps sending visitors here


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that this process runs; restarting it would not cure a database that is away."""
    return JsonResponse({"status": "ok"})


@never_cache
async def readyz(request: HttpRequest) -> JsonResponse:
    """Answer whether database and channel layer answer, each within two seconds."""
    answers = await asyncio.gather(*(_answers(ask) for ask in CHECKS.values()))
    found = dict(zip(CHECKS, answers, strict=True))
    return JsonResponse(
        {
            "status": "ok" if all(answers) else "unready",
            **{name: "ok" if up else "down" for name, up in found.items()},
        },
        status=200 if all(answers) else 503,
    )


async def _answers(ask: Callable[[], Awaitable[None]]) -> bool:
    try:
        await asyncio.wait_for(ask(), PATIENCE)
    except Exception:  # noqa: BLE001 -- whatever is wrong with it, it is not ready
        return False
    return True


async def _database() -> None:
    # Outside the request's thread: a database that hangs must not hold the answer back.
    await sync_to_async(_select_one, thread_sensitive=False)()


def _select_one() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


async def _channel_layer() -> None:
    if not settings.REDIS_URL:
        return  # The in-memory layer is this process.
    async with Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE) as client:
        await client.ping()


CHECKS: dict[str, Callable[[], Awaitable[None]]] = {"database": _database, "channel_layer": _channel_layer}

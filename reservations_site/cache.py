"""A cache in Redis that does without Redis while it is away: limits go on being counted, per process."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
COMMANDS = (
    "add",
    "get",
    "set",
    "touch",
    "delete",
    "get_many",
    "set_many",
    "delete_many",
    "has_key",
    "incr",
    "clear",
)


class ForgivingRedisCache(RedisCache):
    """Answer from this process's memory when Redis does not answer: a log-in must not fail with it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.memory = LocMemCache("while-redis-is-away", {})


def _forgiving(name: str) -> Callable[..., Any]:
    def command(self: ForgivingRedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, name)(self, *args, **kwargs)
        except (RedisError, OSError) as error:
            log.warning(
                "Redis does not answer (%s); the cache is this process's own for now.", type(error).__name__
            )
            return getattr(self.memory, name)(*args, **kwargs)

    command.__name__ = name
    return command


for _name in COMMANDS:
    setattr(ForgivingRedisCache, _name, _forgiving(_name))

"""A cache in Redis that does without Redis while it is away: limits go on being counted, per process."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
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


# Django asks first whether the key is there: every request of a program would wait for Redis twice.
COUNT = "return redis.call('EXISTS', KEYS[1]) == 1 and redis.call('INCRBY', KEYS[1], ARGV[1])"


class QuickClient(RedisCacheClient):
    """Django's client, without what it does anew for each command: that took longer than Redis did."""

    _own: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client of the one server there is."""
        if self._own is None:
            self._own = super().get_client(key, write=True)
        return self._own

    def incr(self, key: Any, delta: int) -> int:
        """Count, in one command.

        :raises ValueError: if the key is not there
        """
        counted = self.get_client(key, write=True).eval(COUNT, 1, key, delta)
        if counted is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(counted)


class ForgivingRedisCache(RedisCache):
    """Answer from this process's memory when Redis does not answer: a log-in must not fail with it."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = QuickClient
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

"""A cache that is away, whatever one asks of it."""

from typing import Any

from django.core.cache.backends.base import BaseCache


class BrokenCache(BaseCache):
    """Raises what no library has a name for."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def _away(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionResetError("the cache is away")

    add = get = set = incr = decr = delete = _away

    def clear(self) -> None:
        """Do nothing: there is nothing."""

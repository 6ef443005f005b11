"""The environment that settings are read from: empty is not set, and what is wrong is named in a sentence."""

import math
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

ON, OFF = ("on", "true", "yes", "y", "ok", "1"), ("off", "false", "no", "n", "0")
KINDS = {int: "a whole number", float: "a number", bool: "on or off"}
REMARK = re.compile(r"(?:^|\s)#\s")
ADDRESSES = {
    "DATABASE_URL": (
        ("sqlite", "postgres", "postgresql", "psql", "pgsql"),
        "sqlite:////path/to/a.sqlite3 or postgres://user:password@host:5432/name",
    ),
    "REDIS_URL": (
        ("redis", "rediss", "unix"),
        "redis://host:6379/0, rediss://host:6379/0 or unix:///path/to/redis.sock",
    ),
    "EMAIL_URL": (
        tuple(environ.Env.EMAIL_SCHEMES),
        "smtp+tls://user:password@host:587, smtp+ssl://user:password@host:465, smtp://host:25 or consolemail://",
    ),
}
"""By which schemes each service may be reached, and how that is written."""


class Environment(environ.Env):  # type: ignore[misc]
    """The variables of the environment, by their kinds."""

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        said = self.ENVIRON.get(var, "").strip()
        if not said and default is not self.NOTSET:
            return default
        # Whoever writes a remark behind a value has it for a value, and a secret that everybody can read.
        if REMARK.search(said):
            raise ImproperlyConfigured(
                f"{var} has a remark in it, from # on: that stands on a line of its own."
            )
        try:
            found = super().get_value(var, cast, default, parse_default)
        except ValueError:
            what = KINDS.get(cast, "something else")
            raise ImproperlyConfigured(f"{var} is {what}, and not “{said[:40]}”.") from None
        return found.strip() if isinstance(found, str) else found

    @classmethod
    def parse_value(cls, value: Any, cast: Any) -> Any:
        if cast is bool:
            return _is_on(value)
        if cast is float:
            return _number(value)
        return super().parse_value(value, cast)

    def address(self, var: str, parse: Callable[[str], T], *, default: str) -> T:
        """Return where a service is, as `parse` reads it.

        :raises ImproperlyConfigured: if that is no address of such a service, with what it may be
        """
        said = self.str(var, default=default)
        schemes, written = ADDRESSES[var]
        scheme, found, _ = said.partition("://")
        try:
            if not said or (found and scheme in schemes):
                return parse(said)
        except ValueError:
            pass  # such as a port that is no number
        # What stands there is not repeated: it may hold a password.
        raise ImproperlyConfigured(f"{var} is such as {written}, and nothing else.")


def redis(said: str) -> str:
    """Return the address of a Redis as it is written, if there is any.

    :raises ValueError: if it names no host, or a port that is none
    """
    found = urlsplit(said)
    if found.port == 0 or (said and found.scheme != "unix" and not found.hostname):
        raise ValueError
    return said


def _is_on(said: str) -> bool:
    word = said.strip().lower()
    if word not in ON + OFF:
        raise ValueError
    return word in ON


def _number(said: str) -> float:
    number = float(said)
    if not math.isfinite(number):
        raise ValueError
    return number

"""The environment that settings are read from: what is no number is named in a sentence."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

NUMBERS = {int: "a whole number", float: "a number"}


class Environment(environ.Env):  # type: ignore[misc]
    """The variables of the environment, by their kinds."""

    def get_value(self, var: str, cast: Any = None, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, cast, *args, **kwargs)
        except ValueError:
            what = NUMBERS.get(cast, "something else")
            raise ImproperlyConfigured(f"{var} is {what}, and not “{self.ENVIRON[var][:40]}”.") from None

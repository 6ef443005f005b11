"""How long to wait after a failure."""

import random


def pause(attempt: int, *, first: float, longest: float, shortest: float = 1.0) -> float:
    """Return seconds: anything up to a bound that doubles with each attempt.

    Anything and not the bound itself (full jitter): what failed together shall not come again together.
    """
    bound = min(first * 2 ** min(attempt - 1, 20), longest)
    return max(shortest, random.uniform(0, bound))  # noqa: S311 -- jitter, not a secret

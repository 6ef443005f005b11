"""That a hold was paid for before it was booked: who is said to have booked it, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Paid:
    """Who paid for a hold: the system books it then, because of them, and changes say so."""

    by: Any
    because: ClassVar[Mapping[str, str]] = {"because": "paid"}

"""Answers kept in memory for as long as they are true, which their revision tells."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

MOST = 64  # answers; a board of a day is what most people look at
LARGEST = 262_144  # bytes of one


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of an answer, and the tag it goes by, which tells whether it is still true."""

    tag: str
    content: bytes


class Memory:
    """The answers that were asked for last, of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable) -> Kept | None:
        """Return what is kept under the key."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, answer: Kept) -> None:
        """Keep the answer, and forget the one that nobody has asked for longest."""
        if len(answer.content) > LARGEST:
            return
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)

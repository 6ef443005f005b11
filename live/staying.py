"""Staying: which holds the pages behind a socket show, and what becomes of them when it goes away.

A page says so again every few seconds: whatever went away meanwhile, another tab, another process, is mended
by that. So one process need not know of the sockets of another.
"""

import logging
from collections import Counter
from typing import Any

from django.db import DatabaseError

from live.readers import Readers
from reservations import Invalid, NotAuthenticated, ReservationError
from rooms import operations
from rooms.models import Booking
from rooms.views.asking import booking_called

logger = logging.getLogger(__name__)

MOST = 20  # holds on the pages behind one socket


class Staying:
    """The holds that sockets of this process stay on; each is left with the last of them."""

    def __init__(self) -> None:
        # One thread: what a page says of its hold is done in the order in which it was said.
        self._hand = Readers(threads=1)
        self._sockets: Counter[int] = Counter()

    async def stay(self, holds: dict[int, Booking], reference: Any, user: Any) -> None:
        """Note that a page shows the hold, and give it the time it had.

        :raises ReservationError: if it is not theirs, or no hold any more
        """
        if user is None:
            raise NotAuthenticated("Log in to hold a room.")
        if not isinstance(reference, str) or not reference:
            raise Invalid("A reference is a text, such as R7XK-42QM.")
        hold = await self._hand.run(_stay, reference, user)
        if hold.pk in holds:
            return
        if len(holds) >= MOST:
            raise Invalid(f"One socket stays on at most {MOST} holds.")
        holds[hold.pk] = hold
        self._sockets[hold.pk] += 1

    async def go(self, holds: dict[int, Booking], user: Any, *, is_restart: bool) -> None:
        """Leave the holds that no other socket stays on; when the server restarts, their pages come back."""
        for key, hold in holds.items():
            self._sockets[key] -= 1
            if self._sockets[key] <= 0:
                del self._sockets[key]
                if not is_restart:
                    await self._hand.run(_leave, hold, user)
        holds.clear()

    async def close(self) -> None:
        """Give the connection back."""
        await self._hand.close()


def _stay(reference: str, user: Any) -> Booking:
    return operations.stay(booking_called(reference, user), by=user)


def _leave(hold: Booking, user: Any) -> None:
    try:
        operations.leave(hold, by=user)
    except (ReservationError, DatabaseError) as error:
        # It keeps the time it has, which ends by itself.
        logger.info("%s was left, and keeps its time. (%s)", hold, error)

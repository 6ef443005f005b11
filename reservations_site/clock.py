"""The clock: once a second, in one process of all, what is due gets done.

Any number of clocks may run. One of them leads: it has a lock that a database gives, and takes back the
moment its holder dies. Nothing waits for the clock: a hold that ran out is free without it.
"""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import close_old_connections, connection
from django.db.utils import InterfaceError, OperationalError

from accounts import tasks as people
from notifications import tasks as notifications
from payments import operations as payments
from payments import tasks as money
from reports import tasks as numbers
from reservations import Unready
from reservations_site.migrated import is_migrated
from rooms import operations

log = logging.getLogger("reserve.clock")

EVERY = 1.0  # second
AGAIN = 2.0  # seconds before a clock that does not lead, or lost its database, tries again
LOCK = 0x7265_7365_7276_65  # "reserve": the number of the advisory lock
BATCH = 500
REMINDERS = 20.0  # seconds
HOURLY = 3_600.0  # seconds
SELDOM = 10.0  # seconds between two looks at what nobody waits for
RARELY = 3_600.0  # seconds; what is forgotten
BUDGET = 0.3  # seconds of one beat for each of these: holds want to expire within a second
OUTAGE = (OperationalError, InterfaceError, psycopg.Error, sqlite3.Error, Unready)


def expire_holds() -> None:
    """Let go of every hold that ran out, however many there are after a night without a clock."""
    while operations.expire_holds(limit=BATCH) == BATCH:
        pass


def tell() -> None:
    """Tell everything that happened to those who owe something because of it."""
    while operations.tell(limit=BATCH) == BATCH:
        pass


class Patient:
    """A duty whose work may wait for some seconds, and which leaves the beat to others after a moment.

    What is left after a night without a clock is done in the beats that follow, as much in each.
    """

    def __init__(self, work: Callable[[], int], every: float) -> None:
        self._work, self._every, self._next_at = work, every, 0.0

    def __call__(self) -> None:
        """Do what is due, if it is time to look."""
        began = time.monotonic()
        if began < self._next_at:
            return
        while self._work():
            if time.monotonic() - began > BUDGET:
                return  # There is more, and the next beat goes on with it.
        self._next_at = began + self._every


DUTIES: tuple[Callable[[], None], ...] = (
    expire_holds,
    money.deliver_sandbox,
    tell,
    Patient(operations.serve_waitlist, every=0),  # after `tell`, which says who is to be looked at
    Patient(operations.expire_requests, every=EVERY),
    Patient(operations.mark_no_shows, every=EVERY),
    Patient(operations.complete_past, every=SELDOM),
    Patient(operations.erase_closed, every=EVERY),
    money.collect,
    Patient(notifications.remind, every=REMINDERS),
    Patient(numbers.write_mails, every=REMINDERS),
    notifications.send,
    notifications.deliver,
    notifications.read_calendars,
    notifications.forget,
    Patient(payments.forget, every=RARELY),
    people.forget,
    Patient(operations.plan_ahead, every=HOURLY),
    Patient(operations.forget_origins, every=HOURLY),
    Patient(operations.forget_participants, every=HOURLY),
)


class Clock:
    """Beat once a second until it is stopped; an outage of the database is waited out."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_out = self._is_behind = False

    def start(self) -> None:
        """Begin to beat."""
        self._thread = threading.Thread(target=self.run, name="clock", daemon=True)
        self._thread.start()

    def tell_to_stop(self) -> None:
        """Let the running beat be the last one, without waiting for it."""
        self._stopped.set()

    def stop(self) -> None:
        """Finish the running beat, and no other."""
        self.tell_to_stop()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def run(self) -> None:
        """Lead when nobody else does, and beat while leading."""
        while not self._stopped.is_set():
            try:
                if is_migrated():
                    self._lead()
                else:
                    self._behind()
            except OUTAGE as error:
                self._outage(error)
            except Exception:
                log.exception("The clock stumbled and goes on.")
            self._stopped.wait(AGAIN)
        notifications.finish()
        close_old_connections()

    def _lead(self) -> None:
        with leadership() as still_leads:
            while still_leads() and not self._stopped.is_set():
                self._beat()
                self._stopped.wait(EVERY)

    def _beat(self) -> None:
        try:
            for duty in DUTIES:
                duty()
        finally:
            close_old_connections()
        if self._is_out:
            self._is_out = False
            log.warning("The database answers again.")

    def _outage(self, error: Exception) -> None:
        """Say once, and not every two seconds, that the database does not answer."""
        if not self._is_out:
            self._is_out = True
            log.warning("The database does not answer; the clock waits for it. (%s)", str(error).strip())

    def _behind(self) -> None:
        """Say once that the database came without the tables of this version."""
        if not self._is_behind:
            self._is_behind = True
            log.error("The database lacks migrations; the clock waits. Run: python manage.py migrate")


@contextmanager
def leadership() -> Iterator[Callable[[], bool]]:
    """Hold the one lock of all clocks, if it can be had; yield a test whether it is still held."""
    opened = _on_postgres() if connection.vendor == "postgresql" else _on_sqlite()
    with opened as still_held:
        yield still_held


@contextmanager
def _on_postgres() -> Iterator[Callable[[], bool]]:
    # A connection of its own, outside the pool: a session's lock must not wander to somebody else.
    params = {name: value for name, value in connection.get_connection_params().items() if name != "pool"}
    with psycopg.connect(**params, autocommit=True) as session:
        held = session.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,)

        def still_held() -> bool:
            # The server frees the lock when the session is gone, so a session that answers has it.
            return held and session.execute("SELECT 1").fetchone() is not None

        yield still_held


@contextmanager
def _on_sqlite() -> Iterator[Callable[[], bool]]:
    # A file beside the database, whose write lock the leader keeps for good: the database's own must
    # stay free for bookings.
    beside = Path(f"{connection.settings_dict['NAME']}-clock")
    session = sqlite3.connect(beside, timeout=0, isolation_level=None)
    try:
        held = _locks(session)
        yield lambda: held
    finally:
        session.close()


def _locks(session: sqlite3.Connection) -> bool:
    try:
        session.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True

"""An office that is always open, its people, a receiver and a portal on this machine, and crews to carry."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connections

from notifications import operations
from notifications.crew import Crew
from notifications.incoming import operations as incoming
from notifications.incoming.carrying import CALENDARS
from notifications.models import Delivery, IncomingCalendar
from reservations import Span
from rooms import operations as rooms
from rooms.queries.verify import violations
from rooms.sql import database_now
from tests.notifications.mailserver import MailServer
from tests.notifications.outside import Portal, event
from tests.notifications.receivers import Receiver
from tests.worlds import office, person, room, works_at

DAY = (datetime.now(UTC) + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)


def hour(start, end=None):
    """Return the span of so many hours of the day after tomorrow: the database's clock decides here."""
    return Span(DAY + timedelta(hours=start), DAY + timedelta(hours=start + 1 if end is None else end))


def booked(where, start, by, **details):
    return rooms.book(where, hour(start), by=by, details=rooms.Details(**details))


def busy(uid, start, end=None, *more, title="Reserved"):
    when = hour(start, end)
    return event(uid, when.start, when.end, *more, title=title)


def spread_all():
    """Make deliveries until there is nothing new, and return how many."""
    made = total = operations.spread()
    while made:
        made = operations.spread()
        total += made
    return total


def in_threads(*works):
    """Let all of it happen at once, and raise what went wrong."""
    wrong = []

    def run(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- raised below, where it fails the test
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.fixture
def server(settings):
    made = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    made.up()
    yield made
    made.down()


@pytest.fixture(autouse=True)
def _forgotten_counts():
    cache.clear()


@pytest.fixture
def private(settings):
    """Allow receivers on this machine."""
    settings.WEBHOOKS_ALLOW_PRIVATE = True


@pytest.fixture
def venue(transactional_db):
    return office(hours=None)


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora")


@pytest.fixture
def birch(venue):
    return room(venue, "Birch")


@pytest.fixture
def guest(venue):
    return person("guest")


@pytest.fixture
def rival(venue):
    return person("rival")


@pytest.fixture
def staff(venue):
    return works_at(person("staff"), venue)


@pytest.fixture
def receiver(private):
    made = Receiver()
    yield made
    made.down()


@pytest.fixture
def crew(transactional_db):
    made = Crew()
    yield made
    assert made.rest(15)


@pytest.fixture
def beat(crew):
    """Let the clock beat once: what is new is spread, what is due is carried, and that is waited for."""

    def once():
        spread_all()
        crew.wake()
        assert crew.rest(30)

    return once


@pytest.fixture
def later(beat):
    """Let every pause be over, and the clock beat."""

    def wait_out():
        Delivery.objects.filter(state="waiting").update(next_at=DAY - timedelta(days=3))
        beat()

    return wait_out


@pytest.fixture
def portal(private):
    made = Portal()
    yield made
    made.close()


@pytest.fixture
def source(aurora, portal):
    return incoming.add_calendar(aurora, by=None, name="Portal", url=portal.url)


@pytest.fixture
def read(source):
    """Let the clock find every calendar due, and wait until all are read; return how this one is."""
    crew = Crew(2, CALENDARS)

    def once():
        IncomingCalendar.objects.update(next_at=database_now(), leased_until=None)
        return beat()

    def beat():
        crew.wake()
        assert crew.rest(20)
        return IncomingCalendar.objects.filter(pk=source.pk).first()

    once.beat = beat
    yield once
    assert violations() == {}

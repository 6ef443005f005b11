"""A hotel that is paid online, a guest with a hold there, and the sandbox's cards."""

import pytest

from payments import operations, queries
from payments.gateways.sandbox import AGAIN, LATE, SandboxGateway, answer_late, due_webhooks, sent
from payments.models import Payment, SandboxEvent
from reservations import Span
from rooms import operations as rooms
from rooms.models import Booking, Policy
from rooms.queries.verify import violations
from rooms.sql import database_now
from tests.worlds import NOW, at, hotel, person, rate, room, works_at

SUCCEEDS, DECLINED, SECOND_STEP = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0000 0000 3220"
SLOW, SLOW_DECLINED, TWICE = "4000 0000 0000 0077", "4000 0000 0000 0341", "4000 0000 0000 0259"
STAY = Span(at(15, day=7), at(11, day=9))  # two nights of 100.00
PRICE = 20_000


@pytest.fixture
def venue(db):
    found = hotel(payment="online", cancellation_steps=[[48, 100], [24, 50]])
    rate(found, 10_000, unit="night")
    return found


@pytest.fixture
def double(venue):
    return room(venue, "101", capacity=2)


@pytest.fixture
def guest(db):
    return person("lena")


@pytest.fixture
def rival(db):
    return person("omar")


@pytest.fixture
def staff(venue):
    return works_at(person("carl"), venue)


@pytest.fixture
def hold(double, guest):
    """A hold that runs out ten minutes after NOW."""
    return rooms.hold(double, STAY, by=guest, now=NOW)


@pytest.fixture
def deposit(venue):
    """Ask for 30 % of the price to confirm."""
    Policy.objects.update(deposit_percent=30)
    venue.save()


@pytest.fixture(autouse=True)
def _books_are_in_order(db):
    """Whatever a test does: afterwards verify finds nothing."""
    yield
    assert violations() == {}


def fresh(row):
    """Return the row as it is in the table now."""
    return type(row)._default_manager.get(pk=row.pk)


def state_of(booking):
    return Booking.objects.get(pk=booking.pk).state


def paid(booking):
    """Return what the booking's payments took and did not give back."""
    return queries.money_of(fresh(booking), now=NOW).paid


def webhooks_arrive(*, now=NOW):
    """Let the sandbox's banks answer and all its webhooks arrive, those that are sent twice as well."""
    moment = database_now() + LATE
    answer_late(now=moment)
    SandboxEvent.objects.update(due_at=now)
    while due := due_webhooks(now=now):
        for event, body, headers in due:
            operations.receive(SandboxGateway.name, body, headers, now=now)
            sent(event, now=now - AGAIN)


def told(count=100):
    """Let everything that happened be told to those who owe something because of it."""
    while rooms.tell(limit=count):
        pass


def states(booking):
    """Return the states of the booking's payments, the oldest first."""
    return list(Payment.objects.filter(booking=booking).order_by("pk").values_list("state", flat=True))

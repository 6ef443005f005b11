"""What a booking sees after it waited for a lock, and how long it waits: PostgreSQL only."""

import threading
import time

import pytest
from django.db import connections, transaction

from reservations import NotFound, ReservationError, Unready
from rooms import operations
from rooms.models import Room
from tests.races.clients import Step
from tests.races.conftest import hours
from tests.worlds import room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("needs_postgres")]


class Booker(threading.Thread):
    """Somebody who books or holds a room while another transaction has it."""

    def __init__(self, place, by, act=operations.book):
        super().__init__()
        self.place, self.by, self.act = place, by, act
        self.got = self.refused = None

    def run(self):
        try:
            self.got = self.act(self.place, Step("book", **hours(9, 10)).span, by=self.by)
        except ReservationError as refusal:
            self.refused = refusal
        finally:
            connections.close_all()


@pytest.mark.parametrize("act", [operations.book, operations.hold])
def test_a_room_that_was_archived_during_the_wait_is_not_booked(act, venue, people):
    aurora = room(venue)
    operations.cancel(operations.book(aurora, Step("book", **hours(7, 8)).span, by=people[1]), by=people[1])
    booker = Booker(Room.objects.get(pk=aurora.pk), people[0], act)
    with transaction.atomic():
        aurora.archived_at = hours(0, 1)["start"]
        aurora.save()
        booker.start()
        time.sleep(0.3)
    booker.join()

    assert isinstance(booker.refused, NotFound)


def test_terms_that_changed_during_the_wait_are_kept(venue, people):
    aurora = room(venue)
    operations.cancel(operations.book(aurora, Step("book", **hours(7, 8)).span, by=people[1]), by=people[1])
    booker = Booker(Room.objects.get(pk=aurora.pk), people[0])
    with transaction.atomic():
        aurora.save()
        booker.start()
        time.sleep(0.3)
        policy = venue.policies.get()
        policy.needs_approval = True
        policy.save()
    booker.join()

    assert booker.got.state == "pending"


@pytest.mark.parametrize("act", [operations.book, operations.hold])
def test_a_lock_that_never_comes_is_answered_within_four_seconds(act, venue, people):
    aurora = room(venue)
    booker = Booker(aurora, people[0], act)
    with transaction.atomic():
        Room.objects.select_for_update().get(pk=aurora.pk)
        began = time.monotonic()
        booker.start()
        booker.join()
        waited = time.monotonic() - began

    assert isinstance(booker.refused, Unready)
    assert booker.refused.retry_after == 1
    assert 2.5 < waited < 4

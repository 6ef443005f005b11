"""What happened is told once, in order, to those who owe something because of it; and again if they fail."""

import logging

import pytest

from rooms import events, operations
from rooms.models import Change
from tests.worlds import NOW, room, span

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    """Return what is told, as (kind, reference), in the order it was."""
    heard = []

    def listen(changes, **kwargs):
        heard.extend((change.kind, change.booking.reference) for change in changes)

    events.told.connect(listen)
    yield heard
    events.told.disconnect(listen)


@pytest.fixture
def failing():
    """Fail to hear of what is cancelled."""

    def listen(changes, **kwargs):
        if any(change.kind == "cancelled" for change in changes):
            raise RuntimeError("The printer is on fire.")

    events.told.connect(listen)
    yield
    events.told.disconnect(listen)


def test_each_change_is_told_once_and_in_order(venue, guest, told):
    aurora = room(venue)
    booking = operations.book(aurora, span(9, 10), by=guest, now=NOW)
    operations.cancel(booking, by=guest, now=NOW)

    assert operations.tell() == 2
    assert operations.tell() == 0

    assert told == [("booked", booking.reference), ("cancelled", booking.reference)]


def test_what_cannot_be_told_holds_nothing_else_back_and_is_tried_again(venue, guest, failing, caplog):
    aurora = room(venue)
    first = operations.book(aurora, span(9, 10), by=guest, now=NOW)
    operations.cancel(first, by=guest, now=NOW)
    operations.book(aurora, span(9, 10), by=guest, now=NOW)

    with caplog.at_level(logging.CRITICAL, "rooms.operations.telling"):
        assert operations.tell() == 2

    assert list(Change.objects.filter(told=False).values_list("kind", flat=True)) == ["cancelled"]


def test_a_batch_leaves_the_rest_for_the_next(venue, guest, told):
    aurora = room(venue)
    for hour in (9, 10, 11):
        operations.book(aurora, span(hour, hour + 1), by=guest, now=NOW)

    assert operations.tell(limit=2) == 2

    assert len(told) == 2
    assert operations.tell(limit=2) == 1

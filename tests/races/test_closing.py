"""Who books and closes their account at once, and owners who leave at once."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Membership, User
from reservations import lifecycle
from rooms import operations
from rooms.models import Booking
from tests.races.clients import OK, Step
from tests.races.conftest import hours
from tests.worlds import person, room, works_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_books_and_closes_at_once_keeps_the_account_or_loses_the_booking(arena, venue):
    place = room(venue)
    for number in range(3):
        guest = person(f"guest{number}")
        steps = [Step("book", (place.pk,), **hours(9 + number, 10 + number)), Step("close")]

        arena.race(steps, people=[guest])
        operations.erase_closed(now=datetime.now(UTC) + timedelta(minutes=3))

        guest.refresh_from_db()
        lives = Booking.objects.filter(guest=guest, state__in=lifecycle.KEEPS_ROOM).exists()
        assert lives != (guest.closed_at is not None)


def test_of_two_last_owners_who_leave_at_once_one_stays(arena, venue):
    owners = [works_at(person(name), venue, "owner") for name in ("ada", "grace")]

    answers = arena.race([Step("close"), Step("close")], people=owners)

    assert sorted(answer.code for answer in answers) == [OK, "policy_violation"]
    assert Membership.objects.filter(venue=venue).count() == 1
    assert User.objects.filter(closed_at=None).count() == 1

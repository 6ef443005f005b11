"""One guest asks for everything at once: whoever counts, in whichever process, counts all of it."""

import pytest

from rooms.models import Booking, Policy, Quota
from tests.races.clients import OK, Step
from tests.races.conftest import codes, hours
from tests.worlds import rooms

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_guest_who_books_and_moves_sixteen_times_at_once_never_exceeds_a_quota(arena, venue, people):
    Quota.objects.create(venue=venue, most=3, per="day")
    many = rooms(venue, 16)
    tomorrow = [Step("book", (one.pk,), **hours(33, 34)) for one in many[:3]]
    clients = [[Step("book", (one.pk,), **hours(9, 10))] for one in many[3:]]
    clients += [[step, Step("move", **hours(9, 10))] for step in tomorrow]

    answers = arena.race(clients, people=people[:1])

    today = Booking.objects.filter(guest=people[0], starts_at=hours(9, 10)["start"])
    assert (today.count(), Booking.objects.filter(guest=people[0]).count()) == (
        3,
        today.count() + _moveless(answers),
    )
    assert set(codes(answers)) == {OK, "policy_violation"}


def _moveless(answers):
    """Count what was booked for tomorrow and could not be moved."""
    return sum(answer.step.act == "move" and answer.code != OK for answer in answers)


def test_a_guest_who_asks_for_sixteen_holds_at_once_gets_as_many_as_one_may_have(arena, venue, people):
    Policy.objects.update(max_holds=3)
    venue.save()
    clients = [Step("hold", (one.pk,), **hours(9, 10)) for one in rooms(venue, 16)]

    answers = arena.race(clients, people=people[:1])

    assert codes(answers) == {OK: 3, "policy_violation": 13}

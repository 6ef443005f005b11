"""Series against each other and against single bookings: all of a series or nothing, and no deadlock."""

import random

import pytest

from rooms.models import Allocation, Booking, Policy
from rooms.queries.verify import violations
from tests.races.clients import OK, Step
from tests.races.conftest import codes, hours
from tests.worlds import hall, room, rooms

pytestmark = pytest.mark.django_db(transaction=True)
DAILY = "FREQ=DAILY;COUNT=20"
WEEKLY = "FREQ=WEEKLY;COUNT=8"


@pytest.fixture(autouse=True)
def _open_every_day(venue):
    venue.opening_hours.all().delete()
    Policy.objects.update(max_holds=99)
    venue.save()


def dates_of(booking):
    """Return how many dates the booking has."""
    rows = Allocation.objects.filter(booking=booking, active=True)
    return rows.values("occurrence").distinct().count()


@pytest.mark.parametrize("act", ["hold", "book"])
def test_of_thirty_who_want_the_same_series_one_gets_all_of_it(act, arena, venue, people):
    aurora = room(venue)

    answers = arena.race([Step(act, (aurora.pk,), **hours(9, 10), rule=DAILY)] * 30, people=people)

    assert codes(answers) == {OK: 1, "unavailable": 29}
    assert [dates_of(booking) for booking in Booking.objects.all()] == [20]
    assert violations() == {}


def test_of_a_single_booking_in_the_middle_and_a_series_one_wins(arena, venue, people):
    aurora = room(venue)
    for hour in range(8, 18, 2):
        series = Step("book", (aurora.pk,), **hours(hour, hour + 1), rule=DAILY)
        middle = hours(hour + 24 * 7, hour + 24 * 7 + 1)
        before = Booking.objects.count()

        answers = arena.race([series, Step("book", (aurora.pk,), **middle)] * 6, people=people)

        assert codes(answers) == {OK: 1, "unavailable": 11}
        won = Booking.objects.latest("pk")
        assert (Booking.objects.count(), dates_of(won) == 20) == (before + 1, bool(won.recurrence))
    assert violations() == {}


def test_series_that_cross_each_other_in_several_rooms_are_whole_or_nothing(arena, venue, people):
    chance = random.Random(5)  # noqa: S311 -- a race that can be run again
    places = [*hall(venue).values(), *rooms(venue, 2)]

    def steps():
        found = []
        for _ in range(5):
            start = chance.randrange(8, 13)
            where = tuple(one.pk for one in chance.sample(places, chance.choice([1, 1, 2])))
            rule = chance.choice([DAILY, WEEKLY, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;COUNT=9", ""])
            act = chance.choice(["book", "book", "hold", "skip", "move date", "cancel"])
            when = hours(start, start + 1)
            found.append(Step(act, where, **when, rule=rule, date=chance.randrange(1, 8)))
        return found

    answers = arena.race([steps() for _ in range(16)], people=people)

    assert set(codes(answers)) <= {
        OK, "unavailable", "nothing", "not_found", "illegal_transition", "policy_violation",
    }  # fmt: skip
    for answer in answers:
        if answer.code == OK and answer.step.act in ("book", "hold"):
            expected = {DAILY: 20, WEEKLY: 8, "": 1}.get(answer.step.rule, 9)
            assert len({start for _, start, _ in answer.spans}) == expected
    assert violations() == {}


def test_series_whose_dates_lie_across_two_rooms_are_whole_or_nothing_and_never_deadlock(
    arena, venue, people
):
    """Each wants its first date in the other room: locked in the order they were asked for, they would."""
    aurora, birch = rooms(venue, 2)
    here = Step("book", (aurora.pk,), **hours(9, 10), rule=DAILY, other=birch.pk)
    there = Step("book", (birch.pk,), **hours(9, 10), rule=DAILY, other=aurora.pk)
    single = Step("book", (birch.pk,), **hours(9, 10))

    answers = arena.race([here, there, single, here] * 6, people=people)

    assert set(codes(answers)) == {OK, "unavailable"}
    assert {dates_of(booking) for booking in Booking.objects.exclude(recurrence="")} <= {20}
    first = Allocation.objects.filter(active=True, starts_at=hours(9, 10)["start"])
    assert first.filter(room=birch).count() == 1
    assert codes(answers)[OK] in (1, 2)  # one in the other room, and perhaps one that wants the rest
    assert violations() == {}


def test_dates_that_move_to_the_same_hour_go_there_once(arena, venue, people):
    aurora = room(venue)
    taken = arena.race(
        [Step("book", (aurora.pk,), **hours(hour, hour + 1), rule=WEEKLY) for hour in (8, 9, 10, 11)],
        people=people,
    )
    assert codes(taken) == {OK: 4}

    moves = [
        Step("move date", (), **hours(20, 21), date=1, booking=answer.booking)
        for answer in taken
        for _ in range(3)
    ]
    owners = [people[answer.client % len(people)] for answer in taken for _ in range(3)]
    answers = arena.race(moves, people=owners)

    there = Allocation.objects.filter(room=aurora, active=True, starts_at=hours(20, 21)["start"])
    assert there.count() == 1
    assert set(codes(answers)) == {OK, "unavailable"}
    assert violations() == {}

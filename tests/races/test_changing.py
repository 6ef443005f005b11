"""A booking that several change at once ends in one state, and its rooms with it."""

import time
from datetime import timedelta

import pytest

from rooms import operations
from rooms.models import Allocation, Booking, Change, Policy
from rooms.sql import database_now
from tests.races.clients import OK, Step
from tests.races.conftest import codes, hours
from tests.worlds import room, rooms, works_at

pytestmark = pytest.mark.django_db(transaction=True)


def taken(place, guest, hour=9, act=operations.book):
    edges = hours(hour, hour + 1)
    return act(place, Step("book", **edges).span, by=guest)


def runs_out_in(booking, seconds):
    """Let the hold run out so soon, as if it had been made ten minutes ago."""
    moment = database_now() + timedelta(seconds=seconds)
    Booking.objects.filter(pk=booking.pk).update(expires_at=moment)
    Allocation.objects.filter(booking=booking).update(expires_at=moment)


class TestAHoldAtTheInstantItRunsOut:
    def test_is_confirmed_or_lost_and_never_both(self, arena, venue, people):
        """The guest confirms within a few milliseconds of the end, while others wait for the room."""
        places, ends = rooms(venue, 8), []
        for number, place in enumerate(places):
            hold = taken(place, people[0], act=operations.hold)
            booked = [Step("book", (place.pk,), wait=0.2 + 0.01 * n, **hours(9, 10)) for n in range(4)]
            confirm = Step("confirm", booking=hold.pk, wait=0.1 + 0.02 * number)
            runs_out_in(hold, 0.32)

            answers = arena.race([confirm, *booked, Step("expire", wait=0.22)], people=people)

            told = {answer.step.act: answer.code for answer in answers if answer.step.act != "book"}
            won = [answer.code for answer in answers if answer.step.act == "book"].count(OK)
            assert told["confirm"] in (OK, "hold_expired")
            assert told["expire"] == OK
            assert won <= 1
            assert not (told["confirm"] == OK and won)
            hold.refresh_from_db()
            assert hold.state == ("confirmed" if told["confirm"] == OK else hold.state)
            ends.append((told["confirm"], won))
            if told["confirm"] != OK and not won:
                taken(place, people[1])  # It ran out: from then on anybody can have the room.
        assert len(ends) == 8

    def test_goes_to_one_of_many_who_waited(self, arena, venue, people):
        aurora, birch = rooms(venue, 2)
        hold = operations.hold([aurora, birch], Step("hold", **hours(9, 10)).span, by=people[0])
        runs_out_in(hold, 0)
        time.sleep(0.01)
        steps = [Step("book", (place.pk,), **hours(9, 10)) for place in (aurora, birch) for _ in range(8)]

        answers = arena.race([*steps, Step("expire"), Step("confirm", booking=hold.pk)], people=people[:1])

        told = {answer.step.act: answer.code for answer in answers if answer.step.act != "book"}
        assert told == {"expire": OK, "confirm": "hold_expired"}
        for place in (aurora, birch):
            assert sum(answer.rooms == (place.pk,) for answer in answers if answer.code == OK) == 1
        assert Change.objects.filter(kind="expired").count() == 2


class TestARequest:
    @pytest.fixture
    def asked(self, venue, people):
        Policy.objects.update(needs_approval=True)
        venue.save()
        return taken(room(venue), people[0])

    def test_approved_by_eight_at_once_is_approved_once(self, arena, venue, people, asked):
        works_at(people[1], venue)

        answers = arena.race([Step("approve", booking=asked.pk)] * 8, people=people)

        assert codes(answers) == {OK: 1, "illegal_transition": 7}
        assert Change.objects.filter(kind="approved").count() == 1

    def test_approved_and_declined_at_once_is_one_of_both(self, arena, people, asked):
        steps = [Step(act, booking=asked.pk) for act in ["approve", "decline"] * 4]

        answers = arena.race(steps, people=people)

        (won,) = (answer for answer in answers if answer.code == OK)
        asked.refresh_from_db()
        assert asked.state == {"approve": "confirmed", "decline": "declined"}[won.step.act]

    def test_approved_and_cancelled_at_once_ends_cancelled(self, arena, people, asked):
        steps = [Step("approve", booking=asked.pk), Step("cancel", booking=asked.pk)]

        answers = arena.race(steps, people=people[:1])

        told = {answer.step.act: answer.code for answer in answers}
        asked.refresh_from_db()
        assert told["cancel"] == OK
        assert told["approve"] in (OK, "illegal_transition")
        assert asked.state == "cancelled"


class TestABooking:
    def test_moved_and_cancelled_at_once_ends_cancelled_and_frees_all(self, arena, venue, people):
        one, other = rooms(venue, 2)
        for hour in (9, 11, 13):
            booking = taken(one, people[0], hour)
            steps = [
                Step("cancel", booking=booking.pk),
                Step("move", (other.pk,), booking=booking.pk, **hours(hour, hour + 2)),
                Step("move", (one.pk, other.pk), booking=booking.pk, **hours(hour, hour + 1)),
            ]

            answers = arena.race(steps, people=people[:1])

            told = {answer.step.act: answer.code for answer in answers if answer.step.act == "cancel"}
            assert told == {"cancel": OK}
            assert set(codes(answers)) <= {OK, "illegal_transition"}
            booking.refresh_from_db()
            assert booking.state == "cancelled"
            assert not Allocation.objects.filter(active=True).exists()

    def test_cancelled_by_many_clicks_is_cancelled_once(self, arena, venue, people):
        booking = taken(room(venue), people[0])

        answers = arena.race([Step("cancel", booking=booking.pk)] * 16, people=people[:1])

        assert codes(answers) == {OK: 1, "illegal_transition": 15}
        assert Change.objects.filter(kind="cancelled").count() == 1


def test_of_ten_who_move_into_one_gap_one_gets_it(arena, venue, people):
    aurora = room(venue)
    own = [taken(aurora, people[n], hour) for n, hour in enumerate((*range(5), *range(6, 11)))]
    steps = [Step("move", (aurora.pk,), booking=booking.pk, **hours(5, 6)) for booking in own]

    answers = arena.race(steps, people=people)

    assert codes(answers) == {OK: 1, "unavailable": 9}


def test_two_who_swap_rooms_at_once_do_not_deadlock_and_lose_nothing(arena, venue, people, deadlocks):
    one, other = rooms(venue, 2)
    first, second = taken(one, people[0]), taken(other, people[1])
    before = deadlocks()
    steps = [
        Step("move", (other.pk,), booking=first.pk, **hours(9, 10)),
        Step("move", (one.pk,), booking=second.pk, **hours(9, 10)),
    ]

    answers = arena.race(steps, people=people)

    assert codes(answers) == {"unavailable": 2}
    assert Allocation.objects.filter(active=True).count() == 2
    assert deadlocks() == before

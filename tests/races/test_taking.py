"""Many want the same: one gets it, nobody is refused for time that is free, and nothing breaks."""

import random
from datetime import timedelta

import pytest

from reservations import Span
from rooms.models import Allocation, Booking, Policy
from tests.races.clients import OK, Step
from tests.races.conftest import History, codes, hours
from tests.worlds import hall, room, rooms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("act", ["hold", "book"])
def test_of_fifty_rivals_for_one_room_one_wins_and_forty_nine_are_told_why(act, arena, venue, people):
    aurora = room(venue)
    for hour in (9, 11, 13):
        answers = arena.race([Step(act, (aurora.pk,), **hours(hour, hour + 1))] * 50, people=people)

        assert codes(answers) == {OK: 1, "unavailable": 49}
        History(answers).every_refusal_is_justified()


def test_a_history_of_overlapping_wishes_refuses_nobody_for_time_that_was_free(arena, venue, people):
    """Takes, moves and cancels at once: judged by when each was asked and answered."""
    chance = random.Random(7)  # noqa: S311 -- a race that can be run again
    places = [*hall(venue).values(), room(venue, "Aurora")]
    Policy.objects.update(max_holds=99, buffer_after_minutes=15)
    venue.save()

    def step():
        start = chance.randrange(8, 14)
        act = chance.choice(["hold", "book", "book", "move", "cancel"])
        where = () if act == "cancel" else (chance.choice(places).pk,)
        return Step(act, where, **hours(start, start + chance.choice([0.5, 1, 2])))

    answers = arena.race([[step() for _ in range(12)] for _ in range(16)], people=people)

    assert set(codes(answers)) <= {OK, "unavailable", "nothing", "illegal_transition"}
    history = History(answers)
    history.no_two_overlap()
    history.every_refusal_is_justified(buffer=timedelta(minutes=15))


def test_every_refusal_among_wishes_that_only_partly_overlap_is_justified(arena, venue, people):
    chance = random.Random(11)  # noqa: S311
    aurora, birch = rooms(venue, 2)
    wishes = []
    for _ in range(48):
        start = chance.randrange(0, 20) / 2
        where = (chance.choice([aurora, birch]).pk,)
        wishes.append(Step("book", where, **hours(8 + start, 8.5 + start + chance.randrange(1, 4) / 2)))

    answers = arena.race(wishes, people=people)

    assert set(codes(answers)) == {OK, "unavailable"}
    history = History(answers)
    history.no_two_overlap()
    history.every_refusal_is_justified()
    for place in (aurora, birch):
        # Whatever was wanted and lost is taken now by somebody: no span lost all its rivals.
        taken = [Span(row.blocks_from, row.blocks_until) for row in Allocation.objects.filter(room=place)]
        for wish in wishes:
            assert wish.rooms != (place.pk,) or any(one.overlaps(wish.span) for one in taken)


class TestAnyRoomOfAType:
    def test_for_twenty_who_want_one_of_ten_is_ten_different_rooms(self, arena, venue, people):
        rooms(venue, 10)
        step = Step("book", type=venue.types.get().pk, **hours(9, 10))

        answers = arena.race([step] * 20, people=people)

        assert codes(answers) == {OK: 10, "unavailable": 10}
        assert len({answer.rooms for answer in answers if answer.code == OK}) == 10

    def test_is_found_though_others_take_rooms_by_name(self, arena, venue, people):
        places = rooms(venue, 12)
        for hour in (9, 11, 13, 15):
            named = [Step("book", (place.pk,), **hours(hour, hour + 1)) for place in places[:6]]
            anything = Step("book", type=venue.types.get().pk, **hours(hour, hour + 1))

            answers = arena.race([*named, *[anything] * 6] * 1, people=people)

            assert [answer.code for answer in answers if answer.step.type] == [OK] * 6

    def test_is_all_or_nothing_for_parties_of_three(self, arena, venue, people):
        rooms(venue, 10)
        step = Step("book", type=venue.types.get().pk, count=3, **hours(9, 10))

        answers = arena.race([step] * 8, people=people)

        assert codes(answers) == {OK: 3, "unavailable": 5}
        assert Allocation.objects.count() == 9


def test_several_rooms_in_any_order_never_deadlock_and_are_all_or_nothing(arena, venue, people, deadlocks):
    chance = random.Random(3)  # noqa: S311
    places = [place.pk for place in rooms(venue, 6)]
    before = deadlocks()
    for hour in (9, 11):
        steps = [Step("book", tuple(chance.sample(places, 3)), **hours(hour, hour + 1)) for _ in range(24)]

        answers = arena.race(steps, people=people)

        won = [set(answer.rooms) for answer in answers if answer.code == OK]
        assert set(codes(answers)) <= {OK, "unavailable"}
        assert 1 <= len(won) <= 2
        assert all(len(one) == 3 for one in won)
        assert Allocation.objects.filter(starts_at=steps[0].start).count() == 3 * len(won)
    assert deadlocks() == before


def test_bookings_made_together_in_any_order_never_deadlock_and_are_all_or_nothing(
    arena, venue, people, deadlocks
):
    chance = random.Random(7)  # noqa: S311
    places = [place.pk for place in rooms(venue, 6)]
    before = deadlocks()
    steps = [Step("book together", tuple(chance.sample(places, 3)), **hours(9, 10)) for _ in range(24)]

    answers = arena.race(steps, people=people)

    won = codes(answers)[OK]
    assert set(codes(answers)) <= {OK, "unavailable"}
    assert 1 <= won <= 2
    assert Booking.objects.count() == 3 * won
    assert deadlocks() == before


def test_a_hall_goes_to_one_party_or_its_parts_to_others(arena, venue, people):
    halls = hall(venue)
    whole, parts = halls["Grand Hall"], [halls[f"Hall {letter}"] for letter in "ABC"]
    for hour in (9, 11, 13):
        steps = [Step("book", (place.pk,), **hours(hour, hour + 1)) for place in [whole] * 12 + parts * 4]

        answers = arena.race(steps, people=people)

        won = {answer.step.rooms[0] for answer in answers if answer.code == OK}
        assert won == {whole.pk} or (won and won <= {part.pk for part in parts})
        assert len(won) == codes(answers)[OK]
        assert set(codes(answers)) == {OK, "unavailable"}
        if whole.pk not in won:
            assert won == {part.pk for part in parts}


def test_a_blocking_and_bookings_do_not_both_win(arena, venue, people):
    aurora = room(venue)
    for hour in (9, 11):
        steps = [Step(act, (aurora.pk,), **hours(hour, hour + 1)) for act in ["block", "book"] * 8]

        assert codes(arena.race(steps, people=people)) == {OK: 1, "unavailable": 15}


class TestAnIdempotencyKey:
    @pytest.mark.parametrize("act", ["hold", "book"])
    def test_sent_thirty_two_times_at_once_books_once(self, act, arena, venue, people):
        aurora = room(venue)
        step = Step(act, (aurora.pk,), key="once", **hours(9, 10))

        answers = arena.race([step] * 32, people=people[:1])

        assert codes(answers) == {OK: 32}
        assert len({answer.booking for answer in answers}) == Booking.objects.count() == 1

    def test_sent_so_for_any_room_books_one_room(self, arena, venue, people):
        rooms(venue, 3)
        step = Step("book", type=venue.types.get().pk, key="once", **hours(9, 10))

        answers = arena.race([step] * 32, people=people[:1])

        assert codes(answers) == {OK: 32}
        assert len({answer.booking for answer in answers}) == Allocation.objects.count() == 1

    def test_sent_with_several_wishes_at_once_serves_one_of_them(self, arena, venue, people):
        steps = [Step("book", (place.pk,), key="once", **hours(9, 10)) for place in rooms(venue, 8)] * 2

        answers = arena.race(steps, people=people[:1])

        assert codes(answers) == {OK: 2, "idempotency_mismatch": 14}
        assert Booking.objects.count() == 1


def test_holds_of_one_guest_at_once_are_never_more_than_allowed(arena, venue, people):
    steps = [Step("hold", (place.pk,), **hours(9, 10)) for place in rooms(venue, 16)]

    answers = arena.race(steps, people=people[:1])

    assert codes(answers) == {OK: 5, "policy_violation": 11}

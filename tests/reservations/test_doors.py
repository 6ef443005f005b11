"""What a door says of its room: a truth table of one day, open from 08:00 to 20:00 with a booking at 10."""

from datetime import UTC, time

import pytest

from reservations import Policy, Span, doors
from reservations.doors import BLOCKED, CLOSED, FREE, TAKEN, Door, Kept, Standing
from reservations.hours import Hours, Opening
from tests.worlds import at, span

OPEN = [span(8, 20), span(8, 20, day=1)]


def kept(start, end, *, before=0.0, after=0.0, **more):
    blocked = Span(span(start - before, 24).start, None if end is None else span(0, end + after).end)
    return Kept(span(start, end), blocked, **more)


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (at(7), Standing(CLOSED, at(8))),  # before it opens
        (at(8), Standing(FREE, at(9, 30))),  # until the buffer before the booking
        (at(9, 30), Standing(TAKEN, at(11, 30))),  # its buffer
        (at(10), Standing(TAKEN, at(11, 30))),
        (at(11), Standing(TAKEN, at(11, 30))),  # the buffer behind it
        (at(11, 30), Standing(FREE, at(20))),  # until it closes
        (at(20), Standing(CLOSED, at(8, day=1))),  # until tomorrow
    ],
)
def test_it_is_free_between_what_is_taken_and_while_it_is_open(now, says):
    assert doors.standing([kept(10, 11, before=0.5, after=0.5)], OPEN, now=now) == says


def test_a_room_that_never_closes_is_free_for_as_long_as_nobody_has_it():
    assert doors.standing([], None, now=at(3)) == Standing(FREE, None)


def test_what_is_not_released_is_taken_until_further_notice():
    assert doors.standing([kept(10, None)], OPEN, now=at(12)) == Standing(TAKEN, None)


def test_time_out_of_use_is_not_said_to_be_taken():
    assert doors.standing([kept(10, 11, is_out_of_use=True)], OPEN, now=at(10)) == Standing(BLOCKED, at(11))


def test_who_is_there_after_hours_is_there():
    assert doors.standing([kept(19, 21)], OPEN, now=at(20, 30)) == Standing(TAKEN, at(21))


def test_a_buffer_after_hours_is_nobodys():
    assert doors.standing([kept(19, 20, after=0.5)], OPEN, now=at(20)) == Standing(CLOSED, at(8, day=1))


def test_a_venue_that_does_not_open_again_says_no_time():
    assert doors.standing([], [], now=at(12)) == Standing(CLOSED, None)


EVERY_DAY = Hours(tuple(Opening(day, time(8), time(20)) for day in range(7)))


def door(now, **policy):
    return Door(Policy(**policy), EVERY_DAY, UTC, now)


def ends(found):
    return [span.end for span in found]


class TestWhatCanBeBookedAtADoor:
    def test_begins_with_the_step_that_runs_and_ends_with_the_step_next_to_what_is_asked_for(self):
        found, why = doors.bookable([], door(at(9, 1)))

        assert (found, why) == ([Span(at(9), at(9, 15)), Span(at(9), at(9, 30)), Span(at(9), at(10))], None)

    def test_ends_before_somebody_comes_with_time_to_clear_up(self):
        found, _ = doors.bookable([kept(10, 11, before=0.25)], door(at(9), buffer_after_minutes=15))

        assert ends(found) == [at(9, 15), at(9, 30)]

    def test_ends_when_it_closes(self):
        assert ends(doors.bookable([], door(at(19, 30)))[0]) == [at(19, 45), at(20)]

    def test_begins_with_the_next_step_where_a_buffer_has_some_of_this_one(self):
        found, _ = doors.bookable([kept(8, 9, after=1 / 12)], door(at(9, 6)))

        assert found[0] == Span(at(9, 15), at(9, 30))

    def test_is_nothing_while_somebody_has_it_and_the_door_says_so(self):
        assert doors.bookable([kept(9, 11)], door(at(9))) == ([], None)

    def test_is_nothing_while_it_is_closed_and_the_door_says_so(self):
        assert doors.bookable([], door(at(7))) == ([], None)

    def test_is_nothing_where_the_terms_ask_for_more_and_says_what(self):
        found, why = doors.bookable([], door(at(9), min_minutes=120))

        assert (found, why.rule) == ([], "too_short")


class TestWhatRuns:
    def test_may_last_a_little_longer(self):
        assert doors.longer(span(9, 10), [], door(at(9, 30))) == [at(10, 15), at(10, 30)]

    def test_may_not_where_somebody_comes(self):
        assert doors.longer(span(9, 10), [kept(10.25, 11)], door(at(9, 30))) == [at(10, 15)]
        assert doors.longer(span(9, 10), [kept(10, 11)], door(at(9, 30))) == []

    def test_may_not_beyond_the_longest_booking_nor_the_hours(self):
        assert doors.longer(span(9, 10), [], door(at(9, 30), max_minutes=75)) == [at(10, 15)]
        assert doors.longer(span(19, 20), [], door(at(19, 30))) == []

    def test_asks_for_no_notice_any_more(self):
        assert doors.longer(span(9, 10), [], door(at(9, 30), min_notice_minutes=60)) != []

    def test_without_an_end_lasts_anyway(self):
        assert doors.longer(span(9, None), [], door(at(9, 30))) == []

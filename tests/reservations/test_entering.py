"""What of an outside event's time a room is kept for: never what is taken, and all that is free."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reservations import Span
from reservations.entering import Standing, entered, in_steps

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def span(start, end):
    return Span(NOON + timedelta(hours=start), NOON + timedelta(hours=end))


def booked(start, end):
    return Standing(span(start, end), span(start, end))


def test_free_time_is_taken_whole():
    assert entered(span(1, 3), {}, [booked(3, 4)], now=NOON).take == (span(1, 3),)


def test_of_time_that_is_partly_booked_the_rest_is_taken_and_it_clashes():
    found = entered(span(1, 5), {}, [booked(2, 3)], now=NOON)

    assert (found.take, found.clashes) == ((span(1, 2), span(3, 5)), True)


def test_time_around_a_booking_is_not_taken_and_is_no_clash():
    cleaned = Standing(keeps=span(0, 2), booked=span(0, 1))

    found = entered(span(1, 3), {}, [cleaned], now=NOON)

    assert (found.take, found.clashes) == ((span(2, 3),), False)


def test_what_is_out_of_use_already_is_no_clash():
    found = entered(span(1, 3), {}, [Standing(span(1, 3))], now=NOON)

    assert (found.take, found.clashes) == ((), False)


def test_a_piece_that_is_still_true_stays_and_the_rest_is_added():
    found = entered(span(1, 5), {7: span(1, 3)}, [], now=NOON)

    assert (found.give_back, found.take) == ((), (span(3, 5),))


def test_a_piece_that_is_not_true_any_more_is_given_back():
    found = entered(span(4, 6), {7: span(1, 3)}, [], now=NOON)

    assert (found.give_back, found.take) == ((7,), (span(4, 6),))


def test_what_is_over_is_neither_taken_nor_given_back():
    found = entered(span(-5, 2), {7: span(-9, -8)}, [booked(-3, -2)], now=NOON)

    assert (found.give_back, found.take, found.clashes) == ((), (span(0, 2),), False)


def test_a_closure_of_years_is_taken_in_parts_that_are_borne():
    found = entered(Span(NOON, NOON + timedelta(days=800)), {}, [], now=NOON)

    assert [part.duration.days for part in found.take] == [366, 366, 68]


hours = st.integers(0, 30)
lengths = st.integers(1, 8)
times = st.builds(lambda start, length: span(start, start + length), hours, lengths)


@given(times, st.lists(times, max_size=4), st.lists(times, max_size=4))
def test_afterwards_all_that_was_free_is_kept_once_and_nothing_else(time, pieces, others):
    own = {
        number: piece for number, piece in enumerate(pieces) if not any(map(piece.overlaps, pieces[:number]))
    }
    standing = [Standing(one) for one in others if not any(map(one.overlaps, own.values()))]

    found = entered(time, own, standing, now=NOON)

    kept = [piece for key, piece in own.items() if key not in found.give_back] + list(found.take)
    for hour in range(40):
        moment = NOON + timedelta(hours=hour, minutes=30)
        is_wanted = time.contains(moment) and not any(one.keeps.contains(moment) for one in standing)
        assert sum(piece.contains(moment) for piece in kept) == is_wanted


def test_steps_end_where_no_time_is_given_to_another():
    old, new = [[[span(n, n + 1)] for n in order] for order in (range(5), (4, 0, 3, 1, 2))]

    assert in_steps([*old, *new], size=4, most=9) == [[0, 6, 1, 8], [2, 9, 3, 7], [4, 5]]


def test_steps_are_as_long_as_a_chain_of_gifts_up_to_a_bound():
    later_by_one = [[span(n, n + 1), span(n + 1, n + 2)] for n in range(5)]

    assert in_steps([*later_by_one, []], size=2, most=9) == [[5], [0, 1, 2, 3, 4]]
    assert in_steps(later_by_one, size=2, most=3) == [[0, 1, 2], [3, 4]]
    assert in_steps([], size=2, most=3) == []

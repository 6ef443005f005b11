"""Agendas: a room and a time for each of several events, none in the way of another."""

from datetime import timedelta
from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from reservations.agenda import MOST, Event, Ground, agenda
from tests.reservations.clock import HOUR, MINUTE, hours_of, span

GALATA, PERA, HALL = 1, 2, 3


def on_the_hour(room, moment):
    return moment + (span(0, 1).start - moment) % HOUR


def found(events, grounds, **more):
    """Return the room and the hours of each event that has a place, and what has none."""
    plan = agenda(events, grounds, align=on_the_hour, **more)
    return [(one.event, one.room, *hours_of([one.span])[0]) for one in plan.places], list(plan.left)


def event(hours, *rooms):
    return Event(hours * HOUR, rooms)


class TestAnAgenda:
    def test_puts_each_event_as_early_as_can_be_in_the_room_that_suits_it_best(self):
        grounds = {GALATA: Ground((span(9, 12),)), PERA: Ground((span(9, 12),))}

        assert found([event(1, PERA, GALATA)], grounds) == ([(0, PERA, 9, 10)], [])

    def test_lets_events_be_at_the_same_time_unless_all_go_to_each(self):
        grounds = {GALATA: Ground((span(9, 12),)), PERA: Ground((span(9, 12),))}
        both = [event(1, GALATA, PERA), event(1, GALATA, PERA)]

        together, _ = found(both, grounds)
        apart, _ = found(both, grounds, apart=True)

        assert together == [(0, GALATA, 9, 10), (1, PERA, 9, 10)]
        assert apart == [(0, GALATA, 9, 10), (1, GALATA, 10, 11)]

    def test_leaves_the_large_room_to_who_needs_it(self):
        grounds = {GALATA: Ground((span(9, 10),)), PERA: Ground((span(9, 10),))}

        places, left = found([event(1, GALATA, PERA), event(1, GALATA)], grounds)

        assert (sorted(places), left) == ([(0, PERA, 9, 10), (1, GALATA, 9, 10)], [])

    def test_tries_again_where_the_first_way_leads_nowhere(self):
        # Two of 2 hours fill the long stretch; one of 3 there, and the other would have none.
        grounds = {GALATA: Ground((span(8, 12), span(13, 16)))}

        places, left = found([event(3, GALATA), event(2, GALATA), event(2, GALATA)], grounds)

        assert left == []
        assert (0, GALATA, 13, 16) in places

    def test_says_which_cannot_be_had_and_that_it_is_certain(self):
        grounds = {GALATA: Ground((span(9, 11),))}
        plan = agenda([event(1, GALATA), event(3, GALATA)], grounds, align=on_the_hour)

        assert (len(plan.places), plan.left, plan.is_certain) == (1, (1,), True)

    def test_keeps_what_the_rooms_keep_clear_between_two_events(self):
        grounds = {GALATA: Ground((span(9, 13),), before=15 * MINUTE, after=15 * MINUTE)}

        places, _ = found([event(1, GALATA), event(1, GALATA)], grounds)

        assert [hours for _, _, *hours in places] == [[9, 10], [11, 12]]

    def test_takes_a_hall_with_its_parts(self):
        linked = frozenset({HALL})
        grounds = {
            GALATA: Ground((span(9, 11),), linked=linked),
            HALL: Ground((span(9, 11),), linked=frozenset({GALATA})),
        }

        places, _ = found([event(1, HALL), event(1, GALATA)], grounds)

        assert places == [(0, HALL, 9, 10), (1, GALATA, 10, 11)]

    def test_of_as_many_as_may_be_is_found_soon_though_there_is_none(self):
        grounds = {room: Ground((span(9, 12),)) for room in range(200)}
        plan = agenda([event(5, *grounds)] * MOST, grounds, align=on_the_hour)

        assert (plan.places, len(plan.left)) == ((), MOST)


ROOMS = (GALATA, PERA)
edges = st.lists(st.integers(8, 16), min_size=4, max_size=4, unique=True).map(sorted)
stretches = edges.map(lambda hours: (span(*hours[:2]), span(*hours[2:])))
grounds = st.fixed_dictionaries(
    {
        room: st.builds(Ground, stretches, st.just(timedelta(0)), st.sampled_from([timedelta(0), HOUR]))
        for room in ROOMS
    }
)
choices = st.lists(st.sampled_from(ROOMS), min_size=1, max_size=2, unique=True).map(tuple)
small = st.lists(st.builds(Event, st.sampled_from([HOUR, 2 * HOUR, 3 * HOUR]), choices), max_size=4)


def blocked(place, grounds):
    ground = grounds[place[0]]
    return place[1].start - ground.before, place[1].end + ground.after


def is_well(one, other, grounds, apart):
    """Whether two places may be beside each other."""
    if apart and one[1].overlaps(other[1]):
        return False
    if one[0] != other[0]:
        return True
    (start, end), (later, last) = blocked(one, grounds), blocked(other, grounds)
    return end <= later or last <= start


def every_place(one, grounds):
    """Every place that the event could have were it alone, on the hour."""
    for room, hour in product(one.rooms, range(8, 17)):
        wanted = span(hour, hour + one.length // HOUR)
        if any(wanted.within(free) for free in grounds[room].free):
            yield room, wanted


class TestOfAnyAgenda:
    @given(small, grounds, st.booleans())
    def test_no_two_places_are_in_each_others_way_and_each_lies_in_free_time(self, events, grounds, apart):
        plan = agenda(events, grounds, align=on_the_hour, apart=apart)

        places = [(one.room, one.span) for one in plan.places]
        assert all(is_well(one, other, grounds, apart) for one, other in combinations(places, 2))
        for one in plan.places:
            assert (one.room, one.span) in set(every_place(events[one.event], grounds))
        assert sorted([*(one.event for one in plan.places), *plan.left]) == list(range(len(events)))

    @given(small, grounds, st.booleans())
    def test_what_is_left_out_would_not_fit_in(self, events, grounds, apart):
        plan = agenda(events, grounds, align=on_the_hour, apart=apart)

        places = [(one.room, one.span) for one in plan.places]
        for number in plan.left:
            for wanted in every_place(events[number], grounds):
                assert not all(is_well(wanted, other, grounds, apart) for other in places)

    @given(small, grounds, st.booleans())
    def test_there_is_one_for_all_if_trying_everything_finds_one(self, events, grounds, apart):
        plan = agenda(events, grounds, align=on_the_hour, apart=apart)

        ways = product(*(list(every_place(one, grounds)) for one in events))
        there_is = any(
            all(is_well(one, other, grounds, apart) for one, other in combinations(way, 2)) for way in ways
        )
        assert plan.is_certain
        assert (not plan.left) == there_is

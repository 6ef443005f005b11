"""Stops, legs and fares: what a journey takes of its seat, and what it costs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reservations import Invalid, PolicyViolation, Span
from reservations.journeys import Fare, Halt, Traveler, Way, fares_of, line, price, span, timed, way_between

EIGHT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
STOPS = [("Istanbul", None, 0), ("Izmit", 60, 62), ("Eskisehir", 150, 155), ("Ankara", 262, None)]


def clock(minutes):
    return EIGHT + timedelta(minutes=minutes)


class TestTimed:
    def test_counts_minutes_from_the_first_departure(self):
        assert timed(STOPS, EIGHT)[1] == Halt("Izmit", clock(60), clock(62))

    @pytest.mark.parametrize(
        ("stops", "sentence"),
        [
            ([("A", None, 0)], "A route has at least two stops."),
            ([("A", None, 0), ("B", 0, None)], "B must be reached after A is left."),
            ([("A", None, 0), ("B", 5, 4), ("C", 9, None)], "B cannot be left before it is reached."),
            ([("A", None, None), ("B", 5, None)], "B must be reached after A is left."),
        ],
    )
    def test_refuses_stops_that_no_vehicle_can_serve(self, stops, sentence):
        with pytest.raises(Invalid) as refusal:
            timed(stops, EIGHT)

        assert refusal.value.sentence == sentence


class TestWays:
    def test_take_their_seat_from_departure_to_arrival(self):
        assert span(timed(STOPS, EIGHT), Way(0, 2)) == Span(clock(0), clock(150))

    @pytest.mark.parametrize(("first", "last"), [(0, 0), (2, 1), (-1, 2), (0, 4), ("0", 1), (True, 2)])
    def test_lead_from_a_stop_to_a_later_one(self, first, last):
        with pytest.raises(Invalid):
            way_between(timed(STOPS, EIGHT), first, last)

    @given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 60)), min_size=1, max_size=8), st.data())
    def test_share_an_instant_exactly_where_they_share_a_leg(self, hops, data):
        stops, minute = [("0", None, 0)], 0
        for number, (ride, wait) in enumerate(hops, 1):
            arrives = minute + ride
            minute = arrives + wait
            stops.append((str(number), arrives, minute if number < len(hops) else None))
        halts = timed(stops, EIGHT)
        first, last = data.draw(_ways(len(halts))), data.draw(_ways(len(halts)))

        assert first.shares_a_leg_with(last) == span(halts, first).overlaps(span(halts, last))
        assert first.shares_a_leg_with(last) == bool(set(first.legs) & set(last.legs))


def _ways(stops):
    return (
        st.tuples(st.integers(0, stops - 1), st.integers(0, stops - 1))
        .filter(lambda pair: pair[0] < pair[1])
        .map(lambda pair: Way(*pair))
    )


class TestFares:
    FARES = [
        Fare("Second", 1000, Way(0, 1)), Fare("Second", 1500, Way(1, 2)), Fare("Second", 2200, Way(0, 2)),
        Fare("First", 5000, Way(1, 2)), Fare("Bus", 900),
    ]  # fmt: skip

    @pytest.mark.parametrize(
        ("type_name", "way", "expected"),
        [
            ("Second", Way(0, 1), 1000),
            ("Second", Way(0, 2), 2200),  # the whole way has a fare of its own
            ("First", Way(1, 2), 5000),
            ("First", Way(0, 2), None),  # one leg is not sold
            ("Bus", Way(0, 2), 900),  # one fare, wherever one gets on
            ("Sleeper", Way(0, 1), None),
        ],
    )
    def test_of_the_whole_way_come_before_those_of_its_legs(self, type_name, way, expected):
        assert price(self.FARES, type_name, way) == expected

    def test_of_legs_are_added_up(self):
        fares = [fare for fare in self.FARES if fare.way != Way(0, 2)]

        assert price(fares, "Second", Way(0, 2)) == 2500

    @given(st.integers(0, 10**9), st.integers(0, 100))
    def test_of_a_kind_are_a_share_rounded_half_up(self, amount, percent):
        paid = Fare("Second", amount, None, {"child": percent}).for_kind("child")

        assert abs(100 * paid - amount * percent) <= 50
        assert 0 <= paid <= amount

    def test_that_are_missing_are_a_refusal(self):
        with pytest.raises(PolicyViolation) as refusal:
            line(self.FARES, ("1A", "First"), Way(0, 2), Traveler())

        assert refusal.value.rule == "fare"
        assert fares_of(self.FARES, "First", Way(0, 2)) == ()

    def test_are_said_seat_by_seat(self):
        said = line(self.FARES, ("6B", "Second"), Way(0, 2), Traveler("Deniz", "child"))

        assert (said.text, said.amount) == ("Seat 6B, Second, child", 1100)

"""What keeps a room clear is named, with the time from which it does not: whichever door is asked."""

from datetime import timedelta

import pytest
from hypothesis import given

from reservations import Span, Unavailable
from rooms import operations
from rooms.queries.availability import conflicts, why
from rooms.queries.survey import survey
from tests.rooms.arbitrary import attempts, fill, law, moments, spans, undone
from tests.worlds import NOW, at, hall, office, refused, room, span, terms

pytestmark = pytest.mark.django_db

UNTIL = "Aurora is kept clear until 11:30, after a booking until 11:00."


@pytest.fixture
def venue():
    return office(hours=None, buffer_after_minutes=30)


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora")


def told(place, wanted):
    known = terms(place.venue)
    reasons = why(known.rooms[place.pk], known, wanted, now=NOW)
    return [(one["rule"], one["sentence"], one["until"]) for one in reasons]


class TestAfterABooking:
    def test_every_door_says_until_when_the_room_is_kept_clear(self, aurora, guest, rival):
        operations.book(aurora, span(10, 11), by=rival, now=NOW)

        with refused(Unavailable, sentence=UNTIL) as refusal:
            operations.book(aurora, span(11, 12), by=guest, now=NOW)
        [conflict] = refusal.value.conflicts
        [surveyed] = survey(terms(aurora.venue), span(11, 12), now=NOW)

        assert (conflict.end, conflict.blocks_from, conflict.blocks_until) == (at(11), at(10), at(11, 30))
        assert told(aurora, span(11, 12)) == [("buffer", UNTIL, at(11, 30))]
        assert surveyed.conflicts == [conflict]
        assert (surveyed.asked.rule(conflict), surveyed.asked.until(conflict)) == ("buffer", at(11, 30))

    def test_a_move_is_told_the_same(self, aurora, guest, rival):
        booking = operations.book(aurora, span(14, 15), by=guest, now=NOW)
        operations.book(aurora, span(10, 11), by=rival, now=NOW)

        with refused(Unavailable, sentence=UNTIL):
            operations.move(booking, by=guest, span=span(11, 12), now=NOW)

    def test_of_the_day_before_says_which_day(self, aurora, rival):
        operations.book(aurora, Span(at(22), at(23, 45)), by=rival, now=NOW)

        [(_, sentence, until)] = told(aurora, Span(at(0, day=1), at(1, day=1)))

        assert sentence == "Aurora is kept clear until 00:15, after a booking until 23:45 on Monday."
        assert until == at(0, 15, day=1)

    def test_that_is_itself_in_the_way_says_when_another_can_begin(self, aurora, rival):
        operations.book(aurora, span(10, 11), by=rival, now=NOW)

        assert told(aurora, span(10, 12)) == [
            ("booked", "Aurora is booked: Monday 23 November, 10:00 to 11:00.", at(11, 30)),
        ]  # fmt: skip


def test_before_a_booking_it_says_from_when(aurora, rival):
    operations.book(aurora, span(12, 13), by=rival, now=NOW)

    [(rule, sentence, until)] = told(aurora, span(11, 12))

    assert (rule, until) == ("buffer", at(13, 30))
    assert sentence == "Aurora is kept clear from 11:30, before a booking from 12:00."


def test_after_time_out_of_service_the_askers_own_buffer_is_kept(guest):
    aurora = room(office(hours=None, buffer_before_minutes=15), "Aurora")
    operations.block([aurora], span(10, 11), by=None, now=NOW)

    sentence = "Aurora is kept clear until 11:15, after time out of service until 11:00."
    assert told(aurora, span(11, 12)) == [("buffer", sentence, at(11, 15))]


def test_a_hall_is_kept_clear_by_its_parts(venue, guest, rival):
    halls = hall(venue)
    operations.book([halls["Hall A"], halls["Hall B"]], span(10, 11), by=rival, now=NOW)

    sentence = "Hall A, Hall B are kept clear for part of that time, before or after what is taken."
    with refused(Unavailable, sentence=sentence):
        operations.book(halls["Grand Hall"], span(11, 12), by=guest, now=NOW)


class TestAHoldOfSomebodyElse:
    def test_says_when_it_runs_out(self, aurora, guest, rival):
        held = operations.hold(aurora, span(10, 11), by=rival, now=NOW)
        ends = NOW + timedelta(minutes=10)
        sentence = (
            "Aurora is on hold: Monday 23 November, 10:00 to 11:00; "
            "free again at 06:10 on Monday unless it is booked."
        )

        with refused(Unavailable, sentence=sentence) as refusal:
            operations.book(aurora, span(10, 11), by=guest, now=NOW)

        assert held.expires_at == ends
        assert [(one.mine, one.expires_at) for one in refusal.value.conflicts] == [("", ends)]
        assert told(aurora, span(10, 11)) == [("held", sentence, ends)]

    def test_says_so_of_its_buffer_too(self, aurora, rival):
        operations.hold(aurora, span(10, 11), by=rival, now=NOW)

        [(rule, sentence, until)] = told(aurora, span(11, 12))

        assert (rule, until) == ("buffer", NOW + timedelta(minutes=10))
        assert sentence == (
            "Aurora is kept clear until 11:30, after a hold until 11:00; "
            "free again at 06:10 on Monday unless it is booked."
        )


@law
@given(tried=attempts, wanted=spans, now=moments)
def test_at_until_nothing_of_it_stands_in_the_way(world, tried, wanted, now):
    with undone():
        fill(world, tried)
        known = terms(world[0])
        for place in known.rooms.values():
            found = conflicts(place, known, wanted, now=now)
            told = [one for one in why(place, known, wanted, now=now) if one["code"] == "unavailable"]
            for conflict, reason in zip(found, told, strict=True):
                until = reason["until"]
                if conflict.kind == "held":
                    assert until > now
                    assert conflict not in conflicts(place, known, wanted, now=until)
                elif until is not None:
                    assert until > wanted.start
                    later = wanted.shift(until - wanted.start)
                    assert conflict not in conflicts(place, known, later, now=now)
                assert (reason["rule"] == "buffer") is not Span(conflict.start, conflict.end).overlaps(wanted)

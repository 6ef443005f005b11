"""Letters to who is invited name what is new: dates of a series, and whether the venue has agreed."""

from datetime import UTC

import pytest

from reservations import Span
from rooms import operations
from rooms.queries.words import span_in_words
from tests.notifications.conftest import booked, hour
from tests.notifications.postal import event_of
from tests.notifications.test_invitations import invite, sent
from tests.worlds import office, room

pytestmark = pytest.mark.django_db(transaction=True)


class TestWhatTheVenueHasToAgreeTo:
    @pytest.fixture
    def asked(self, guest):
        return booked(room(office("hall", hours=None, needs_approval=True)), 2, guest, title="Gala")

    def test_is_said_to_be_asked_for_and_told_again_once_it_has(self, asked):
        invite(asked)
        [first] = sent()
        operations.approve(asked, by=None)

        [then] = sent()

        assert "The venue has not agreed to it yet." in first.body
        assert event_of(first)[1].status.value == "TENTATIVE"
        assert then.subject.startswith("Changed: Gala, ")
        assert "The venue has agreed to it." in then.body
        assert "not agreed" not in then.body
        assert event_of(then)[1].status.value == "CONFIRMED"

    def test_says_nothing_of_it_where_nobody_has_to(self, aurora, guest):
        invite(booked(aurora, 1, guest))

        [letter] = sent()

        assert "agreed" not in letter.body


class TestDatesOfASeries:
    @pytest.fixture
    def series(self, aurora, guest):
        wish = operations.Repeated(hour(1), "FREQ=DAILY;COUNT=4", {})
        made = operations.book([aurora], wish, by=guest)
        operations.tick_off([made])
        return made

    def test_are_named_that_are_left_out_elsewhere_or_as_they_were(self, series, guest):
        invite(series)
        assert "left out" not in sent()[0].body
        operations.skip(series, 2, by=guest)
        [left_out] = sent()
        later_that_day = Span(hour(54).start, hour(54).end)
        operations.move_date(series, 3, by=guest, span=later_that_day)
        [moved] = sent()
        operations.move_date(series, 2, by=guest)
        [back] = sent()

        second, third = (span_in_words(one.start, one.end, UTC) for one in (hour(25), hour(49)))
        elsewhere = span_in_words(later_that_day.start, later_that_day.end, UTC)
        words = [" ".join(letter.body.split()) for letter in (left_out, moved, back)]
        assert f"{second}: left out." in words[0]
        assert third not in words[0]
        assert f"{third}: now {elsewhere}: Aurora, " in words[1]
        assert second not in words[1]
        assert f"{second}: as it was meant." in words[2]

    def test_are_named_to_who_is_invited_afterwards(self, series, guest):
        operations.skip(series, 2, by=guest)
        invite(series)

        [letter] = sent()

        assert f"{span_in_words(hour(25).start, hour(25).end, UTC)}: left out." in letter.body

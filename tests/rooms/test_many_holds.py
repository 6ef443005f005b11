"""How many holds one guest has at a venue, and how many rooms these have."""

import pytest

from reservations import PolicyViolation
from rooms import operations
from rooms.models import Policy
from tests.rooms.test_holding import HOUR, later
from tests.worlds import NOW, office, refused, room, rooms, span


class TestHolds:
    @pytest.fixture
    def many(self, venue):
        return rooms(venue, 6)

    def test_are_five_for_one_guest_and_no_more(self, many, guest):
        for one in many[:5]:
            operations.hold(one, HOUR, by=guest, now=NOW)

        with refused(PolicyViolation, rule="holds"):
            operations.hold(many[5], HOUR, by=guest, now=NOW)
        operations.book(many[5], HOUR, by=guest, now=NOW)

    def test_count_only_while_they_last(self, many, guest):
        for one in many[:5]:
            operations.hold(one, HOUR, by=guest, now=NOW)

        operations.hold(many[5], HOUR, by=guest, now=later(10))

    def test_are_counted_for_each_guest_and_venue_alone(self, many, guest, rival):
        elsewhere = room(office("elsewhere"))
        for one in many[:5]:
            operations.hold(one, HOUR, by=guest, now=NOW)

        operations.hold(elsewhere, HOUR, by=guest, now=NOW)
        operations.hold(many[5], HOUR, by=rival, now=NOW)

    def test_that_were_confirmed_or_let_go_no_longer_count(self, many, guest):
        held = [operations.hold(one, HOUR, by=guest, now=NOW) for one in many[:5]]
        operations.confirm(held[0], by=guest, now=NOW)
        operations.hold(many[5], HOUR, by=guest, now=NOW)
        operations.cancel(held[1], by=guest, now=NOW)

        operations.hold(many[1], HOUR, by=guest, now=NOW)

    def test_by_staff_count_for_the_guest(self, many, guest, staff):
        for one in many[:5]:
            operations.hold(one, HOUR, by=staff, details=operations.Details(guest=guest), now=NOW)

        with refused(PolicyViolation, rule="holds"):
            operations.hold(many[5], HOUR, by=guest, now=NOW)

    def test_have_so_many_rooms_and_no_more(self, many, guest, rival):
        guest_of = {"by": guest, "now": NOW}
        Policy.objects.update(max_held_rooms=4)
        operations.hold(many[:3], HOUR, **guest_of)

        with refused(PolicyViolation, rule="holds") as refusal:
            operations.hold(many[3:5], HOUR, **guest_of)
        assert "may hold 4 rooms at once and you have 3 rooms on hold" in refusal.value.sentence
        operations.hold(many[3], HOUR, **guest_of)
        with refused(PolicyViolation, rule="holds"):
            operations.hold(many[4], span(10, 11), **guest_of)
        operations.hold(many[4], HOUR, by=rival, now=NOW)
        operations.book(many[4], span(10, 11), **guest_of)

    def test_of_staff_have_as_many_rooms_as_they_ask_for(self, many, guest, staff):
        Policy.objects.update(max_held_rooms=4)

        held = operations.hold(many, HOUR, by=staff, details=operations.Details(guest=guest), now=NOW)

        assert held.allocations.count() == 6

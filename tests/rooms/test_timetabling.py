"""Departures that the clock keeps planned: as many days ahead as their route says, and none twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import operations
from rooms.models import Departure, Route, Timetable
from tests.travel import line, times, train
from tests.worlds import NOW, at

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # a Monday, at six


@pytest.fixture
def daily(db):
    """A rule by which a vehicle leaves every day at eight, three days ahead."""
    return rule(train())


def rule(vehicle, route=None, *, days_ahead=3, **when):
    route = route or line()
    Route.objects.filter(pk=route.pk).update(days_ahead=days_ahead)
    return Timetable.objects.create(route=route, vehicle=vehicle, **{"departs": "08:00", **when})


def plan(now=NOW, **how):
    return operations.plan_ahead(now=now, **how)


def dates():
    """Return how many days from today each departure is."""
    rows = Departure.objects.order_by("service_date", "pk").values_list("service_date", flat=True)
    return [(date - TODAY).days for date in rows]


class TestDepartures:
    def test_are_planned_from_today_until_the_last_day_ahead(self, daily):
        assert plan() == 4

        assert dates() == [0, 1, 2, 3]
        assert times(Departure.objects.earliest("starts_at"))[0] == at(8)

    def test_follow_as_the_days_pass(self, daily):
        plan()

        assert plan(NOW + timedelta(days=1)) == 1

        assert dates() == [0, 1, 2, 3, 4]

    def test_that_have_left_already_are_not_made_up_for(self, daily):
        assert plan(at(9)) == 3

        assert dates() == [1, 2, 3]

    def test_that_are_all_there_cost_a_look(self, daily):
        plan()

        with CaptureQueriesContext(connection) as asked:
            assert plan() == 0

        assert len(asked) == 3

    def test_called_off_never_come_back(self, daily):
        plan()
        off = Departure.objects.get(service_date=TODAY + timedelta(days=2))
        operations.call_off(off, by=None, now=NOW)

        assert plan() == 0
        Timetable.objects.all().delete()
        rule(off.vehicle, off.route)  # removed, and written again

        assert plan() == 0
        assert dates() == [0, 1, 2, 3]
        assert Departure.objects.get(pk=off.pk).state == "cancelled"

    def test_that_were_planned_anew_are_not_doubled(self, daily):
        plan()
        moved = Departure.objects.get(service_date=TODAY + timedelta(days=1))
        operations.replan(moved, later=timedelta(hours=3), by=None, now=NOW)

        assert plan() == 0

    def test_of_a_new_rule_fill_all_the_days(self, daily):
        plan()
        rule(train("night"), daily.route, departs="23:00")

        assert plan() == 4

        assert dates() == [0, 0, 1, 1, 2, 2, 3, 3]

    def test_run_on_the_days_of_their_rule_only(self, db):
        rule(train(), days_ahead=10, weekdays=[2], ends_on=TODAY + timedelta(days=4))

        plan()

        assert dates() == [2]

    def test_of_a_route_that_is_not_planned_ahead_are_left_to_people(self, db):
        rule(train(), days_ahead=0)

        assert plan() == 0

    def test_of_a_route_without_stops_hold_up_no_other(self, daily):
        rule(train("ghost"), Route.objects.create(slug="ghost", name="Ghost", mode="bus"))

        assert plan() == 4

    def test_come_the_next_first_and_not_all_at_once(self, daily):
        assert plan(limit=2) == 2
        assert dates() == [0, 1]

        assert plan(limit=2) == 2
        assert dates() == [0, 1, 2, 3]

    def test_of_one_route_leave_the_others_alone(self, daily):
        other = rule(train("night"), line("night"))

        plan(route=other.route.pk)

        assert set(Departure.objects.values_list("route", flat=True)) == {other.route.pk}

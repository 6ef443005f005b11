"""The manager's day: who comes and goes, what is taken, what came in, and what to look at."""

from datetime import timedelta

import pytest

from payments import operations as money
from reports.queries import today as queries
from reservations import Span
from reservations.hours import day_span
from rooms import operations
from rooms.models import Booking
from rooms.sql import database_now
from tests.worlds import office, person, rate, room, rooms, terms, works_at

MINUTE = timedelta(minutes=1)
TERMS = {"hours": None, "max_holds": 99, "step_minutes": 1, "min_minutes": 1, "max_minutes": None}
pytestmark = pytest.mark.django_db


@pytest.fixture
def venue():
    return office(**TERMS)


@pytest.fixture
def now():
    return database_now().replace(second=0, microsecond=0)


@pytest.fixture
def today(now):
    return day_span(now.date(), now.tzinfo)


@pytest.fixture
def manager(client, venue):
    client.force_login(works_at(person("manager"), venue, "manager"))
    return client


def booked(place, start, end, **state):
    """Return a booking of that time, in whatever state: it may lie in the past, which no guest may book."""
    made = operations.book(place, Span(start, end), by=None, now=start - timedelta(hours=1))
    if state:
        Booking.objects.filter(pk=made.pk).update(**state)
        made.allocations.update(state=state["state"], active=state["state"] != "completed")
    return made


class TestFigures:
    def test_count_rooms_free_taken_and_out_of_use_now(self, venue, now):
        taken, blocked, _ = rooms(venue, 3)
        booked(taken, now - timedelta(minutes=5), now + timedelta(minutes=30))
        operations.block(blocked, Span(now - timedelta(minutes=5), None), by=None)

        found = queries.occupancy(terms(venue), now=now)

        assert (found.free, found.taken, found.blocked, found.share) == (1, 1, 1, 50)

    def test_count_who_came_and_who_is_expected(self, venue, now, today):
        places = rooms(venue, 3)
        for place, state in zip(places, ("checked_in", "completed", "confirmed"), strict=True):
            booked(place, today.start, today.end - MINUTE, state=state)

        found = queries.arrivals(venue.pk, today, now=now)

        assert (found.done, found.due, found.all) == (2, 1, 3)

    def test_count_who_left_and_who_still_leaves(self, venue, today):
        there, gone = rooms(venue, 2)
        booked(there, today.start - timedelta(hours=2), today.end - MINUTE, state="checked_in")
        booked(gone, today.start - timedelta(hours=2), today.start + MINUTE, state="completed")

        found = queries.departures(venue.pk, today)

        assert (found.done, found.due) == (1, 1)

    def test_say_what_came_in_today_and_nothing_of_other_venues(self, manager, venue, now):
        rate(venue, 2400)
        elsewhere = office("elsewhere", **TERMS)
        rate(elsewhere, 9900)
        clerk = person("clerk", is_superuser=True)
        for place in (room(venue), room(elsewhere)):
            made = booked(place, now + timedelta(hours=1), now + timedelta(hours=2))
            money.take_at_desk(made, "cash", by=clerk, key=f"k{place.pk}")

        page = manager.get("/reports/today/").content.decode()

        assert "€24.00" in page
        assert "€99.00" not in page


class TestAlerts:
    def test_there_are_none_where_all_is_well(self, venue, now):
        booked(room(venue), now + timedelta(hours=3), now + timedelta(hours=4))

        assert queries.alerts(venue.pk, now=now) == []

    def test_name_who_is_late_who_should_have_left_and_what_is_out_of_use(self, venue, now):
        late, over, closed, elsewhere = (*rooms(venue, 3), room(office("elsewhere", **TERMS)))
        hour = timedelta(hours=1)
        booked(late, now - hour / 2, now + hour)
        booked(over, now - 2 * hour, now - hour, state="checked_in")
        booked(elsewhere, now - hour / 2, now + hour)
        operations.block(closed, Span(now - hour, None), by=None)

        found = {alert.kind: alert.number for alert in queries.alerts(venue.pk, now=now)}

        assert found == {"late": 1, "overdue": 1, "blocked": 1}

    def test_name_a_request_that_begins_soon(self, now):
        hall = office("hall", **TERMS, needs_approval=True)
        guest = person("guest")
        operations.book(room(hall), Span(now + timedelta(hours=1), now + timedelta(hours=2)), by=guest)

        assert [alert.kind for alert in queries.alerts(hall.pk, now=now)] == ["requests"]


class TestThePages:
    @pytest.mark.parametrize("address", ["/reports/today/", "/reports/wall/"])
    def test_are_for_managers_of_the_venue(self, client, venue, address):
        office("elsewhere")
        seen = []
        for role in (None, "staff", "manager", "owner"):
            someone = person(f"p{role}")
            client.force_login(works_at(someone, venue, role) if role else someone)
            seen.append(client.get(address).status_code)

        assert seen == [403, 403, 200, 200]
        assert client.get(f"{address}?venue=elsewhere").status_code == 404
        client.logout()
        assert client.get(address).status_code == 302

    def test_decide_on_requests_and_come_back(self, client, now):
        hall = office("hall", **TERMS, needs_approval=True)
        hour = Span(now + timedelta(hours=1), now + timedelta(hours=2))
        made = operations.book(room(hall), hour, by=person("guest"))
        client.force_login(works_at(person("manager"), hall, "manager"))
        assert made.reference in client.get("/reports/today/").content.decode()

        answer = client.post(f"/bookings/{made.reference}/approve/", {"back": "today"})

        assert (answer.status_code, answer.headers["Location"]) == (303, "/reports/today/?venue=hall")
        made.refresh_from_db()
        assert made.state == "confirmed"

    def test_the_wall_names_nobody_and_no_money(self, manager, venue, now, today):
        guest = person("secret-guest")
        place = room(venue)
        made = booked(place, today.start, today.end - MINUTE)
        Booking.objects.filter(pk=made.pk).update(title="Secret plans", guest=guest)

        day, wall = (manager.get(f"/reports/{name}/").content.decode() for name in ("today", "wall"))

        assert "Secret-Guest" in day
        assert "Secret" not in wall
        assert "Came in" not in wall
        assert "Aurora" in wall

    def test_cost_as_many_queries_for_many_bookings_as_for_one(
        self, manager, venue, now, today, django_assert_max_num_queries
    ):
        for place in rooms(venue, 5):
            booked(place, today.start, today.end - MINUTE)

        with django_assert_max_num_queries(35):
            manager.get("/reports/today/")

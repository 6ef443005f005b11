"""The manager's day: who comes and goes, what is taken, what came in, and what to look at."""

import datetime as dt
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from live.sockets import MOST_TOPICS
from payments import operations as money
from reports.asking import Asked, managed_by
from reports.queries.hours import hour_by_hour
from reports.queries.revenue import revenue
from reports.queries.today import days, together
from reports.today import NEXT, PAGE
from reservations import Span
from reservations.hours import day_span
from rooms import operations
from rooms.models import Booking, Venue
from rooms.sql import database_now, fetch
from tests.reports.moments import MINUTE, TERMS, booked, day_of
from tests.worlds import car_park, hall, office, person, rate, room, rooms, terms, works_at

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


class TestFigures:
    def test_count_rooms_free_taken_and_out_of_use_now(self, venue, now):
        taken, blocked, _ = rooms(venue, 3)
        booked(taken, now - timedelta(minutes=5), now + timedelta(minutes=30))
        operations.block(blocked, Span(now - timedelta(minutes=5), None), by=None)

        found = day_of(venue, now).occupancy

        assert (found.free, found.taken, found.blocked, found.share) == (1, 1, 1, 50)

    def test_count_a_hall_that_divides_by_its_parts(self, now):
        venue = office("hall", **TERMS)
        booked(hall(venue)["Hall A"], now - MINUTE, now + timedelta(hours=1))

        found = day_of(venue, now).occupancy

        assert (found.free, found.taken, found.share) == (2, 1, 33)

    def test_count_who_came_and_who_is_expected(self, venue, now, today):
        places = rooms(venue, 3)
        for place, state in zip(places, ("checked_in", "completed", "confirmed"), strict=True):
            booked(place, today.start, today.end - MINUTE, state=state)

        found = day_of(venue, now).arrivals

        assert (found.done, found.due, found.all) == (2, 1, 3)

    def test_count_who_left_and_who_still_leaves(self, venue, now, today):
        there, gone = rooms(venue, 2)
        booked(there, today.start - timedelta(hours=2), today.end - MINUTE, state="checked_in")
        booked(gone, today.start - timedelta(hours=2), today.start + MINUTE, state="completed")

        found = day_of(venue, now).departures

        assert (found.done, found.due) == (1, 1)

    @pytest.mark.parametrize("days_ago", [32, 800])
    def test_count_who_left_however_long_ago_they_came(self, now, today, days_ago):
        parking = car_park()
        rooms(parking, 2)
        there = operations.walk_in(parking, by=None, now=today.start - timedelta(days=days_ago))
        operations.release(there, by=None, now=today.start + MINUTE)

        found = day_of(parking, now).departures

        assert (found.done, found.due) == (1, 0)

    def test_find_who_left_by_when_they_left(self, venue, now):
        if connection.vendor == "postgresql":
            fetch("SET LOCAL enable_seqscan = off")  # so few rows are read faster without any index
        with CaptureQueriesContext(connection) as asked:
            day_of(venue, now)

        [left] = [one["sql"] for one in asked if "'completed'" in one["sql"] and '"ends_at" >=' in one["sql"]]
        plan = fetch(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN '}{left}")
        assert "what_is_over_at_a_venue" in str(plan)

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


class TestSeveralVenues:
    def test_have_each_their_own_day_by_their_own_clocks(self, now):
        # Of Kiritimati and Honolulu, 24 hours apart, it is the same hour on two dates.
        ahead, behind = (
            office(slug, timezone=zone, **TERMS)
            for slug, zone in (("ahead", "Pacific/Kiritimati"), ("behind", "Pacific/Honolulu"))
        )
        moment = now.replace(hour=12)  # 02:00 there tomorrow, 02:00 here today
        for venue in (ahead, behind):
            there, gone = rooms(venue, 2)
            booked(there, moment - timedelta(hours=1), moment + timedelta(hours=1), state="checked_in")
            booked(gone, moment - timedelta(hours=4), moment - timedelta(hours=3), state="completed")

        found = days([terms(ahead), terms(behind)], now=moment)

        for venue in (ahead, behind):
            day = found[venue.pk]
            assert (day.arrivals.done, day.departures.done, day.departures.due) == (1, 0, 1)
            assert (day.occupancy.taken, day.occupancy.free) == (1, 1)

    def test_come_to_the_sum_of_each(self, now):
        one, other = office("one", **TERMS), office("other", needs_approval=True, **TERMS)
        hour = Span(now + timedelta(hours=1), now + timedelta(hours=2))
        operations.book(room(other), hour, by=person("guest"))
        operations.block(room(other, "Birch"), Span(now - timedelta(hours=1), None), by=None)
        booked(room(one), now - timedelta(hours=1), now + timedelta(hours=1))

        total = together(days([terms(one), terms(other)], now=now).values())

        assert (total.occupancy.taken, total.occupancy.free, total.occupancy.blocked) == (1, 1, 1)
        assert total.requests == 1
        assert [(alert.kind, alert.number) for alert in total.alerts] == [
            ("requests", 1),
            ("late", 1),
            ("blocked", 1),
        ]

    def test_took_what_the_report_of_revenue_says_of_the_day(self, now):
        clerk, places = person("clerk", is_superuser=True), [office("a", **TERMS), office("b", **TERMS)]
        for number, venue in enumerate(places, start=1):
            rate(venue, 1000 * number)
            hour = (now + timedelta(hours=1), now + timedelta(hours=2))
            money.take_at_desk(booked(room(venue), *hour), "cash", by=clerk, key=f"k{number}")
        today = now.astimezone(places[0].zone).date()
        mine = managed_by(clerk)

        found = days([terms(venue) for venue in places], now=now)

        for venue in places:
            its = tuple(place for place in mine if place.id == venue.pk)
            table = revenue(Asked(first=today, last=today, places=its, by="total", now=now))
            assert found[venue.pk].came_in == ((table.column("revenue")[0], "EUR"),)
        assert together(found.values()).came_in == ((3000, "EUR"),)

    def test_cost_as_many_queries_as_one(self, now, django_assert_num_queries):
        venues = [terms(office(f"office-{n}", **TERMS)) for n in range(6)]
        for known in venues:
            booked(room(Venue.objects.get(pk=known.id)), now, now + timedelta(hours=1))
        with CaptureQueriesContext(connection) as one:
            days(venues[:1], now=now)

        with django_assert_num_queries(len(one)):
            days(venues, now=now)


class TestHourByHour:
    def test_each_hour_says_how_much_of_the_rooms_is_in_use(self, venue, now, today):
        first, second = rooms(venue, 2)
        booked(first, today.start + timedelta(hours=9), today.start + timedelta(hours=11), state="completed")
        booked(second, today.start + timedelta(hours=10), today.start + timedelta(hours=10.5))
        operations.hold(
            second, Span(today.end - timedelta(hours=1), today.end), by=person("guest"), now=today.start
        )

        found = hour_by_hour(terms(venue), today, now=now)

        assert [hour.share for hour in found] == [0] * 9 + [50, 75] + [0] * 13

    def test_what_began_before_the_day_or_has_no_end_yet_counts_for_its_part(self, venue, now, today):
        first, second = rooms(venue, 2)
        booked(first, today.start - timedelta(hours=20), today.start + timedelta(hours=1), state="completed")
        made = booked(second, today.start + timedelta(hours=2), today.end, state="checked_in")
        for row in (Booking.objects.filter(pk=made.pk), made.allocations.all()):
            row.update(ends_at=None, **({"blocks_until": None} if row.model is not Booking else {}))

        found = hour_by_hour(terms(venue), today, now=today.start + timedelta(hours=3.5))

        assert [hour.share for hour in found[:5]] == [50, 0, 50, 25, 0]

    def test_a_car_that_has_stood_there_for_months_counts_until_now(self, now, today):
        parking = car_park()
        rooms(parking, 2)
        operations.walk_in(parking, by=None, now=today.start - timedelta(days=90))

        found = hour_by_hour(terms(parking), today, now=today.start + timedelta(hours=2))

        assert [hour.share for hour in found[:4]] == [50, 50, 0, 0]

    def test_a_car_that_had_stood_there_for_months_counts_until_it_left(self, now, today):
        parking = car_park()
        rooms(parking, 2)
        there = operations.walk_in(parking, by=None, now=today.start - timedelta(days=90))
        operations.release(there, by=None, now=today.start + timedelta(hours=1.5))

        found = hour_by_hour(terms(parking), today, now=now)

        assert [hour.share for hour in found[:3]] == [50, 25, 0]

    def test_a_hall_that_divides_counts_by_its_parts(self, now, today):
        venue = office("hall", **TERMS)
        parts = hall(venue)
        booked(parts["Hall A"], today.start, today.start + timedelta(hours=1), state="completed")
        booked(
            parts["Grand Hall"], today.start + timedelta(hours=1), today.start + timedelta(hours=2),
            state="completed",
        )  # fmt: skip

        found = hour_by_hour(terms(venue), today, now=now)

        assert [hour.share for hour in found[:3]] == [33, 100, 0]

    @pytest.mark.parametrize(("date", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25)])
    def test_a_day_on_which_clocks_change_has_another_number_of_hours(self, now, date, hours):
        venue = office("berlin", timezone="Europe/Berlin", **TERMS)
        day = day_span(dt.date(*date), venue.zone)

        assert len(hour_by_hour(terms(venue), day, now=now)) == hours


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

    @pytest.mark.parametrize("address", ["/reports/today/", "/reports/wall/"])
    def test_show_all_venues_of_a_manager_of_several_and_none_of_others(self, client, venue, address):
        other, _ = office("other", **TERMS), office("elsewhere", **TERMS)
        someone = works_at(works_at(person("manager"), venue, "manager"), other, "manager")
        client.force_login(someone)

        page = client.get(address)

        assert [card["venue"].slug for card in page.context["cards"]] == ["office", "other"]
        assert "elsewhere" not in page.content.decode().lower()
        assert [topic["topic"] for topic in page.context["data"]["desks"]] == ["desk:office", "desk:other"]
        assert ("Came in" in page.content.decode()) == ("today" in address)

    def test_show_as_many_venues_as_one_socket_watches(self, client):
        for number in range(PAGE + 1):
            office(f"office-{number:02}", **TERMS)
        client.force_login(person("admin", is_superuser=True))

        pages = [client.get(f"/reports/today/?page={n}") for n in (1, 2)]
        wall = client.get("/reports/wall/?page=2").content.decode()

        assert [len(page.context["data"]["desks"]) for page in pages] == [PAGE, 1]
        assert f"Venues 1 to {PAGE} of {PAGE + 1}, and what these come to" in pages[0].content.decode()
        assert f"{PAGE + 1} to {PAGE + 1} of {PAGE + 1}" in wall
        assert PAGE <= MOST_TOPICS

    def test_list_the_next_to_come_and_to_leave_and_count_all(self, manager, venue, now, today):
        places = rooms(venue, 2 * (NEXT + 1))
        for place in places[: NEXT + 1]:
            booked(place, today.start, today.end - MINUTE)
        for place in places[NEXT + 1 :]:
            booked(place, today.start - timedelta(hours=2), today.end - MINUTE, state="checked_in")

        page = manager.get("/reports/today/").context

        assert (len(page["coming"]), page["day"].arrivals.due) == (NEXT, NEXT + 1)
        assert (len(page["leaving"]), page["day"].departures.due) == (NEXT, NEXT + 1)

    @pytest.mark.parametrize("address", ["/reports/today/", "/reports/today/?venue=office"])
    def test_say_of_which_revision_they_are_so_that_nothing_since_is_missed(
        self, client, venue, now, address
    ):
        someone = works_at(person("manager"), venue, "manager")
        client.force_login(works_at(someone, office("other", **TERMS), "manager"))
        place = room(venue)
        for hour in (1, 2, 3):
            booked(place, now + timedelta(hours=hour), now + timedelta(hours=hour + 1))

        office_desk, *_ = client.get(address).context["data"]["desks"]

        place.refresh_from_db()
        assert place.revision >= 3
        assert (office_desk["topic"], office_desk["revision"]) == ("desk:office", place.revision)

    def test_draw_the_hours_and_say_when_it_is_fullest(self, manager, venue, today):
        booked(room(venue), today.start + timedelta(hours=9), today.end - MINUTE)

        page = manager.get("/reports/today/").content.decode()

        assert page.count('class="hour-used"') == 24
        assert "Fullest from 09:00: 100 % in use" in page

    def test_cost_as_many_queries_for_many_bookings_as_for_one(
        self, manager, venue, now, today, django_assert_max_num_queries
    ):
        for place in rooms(venue, 5):
            booked(place, today.start, today.end - MINUTE)

        with django_assert_max_num_queries(35):
            manager.get("/reports/today/")

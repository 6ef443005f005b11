"""The audit trail: every change with who, when, from where, before and after; for its managers alone."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts import origins
from reservations_site.requests import RequestsOfWSGI
from reservations_site.wsgi import application
from rooms import operations
from rooms.models import Booking, Change
from rooms.queries.history import PAGE, Sought, changes_of
from rooms.sql import database_now
from tests.days import span
from tests.worlds import office, person, room, rooms, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def venue():
    return office()


@pytest.fixture
def guest():
    return person("guest")


@pytest.fixture
def manager(client, venue):
    client.force_login(works_at(person("manager"), venue, "manager"))
    return client


def shown(client, **asked):
    answer = client.get("/desk/office/history/", asked)
    assert answer.status_code == 200
    return [(line["what"], line["room"], line["who"]) for line in answer.context["lines"]]


class TestALine:
    def test_says_what_who_and_what_it_was_before(self, manager, venue, guest):
        made = operations.book(room(venue), span(9, 10), by=guest)
        operations.move(made, by=guest, span=span(11, 12))

        lines = manager.get("/desk/office/history/").context["lines"]

        assert [(line["what"], line["who"], line["reference"]) for line in lines] == [
            ("Moved", "Guest", made.reference),
            ("Booked", "Guest", made.reference),
        ]
        moved = {fact["name"]: (fact["before"][-5:], fact["after"][-5:]) for fact in lines[0]["facts"]}
        assert moved["start"] == ("09:00", "11:00")

    def test_of_a_hold_whose_page_was_left_and_opened_again_says_so(self, manager, venue, guest):
        held = operations.hold(room(venue), span(9, 10), by=guest)
        operations.leave(held, by=guest)
        operations.stay(Booking.objects.get(), by=guest)

        assert [what for what, _, _ in shown(manager)] == [
            "Page of the hold opened again",
            "Page of the hold left",
            "Held",
        ]

    def test_says_where_it_came_from(self, manager, venue, guest):
        origins.came("api", "203.0.113.77")
        try:
            operations.book(room(venue), span(9, 10), by=guest)
        finally:
            origins.came("", "")

        page = manager.get("/desk/office/history/").content.decode()

        assert "by the API" in page
        assert "203.0.113.0/24" in page
        assert "203.0.113.77" not in page

    def test_says_money_as_people_write_it(self, manager, venue, guest):
        made = operations.book(room(venue), span(9, 10), by=guest)
        said = {"amount": 1608050, "currency": "EUR", "method": "card"}
        operations.report(made, "paid", after=said, by=None, now=database_now())

        paid, _ = manager.get("/desk/office/history/").context["lines"]

        assert {fact["name"]: fact["after"] for fact in paid["facts"]} == {
            "amount": "€16,080.50",
            "method": "card",
        }

    def test_of_the_system_says_so(self, manager, venue, guest):
        operations.book(room(venue), span(9, 10), by=None)

        assert "the system" in manager.get("/desk/office/history/").content.decode()


class TestFilters:
    def test_narrow_by_kind_person_room_booking_and_day(self, manager, venue, guest):
        aurora, birch = rooms(venue, 2)
        made = operations.book(aurora, span(9, 10), by=guest)
        operations.book(birch, span(9, 10), by=None)
        operations.cancel(made, by=guest)
        today = database_now().date()

        assert len(shown(manager)) == 3
        assert shown(manager, kind="cancelled") == [("Cancelled", "Room 1", "Guest")]
        assert shown(manager, who="system") == [("Booked", "Room 2", "")]
        assert len(shown(manager, who="guest@example.com")) == 2
        assert len(shown(manager, room=birch.pk)) == 1
        assert len(shown(manager, reference=made.reference.lower())) == 2
        assert len(shown(manager, **{"from": today.isoformat(), "to": today.isoformat()})) == 3
        assert shown(manager, to=(today - timedelta(days=1)).isoformat()) == []

    @pytest.mark.parametrize(
        "asked",
        [
            {"from": "yesterday"},
            {"to": "9999-12-31"},
            {"room": "x"},
            {"before": "-1"},
            {"room": "9" * 30},
            {"kind": "paid\x00"},
            {"who": "\x00"},
            {"reference": "AB\x00CD"},
        ],
    )
    def test_that_make_no_sense_are_refused_in_words(self, manager, asked):
        answer = manager.get("/desk/office/history/", asked)

        assert answer.status_code == 400
        assert answer.context["problem"]

    def test_older_changes_are_a_page_away(self, manager, venue, guest):
        aurora = room(venue)
        made = operations.hold(aurora, span(9, 10), by=guest)
        row = Change.objects.get()
        Change.objects.bulk_create(
            Change(room=aurora, revision=n, kind="renewed", booking=made, by=guest, at=row.at)
            for n in range(2, PAGE + 3)
        )

        first = manager.get("/desk/office/history/").context
        second = manager.get("/desk/office/history/", {"before": first["older"]}).context

        assert (len(first["lines"]), len(second["lines"]), second["older"]) == (PAGE, 2, None)

    def test_cost_the_same_for_one_line_and_for_many(
        self, manager, venue, guest, django_assert_max_num_queries
    ):
        for place in rooms(venue, 6):
            operations.book(place, span(9, 10), by=guest)

        with django_assert_max_num_queries(9):
            shown(manager)


class TestWhoMayRead:
    @pytest.mark.parametrize(
        ("role", "status"), [(None, 403), ("staff", 403), ("manager", 200), ("owner", 200)]
    )
    def test_is_managers(self, client, venue, role, status):
        someone = person("someone")
        client.force_login(works_at(someone, venue, role) if role else someone)

        assert client.get("/desk/office/history/").status_code == status

    def test_of_another_venue_nothing_is_seen(self, manager, guest):
        there = room(office("elsewhere"), "Canary")
        made = operations.book(there, span(9, 10), by=guest)

        assert shown(manager, room=there.pk) == shown(manager, reference=made.reference) == []
        assert "Canary" not in manager.get("/desk/office/history/").content.decode()
        assert manager.get("/desk/elsewhere/history/").status_code == 403


class TestOrigins:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("unix:", ""),
            ("", ""),
        ],
    )
    def test_name_a_network_and_never_an_address(self, address, network):
        assert origins.network_of(address) == network

    def test_are_written_by_the_short_way_and_by_the_careful_one(self, venue, guest):
        origins.came("page", "203.0.113.77")
        try:
            operations.book(room(venue), span(9, 10), by=guest)
            operations.block(rooms(venue, 2), span(9, 10), by=None)
        finally:
            origins.came("", "")

        assert set(Change.objects.values_list("origin", flat=True)) == {"page 203.0.113.0/24"}

    def test_come_with_a_request(self, venue, guest):
        assert isinstance(application, RequestsOfWSGI)
        browser = Client()
        browser.force_login(guest)
        seen = []

        def inner(environ, start_response):
            seen.append(origins.origin())
            start_response("200 OK", [])
            return []

        for path, address in (
            ("/bookings/", "203.0.113.77"),
            ("/api/v1/bookings", "203.0.113.77"),
            ("/admin/", "x"),
        ):
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "REMOTE_ADDR": address}
            RequestsOfWSGI(inner)(environ, lambda *_: None)

        assert seen == ["page 203.0.113.0/24", "api 203.0.113.0/24", "admin"]
        origins.came("", "")

    def test_forget_the_network_after_ninety_days_and_nothing_else(self, venue, guest):
        operations.book(room(venue), span(9, 10), by=guest)
        Change.objects.update(origin="page 203.0.113.0/24 #5")
        now = database_now()

        assert operations.forget_origins(now=now + timedelta(days=89)) == 0
        assert operations.forget_origins(now=now + timedelta(days=91)) == 1
        assert operations.forget_origins(now=now + timedelta(days=91)) == 0
        assert changes_of(venue.pk, Sought()).get().origin == "page #5"

"""The wallet: tickets that are to be used, that were, and that were given back."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from rooms import operations, tickets
from rooms.models import Room
from rooms.queries.tickets import tickets_of
from rooms.sql import database_now
from rooms.views.ticket_codes import code_of, squares
from tests.travel import departure, ride, soon, train
from tests.worlds import office, person

pytestmark = pytest.mark.django_db
ADDRESS = "/bookings/?show=tickets"


@pytest.fixture
def guest(db):
    return person("guest")


@pytest.fixture
def logged_in(client, guest):
    client.force_login(guest)
    return client


@pytest.fixture
def run(db):
    return soon(train(rows=9))


def names(page):
    """Return the seats of each group."""
    return {
        part["heading"]: [one.passenger.allocation.room.name for one, _ in part["tickets"]]
        for part in page.context["wallet"]
    }


def test_a_seat_stands_with_its_coach_once(logged_in, guest, run):
    Room.objects.filter(venue=run.vehicle, name="1A").update(floor="1", name="1-1A")
    operations.book_seats(ride(run, "1-1A"), by=guest)

    page = logged_in.get(ADDRESS).content.decode()

    assert "seat 1/1A, Second" in page


def test_each_ticket_is_in_the_group_of_what_became_of_it(logged_in, guest, run):
    booked = operations.book_seats(ride(run, "1A", "1B", "1C"), by=guest)
    first, second, _ = booked.journey.passengers.order_by("order")
    _, issued = tickets_of(booked)
    operations.use_ticket(tickets.signed(issued[0].ticket), run, where="Door 2", by=None)
    operations.cancel_passengers(booked, [second.pk], by=guest)
    given_up = operations.book_seats(ride(run, "2A"), by=guest)
    operations.cancel(given_up, by=guest)
    operations.cancel(operations.hold_seats(ride(run, "3A"), by=guest), by=guest)
    operations.hold_seats(ride(run, "4A"), by=guest)
    operations.book_seats(ride(run, "5A"), by=person("rival"))

    page = logged_in.get(ADDRESS)

    assert names(page) == {
        "Upcoming tickets": ["1C"],
        "Used tickets": ["1A"],
        "Cancelled tickets": ["2A", "1B"],
    }
    assert "at Door 2" in page.content.decode()
    assert first.used_at is None  # as it was read before


def test_one_that_was_not_shown_is_over_when_its_departure_is(logged_in, guest):
    run = departure()
    past = run.starts_at - timedelta(days=1)
    operations.book_seats(ride(run, "1A"), by=guest, now=past)
    operations.replan(
        run, later=database_now().replace(second=0, microsecond=0) - run.ends_at, by=None, now=past
    )

    assert names(logged_in.get(ADDRESS))["Used tickets"] == ["1A"]


def test_it_takes_as_many_queries_for_many_tickets_as_for_one(
    logged_in, guest, run, django_assert_max_num_queries
):
    for row in range(1, 8):
        operations.book_seats(ride(run, f"{row}A", f"{row}B"), by=guest)
    logged_in.get(ADDRESS)

    with django_assert_max_num_queries(24):
        page = logged_in.get(ADDRESS)

    assert len(names(page)["Upcoming tickets"]) == 14


class TestCodes:
    def test_of_tickets_to_come_stand_on_both_pages_as_a_drawing_and_as_text(self, logged_in, guest, run):
        booked = operations.book_seats(ride(run, "1A", "1B"), by=guest)
        _, issued = tickets_of(booked)

        for address in (ADDRESS, f"/bookings/{booked.reference}/"):
            page = logged_in.get(address).content.decode()
            assert page.count("to be scanned") == 2
            for one in issued:
                assert f"<code>{tickets.signed(one.ticket)}</code>" in page

    def test_are_drawn_as_the_code_is(self, guest, run):
        _, [issued] = tickets_of(operations.book_seats(ride(run, "1A"), by=guest))

        code = code_of(issued.ticket)

        drawn = {
            (int(across) + more, int(down))
            for across, down, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path)
            for more in range(int(length))
        }
        rows = squares(tickets.signed(issued.ticket), border=4)
        dark = {(across, down) for down, row in enumerate(rows) for across, on in enumerate(row) if on}
        assert (drawn, code.side) == (dark, len(rows))

    def test_of_what_is_used_or_given_back_are_not_shown(self, logged_in, guest, run):
        booked = operations.book_seats(ride(run, "1A", "1B"), by=guest)
        _, issued = tickets_of(booked)
        operations.use_ticket(tickets.signed(issued[0].ticket), run, where="", by=None)
        operations.cancel_passengers(booked, [issued[1].passenger.pk], by=guest)

        for address in (ADDRESS, f"/bookings/{booked.reference}/"):
            assert "to be scanned" not in logged_in.get(address).content.decode()

    def test_come_with_one_document_for_a_booking_however_many_travel(self, logged_in, guest, run):
        booked = operations.book_seats(ride(run, "1A", "1B", "1C", "1D"), by=guest)
        operations.book_seats(ride(run, "2A", "2B"), by=guest)

        page = logged_in.get(ADDRESS).content.decode()

        assert page.count(f'href="{reverse("rooms:tickets", args=[booked.reference])}"') == 1
        assert page.count(">PDF<") == 2


def test_who_never_traveled_sees_no_wallet(logged_in):
    office()

    page = logged_in.get("/bookings/").content.decode()

    assert "Tickets</a>" not in page

"""Tickets: signed, verified, printed, and used once."""

import subprocess

import pytest
from django.urls import reverse

from reservations import Forbidden, Invalid, PolicyViolation
from rooms import operations, tickets
from rooms.queries.tickets import tickets_of
from tests.travel import departure, ride, soon, train
from tests.worlds import NOW, person, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(db):
    return departure()


@pytest.fixture
def operator(run):
    return works_at(person("operator"), run.vehicle)


def sold(run, guest, *seats):
    booking = operations.book_seats(ride(run, *seats, kinds=("adult",) * len(seats)), by=guest, now=NOW)
    return booking, [tickets.signed(one.ticket) for one in tickets_of(booking)[1]]


def test_a_ticket_lets_its_passenger_in_and_says_who_it_is(run, guest, operator):
    _, [code] = sold(run, guest, "2B")

    passenger = operations.use_ticket(code, run, where="Izmit", by=operator, now=NOW)

    assert (passenger.name, passenger.used_at, passenger.used_where) == ("P1", NOW, "Izmit")


def test_a_copy_is_told_when_and_where_the_ticket_was_used(run, guest, operator):
    _, [code] = sold(run, guest, "2B")
    operations.use_ticket(code, run, where="Izmit", by=operator, now=NOW)

    with pytest.raises(PolicyViolation) as refusal:
        operations.use_ticket(code, run, where="Ankara", by=operator, now=NOW)

    assert (refusal.value.rule, refusal.value.sentence) == (
        "ticket_used",
        "This ticket was used already: 23 November 2026, 06:00 at Izmit.",
    )


@pytest.mark.parametrize("place", [4, 20, -1], ids=["what it says", "further on", "its signature"])
def test_an_altered_ticket_is_refused(run, guest, operator, place):
    _, [code] = sold(run, guest, "2B")
    letters = list(code)
    letters[place] = "A" if letters[place] != "A" else "B"

    with pytest.raises(Invalid):
        operations.use_ticket("".join(letters), run, by=operator, now=NOW)


@pytest.mark.parametrize("code", ["", "RT1", "RT1.e30.e30", "RT2.a.b", "x" * 5000, "RT1..", "RT1.\0.a"])
def test_what_is_no_ticket_is_refused(run, operator, code):
    with pytest.raises(Invalid):
        operations.use_ticket(code, run, by=operator, now=NOW)


def test_a_ticket_is_for_one_departure(run, guest, operator):
    _, [code] = sold(run, guest, "2B")
    other = departure(run.vehicle, hour=14, route=run.route)

    with pytest.raises(PolicyViolation) as refusal:
        operations.use_ticket(code, other, by=operator, now=NOW)

    assert refusal.value.rule == "wrong_departure"


def test_a_ticket_that_was_given_back_is_worth_nothing(run, guest, operator):
    booking, [code, _] = sold(run, guest, "2A", "2B")
    operations.cancel_passengers(booking, [booking.journey.passengers.first().pk], by=guest, now=NOW)

    with pytest.raises(PolicyViolation) as refusal:
        operations.use_ticket(code, run, by=operator, now=NOW)

    assert refusal.value.rule == "ticket_cancelled"


def test_only_the_staff_checks_tickets(run, guest):
    _, [code] = sold(run, guest, "2B")

    with pytest.raises(Forbidden):
        operations.use_ticket(code, run, by=guest, now=NOW)


def test_another_site_signs_with_another_key(run, guest, settings, operator):
    _, [code] = sold(run, guest, "2B")
    settings.SECRET_KEY = "x" * 60

    with pytest.raises(Invalid):
        tickets.read(code)


class TestPages:
    def test_the_document_has_a_page_for_each_passenger(self, client, guest):
        run = soon(train("late"))
        booking = operations.book_seats(ride(run, "1A", "1B", kinds=("adult", "child")), by=guest)
        client.force_login(guest)

        answer = client.get(reverse("rooms:tickets", args=[booking.reference]))

        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.count(b"/Type /Page\n") == 2

    def test_the_document_is_the_guests_alone(self, client, guest, rival):
        run = soon(train("late"))
        booking = operations.book_seats(ride(run, "1A"), by=guest)
        client.force_login(rival)

        assert client.get(reverse("rooms:tickets", args=[booking.reference])).status_code == 404

    def test_the_check_welcomes_once(self, client, run, guest, operator):
        _, [code] = sold(run, guest, "2B")
        client.force_login(operator)
        address = reverse("rooms:tickets_check", args=[run.pk])

        told = [client.post(address, {"ticket": code, "where": "Izmit"}).context["verdict"] for _ in range(2)]

        assert [one["title"] for one in told] == ["Welcome: seat 2B", "Used already"]
        assert client.get(address).context["aboard"] == 1

    def test_the_check_leads_back_to_its_departure_and_speaks_of_no_camera_that_is_not_there(
        self, client, run, operator
    ):
        client.force_login(operator)

        page = client.get(reverse("rooms:tickets_check", args=[run.pk])).content.decode()

        assert f'href="{reverse("rooms:desk_departure", args=[run.vehicle.slug, run.pk])}"' in page
        assert "Scan it with a reader, or paste what it says.<span data-camera-words hidden>" in page

    def test_the_booking_shows_its_tickets_and_gives_them_back(self, client, guest):
        run = soon(train("late"))
        booking = operations.book_seats(ride(run, "1A", "1B", kinds=("adult", "child")), by=guest)
        client.force_login(guest)
        page = client.get(reverse("rooms:booking", args=[booking.reference])).content.decode()
        leaving = booking.journey.passengers.last()

        client.post(reverse("rooms:tickets_give_back", args=[booking.reference]), {"passenger": [leaving.pk]})

        assert page.count('name="passenger"') == 2
        leaving.allocation.refresh_from_db()
        assert leaving.allocation.state == "cancelled"

    @pytest.mark.parametrize(
        ("percent", "words"), [(100, "all"), (20, "20\N{NO-BREAK SPACE}%"), (0, "nothing")]
    )
    def test_a_seat_is_given_back_by_who_knows_what_of_the_fare_comes_back(
        self, percent, words, client, guest
    ):
        run = soon(train("late", cancellation_steps=[[0, percent]]))
        booking = operations.book_seats(ride(run, "1A", "1B", kinds=("adult", "child")), by=guest)
        client.force_login(guest)

        page = client.get(reverse("rooms:booking", args=[booking.reference])).content.decode()

        assert f"Whoever stays at home gets {words} of their fare back." in page

    def test_the_last_who_travels_cancels_the_booking_and_nothing_less(self, client, guest):
        run = soon(train("late"))
        booking = operations.book_seats(ride(run, "1A", "1B", kinds=("adult", "child")), by=guest)
        operations.cancel_passengers(booking, [booking.journey.passengers.last().pk], by=guest)
        client.force_login(guest)

        page = client.get(reverse("rooms:booking", args=[booking.reference])).content.decode()

        assert ("Give back the chosen seats" in page, "Cancel it" in page) == (False, True)

    def test_nobody_is_offered_to_move_seats_to_another_time(self, client, guest):
        booking = operations.book_seats(ride(soon(train("late")), "1A"), by=guest)
        client.force_login(guest)

        page = client.get(reverse("rooms:booking", args=[booking.reference])).content.decode()

        assert "Move it" not in page


VERIFY = """
import { keyFrom, read, judge } from "./static/js/tickets/reading.js"
const [, key, code, altered] = process.argv
const verifier = await keyFrom(key)
const ticket = await read(code, verifier)
const used = { [ticket.passenger]: { at: "now", where: "Izmit" } }
const cases = [[ticket.departure, {}], [0, {}], [ticket.departure, used]]
const told = cases.map((known) => judge(ticket, ...known).title)
console.log([...told, await read(altered, verifier)].join(" | "))
"""


def test_the_page_of_the_staff_verifies_without_the_network(run, guest):
    _, [code] = sold(run, guest, "2B")
    altered = code[:10] + ("A" if code[10] != "A" else "B") + code[11:]

    ran = subprocess.run(
        ["node", "--input-type=module", "-e", VERIFY, tickets.public_key(), code, altered],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )

    assert ran.stdout == "Welcome: seat 2B | Wrong departure | Used already | \n"

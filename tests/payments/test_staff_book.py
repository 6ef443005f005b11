"""The staff book for who comes, with or without an account: paid at the desk, and without terms."""

from datetime import timedelta

import pytest

from rooms.models import Booking, Policy
from rooms.sql import database_now
from tests.payments.conftest import SUCCEEDS, fresh, paid
from tests.payments.test_pages import browser_of
from tests.travel import seat, soon
from tests.worlds import person, works_at

pytestmark = pytest.mark.django_db
TODAY = database_now
HOLD = "/venues/hotel/stays/"


@pytest.fixture
def clerk(staff):
    return browser_of(staff)


@pytest.fixture
def browser(guest):
    return browser_of(guest)


def stay(double, whom):
    arrive = TODAY().date() + timedelta(days=10)
    depart = arrive + timedelta(days=2)
    dates = {"arrive": arrive.isoformat(), "depart": depart.isoformat(), "guests": "2"}
    return {**dates, f"type_{double.type_id}": "1", "guest": whom}


class TestAStay:
    @pytest.fixture(autouse=True)
    def _in_time(self, double):
        """A double room that can be had from now on."""

    def test_is_held_for_a_guest_with_an_account(self, clerk, double, guest, staff):
        clerk.post(HOLD, stay(double, " Lena@Example.com"))

        held = Booking.objects.get()
        assert (held.guest, held.booked_by) == (guest, staff)
        assert "lena@example.com" in clerk.get(f"/bookings/{held.reference}/checkout/").context["whom"]

    def test_is_booked_by_name_alone_and_paid_at_the_desk_without_terms(self, clerk, double):
        clerk.post(HOLD, stay(double, "Nur Aksoy"))
        held = Booking.objects.get()
        checkout = f"/bookings/{held.reference}/checkout/"
        page = clerk.get(checkout)

        form = page.context["form"]
        assert (form["title"].value(), form["way"].value()) == ("Nur Aksoy", "desk")
        assert ("accept" in form.fields, page.context["steps"]) == (False, [])
        assert page.context["whom"] == "Nur Aksoy, without an account"
        clerk.post(checkout, {"title": "Nur Aksoy", "party": "2", "way": "desk"})

        booked = fresh(held)
        assert (booked.state, booked.guest, booked.title) == ("confirmed", None, "Nur Aksoy")

    def test_may_be_paid_by_card_too(self, clerk, double):
        clerk.post(HOLD, stay(double, "Nur Aksoy"))
        held = Booking.objects.get()

        sent = {"title": "Nur Aksoy", "party": "2", "way": "card", "card": SUCCEEDS}
        clerk.post(f"/bookings/{held.reference}/checkout/", sent)

        assert (fresh(held).state, fresh(held).guest, paid(held)) == ("confirmed", None, held.price)

    def test_is_not_approved_because_nobody_has_an_account(self, clerk, double):
        Policy.objects.update(needs_approval=True)
        double.venue.save()
        clerk.post(HOLD, stay(double, "Nur Aksoy"))
        held = Booking.objects.get()

        clerk.post(f"/bookings/{held.reference}/checkout/", {"title": "N", "party": "2", "way": "desk"})

        assert fresh(held).state == "confirmed"  # who books may approve

    def test_keeps_the_name_of_who_could_not_be_found(self, clerk, double):
        page = clerk.post(HOLD, stay(double, "nobody@example.com"))

        assert (page.status_code, page.context["whom"]) == (400, "nobody@example.com")
        assert not Booking.objects.exists()

    def test_asks_its_guests_for_nobody_and_holds_for_nobody_else(self, browser, clerk, double):
        assert 'name="guest"' in clerk.get("/venues/hotel/").content.decode()
        assert 'name="guest"' not in browser.get("/venues/hotel/").content.decode()

        assert browser.post(HOLD, stay(double, "Nur Aksoy")).status_code == 403
        assert not Booking.objects.exists()


class TestSeats:
    @pytest.fixture
    def run(self):
        return soon()

    @pytest.fixture
    def conductor(self, run):
        return browser_of(works_at(person("conductor"), run.vehicle))

    def chosen(self, run, **more):
        return {"from_stop": 0, "to_stop": 3, "seat": seat(run, "1A").pk, "chosen": "1", **more}

    def test_are_held_by_name_and_who_comes_is_on_the_ticket(self, run, conductor):
        page = f"/journeys/{run.pk}/"
        assert 'name="guest"' in conductor.get(page).content.decode()

        conductor.post(page, self.chosen(run, guest="Nur Aksoy"))

        held = Booking.objects.get()
        assert (held.guest, held.title) == (None, "Nur Aksoy · Istanbul to Ankara")
        assert [one.name for one in held.journey.passengers.all()] == ["Nur Aksoy"]

    def test_are_not_held_by_guests_for_others(self, run, browser):
        page = f"/journeys/{run.pk}/"
        assert 'name="guest"' not in browser.get(page).content.decode()

        assert browser.post(page, self.chosen(run, guest="Nur Aksoy")).status_code == 403
        assert not Booking.objects.exists()

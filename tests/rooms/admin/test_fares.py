"""What a seat costs, as it is typed and read in the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.models import Fare, Rate, Route, Venue
from tests.rooms.admin.desk import address, beside, errors_of, listing, messages_of, new, save
from tests.rooms.admin.test_journeys import begun
from tests.travel import departure, train
from tests.worlds import person, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def express(db):
    """The vehicle of a route with a departure."""
    return departure(train("express")).vehicle


@pytest.fixture
def manages(client, express):
    client.force_login(works_at(person("max", is_staff=True), express, "manager"))
    return client


@pytest.fixture
def reads(client, express):
    client.force_login(works_at(person("carl", is_staff=True), express, "staff"))
    return client


def sells_in(vehicle, currency):
    """Let the vehicle sell in that currency."""
    Venue.objects.filter(pk=vehicle.pk).update(currency=currency)


class TestFares:
    @pytest.mark.parametrize(
        ("currency", "typed", "kept", "told"),
        [
            ("EUR", "30", 3000, "30.00 EUR"),
            ("EUR", "30.05", 3005, "30.05 EUR"),
            ("JPY", "30", 30, "30 JPY"),  # no cents
            ("KWD", "30.125", 30125, "30.125 KWD"),  # a thousand fils
        ],
    )
    def test_are_typed_and_told_in_the_currency_of_the_vehicle(
        self, manages, express, currency, typed, kept, told
    ):
        sells_in(express, currency)
        sent = {**begun("night", express), "fares-0-amount": typed}

        manages.post(f"{listing('route')}add/", sent)

        fare = Route.objects.get(slug="night").fares.get()
        assert (fare.amount, str(fare)) == (kept, f"Second: {told}")
        page = beside(manages.get(address(fare.route)))["fares"]
        assert page.forms[0].fields["amount"].label == f"Amount in {currency}"
        assert str(page.forms[0]["amount"].value()) == told.split()[0]

    def test_say_their_currency_before_the_route_is_there(self, manages, express):
        sells_in(express, "JPY")

        page = beside(manages.get(f"{listing('route')}add/"))["fares"]

        assert page.empty_form.fields["amount"].label == "Amount in JPY"

    @pytest.mark.parametrize(("currency", "typed"), [("EUR", "30.005"), ("JPY", "30.5"), ("EUR", "-1")])
    def test_finer_than_the_currency_or_below_nothing_are_refused(self, manages, express, currency, typed):
        sells_in(express, currency)
        route = Route.objects.get()

        assert errors_of(save(manages, address(route), **{"fares-0-amount": typed}))

        assert set(route.fares.values_list("amount", flat=True)) == {1000}

    def test_without_a_vehicle_have_no_currency_and_are_asked_for_a_rule(self, root, express):
        sells_in(train("other"), "JPY")

        answer = root.post(f"{listing('route')}add/", begun("night", None))

        assert "Add a rule below first: its vehicle says the currency." in errors_of(answer)
        assert not Route.objects.filter(slug="night").exists()

    def test_are_of_one_currency(self, root, express):
        other = train("other")
        sells_in(other, "JPY")
        route = Route.objects.get()
        more = new("timetables", 1, vehicle=other.pk, departs="23:00", weekdays="[]")

        answer = save(root, address(route), **more)

        assert "these vehicles sell in EUR and JPY" in " ".join(errors_of(answer))
        assert route.timetables.count() == 1

    def test_are_read_in_words_by_whoever_edits_none(self, reads, express):
        page = reads.get(address(Route.objects.get())).content.decode()

        assert "10.00 EUR" in page
        assert ">1000<" not in page

    def test_cost_the_page_no_more_queries(self, manages, express):
        route = Route.objects.get()
        manages.get(address(route))  # what is remembered is remembered now
        with CaptureQueriesContext(connection) as few:
            manages.get(address(route))
        Fare.objects.bulk_create(
            Fare(route=route, type_name=f"Class {number}", amount=1) for number in range(30)
        )

        with CaptureQueriesContext(connection) as many:
            manages.get(address(route))

        assert len(many) == len(few)


class TestRates:
    @pytest.mark.parametrize(
        ("currency", "amount", "told"),
        [("EUR", 8000, "80.00 EUR"), ("JPY", 8000, "8000 JPY"), ("KWD", 8000, "8.000 KWD")],
    )
    def test_are_told_in_words_wherever_the_admin_names_one(self, desk, harbour, currency, amount, told):
        sells_in(harbour, currency)
        kind = harbour.types.get()
        sent = {"type": kind.pk, "name": "Standard", "amount": told.split()[0], "unit": "hour"}

        answer = desk.post(
            f"{listing('rate')}add/", {**sent, "min_units": 1, "priority": 0, "weekdays": []}, follow=True
        )

        assert Rate.objects.get().amount == amount
        assert f"Standard: {told} an hour" in " ".join(messages_of(answer))

    def test_are_read_in_words_by_whoever_edits_none(self, clerk, harbour):
        kind = harbour.types.get()
        rate = Rate.objects.create(type=kind, amount=8000, most_a_day=31000)

        for page in (address(kind), address(rate)):
            shown = clerk.get(page).content.decode()
            assert "80.00 EUR" in shown
            assert "310.00 EUR" in shown
            assert "8000" not in shown

"""Routes, departures and displays in the admin."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from rooms.models import Departure, Display, Route, Timetable
from rooms.sql import database_now
from tests.rooms.admin.desk import act, address, listing, messages_of, press, save, shown_in
from tests.travel import departure, line, train
from tests.worlds import person, room, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier(db):
    """A vehicle with a departure, and a manager's browser."""
    return departure(train("express"))


@pytest.fixture
def manages(client, carrier):
    client.force_login(works_at(person("max", is_staff=True), carrier.vehicle, "manager"))
    return client


def begun(slug, vehicle):
    """Return what the form of a new route sends; without a vehicle, with no rule."""
    sent = {"name": slug.title(), "slug": slug, "mode": "train", "operator": "Rail", "days_ahead": "10"}
    rule = {"vehicle": str(vehicle and vehicle.pk), "departs": "23:00", "weekdays": "[4]"}
    for prefix, rows in {
        "stops": [
            {"position": "0", "place": "Oslo", "timezone": "Europe/Oslo", "departs": "0"},
            {"position": "1", "place": "Bergen", "timezone": "Europe/Oslo", "arrives": "400"},
        ],
        "fares": [{"type_name": "Second", "amount": "50", "percents": "{}"}],
        "timetables": [rule] if vehicle else [],
    }.items():
        sent |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        sent |= {f"{prefix}-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return sent


class TestRoutes:
    def test_are_seen_where_one_works_and_edited_where_one_manages_all(self, client, manages, carrier, root):
        other = departure(train("other"), route=line("other"))
        assert shown_in(manages, "route") == [carrier.route]
        assert set(shown_in(root, "route")) == {carrier.route, other.route}
        assert save(manages, address(carrier.route), name="Fast").status_code == 302

        Timetable.objects.create(route=carrier.route, vehicle=other.vehicle, departs="09:00")

        answer = manages.get(address(carrier.route))
        assert answer.status_code == 200
        assert "Express" in answer.content.decode()
        assert "Other" not in answer.content.decode()  # a vehicle that nobody here works on
        assert not answer.context["has_change_permission"]
        assert manages.post(address(carrier.route), {"name": "Mine"}).status_code == 403
        assert Route.objects.get(pk=carrier.route.pk).name == "Fast"

    def test_of_others_do_not_exist(self, manages, desk, carrier):
        other = departure(train("other"), route=line("other"))

        assert manages.get(address(other.route)).status_code == 302
        assert desk.get(listing("route")).status_code == 403

    def test_begin_in_one_form_with_whoever_manages_a_vehicle_on_it(self, manages, carrier, root):
        for browser, slug in ((manages, "night"), (root, "day")):
            assert browser.post(f"{listing('route')}add/", begun(slug, carrier.vehicle)).status_code == 302

            made = Route.objects.get(slug=slug)
            assert [stop.place for stop in made.stops.all()] == ["Oslo", "Bergen"]
            assert (made.fares.get().amount, made.timetables.get().weekdays) == (5000, [4])
            assert save(manages, address(made), name="Fast").status_code == 302
            assert Route.objects.get(slug=slug).name == "Fast"

    @pytest.mark.parametrize(
        ("whose", "sentence"),
        [
            ("other", "Select a valid choice."),
            ("harbour", "Select a valid choice."),
            (None, "Keep a rule by which a vehicle of yours runs"),
        ],
    )
    def test_do_not_begin_for_a_vehicle_of_others_or_for_none(
        self, manages, carrier, harbour, whose, sentence
    ):
        works_at(carrier.vehicle.memberships.get().user, harbour, "manager")  # no vehicle runs there
        vehicle = {"other": train("other"), "harbour": harbour}.get(whose)

        answer = manages.post(f"{listing('route')}add/", begun("night", vehicle))

        assert answer.status_code == 200
        assert sentence in answer.content.decode()
        assert not Route.objects.filter(slug="night").exists()

    @pytest.mark.parametrize(("role", "where"), [("staff", "vehicle"), ("manager", "harbour")])
    def test_begin_with_nobody_who_only_works_there_or_manages_no_vehicle(
        self, client, carrier, harbour, role, where
    ):
        place = harbour if where == "harbour" else carrier.vehicle
        client.force_login(works_at(person("carl", is_staff=True), place, role))

        answer = client.post(f"{listing('route')}add/", begun("night", carrier.vehicle))

        assert answer.status_code == 403
        assert not Route.objects.filter(slug="night").exists()

    def test_that_are_saved_are_planned_for_the_days_ahead(self, manages, carrier):
        Timetable.objects.filter(route=carrier.route).update(starts_on=None, ends_on=None)

        saved = save(manages, address(carrier.route), days_ahead="5")

        today = database_now().date()
        ahead = Departure.objects.filter(service_date__gt=today).values_list("service_date", flat=True)
        assert sorted({(date - today).days for date in ahead}) == [1, 2, 3, 4, 5]
        assert "planned anew" in " ".join(messages_of(saved))

    @pytest.mark.parametrize("ahead", ["366", "-1", ""])
    def test_are_planned_a_year_ahead_at_most(self, manages, carrier, ahead):
        assert save(manages, address(carrier.route), days_ahead=ahead).status_code == 200

    def test_do_not_lose_the_last_rule_by_which_they_are_somebodys(self, manages, root, carrier):
        last = {"timetables-0-DELETE": "on"}

        answer = save(manages, address(carrier.route), **last)

        assert "Keep a rule by which a vehicle of yours runs" in answer.content.decode()
        assert carrier.route.timetables.count() == 1
        assert save(root, address(carrier.route), **last).status_code == 302
        assert carrier.route.timetables.count() == 0

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"stops-1-arrives": ""}, "Izmit must be reached after Istanbul is left."),
            (
                {"stops-1-arrives": "70", "stops-1-departs": "60"},
                "Izmit cannot be left before it is reached.",
            ),
            ({"stops-3-position": "7"}, "Number the stops"),
            ({"stops-3-arrives": "2147483647"}, None),
        ],
    )
    def test_take_only_stops_that_a_vehicle_can_serve(self, manages, carrier, changes, sentence):
        answer = save(manages, address(carrier.route), **changes)

        assert answer.status_code in (200, 302)
        assert sentence is None or sentence in answer.content.decode()

    def test_offer_only_vehicles_of_ones_own(self, manages, carrier, harbour):
        train("other")

        page = manages.get(address(carrier.route)).content.decode()

        assert "Express" in page
        assert "Other" not in page
        assert "Harbour" not in page

    def test_generate_their_departures_and_no_others(self, manages, carrier):
        Timetable.objects.filter(route=carrier.route).update(starts_on=None, ends_on=None)
        other = departure(train("other"), route=line("other"))
        Timetable.objects.filter(route=other.route).update(starts_on=None, ends_on=None)

        told = act(manages, "route", "generate", [carrier.route])

        assert told == ["31 departures are new."]
        assert Departure.objects.filter(route=other.route).count() == 1
        assert Departure.objects.filter(service_date=date.today() + timedelta(days=5)).count() == 1  # noqa: DTZ011


class TestDepartures:
    def test_are_looked_at_and_run_at_the_desk(self, manages, carrier):
        departure(train("other"), route=line("other"))

        assert shown_in(manages, "departure") == [carrier]
        page = manages.get(address(carrier)).content.decode()
        assert reverse("rooms:desk_departure", args=["express", carrier.pk]) in page
        assert "_save" not in page


class TestDisplays:
    def test_are_hung_by_the_operation_and_switched_off(self, desk, harbour, manager):
        own = room(harbour, "Aurora")

        sent = {"venue": harbour.pk, "name": "Door", "floor": "", "room": own.pk, "acts": "own"}
        assert desk.post(f"{listing('display')}add/", sent).status_code == 302

        made = Display.objects.get()
        assert (made.kind, made.room, made.acts, made.created_by) == ("door", own, "own", manager)
        assert reverse("rooms:display", args=[made.token]) in desk.get(address(made)).content.decode()
        press(desk, made, "off")
        assert Display.objects.get().revoked_at

    @pytest.mark.parametrize(
        "wrong",
        [{"floor": "9"}, {"name": " "}, {"name": "\0"}, {"floor": "1", "room": True}, {"acts": "any"}],
    )
    def test_that_make_no_sense_are_refused_on_the_form(self, desk, harbour, wrong):
        own = room(harbour, "Aurora", floor="1")
        sent = {"venue": harbour.pk, "name": "Gate", "floor": "", "room": "", **wrong}
        if sent["room"] is True:
            sent["room"] = own.pk

        answer = desk.post(f"{listing('display')}add/", sent)

        assert answer.status_code == 200
        assert answer.context["errors"]
        assert not Display.objects.exists()

    def test_are_hung_by_whoever_works_there(self, clerk, harbour, pier):
        sent = {"name": "Gate", "floor": "", "room": ""}

        assert clerk.post(f"{listing('display')}add/", {**sent, "venue": pier.pk}).status_code == 200
        assert clerk.post(f"{listing('display')}add/", {**sent, "venue": harbour.pk}).status_code == 302

        assert Display.objects.get().venue == harbour

    def test_of_others_do_not_exist(self, desk, pier, root, harbour):
        room(pier, "Canary")
        sent = {"venue": pier.pk, "name": "Gate", "floor": "", "room": ""}
        assert desk.post(f"{listing('display')}add/", sent).status_code == 200
        root.post(f"{listing('display')}add/", sent)

        [theirs] = Display.objects.all()
        assert shown_in(desk, "display") == []
        assert desk.get(address(theirs)).status_code == 302

"""The pages of those who run departures: each change is shown first, and then done."""

from datetime import timedelta

import pytest
from django.urls import reverse

from rooms import operations
from rooms.models import Booking, Departure, Room
from tests.travel import departure, line, ride, soon, train
from tests.worlds import person, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(db):
    return soon()


@pytest.fixture
def desk(client, run):
    """The browser of one who works on the vehicle."""
    client.force_login(works_at(person("operator"), run.vehicle))
    return client


def address(run):
    return reverse("rooms:desk_departure", args=[run.vehicle.slug, run.pk])


def in_an_hour(run):
    return f"{run.starts_at + timedelta(hours=1):%Y-%m-%dT%H:%M}"


def sold(run):
    """Sell two tickets to one, and one to another."""
    operations.book_seats(ride(run, "1A", "3D"), by=person("ada"))
    operations.book_seats(ride(run, "2A", way=(0, 1)), by=person("can"))


def test_departures_are_listed_with_how_many_travel_in_few_queries(desk, run, django_assert_max_num_queries):
    sold(run)
    for day in (3, 4, 5):
        later = departure(run.vehicle, day=day, route=run.route)
        operations.replan(later, later=run.starts_at - later.starts_at + timedelta(days=day), by=None)

    with django_assert_max_num_queries(12):
        page = desk.get(reverse("rooms:desk_departures", args=[run.vehicle.slug]))

    assert [one.sold for one in page.context["page"]] == [3, 0, 0, 0]


class TestTheBoardOfAVehicle:
    """It shows what is taken, and invites nobody to book an hour of a seat, which is always refused."""

    @pytest.mark.parametrize("view", ["day", "week", "list"])
    def test_leads_to_departures_and_journeys_and_offers_no_hours(self, desk, run, view):
        page = desk.get(reverse("rooms:venue", args=[run.vehicle.slug]), {"view": view}).content.decode()

        assert f'href="{reverse("rooms:desk_departures", args=[run.vehicle.slug])}"' in page
        assert f'href="{reverse("rooms:journeys")}"' in page
        assert reverse("rooms:book", args=[run.vehicle.slug]) not in page.partition('id="page-data"')[0]
        assert "Drag over" not in page

    def test_sends_whoever_would_book_there_to_the_next_departure(self, desk, run):
        sent = desk.get(reverse("rooms:book", args=[run.vehicle.slug]))

        assert (sent.status_code, sent.url.partition("?")[0]) == (302, reverse("rooms:journeys"))


@pytest.mark.parametrize(
    ("rule", "ahead", "told"),
    [
        ({"ends_on": None}, 30, "the timetable is planned 30 days ahead by itself"),
        ({"ends_on": None}, 0, "none follow by themselves, as the timetable stands"),
        ({}, 30, "none follow by themselves, as the timetable stands"),  # its rule has ended
    ],
)
def test_the_list_says_until_when_departures_are_planned(desk, run, rule, ahead, told):
    run.route.__class__.objects.update(days_ahead=ahead)
    run.route.timetables.update(starts_on=None, **rule)
    Departure.objects.update(service_date=run.starts_at.date())

    page = " ".join(
        desk.get(reverse("rooms:desk_departures", args=[run.vehicle.slug])).content.decode().split()
    )

    assert f'Planned until <span class="num">{run.starts_at:%A}' in page
    assert told in page


def test_who_travels_is_listed_by_coach_and_seat(desk, run):
    sold(run)
    Room.objects.filter(venue=run.vehicle).update(floor="6")

    lines = desk.get(address(run)).context["lines"]

    assert [line["seats"] for line in lines] == ["6/1A, 6/3D", "6/2A"]


class TestPreview:
    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ({"act": "late", "minutes": "20"}, "20 minutes late?"),
            ({"act": "late", "minutes": "0"}, "on time again?"),
            ({"act": "off", "note": "Snow"}, "Cancel this departure?"),
        ],
    )
    def test_says_whom_it_touches_and_does_nothing(self, desk, run, asked, told):
        sold(run)
        before = Departure.objects.values().get(pk=run.pk)

        page = desk.post(address(run), asked).content.decode()

        assert told in page
        assert "2 bookings with 3 passengers" in page
        assert Departure.objects.values().get(pk=run.pk) == before
        assert Booking.objects.filter(state="confirmed").count() == 2

    def test_of_a_plan_says_what_is_in_its_way(self, desk, run):
        sold(run)
        spare = train("spare", rows=2)
        desk.force_login(works_at(works_at(person("planner"), spare), run.vehicle))
        asked = {"act": "plan", "leaves": in_an_hour(run), "vehicle": spare.pk}

        page = desk.post(address(run), asked).content.decode()

        assert "Spare lacks seats that are sold: 3D." in page
        assert Departure.objects.get(pk=run.pk).vehicle == run.vehicle


class TestDone:
    def test_a_delay_is_told(self, desk, run):
        answer = desk.post(address(run), {"act": "late", "minutes": "20", "note": "Snow", "sure": "1"})

        run.refresh_from_db()
        assert (answer.status_code, run.delay_minutes, run.delay_note) == (303, 20, "Snow")

    def test_a_plan_moves_everybody_and_leads_on_to_its_new_vehicle(self, desk, run):
        sold(run)
        spare = train("spare")
        desk.force_login(works_at(works_at(person("planner"), spare), run.vehicle))
        asked = {"act": "plan", "leaves": in_an_hour(run), "vehicle": spare.pk, "sure": "1"}

        answer = desk.post(address(run), asked)

        assert answer.headers["Location"] == reverse("rooms:desk_departure", args=["spare", run.pk])
        assert set(Booking.objects.values_list("venue__slug", "starts_at")) == {
            ("spare", run.starts_at + timedelta(hours=1))
        }
        assert "Leaves Istanbul" in desk.get(answer.headers["Location"]).content.decode()

    def test_a_cancelled_one_says_so_and_offers_nothing_more(self, desk, run):
        sold(run)

        answer = desk.post(address(run), {"act": "off", "note": "Snow", "sure": "1"}, follow=True)

        page = answer.content.decode()
        assert "This departure is cancelled: Snow." in page
        assert "Look at it first" not in page
        assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}

    def test_a_refusal_is_shown_and_keeps_what_was_typed(self, desk, run):
        page = desk.post(address(run), {"act": "plan", "leaves": "2199-01-01T10:00", "sure": "1"})

        assert (page.status_code, 'value="2199-01-01T10:00"' in page.content.decode()) == (400, True)
        assert "at most 30 days" in page.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"act": "late", "minutes": "-1"}, {"act": "late", "minutes": "x"}, {"act": "late", "minutes": "9999"},
        {"act": "plan", "leaves": "soon"}, {"act": "plan", "leaves": "2027-01-01T10:00", "vehicle": "x"},
        {"act": "late", "minutes": "5", "note": "x" * 201, "sure": "1"},
        {"act": "off", "note": "\0", "sure": "1"},
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_refused_on_the_page(desk, run, asked):
    page = desk.post(address(run), asked)

    assert page.status_code == 400
    assert 'role="alert"' in page.content.decode()


def test_a_vehicle_of_others_cannot_be_put_in(desk, run):
    asked = {"act": "plan", "leaves": in_an_hour(run), "vehicle": train("other").pk}

    assert desk.post(address(run), asked).status_code == 404


def test_guests_and_staff_of_others_are_kept_out(client, run):
    client.force_login(works_at(person("stranger"), train("other")))

    assert client.get(address(run)).status_code == 403
    assert client.post(address(run), {"act": "off", "sure": "1"}).status_code == 403
    assert client.get(reverse("rooms:desk_departures", args=[run.vehicle.slug])).status_code == 403


def test_a_departure_is_found_at_its_own_vehicle_only(desk, run):
    elsewhere = departure(train("other"), route=line("other"))

    assert desk.get(reverse("rooms:desk_departure", args=[run.vehicle.slug, elsewhere.pk])).status_code == 404
    assert desk.get(reverse("rooms:desk_departure", args=[run.vehicle.slug, 10**18])).status_code == 404

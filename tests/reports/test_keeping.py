"""Answers are computed once while nothing changed; what changed is in the next, each its venues' own."""

from datetime import time, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from payments import operations as payments
from reports import catalog, keeping
from reports.asking import asked, managed_by
from reports.catalog import REPORTS
from rooms import operations
from rooms.models import Departure, OpeningHours, Refusal, RoomType, Route, WaitlistEntry
from rooms.operations import archiving
from tests.travel import departure, ride
from tests.worlds import NOW, at, car_park, office, person, rate, room, rooms, span, works_at

pytestmark = pytest.mark.django_db
DAYS = {"from": "2026-11-20", "to": "2026-11-30"}
QUERY = "from=2026-11-20&to=2026-11-30"


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    keeping.forget()


@pytest.fixture
def admin(db):
    return person("admin", is_staff=True, is_superuser=True)


class World:
    """An office in which somebody booked, and a train on which somebody travels."""

    def __init__(self, admin):
        self.admin, self.guest = admin, person("lena")
        self.office = office("office", timezone="UTC")
        rate(self.office, 1200)
        self.rooms = rooms(self.office, 3)
        self.parking = car_park()
        self.spot = room(self.parking, "S1")
        self.train = departure()
        self.booking = self.book(0)
        operations.book_seats(ride(self.train, "1A"), by=self.guest, now=NOW)

    def book(self, place):
        return operations.book(self.rooms[place], span(9, 10), by=self.guest, now=NOW)

    def told(self, *, now=NOW, **more):
        """Return what every report comes to, each cut in every way."""
        found = {}
        for name, report in REPORTS.items():
            for way in report.ways:
                question = asked(
                    {**DAYS, "by": way, **more}, managed_by(self.admin), ways=report.ways, now=now
                )
                answer = catalog.answer(report, question)
                found[name, way] = (answer.table, answer.totals, answer.before)
        return found


@pytest.fixture
def world(admin):
    return World(admin)


def _pay(world):
    return payments.take_at_desk(world.booking, "cash", by=world.admin, now=NOW)


def _give_back(world):
    _pay(world)
    world.told()
    payments.give_back(world.booking, 500, by=world.admin, reason="Noise", seen=1200, now=NOW)


def _refuse(world):
    Refusal.objects.create(
        venue=world.office, type=world.office.types.get(), day=NOW.date(), code="unavailable", rule="",
        times=3, rooms=3,
    )  # fmt: skip


def _wait(world):
    WaitlistEntry.objects.create(
        guest=world.guest, departure=world.train, type=world.train.vehicle.types.get(), first=0, last=3,
        venue=world.train.vehicle, starts_at=world.train.starts_at, ends_at=world.train.ends_at,
        created_at=NOW, look_at=NOW,
    )  # fmt: skip


def _saved(model, **fields):
    def change(world):
        found = model.objects.order_by("pk").first()
        for name, value in fields.items():
            setattr(found, name, value)
        found.save()

    return change


CHANGES = {
    "a booking": lambda world: world.book(1),
    "a cancellation": lambda world: operations.cancel(world.booking, by=world.guest, now=NOW),
    "a move": lambda world: operations.move(world.booking, by=world.guest, span=span(9, 12), now=NOW),
    "a payment": _pay,
    "money given back": _give_back,
    "a refusal": _refuse,
    "a place in a queue": _wait,
    "another name of a guest": lambda world: User.objects.filter(pk=world.guest.pk).update(name="Forgotten"),
    "another name of a type": _saved(RoomType, name="Salon"),
    "another name of a route": _saved(Route, name="Night train"),
    "another departure": lambda world: departure(world.train.vehicle, route=world.train.route, day=3),
    "a departure that does not run": lambda world: Departure.objects.update(state="cancelled"),
    "a departure of another time": lambda world: Departure.objects.update(ends_at=at(23, day=1)),
    "other hours": _saved(OpeningHours, closes=time(21)),
    "another room": lambda world: room(world.office, "Zephyr"),
    "a room that goes": lambda world: archiving.archive(world.rooms[2]),
    "another venue": lambda world: room(office("annex"), "Attic"),
}  # fmt: skip


class TestWhatChanged:
    @pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
    def test_is_in_the_next_answer(self, change, world):
        before = world.told()

        change(world)

        after = world.told()
        keeping.forget()
        assert after == world.told()
        assert after != before

    def test_is_on_the_page_at_once(self, world, admin):
        client = Client()
        client.force_login(admin)
        address = f"/reports/trends/?{QUERY}"
        before = [client.get(address).content for _ in range(2)][1]

        world.book(1)

        assert b'<dd class="num">2</dd>' in before
        assert b'<dd class="num">3</dd>' in client.get(address).content


def _computed(queries):
    """Return the statements of reports: no other has a table of venues and their days."""
    return [one["sql"] for one in queries if one["sql"].startswith("WITH") and "scope" in one["sql"]]


class TestWhatDidNot:
    @pytest.mark.parametrize("end", ["/", ".csv", ".xlsx"])
    @pytest.mark.parametrize("name", REPORTS)
    def test_is_not_computed_again(self, name, end, world, admin):
        client = Client()
        client.force_login(admin)
        with CaptureQueriesContext(connection) as first:
            told = client.get(f"/reports/{name}{end}?{QUERY}")
        with CaptureQueriesContext(connection) as second:
            again = client.get(f"/reports/{name}{end}?{QUERY}")

        assert _computed(first)
        assert not _computed(second)
        if end == ".csv":
            assert told.content == again.content

    def test_nor_for_the_overview(self, world, admin):
        client = Client()
        client.force_login(admin)
        client.get(f"/reports/?{QUERY}")

        with CaptureQueriesContext(connection) as second:
            assert client.get(f"/reports/?{QUERY}").status_code == 200

        assert not _computed(second)

    def test_is_computed_again_for_other_days(self, world):
        one = world.told()

        assert world.told(to="2026-11-24") != one

    def test_is_computed_again_on_another_day(self, world):
        world.told()

        with CaptureQueriesContext(connection) as later:
            world.told(now=NOW + timedelta(hours=1))
        with CaptureQueriesContext(connection) as tomorrow:
            world.told(now=NOW + timedelta(days=1))

        assert not _computed(later)
        assert _computed(tomorrow)

    def test_is_computed_again_each_minute_while_somebody_stays_until_they_leave(self, world):
        operations.take(world.spot, by=world.guest, now=NOW)
        first = world.told(now=at(7))

        with CaptureQueriesContext(connection) as same:
            assert world.told(now=at(7) + timedelta(seconds=40)) == first
        hour = world.told(now=at(8))

        assert not _computed(same)
        used = [answer["occupancy", "venue"][0].column("booked_hours") for answer in (first, hour)]
        assert used[1] != used[0]
        keeping.forget()
        assert world.told(now=at(8)) == hour

    def test_is_not_kept_where_there_is_too_much_of_it(self, world, monkeypatch):
        monkeypatch.setattr(keeping, "MOST_ROWS", 1)
        world.told()

        with CaptureQueriesContext(connection) as again:
            world.told()

        assert _computed(again)

    def test_is_forgotten_in_its_turn(self, world, monkeypatch):
        monkeypatch.setattr(keeping, "KEPT", 3)

        world.told()

        assert len(keeping._kept) == 3


class TestWhoseItIs:
    def test_the_manager_of_another_venue_gets_their_own(self, world):
        others = office("other")
        room(others, "Attic")
        here, there = (
            works_at(person(name), of, "manager") for name, of in (("maya", world.office), ("otto", others))
        )

        pages = []
        for who in (here, there, here, there):
            client = Client()
            client.force_login(who)
            pages.append(client.get(f"/reports/occupancy.csv?by=venue&{QUERY}").content.decode())

        assert pages[:2] == pages[2:]
        assert "Office" in pages[0]
        assert "Other" not in pages[0]
        assert "Other" in pages[1]
        assert "Office" not in pages[1]

    def test_who_manages_it_no_more_gets_nothing_that_was_kept(self, world):
        maya = works_at(person("maya"), world.office, "manager")
        ask = partial(Client.get, path=f"/reports/occupancy.csv?venue=office&{QUERY}")
        client = Client()
        client.force_login(maya)
        assert ask(client).status_code == 200

        maya.memberships.all().delete()

        assert ask(client).status_code == 403

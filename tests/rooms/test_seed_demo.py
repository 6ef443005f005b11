"""The demo: worlds one can look at, made by the rules, and made once."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.test import TestCase

from accounts.models import User
from rooms.demo import bulk, days, past, people, stays, vehicles, worlds, written
from rooms.demo.progress import Progress
from rooms.models import Allocation, Blocking, Booking, Change, Policy, Room, Thread, Venue
from rooms.queries import verify
from rooms.queries.journeys import of_class, search
from rooms.sql import database_now

pytestmark = pytest.mark.django_db

SUNDAY = datetime(2026, 11, 22, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def shorten(patch):
    """Have only yesterday, today and tomorrow, and one week before, to save time."""
    patch.setattr(past, "WEEKS", 1)
    for module in (days, stays):
        patch.setattr(module, "PAST", 1)
        patch.setattr(module, "AHEAD", 1)
    patch.setattr(stays, "HELD_IN", 1)


@pytest.fixture
def few_days(monkeypatch):
    """Let every world of this test be short."""
    shorten(monkeypatch)


def lived(now):
    everybody = people.settle()
    venues = worlds.build()
    people.employ(everybody, venues)
    return sum(days.live_in(venue, everybody, now=now) for venue in venues)


def wrote(now):
    return written.write(worlds.build(), people.settle(), now=now)


@pytest.mark.usefixtures("few_days")
class TestTheWorlds(TestCase):
    """The worlds on a Monday; built once, for that takes longer than to look at them."""

    @classmethod
    def setUpTestData(cls):
        with pytest.MonkeyPatch.context() as patch:
            shorten(patch)
            cls.happened = lived(MONDAY)

    def test_lead_from_istanbul_to_ankara_by_train_by_bus_and_by_plane(self):
        vehicles.timetable()

        found = search("Istanbul", "Ankara", database_now().date() + timedelta(days=1))

        assert {one.mode for one in found} == {"train", "bus", "flight"}
        assert {(one.mode, own.name) for one in of_class(found, "business") for own in one.classes} == {
            ("flight", "Business")
        }

    def test_are_an_office_of_24_rooms_and_a_hall_of_three_parts(self):
        office, pier = Venue.objects.get(slug="harbour-office"), Venue.objects.get(slug="pier-hall")
        assert office.rooms.count() == 24
        assert {room.capacity for room in office.rooms.all()} == {2, 4, 6, 8, 12, 20}
        assert {room.floor for room in office.rooms.all()} == {"1", "2", "3", "4"}
        assert str(office.zone) == "Europe/Istanbul"
        whole = pier.rooms.get(name="Grand Hall")
        assert sorted(piece.part.name for piece in whole.parts.all()) == ["Hall A", "Hall B", "Hall C"]

    def test_have_a_car_park_of_three_levels_with_cars_in_it(self):
        spots = Venue.objects.get(slug="pier-parking").rooms.all()
        assert Counter(spots.values_list("floor", flat=True)) == {"Level 1": 64, "Level 2": 64, "Level 3": 64}
        assert len(set(spots.values_list("floor", "x", "y"))) == 192
        assert spots.filter(amenities__slug="ev").count() == 21
        assert spots.filter(amenities__slug="accessible").count() == 9
        kinds = set(Allocation.objects.filter(room__in=spots, active=True).values_list("state", flat=True))
        assert kinds == {"checked_in", "confirmed", "held", "blocked"}
        assert not Change.objects.filter(told=False).exists()

    def test_break_no_rule_and_no_invariant(self):
        assert self.happened > 200
        assert verify.violations() == {}

    def test_show_every_state(self):
        states = set(Booking.objects.values_list("state", flat=True))
        assert states == {"confirmed", "held", "pending", "cancelled", "checked_in", "completed"}
        assert Blocking.objects.exists()
        assert Booking.objects.filter(guest__email="guest@example.com").exists()

    def test_have_hotels_with_guests_who_arrive_and_leave_today_and_a_last_room_on_hold(self):
        for slug in ("lantern-house", "quay-hotel"):
            here = Booking.objects.filter(venue__slug=slug)
            assert here.filter(starts_at__date=MONDAY.date()).exists()
            assert here.filter(ends_at__date=MONDAY.date()).exists()
            assert here.filter(state="checked_in").exists()
            held = here.get(state="held")
            kind = held.allocations.get().room.type
            taken = Allocation.objects.filter(room__type=kind, active=True, starts_at__lte=held.starts_at)
            assert taken.filter(ends_at__gt=held.starts_at).count() == kind.rooms.count()

    def test_leave_whoever_logs_in_all_the_holds_that_one_may_have(self):
        held = Booking.objects.filter(state="held")
        assert held.exists()
        assert not held.filter(guest__email__in=people.LOG_INS).exists()

    def test_send_nobody_a_letter(self):
        assert not Change.objects.filter(told=False).exists()

    def test_have_written_at_two_desks_a_question_that_waits_and_one_that_is_answered(self):
        made = wrote(MONDAY)

        threads = Thread.objects.order_by("venue__slug", "state").values_list("venue__slug", "state")
        assert made == 4
        assert list(threads) == [
            *(("harbour-office", "answered"), ("harbour-office", "open")),
            *(("lantern-house", "answered"), ("lantern-house", "open")),
        ]
        assert not Change.objects.filter(told=False).exists()
        assert verify.violations() == {}

    def test_have_written_once(self):
        wrote(MONDAY)

        assert wrote(MONDAY + timedelta(days=1)) == 0

    def test_gain_nothing_when_built_again_on_the_same_day(self):
        assert lived(MONDAY + timedelta(hours=3)) == 0

    def test_gain_the_new_days_on_a_later_one(self):
        before = Booking.objects.count()

        assert lived(MONDAY + timedelta(days=1)) > 0
        assert Booking.objects.count() > before
        assert verify.violations() == {}

    def test_have_hotels_of_40_rooms_of_4_types_and_60_of_3(self):
        hotels = Venue.objects.filter(kind="hotel").order_by("slug")
        online = Policy.objects.filter(payment="online", venue__kind="hotel")
        asked = online.values_list("venue__slug", "name", "deposit_percent")
        assert [(one.slug, one.rooms.count(), one.types.count()) for one in hotels] == [
            ("lantern-house", 40, 4),
            ("quay-hotel", 60, 3),
        ]
        assert list(asked) == [("quay-hotel", "Harbour suite", 30)]


def test_on_a_sunday_the_next_working_day_is_lively_and_the_same_everywhere(few_days):
    def built():
        lived(SUNDAY)
        taken = Allocation.objects.order_by("room__venue__slug", "room__order", "starts_at", "state")
        office = Booking.objects.filter(venue__slug="harbour-office")
        assert {start.date() for start in office.values_list("starts_at", flat=True)} == {MONDAY.date()}
        return list(taken.values_list("room__name", "starts_at", "ends_at", "state"))

    found = []
    for _ in range(2):
        with transaction.atomic():
            found.append(built())
            transaction.set_rollback(True)

    assert found[0] == found[1]
    assert len(found[0]) > 100


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _few_days(self, few_days):
        """Every run here is short."""

    def test_creates_people_who_can_log_in_and_says_so_once(self, settings):
        first, second = io.StringIO(), io.StringIO()
        call_command("seed_demo", force=True, stdout=first)
        call_command("seed_demo", force=True, stdout=second)

        assert "things happened" in first.getvalue()
        assert second.getvalue() == "Demo: it is there already, and nothing is missing.\n"
        for address in people.LOG_INS:
            assert authenticate(username=address, password="reserve-demo") == User.objects.get(email=address)
        assert [address for address, _ in people.log_ins()] == list(people.LOG_INS)
        assert User.objects.get(email="staff@example.com").memberships.count() == len(worlds.SLUGS)

    def test_refuses_to_bring_known_passwords_to_a_real_site(self, settings):
        settings.DEBUG = False

        with pytest.raises(CommandError, match="DEBUG=on"):
            call_command("seed_demo")

        assert not User.objects.exists()

    def test_leaves_a_database_alone_that_has_more_than_the_demo(self, settings):
        settings.DEBUG = True
        Venue.objects.create(slug="mine", name="Mine")

        call_command("seed_demo", if_empty=True)

        assert not User.objects.exists()


class TestTheBigOne:
    def test_writes_what_the_operations_would_have_written(self):
        made = bulk.build(progress=Progress("allocations", io.StringIO()), rooms=10, each=30)

        assert made == Allocation.objects.count() == 300
        assert Room.objects.filter(revision=30).count() == 10
        assert verify.violations() == {}

    def test_adds_nothing_when_run_again(self):
        bulk.build(progress=Progress("allocations", io.StringIO()), rooms=5, each=10)

        assert bulk.build(progress=Progress("allocations", io.StringIO()), rooms=5, each=10) == 0
        assert Booking.objects.count() == 50


class TestTheProgress:
    def test_says_how_far_how_fast_and_how_long_still(self):
        out = io.StringIO()

        with Progress("rows", out) as progress:
            progress.start(200)
            progress.step(200)

        assert out.getvalue().startswith("[##############################] 100%")
        assert "rows/s  0 s left" in out.getvalue()

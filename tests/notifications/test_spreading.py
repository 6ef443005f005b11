"""Every change reaches every webhook that shall hear of it: once, and none is missed."""

import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications import operations
from notifications.models import Delivery, Webhook, WebhookCursor
from notifications.operations import spreading
from reservations import ReservationError
from rooms import operations as rooms
from rooms.models import Booking, Change
from rooms.models import Room as RoomModel
from rooms.sql import on_postgres
from tests.notifications.conftest import booked, hour, in_threads, spread_all
from tests.worlds import hall, office, person, room
from tests.worlds import rooms as make_rooms

URL = "https://example.com/hook"


def heard(webhook):
    """Return the changes that the webhook has deliveries of, in the order of those."""
    return list(Delivery.objects.filter(webhook=webhook).order_by("pk").values_list("change_id", flat=True))


def changes(**which):
    return list(Change.objects.filter(**which).order_by("pk").values_list("pk", flat=True))


@pytest.fixture
def of_venue(venue, aurora, birch, guest):
    return operations.subscribe(URL, by=guest, venue_id=venue.pk)


@pytest.fixture
def of_mine(venue, aurora, birch, guest):
    return operations.subscribe(URL, by=guest)


class TestAVenue:
    def test_is_heard_of_from_the_subscription_on(self, venue, aurora, birch, guest):
        booked(aurora, 1, guest)
        webhook = operations.subscribe(URL, by=guest, venue_id=venue.pk)
        new = booked([aurora, birch], 3, guest)

        assert spread_all() == 2
        assert heard(webhook) == changes(booking=new)

    def test_is_heard_of_with_everything_that_happens(self, of_venue, aurora, birch, guest, staff):
        rooms.cancel(booked(aurora, 1, guest), by=guest)
        rooms.move(booked(aurora, 2, guest), by=guest, rooms=birch)
        rooms.unblock(rooms.block(birch, hour(9), by=staff), by=staff)

        spread_all()

        assert heard(of_venue) == changes()
        assert len(heard(of_venue)) == 7

    def test_is_not_heard_of_with_other_venues(self, of_venue, aurora, guest):
        elsewhere = room(office("elsewhere", hours=None))

        booked(elsewhere, 1, guest)

        assert spread_all() == 0

    def test_is_heard_of_with_rooms_that_it_gets_later(self, of_venue, venue, guest):
        later = hall(venue)

        booked(later["Hall A"], 1, guest)
        spread_all()

        # The whole is told of as well: a part of it is taken.
        assert heard(of_venue) == changes() != []
        assert {change.room_id for change in Change.objects.all()} == {
            later["Hall A"].pk,
            later["Grand Hall"].pk,
        }


class TestMine:
    def test_are_heard_of_and_nobody_elses(self, of_mine, aurora, guest, rival):
        theirs = booked(aurora, 1, rival)
        mine = booked(aurora, 2, guest)
        rooms.cancel(theirs, by=rival)
        rooms.cancel(mine, by=guest)

        spread_all()

        assert heard(of_mine) == changes(booking=mine)

    def test_are_heard_of_at_every_venue(self, of_mine, guest):
        elsewhere = room(office("elsewhere", hours=None))

        booked(elsewhere, 1, guest)

        assert spread_all() == 1

    def test_are_heard_of_from_the_subscription_on_also_in_rooms_met_before(self, aurora, guest, rival):
        old = booked(aurora, 1, guest)
        webhook = operations.subscribe(URL, by=guest)
        booked(aurora, 2, rival)
        rooms.cancel(old, by=guest)

        spread_all()

        assert heard(webhook) == changes(booking=old, kind="cancelled")

    def test_that_staff_books_for_somebody_are_theirs(self, of_mine, aurora, guest, staff):
        rooms.book(aurora, hour(1), by=staff, details=rooms.Details(guest=guest))

        assert spread_all() == 1

    def test_need_no_second_look_at_what_others_do_in_the_same_rooms(self, of_mine, aurora, guest, rival):
        booked(aurora, 1, guest)
        booked(aurora, 2, rival)
        spread_all()

        aurora.refresh_from_db()
        assert WebhookCursor.objects.get(webhook=of_mine, room=aurora).revision == aurora.revision


class TestALook:
    def test_costs_one_statement_when_nothing_happened(self, of_venue, of_mine, django_assert_num_queries):
        spread_all()

        with django_assert_num_queries(1):
            assert operations.spread() == 0

    def test_costs_the_same_for_three_rooms_and_for_one(self, of_venue, venue, guest):
        many = make_rooms(venue, 6)
        booked(many[0], 1, guest)
        with CaptureQueriesContext(connection) as one:
            assert operations.spread() == 1
        booked(many[1:4], 1, guest)
        with CaptureQueriesContext(connection) as three:
            assert operations.spread() == 3

        assert len(one) == len(three) <= 12

    def test_takes_a_batch_and_the_next_one_goes_on(self, of_venue, aurora, birch, guest, monkeypatch):
        monkeypatch.setattr(spreading, "BATCH", 2)
        for start in range(3):
            rooms.cancel(booked([aurora, birch], start, guest), by=guest)

        assert [operations.spread() for _ in range(7)] == [2] * 6 + [0]
        assert heard(of_venue) == changes()

    def test_leaves_in_the_outbox_what_would_only_wait(self, of_venue, aurora, guest, monkeypatch):
        monkeypatch.setattr(spreading, "MOST_WAITING", 3)
        for start in range(5):
            booked(aurora, start, guest)

        assert spread_all() == 3
        Delivery.objects.filter(pk__in=Delivery.objects.order_by("pk")[:2].values("pk")).update(
            state="delivered"
        )
        assert spread_all() == 2
        assert heard(of_venue) == changes()

    def test_leaves_to_the_next_beat_what_takes_too_long(self, of_venue, of_mine, aurora, guest, monkeypatch):
        monkeypatch.setattr(spreading, "BUDGET", 0)
        booked(aurora, 1, guest)

        assert [operations.spread() for _ in range(3)] == [1, 1, 0]
        assert heard(of_venue) == heard(of_mine) == changes()

    def test_makes_nothing_for_one_that_is_disabled(self, of_venue, aurora, guest):
        Webhook.objects.update(disabled_at=hour(1).start, disabled_because="failing")

        booked(aurora, 1, guest)

        assert spread_all() == 0


class TestUnderConcurrentWriters:
    def test_every_change_becomes_exactly_one_delivery(self, venue, guest, staff):
        many = make_rooms(venue, 4)
        people = [person(f"writer{n}") for n in range(4)]
        whole = operations.subscribe(URL, by=staff, venue_id=venue.pk)
        own = operations.subscribe(URL, by=people[0])
        done = threading.Event()

        def write(number):
            for turn in range(8):
                pick = [many[(number + turn) % 4], many[(number + turn + 1) % 4]]
                try:
                    made = booked(pick[: 1 + turn % 2], turn, people[number])
                    if turn % 3:
                        rooms.move(made, by=people[number], rooms=many[(number + turn + 2) % 4])
                    rooms.cancel(Booking.objects.get(pk=made.pk), by=people[number])
                except ReservationError:
                    continue

        def clock():
            while not done.is_set():
                operations.spread()

        in_threads(lambda: (in_threads(*(lambda n=n: write(n) for n in range(4))), done.set()), clock, clock)
        spread_all()

        assert Counter(heard(whole)) == Counter(changes())
        assert Counter(heard(own)) == Counter(changes(guest=people[0]))
        assert changes(guest=people[0])
        assert len(changes()) > 32
        _require_order_of_each_booking(whole)

    def test_a_change_that_commits_late_is_not_passed_over(self, of_venue, aurora, birch, guest, rival):
        """Its id is lower than one that was seen already: who remembers the highest id never sees it."""
        if not on_postgres():
            pytest.skip("NOT RUN: SQLite writes one after the other, so ids never commit out of order")
        wrote, seen = threading.Event(), threading.Event()

        def late():
            with transaction.atomic():
                booked(aurora, 1, guest)
                wrote.set()
                assert seen.wait(10)

        def early():
            assert wrote.wait(10)
            booked(birch, 1, rival)
            spread_all()
            seen.set()

        in_threads(late, early)
        spread_all()

        assert heard(of_venue) == [changes(room=birch)[0], changes(room=aurora)[0]]
        assert changes(room=aurora) < changes(room=birch)

    def test_a_subscription_amid_changes_misses_none_after_it(self, venue, aurora, guest, staff):
        stop, made = threading.Event(), []

        def write():
            start = 0
            while not stop.is_set():
                start += 1
                rooms.cancel(booked(aurora, start % 20, guest), by=guest)

        def subscribe():
            time.sleep(0.05)
            made.append(operations.subscribe(URL, by=User.objects.get(pk=staff.pk), venue_id=venue.pk))
            time.sleep(0.1)
            stop.set()

        in_threads(write, subscribe)
        spread_all()

        # From some revision on all of them, up to the last.
        aurora.refresh_from_db()
        told = Change.objects.filter(pk__in=heard(made[0])).order_by("revision")
        revisions = list(told.values_list("revision", flat=True))
        assert revisions == list(range(aurora.revision - len(revisions) + 1, aurora.revision + 1)) != []


def _require_order_of_each_booking(webhook):
    """What happened to one booking was written down in that order, so it is sent in that order."""
    rows = Delivery.objects.filter(webhook=webhook).order_by("change_id")
    told = rows.values_list("subject", "change__room_id", "change__revision", "change__kind")
    last: dict[object, int] = {}
    ended = set()
    for subject, place, revision, kind in told:
        assert last.get(place, 0) < revision
        last[place] = revision
        assert kind == "cancelled" or subject not in ended
        if kind == "cancelled":
            ended.add(subject)


def test_an_order_of_ids_within_a_room_is_that_of_revisions(of_venue, aurora, birch, guest):
    for start in range(4):
        rooms.cancel(booked([aurora, birch], start, guest), by=guest)

    for place in RoomModel.objects.all():
        own = list(Change.objects.filter(room=place).order_by("pk").values_list("revision", flat=True))
        assert own == sorted(own)

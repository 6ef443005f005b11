"""Deliveries arrive: in the order of each booking, again after an outage, and no longer than is sensible."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from standardwebhooks import Webhook as Library

from notifications import operations
from notifications.crew import Crew
from notifications.delivery import Outcome
from notifications.models import Delivery, Webhook
from notifications.operations import sending
from rooms import operations as rooms
from tests.notifications.conftest import booked, hour
from tests.notifications.receivers import Receiver, until
from tests.notifications.test_signing import documented


@pytest.fixture
def webhook(venue, aurora, birch, staff, receiver):
    return operations.subscribe(receiver.url, by=staff, venue_id=venue.pk)


def told(receiver):
    return [(heard.told["booking"], heard.type) for heard in receiver.accepted]


class TestADelivery:
    def test_arrives_signed_and_says_what_happened(self, webhook, receiver, aurora, guest, beat):
        made = booked(aurora, 1, guest)

        beat()

        [heard] = receiver.heard
        assert Library(webhook.secret).verify(heard.body, heard.headers) == heard.told
        assert documented()(webhook.secret, heard.headers, heard.body)
        delivery = Delivery.objects.get()
        assert heard.told == {
            "id": str(delivery.uuid),
            "type": "booking.booked",
            "at": made.created_at.isoformat().replace("+00:00", "Z"),
            "venue": "office",
            "room": aurora.pk,
            "revision": 1,
            "booking": made.reference,
            "start": f"{hour(1).start:%Y-%m-%dT%H:%M:%SZ}",
            "end": f"{hour(1).end:%Y-%m-%dT%H:%M:%SZ}",
            "state": "booked",
        }
        assert (delivery.state, delivery.attempts, delivery.status) == ("delivered", 1, 204)

    def test_tells_of_each_kind_of_change(self, webhook, receiver, aurora, birch, guest, beat):
        staff = webhook.owner
        rooms.cancel(rooms.confirm(rooms.hold(aurora, hour(1), by=guest), by=guest), by=guest)
        rooms.unblock(rooms.block(birch, hour(1), by=staff), by=staff)

        beat()

        kinds = [(heard.type, heard.told["state"]) for heard in receiver.accepted]
        assert sorted(kinds) == [
            ("booking.booked", "booked"),
            ("booking.cancelled", "released"),
            ("booking.held", "held"),
            ("room.blocked", "blocked"),
            ("room.unblocked", "released"),
        ]
        spans = {(heard.told["start"], heard.told["end"]) for heard in receiver.accepted}
        assert len(spans) == 1

    def test_of_a_move_tells_both_rooms(self, webhook, receiver, aurora, birch, guest, beat):
        rooms.move(booked(aurora, 1, guest), by=guest, rooms=birch)

        beat()

        moved = {
            heard.told["room"]: heard.told["state"]
            for heard in receiver.heard
            if heard.type == "booking.moved"
        }
        assert moved == {aurora.pk: "released", birch.pk: "booked"}


class TestAnOutage:
    def test_keeps_nothing_from_a_receiver_that_comes_back(
        self, webhook, receiver, aurora, birch, guest, later
    ):
        receiver.down()
        bookings = [booked(room, start, guest) for start in range(4) for room in (aurora, birch)]
        later()
        for booking in bookings[::2]:
            rooms.move(booking, by=guest, span=hour(booking.starts_at.hour + 10))
            rooms.cancel(booking, by=guest)
        later()
        assert receiver.heard == []
        assert Webhook.objects.get().failing_since is not None

        receiver.up()
        later()

        by_booking = {}
        for reference, kind in told(receiver):
            by_booking.setdefault(reference, []).append(kind)
        whole = ["booking.booked", "booking.moved", "booking.cancelled"]
        assert by_booking == {
            booking.reference: whole[:1] if number % 2 else whole for number, booking in enumerate(bookings)
        }
        check = documented()
        assert all(check(webhook.secret, heard.headers, heard.body) for heard in receiver.accepted)
        assert Webhook.objects.get().failing_since is None

    def test_that_was_long_is_over_for_all_with_the_first_success(
        self, webhook, receiver, aurora, guest, beat
    ):
        receiver.down()
        for start in range(6):
            booked(aurora, start, guest)
        beat()
        now = datetime.now(UTC)
        Webhook.objects.update(failing_since=now - timedelta(hours=3))
        Delivery.objects.update(state="waiting", next_at=now + timedelta(hours=1))
        first = Delivery.objects.order_by("pk").first()
        Delivery.objects.filter(pk=first.pk).update(next_at=now)
        receiver.up()

        beat()

        assert len(receiver.accepted) == 6

    def test_of_one_receiver_holds_back_no_other(self, webhook, receiver, aurora, guest, crew):
        slow = Receiver()
        slow.answer = lambda heard: time.sleep(1.5) or 204
        for _ in range(10):
            operations.subscribe(slow.url, by=guest, venue_id=aurora.venue_id)
        for start in range(10):
            booked(aurora, start, guest)

        operations.spread()
        began = time.monotonic()
        crew.wake()
        until(lambda: crew.wake() or len(receiver.accepted) == 10, 8)

        # The slow ones have sixteen threads to themselves, and each of them is free again after 1.5 s.
        assert time.monotonic() - began < 6
        Webhook.objects.exclude(pk=webhook.pk).delete()
        assert crew.rest(20)
        slow.down()

    def test_of_one_receiver_lets_others_have_their_turn(self, webhook, receiver, aurora, guest, rival):
        receiver.answer = lambda heard: time.sleep(0.3) or 204
        for start in range(8):
            booked(aurora, start, guest)
        operations.spread()
        quick, crew = Receiver(), Crew(2)
        operations.subscribe(quick.url, by=rival, venue_id=aurora.venue_id)
        booked(aurora, 8, guest)
        operations.spread()

        crew.wake()
        until(lambda: quick.heard)

        assert len(receiver.heard) <= 1
        assert crew.rest(10)
        quick.down()

    @pytest.mark.parametrize(("failing", "most"), [(False, 4), (True, 1)])
    def test_costs_one_thread_and_a_sound_receiver_gets_four(
        self, webhook, receiver, aurora, beat, failing, most
    ):
        def answer(heard):
            until(lambda: receiver.crowd >= most)
            time.sleep(0.05)  # one more than there may be would show itself now
            return 500 if failing else 204

        receiver.answer = answer
        Webhook.objects.update(failing_since=datetime.now(UTC) if failing else None)
        for start in range(12):
            booked(aurora, start, webhook.owner)

        beat()

        assert len({heard.told["id"] for heard in receiver.heard}) == 12
        assert receiver.crowd == most


class TestOrder:
    def test_of_one_booking_is_kept_and_one_of_it_is_under_way_at_a_time(
        self, webhook, receiver, aurora, birch, guest, beat
    ):
        receiver.answer = lambda heard: time.sleep(0.02) or 204
        many = [booked(room, start, guest) for start in range(4) for room in (aurora, birch)]
        for booking in many:
            rooms.move(booking, by=guest, span=hour(booking.starts_at.hour + 10))
            rooms.cancel(booking, by=guest)

        beat()

        for booking in many:
            own = [
                heard.told["revision"]
                for heard in receiver.heard
                if heard.told["booking"] == booking.reference
            ]
            assert own == sorted(own)
            assert len(own) == 3
        assert set(receiver.most_at_once.values()) == {1}

    def test_a_change_waits_for_the_one_before_it_and_others_do_not(
        self, webhook, receiver, aurora, birch, guest, later
    ):
        stuck, free = booked(aurora, 1, guest), booked(birch, 1, guest)
        rooms.cancel(stuck, by=guest)
        rooms.cancel(free, by=guest)
        receiver.answer = lambda heard: 500 if heard.told["booking"] == stuck.reference else 204

        for _ in range(3):
            later()

        assert told(receiver) == [(free.reference, "booking.booked"), (free.reference, "booking.cancelled")]
        assert {heard.type for heard in receiver.heard if heard.status == 500} == {"booking.booked"}
        receiver.answer = lambda heard: 204
        later()
        assert told(receiver)[2:] == [
            (stuck.reference, "booking.booked"),
            (stuck.reference, "booking.cancelled"),
        ]

    def test_comes_before_what_was_given_up(self, webhook, receiver, aurora, guest, beat):
        rooms.cancel(booked(aurora, 1, guest), by=guest)
        receiver.answer = lambda heard: 500 if heard.type == "booking.booked" else 204
        operations.spread()
        Delivery.objects.update(created_at=datetime.now(UTC) - timedelta(hours=25))

        beat()

        assert [heard.type for heard in receiver.heard] == ["booking.booked", "booking.cancelled"]
        states = Delivery.objects.order_by("pk").values_list("state", "status")
        assert list(states) == [("given_up", 500), ("delivered", 204)]


class TestRetries:
    def test_come_after_pauses_that_double_and_are_never_longer_than_an_hour(self):
        for attempt in range(1, 40):
            bound = min(4 * 2 ** (attempt - 1), 3600)
            drawn = [sending._pause(attempt, Outcome(500)).total_seconds() for _ in range(200)]
            assert min(drawn) >= 1
            assert max(drawn) <= max(bound, 1)
            assert max(drawn) - min(drawn) > bound / 2  # of any length: not all at once

    @pytest.mark.parametrize("status", [429, 503])
    def test_wait_as_long_as_the_receiver_asks_with_everything_for_it(
        self, webhook, receiver, aurora, guest, beat, status
    ):
        receiver.answer = lambda heard: (status, {"Retry-After": "120"})
        booked(aurora, 1, guest)
        beat()
        booked(aurora, 2, guest)

        beat()

        assert len(receiver.heard) == 1
        rest = Webhook.objects.get().rests_until - datetime.now(UTC)
        assert timedelta(seconds=100) < rest <= timedelta(seconds=121)

    def test_wait_no_longer_than_an_hour_whatever_the_receiver_asks(self):
        assert sending._pause(1, Outcome(503, "", 1e9)) <= timedelta(seconds=3601)
        assert sending._pause(1, Outcome(503, "", 0.0)) >= timedelta(seconds=1)

    def test_keep_the_id_and_sign_anew(self, webhook, receiver, aurora, guest, beat, later):
        receiver.answer = lambda heard: 500
        booked(aurora, 1, guest)
        beat()
        receiver.answer = lambda heard: 200
        time.sleep(1.1)
        later()

        first, second = receiver.heard
        assert first.body == second.body
        assert first.headers["webhook-id"] == second.headers["webhook-id"] == second.told["id"]
        assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]
        assert documented()(webhook.secret, second.headers, second.body)


class TestTheEnd:
    def test_comes_after_a_day_without_success_and_the_owner_is_told(
        self, webhook, receiver, aurora, guest, staff, later
    ):
        receiver.answer = lambda heard: 500
        booked(aurora, 1, guest)
        booked(aurora, 2, guest)
        later()
        day = timedelta(hours=24)
        Webhook.objects.update(failing_since=datetime.now(UTC) - day + timedelta(minutes=5))
        later()
        assert Webhook.objects.get().disabled_at is None

        Webhook.objects.update(failing_since=datetime.now(UTC) - day)
        later()

        found = Webhook.objects.get()
        assert (found.disabled_because, found.disabled_at is None) == ("failing", False)
        assert set(Delivery.objects.values_list("state", flat=True)) == {"given_up"}
        [letter] = mail.outbox
        assert letter.to == [staff.email]
        assert receiver.url in letter.body
        assert "24 hours" in letter.body
        assert found.secret not in letter.body

    def test_comes_at_once_with_410(self, webhook, receiver, aurora, guest, beat, later):
        receiver.answer = lambda heard: 410
        booked(aurora, 1, guest)

        beat()
        booked(aurora, 2, guest)
        later()

        assert len(receiver.heard) == 1
        assert Webhook.objects.get().disabled_because == "gone"
        assert [letter.subject for letter in mail.outbox] == ["Your webhook was disabled"]

    def test_does_not_wait_for_a_mail_server(self, webhook, receiver, aurora, beat, settings, caplog):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        receiver.answer = lambda heard: 410
        booked(aurora, 1, webhook.owner)

        beat()

        assert Webhook.objects.get().disabled_because == "gone"
        assert "could not be told" in caplog.text

    def test_is_not_for_ever(self, webhook, receiver, aurora, guest, beat):
        receiver.answer = lambda heard: 410
        booked(aurora, 1, guest)
        beat()
        booked(aurora, 2, guest)
        receiver.answer = lambda heard: 200

        operations.enable(Webhook.objects.select_related("owner", "venue").get())
        beat()
        booked(aurora, 3, guest)
        beat()

        # From then on: what happened while it was disabled is not sent.
        assert [heard.told["revision"] for heard in receiver.accepted] == [3]
        found = Webhook.objects.get()
        assert (found.disabled_at, found.disabled_because, found.failing_since) == (None, "", None)


class TestAPing:
    def test_arrives_and_says_so(self, webhook, receiver, beat):
        made = operations.ping(webhook)

        beat()

        [heard] = receiver.heard
        assert heard.told.keys() == {"id", "type", "at", "venue"}
        assert (heard.type, heard.told["id"]) == ("ping", str(made.uuid))
        assert documented()(webhook.secret, heard.headers, heard.body)

    def test_is_tried_once_and_counts_for_no_failure(self, webhook, receiver, beat):
        receiver.answer = lambda heard: 500
        operations.ping(webhook)

        beat()

        assert list(Delivery.objects.values_list("state", "status")) == [("given_up", 500)]
        assert Webhook.objects.get().failing_since is None

    def test_is_one_while_one_is_on_its_way(self, webhook):
        assert operations.ping(webhook).pk == operations.ping(webhook).pk


class TestUpkeep:
    def test_forgets_what_is_over_and_a_month_old(self, webhook, aurora, guest):
        for start in range(4):
            booked(aurora, start, guest)
        operations.spread()
        old = datetime.now(UTC) - timedelta(days=31)
        first, second, third, _ = Delivery.objects.order_by("pk")
        Delivery.objects.filter(pk__in=[first.pk, second.pk]).update(created_at=old, state="delivered")
        Delivery.objects.filter(pk=third.pk).update(created_at=old)

        assert [operations.forget(limit=1) for _ in range(3)] == [1, 1, 0]
        assert Delivery.objects.count() == 2

    def test_makes_nothing_twice_of_what_was_forgotten(self, webhook, aurora, guest):
        booked(aurora, 1, guest)
        operations.spread()
        Delivery.objects.all().delete()
        booked(aurora, 2, guest)

        assert operations.spread() == 1

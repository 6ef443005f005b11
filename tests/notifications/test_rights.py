"""Who hears of what, asked anew at each delivery; and what is in none of them."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from accounts.models import Membership, User
from notifications import operations
from notifications.models import Delivery, Webhook
from reservations import Invalid, NotAuthenticated, NotFound, PolicyViolation
from rooms import operations as rooms
from rooms.models import Booking, Venue
from tests.notifications.conftest import booked, hour, in_threads
from tests.worlds import person

CANARIES = ("Merger talks", "Bring the contracts", "Mallory", "mallory@example.com")


@pytest.fixture
def mallory(venue):
    """A guest with a name that must not get around."""
    return person("mallory")


def secretly_booked(aurora, mallory):
    title, note = CANARIES[:2]
    return booked(aurora, 1, mallory, title=title, note=note)


def live(aurora, birch, mallory, staff):
    """Let a booking live through what a booking can live through, and return it."""
    made = secretly_booked(aurora, mallory)
    rooms.move(made, by=mallory, rooms=birch)
    rooms.cancel(made, by=staff, now=datetime.now(UTC))
    held = rooms.hold(aurora, hour(5), by=mallory, details=rooms.Details(title=CANARIES[0]))
    rooms.release(held, by=mallory)
    return made, held


class TestStrangers:
    @pytest.fixture
    def webhook(self, venue, guest, receiver):
        return operations.subscribe(receiver.url, by=guest, venue_id=venue.pk)

    def test_hear_what_a_board_shows(self, webhook, receiver, aurora, mallory, beat):
        rooms.cancel(secretly_booked(aurora, mallory), by=mallory)

        beat()

        fields = {"id", "type", "at", "venue", "room", "revision", "start", "end", "state"}
        assert [heard.told.keys() for heard in receiver.heard] == [fields, fields]
        assert [heard.type for heard in receiver.heard] == ["booking.booked", "booking.released"]

    def test_hear_no_name_title_note_or_reference(self, webhook, receiver, aurora, birch, mallory, beat):
        made, held = live(aurora, birch, mallory, None)

        beat()

        everything = b"".join(
            heard.body + str(heard.headers).encode() + heard.path.encode() for heard in receiver.heard
        ).decode()
        assert len(receiver.heard) == 6
        for canary in (*CANARIES, made.reference, held.reference):
            assert canary not in everything

    def test_hear_nothing_of_what_was_paid(self, webhook, receiver, aurora, mallory, beat):
        booking = booked(aurora, 9, mallory)
        rooms.report(booking, "paid", after={"amount": 12000}, by=None)

        beat()

        assert [heard.type for heard in receiver.heard] == ["booking.booked", "room.changed"]

    def test_hear_nothing_of_how_a_booking_ended(self, webhook, receiver, aurora, mallory, staff, beat):
        waits = rooms.hold(aurora, hour(1), by=mallory)
        rooms.release(waits, by=mallory)
        rooms.cancel(booked(aurora, 2, mallory), by=staff)
        Booking.objects.filter(pk=rooms.hold(aurora, hour(3), by=mallory).pk).update(
            expires_at=datetime.now(UTC)
        )
        rooms.expire_holds()

        beat()

        ends = {heard.type for heard in receiver.heard if heard.told["state"] == "released"}
        assert ends == {"booking.released"}


class TestStaff:
    @pytest.fixture
    def webhook(self, venue, staff, receiver):
        return operations.subscribe(receiver.url, by=staff, venue_id=venue.pk)

    def test_hears_the_reference_and_how_it_ended(self, webhook, receiver, aurora, mallory, beat):
        made = secretly_booked(aurora, mallory)
        rooms.cancel(made, by=mallory)

        beat()

        told = [(heard.type, heard.told["booking"]) for heard in receiver.heard]
        assert told == [("booking.booked", made.reference), ("booking.cancelled", made.reference)]
        assert not any(canary.encode() in heard.body for canary in CANARIES for heard in receiver.heard)

    def test_that_is_no_longer_staff_hears_what_strangers_hear(
        self, webhook, receiver, aurora, mallory, beat
    ):
        made = secretly_booked(aurora, mallory)
        operations.spread()
        Membership.objects.all().delete()

        beat()

        [heard] = receiver.heard
        assert made.reference.encode() not in heard.body
        assert Webhook.objects.get().disabled_at is None

    def test_that_may_not_see_the_venue_any_more_hears_nothing(
        self, webhook, receiver, aurora, mallory, staff, beat
    ):
        secretly_booked(aurora, mallory)
        operations.spread()
        Membership.objects.all().delete()
        Venue.objects.update(is_listed=False)

        beat()
        beat()

        assert receiver.heard == []
        assert Webhook.objects.get().disabled_because == "not_allowed"
        assert list(Delivery.objects.values_list("state", flat=True)) == ["given_up"]
        assert [letter.to for letter in mail.outbox] == [[staff.email]]
        with pytest.raises(NotFound):
            operations.enable(Webhook.objects.select_related("owner", "venue").get())

    def test_that_is_deactivated_hears_nothing_and_gets_no_mail(
        self, webhook, receiver, aurora, mallory, staff, beat
    ):
        secretly_booked(aurora, mallory)
        User.objects.filter(pk=staff.pk).update(is_active=False)

        beat()

        assert (receiver.heard, mail.outbox) == ([], [])
        assert Webhook.objects.get().disabled_because == "not_allowed"


class TestGuests:
    @pytest.fixture
    def webhook(self, venue, mallory, receiver):
        return operations.subscribe(receiver.url, by=mallory)

    def test_hear_of_their_own_with_the_reference(self, webhook, receiver, aurora, guest, mallory, beat):
        theirs = booked(aurora, 3, guest)
        mine = secretly_booked(aurora, mallory)

        beat()

        [heard] = receiver.heard
        assert (heard.told["booking"], heard.told["room"]) == (mine.reference, aurora.pk)
        assert theirs.reference.encode() not in heard.body

    def test_hear_nothing_of_a_booking_that_is_somebody_elses_by_then(
        self, webhook, receiver, aurora, guest, mallory, beat
    ):
        made = secretly_booked(aurora, mallory)
        operations.spread()
        Booking.objects.filter(pk=made.pk).update(guest=guest)

        beat()

        assert receiver.heard == []
        assert list(Delivery.objects.values_list("state", "error")) == [
            ("given_up", "This is not your booking any more.")
        ]


class TestSubscribing:
    URL = "https://example.com/hook"

    def test_is_for_people(self, venue):
        for nobody in (None, User(email="a@example.com", is_active=False)):
            with pytest.raises(NotAuthenticated):
                operations.subscribe(self.URL, by=nobody, venue_id=venue.pk)

    def test_to_a_venue_that_is_not_shown_is_for_its_staff(self, venue, guest, staff):
        Venue.objects.update(is_listed=False)

        with pytest.raises(NotFound):
            operations.subscribe(self.URL, by=guest, venue_id=venue.pk)
        assert operations.subscribe(self.URL, by=staff, venue_id=venue.pk).venue == venue

    def test_to_a_venue_that_is_not_there_is_refused_alike(self, venue, guest):
        with pytest.raises(NotFound):
            operations.subscribe(self.URL, by=guest, venue_id=venue.pk + 1)

    def test_asks_for_a_sound_address(self, venue, guest):
        with pytest.raises(Invalid):
            operations.subscribe("http://127.0.0.1/", by=guest)

    def test_is_possible_twenty_times(self, venue, guest, rival):
        for _ in range(20):
            operations.subscribe(self.URL, by=guest)

        with pytest.raises(PolicyViolation) as refusal:
            operations.subscribe(self.URL, by=guest)

        assert refusal.value.rule == "webhooks"
        operations.subscribe(self.URL, by=rival)
        operations.unsubscribe(Webhook.objects.filter(owner=guest).first())
        operations.subscribe(self.URL, by=guest)

    def test_is_possible_twenty_times_and_not_more_at_once_either(self, venue, guest):
        answers = []

        def subscribe():
            try:
                operations.subscribe(self.URL, by=guest)
            except PolicyViolation as refusal:
                answers.append(refusal.rule)

        in_threads(*[subscribe] * 26)

        assert Webhook.objects.count() == 20
        assert answers == ["webhooks"] * 6

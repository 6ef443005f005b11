"""Bookings in the admin: asked of the operations, refused in words, live for everybody."""

from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from reservations import Span
from rooms import operations
from rooms.models import Booking, Policy
from tests.rooms.admin.desk import act, address, clock, coming, edges_in, listing, press, written
from tests.travel import train
from tests.worlds import office, person, room, rooms, works_at

pytestmark = pytest.mark.django_db
ADD, BLOCK = "/admin/rooms/booking/add/", "/admin/rooms/blocking/add/"


@pytest.fixture
def aurora(harbour):
    return room(harbour)


@pytest.fixture
def guest():
    return person("lena")


class TestBooking:
    def test_is_made_by_name_for_who_has_no_account(self, desk, manager, aurora):
        sent = {"rooms": [aurora.pk], **clock(coming(10, 11), aurora.venue.zone), "guest": "Nur", "party": 2}

        desk.post(ADD, sent)

        made = Booking.objects.get()
        assert (made.guest, made.title, made.booked_by) == (None, "Nur", manager)

    def test_offers_no_seats_which_are_had_by_the_leg(self, desk, manager, aurora):
        seats = train()
        works_at(manager, seats, "manager")

        page = desk.get(ADD)

        offered = [room for _, own in page.context["form"].fields["rooms"].choices for room, _ in own]
        assert [str(room) for room in offered] == [str(aurora.pk)]

    def test_is_made_for_a_guest_by_the_venues_clock_and_heard(
        self, desk, manager, guest, aurora, heard, django_capture_on_commit_callbacks
    ):
        wanted = coming(10, 11)
        sent = {
            "rooms": [aurora.pk],
            **clock(wanted, aurora.venue.zone),
            "guest": "LENA@example.com",
            "party": 2,
        }

        with django_capture_on_commit_callbacks(execute=True):
            answer = desk.post(ADD, {**sent, "title": "Review"})

        made = Booking.objects.get()
        assert answer.url == address(made)
        assert (made.guest, made.booked_by, made.title, made.party) == (guest, manager, "Review", 2)
        assert (made.starts_at, made.ends_at, made.state) == (wanted.start, wanted.end, "confirmed")
        assert [change.rooms for change in heard] == [{aurora.pk: 1}]
        assert LogEntry.objects.get().user == manager

    def test_without_a_guest_is_ones_own(self, desk, manager, aurora):
        desk.post(ADD, {"rooms": [aurora.pk], **clock(coming(10, 11), aurora.venue.zone), "party": 1})

        assert Booking.objects.get().guest == manager

    def test_of_several_rooms_takes_all_or_none(self, desk, harbour, guest):
        three = rooms(harbour, 3)
        operations.book(three[1], coming(10, 11), by=guest)
        before = written()

        answer = desk.post(
            ADD, {"rooms": [one.pk for one in three], **clock(coming(10, 11), harbour.zone), "party": 1}
        )

        assert answer.status_code == 409
        assert written() == before

    def test_of_taken_time_is_refused_with_what_is_taken_and_what_is_free(self, desk, aurora, guest):
        room(aurora.venue, "Birch")
        taken = operations.book(
            aurora, coming(10, 12), by=guest, details=operations.Details(title="Canary title")
        )

        answer = desk.post(
            ADD,
            {"rooms": [aurora.pk], **clock(coming(11, 13), aurora.venue.zone), "party": 1, "title": "Kept"},
        )

        page = answer.content.decode()
        (line,) = answer.context["form"].taken
        assert answer.status_code == 409
        assert "Aurora is booked" in page
        assert line.startswith("Aurora: booked, ")
        assert line.endswith("13:00 to 15:00")  # Istanbul is three hours ahead.
        assert len(answer.context["form"].offers) >= 3
        assert "Canary title" not in page
        assert guest.email not in page
        assert 'value="Kept"' in page
        assert Booking.objects.get() == taken

    def test_an_offer_fills_in_the_form_so_that_it_can_be_had(self, desk, aurora, guest):
        operations.book(aurora, coming(10, 12), by=guest)
        refused = desk.post(
            ADD, {"rooms": [aurora.pk], **clock(coming(11, 13), aurora.venue.zone), "party": 1}
        )
        query, _ = refused.context["form"].offers[0]

        form = desk.get(f"{ADD}?{query}").context["form"]
        sent = {name: form[name].value() for name in form.fields}
        answer = desk.post(ADD, sent)

        assert answer.status_code == 302
        assert Booking.objects.count() == 2

    def test_pressed_twice_is_one(self, desk, aurora):
        form = desk.get(ADD).context["form"]
        sent = {"rooms": [aurora.pk], "party": 1, "key": form["key"].value()}
        sent |= clock(coming(10, 11), aurora.venue.zone)

        first, second = desk.post(ADD, sent), desk.post(ADD, sent)

        assert first.url == second.url
        assert Booking.objects.count() == 1

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("rooms", "0"),
            ("rooms", "99999999999999999999"),
            ("rooms", "x"),
            ("rooms", ""),
            ("start", ""),
            ("start", "tomorrow"),
            ("start", "9999-12-31T23:00"),
            ("start", "0001-01-01T00:00"),
            ("start", "2027-01-01T10:00\x00"),
            ("end", "2020-01-01T10:00"),  # before the start
            ("end", "2200-01-01T10:00"),
            ("end", ""),
            ("guest", "nobody@example.com"),
            ("guest", "lena@example.com\x00"),
            ("title", "x" * 121),
            ("title", "a\u202eb"),
            ("title", "a\x00b"),
            ("note", "x" * 1001),
            ("note", "a\x07b"),
            ("party", "0"),
            ("party", "-1"),
            ("party", "99999999999999999999"),
            ("party", "1.5"),
            ("party", ""),
            ("key", "x" * 256),
            ("key", "a\nb"),
        ],
    )
    def test_that_makes_no_sense_is_refused_and_nothing_written(self, desk, aurora, guest, field, value):
        sent = {"rooms": [aurora.pk], **clock(coming(10, 11), aurora.venue.zone), "party": 1}

        answer = desk.post(ADD, {**sent, field: value})

        assert answer.status_code in (200, 400, 422)
        assert answer.context["form"].errors
        assert written() == [0, 0, 0, 0]

    def test_of_another_venues_room_is_no_choice(self, desk, aurora):
        foreign = room(office("pier", hours=None), "Canary")

        answer = desk.post(
            ADD, {"rooms": [foreign.pk], **clock(coming(10, 11), aurora.venue.zone), "party": 1}
        )

        assert "rooms" in answer.context["form"].errors
        assert "Canary" not in answer.content.decode()

    def test_of_two_venues_is_refused(self, manager, desk, aurora):
        pier = office("pier", hours=None)
        works_at(manager, pier, "manager")

        answer = desk.post(
            ADD,
            {"rooms": [aurora.pk, room(pier).pk], **clock(coming(10, 11), aurora.venue.zone), "party": 1},
        )

        assert answer.context["form"].errors == {"rooms": ["Choose rooms of one venue."]}

    def test_in_an_hour_that_the_clocks_skip_is_refused(self, manager, desk):
        pier = office("pier", timezone="Europe/Berlin", hours=None, max_advance_days=3650)
        works_at(manager, pier, "manager")

        answer = desk.post(
            ADD,
            {"rooms": [room(pier).pk], "start": "2027-03-28T02:30", "end": "2027-03-28T04:00", "party": 1},
        )

        assert "clocks go forward" in answer.context["form"].errors["start"][0]


class TestItsPage:
    @pytest.fixture
    def booking(self, aurora, guest):
        details = operations.Details(title="Review <b>", party=3)
        return operations.book(aurora, coming(10, 11), by=guest, details=details)

    def test_shows_all_of_it_and_edits_none_of_it(self, desk, booking):
        answer = desk.get(address(booking))
        page = answer.content.decode()

        for told in (booking.reference, "Review &lt;b&gt;", "lena@example.com", "Aurora", "13:00 to 14:00"):
            assert told in page
        assert desk.post(address(booking), {"title": "Forged"}).status_code == 403
        assert desk.post(f"{listing('booking')}{booking.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_cancels_and_says_so(self, desk, booking, heard, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            assert press(desk, booking, "cancel") == [f"{booking} cancelled."]

        booking.refresh_from_db()
        assert booking.state == "cancelled"
        assert len(heard) == 1

    @pytest.mark.parametrize("button", ["approve", "decline", "cancel"])
    def test_answers_a_button_that_came_too_late_with_a_sentence(self, desk, booking, button):
        operations.cancel(booking, by=None)

        (sentence,) = press(desk, booking, button)

        assert sentence.startswith(f"{booking}: This booking is cancelled, so it cannot be ")

    @pytest.mark.parametrize(
        ("button", "state"), [("approve", "confirmed"), ("decline", "declined"), ("cancel", "cancelled")]
    )
    def test_decides_on_a_request(self, desk, aurora, guest, button, state):
        Policy.objects.update(needs_approval=True)
        aurora.venue.save()
        asked = operations.book(aurora, coming(10, 11), by=guest)

        press(desk, asked, button)

        asked.refresh_from_db()
        assert asked.state == state

    @pytest.mark.parametrize("decline", ["on its page", "with others"])
    def test_declines_a_request_for_a_reason_that_its_guest_reads(self, desk, aurora, guest, client, decline):
        Policy.objects.update(needs_approval=True)
        aurora.venue.save()
        asked = operations.book(aurora, coming(10, 11), by=guest)

        if decline == "on its page":
            press(desk, asked, "decline", reason="The roof leaks.")
        else:
            act(desk, "booking", "decline_all", [asked], sure="1", reason="The roof leaks.")

        client.force_login(guest)
        assert "The roof leaks." in client.get(f"/bookings/{asked.reference}/").content.decode()

    def test_moves_it_to_another_room_and_time(self, desk, booking, harbour):
        birch = room(harbour, "Birch")
        to = reverse("admin:rooms_booking_move", args=[booking.pk])
        form = desk.get(to).context["form"]
        assert form["start"].value() == f"{booking.starts_at.astimezone(harbour.zone):%Y-%m-%dT%H:%M}"

        answer = desk.post(to, {"rooms": [birch.pk], **clock(coming(14, 15), harbour.zone)})

        assert answer.url == address(booking)
        booking.refresh_from_db()
        assert booking.starts_at == coming(14, 15).start
        assert [row.room for row in booking.allocations.filter(active=True)] == [birch]

    def test_keeps_the_second_of_two_equal_hours_where_only_the_room_is_changed(self, desk, manager, guest):
        berlin = office("berlin", timezone="Europe/Berlin", hours=None, max_advance_days=3650)
        works_at(manager, berlin, "manager")
        second = Span(datetime(2027, 10, 31, 1, tzinfo=UTC), datetime(2027, 10, 31, 2, tzinfo=UTC))
        booking, birch = operations.book(room(berlin), second, by=guest), room(berlin, "Birch")
        to = reverse("admin:rooms_booking_move", args=[booking.pk])

        desk.post(to, edges_in(desk.get(to)) | {"rooms": [birch.pk]})

        booking.refresh_from_db()
        assert (booking.starts_at, booking.ends_at) == (second.start, second.end)
        assert booking.allocations.get(active=True).room == birch

    def test_keeps_the_second_of_two_equal_hours_that_a_link_names(self, desk, manager):
        berlin = office("berlin", timezone="Europe/Berlin", hours=None, max_advance_days=3650)
        works_at(manager, berlin, "manager")
        aurora = room(berlin)
        linked = f"?rooms={aurora.pk}&start=2027-10-31T01:00Z&end=2027-10-31T02:00Z"

        desk.post(ADD, edges_in(desk.get(ADD + linked)) | {"rooms": [aurora.pk], "party": 1})

        assert Booking.objects.get().starts_at == datetime(2027, 10, 31, 1, tzinfo=UTC)

    def test_refuses_a_move_into_taken_time_with_what_is_taken(self, desk, booking, aurora):
        operations.book(aurora, coming(14, 15), by=person("omar"))
        to = reverse("admin:rooms_booking_move", args=[booking.pk])

        answer = desk.post(to, {"rooms": [aurora.pk], **clock(coming(14, 15), aurora.venue.zone)})

        assert answer.status_code == 409
        assert answer.context["form"].taken
        booking.refresh_from_db()
        assert booking.starts_at == coming(10, 11).start

    @pytest.mark.parametrize("what", ["change", "move", "cancel", "approve", "decline", "history"])
    def test_of_another_venue_answers_like_none(self, desk, guest, what):
        foreign = operations.book(room(office("pier", hours=None)), coming(10, 11), by=guest)
        method = desk.post if what in ("cancel", "approve", "decline") else desk.get

        theirs = method(f"{listing('booking')}{foreign.pk}/{what}/")
        nobodys = method(f"{listing('booking')}{foreign.pk + 1}/{what}/")

        assert (theirs.status_code, theirs.url) == (nobodys.status_code, nobodys.url)
        foreign.refresh_from_db()
        assert foreign.state == "confirmed"

    @pytest.mark.parametrize("button", ["cancel", "approve", "decline"])
    def test_takes_no_button_by_a_link(self, desk, booking, button):
        assert desk.get(f"{listing('booking')}{booking.pk}/{button}/").status_code == 405

    def test_takes_no_button_from_another_site(self, manager, booking):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(manager)

        assert browser.post(f"{listing('booking')}{booking.pk}/cancel/").status_code == 403
        assert browser.post(ADD, {}).status_code == 403

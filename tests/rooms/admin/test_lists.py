"""Bookings in lists, blockings and the record in the admin: found, acted on, and never forged."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rooms import operations
from rooms.models import Allocation, Blocking, Booking, Change, Room
from rooms.sql import database_now
from tests.rooms.admin.desk import act, address, clock, coming, listing, press, shown_in, written
from tests.worlds import hall, office, person, room, rooms, works_at

pytestmark = pytest.mark.django_db
ADD, BLOCK = "/admin/rooms/booking/add/", "/admin/rooms/blocking/add/"


@pytest.fixture
def aurora(harbour):
    return room(harbour)


@pytest.fixture
def guest():
    return person("lena")


class TestTheList:
    @pytest.fixture
    def three(self, harbour, guest):
        return [
            operations.book(
                one, coming(10, 11), by=guest, details=operations.Details(title=f"Title {one.name}")
            )
            for one in rooms(harbour, 3)
        ]

    def test_finds_by_reference_title_and_address(self, desk, three):
        wanted = three[1]

        for words in (wanted.reference, wanted.reference.lower(), '"title room 2"'):
            found = desk.get(listing("booking"), {"q": words}).context["cl"].result_list
            assert list(found) == [wanted]
        assert len(desk.get(listing("booking"), {"q": "LENA@"}).context["cl"].result_list) == 3

    @pytest.mark.parametrize(("when", "found"), [("now", 0), ("coming", 3), ("over", 0)])
    def test_filters_by_time(self, desk, three, when, found):
        assert len(desk.get(listing("booking"), {"when": when}).context["cl"].result_list) == found

    def test_its_days_are_the_venues_days(self, desk, aurora, guest):
        late = operations.book(aurora, coming(22, 23), by=guest)  # one in the morning in Istanbul
        day = late.starts_at.astimezone(aurora.venue.zone)

        query = {
            "starts_at__year": day.year,
            "starts_at__month": day.month,
            "starts_at__day": day.day,
        }
        found = desk.get(listing("booking"), query).context["cl"].result_list

        assert list(found) == [late]

    @pytest.mark.parametrize(
        "query",
        [
            "q=%00",
            "p=x",
            "o=9.9",
            "when=x",
            "state__exact=x",
            "venue__id__exact=x",
            "venue__id__exact=99999999999999999999",
            "starts_at__year=99999",
            "starts_at__day=40",
            "guest__password__startswith=a",
            "e=1",
        ],
    )
    def test_never_stumbles_over_an_odd_address(self, desk, three, query):
        assert desk.get(f"{listing('booking')}?{query}").status_code in (200, 302, 400)

    def test_asks_before_it_cancels_many_and_tells_what_was_refused(self, desk, three):
        operations.cancel(three[0], by=None)

        asked = desk.post(
            listing("booking"), {"action": "cancel_all", "_selected_action": [one.pk for one in three]}
        )
        assert "Cancel these bookings?" in asked.content.decode()
        assert Booking.objects.filter(state="confirmed").count() == 2

        told = act(desk, "booking", "cancel_all", three, sure="1")

        assert told == [f"{three[0]}: This booking is cancelled, so it cannot be cancelled.", "2 cancelled."]
        assert not Booking.objects.filter(state="confirmed").exists()

    def test_shows_a_hold_that_ran_out_as_such(self, desk, aurora, guest):
        booking = operations.hold(aurora, coming(10, 11), by=guest)
        for row in (booking, booking.allocations.get()):
            row.expires_at = database_now()
            row.save(update_fields=["expires_at"])

        assert "Ran out" in desk.get(listing("booking")).content.decode()


class TestBlocking:
    def test_takes_rooms_out_of_use_and_is_heard(
        self, desk, manager, harbour, heard, django_capture_on_commit_callbacks
    ):
        two = rooms(harbour, 2)
        sent = {"rooms": [one.pk for one in two], **clock(coming(10, 12), harbour.zone)}

        with django_capture_on_commit_callbacks(execute=True):
            answer = desk.post(BLOCK, {**sent, "reason": "private", "note": "Carpet"})

        made = Blocking.objects.get()
        assert answer.url == address(made)
        assert (made.starts_at, made.ends_at) == (coming(10, 12).start, coming(10, 12).end)
        assert (made.reason, made.note, made.created_by) == ("private", "Carpet", manager)
        assert set(heard[0].rooms) == {one.pk for one in two}

    def test_lasts_until_it_is_lifted_when_no_end_is_given(self, desk, aurora):
        sent = {"rooms": [aurora.pk], **clock(coming(10, 12), aurora.venue.zone), "end": ""}

        desk.post(BLOCK, {**sent, "reason": "closed"}, follow=True)
        made = Blocking.objects.get()
        assert made.ends_at is None

        assert press(desk, made, "lift") == [f"{made} lifted."]
        assert press(desk, made, "lift") == [f"{made}: These rooms are back in use already."]
        assert not Allocation.objects.filter(active=True).exists()

    def test_over_a_booking_is_refused_with_what_is_taken(self, desk, aurora, guest):
        operations.book(aurora, coming(10, 11), by=guest)
        sent = {"rooms": [aurora.pk], **clock(coming(9, 12), aurora.venue.zone), "reason": "closed"}

        answer = desk.post(BLOCK, sent)

        assert answer.status_code == 409
        assert answer.context["form"].taken[0].startswith("Aurora: booked, ")
        assert not Blocking.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("reason", "because"),
            ("reason", ""),
            ("note", "x" * 201),
            ("note", "a\x07b"),
            ("start", "9999-12-31T10:00"),
            ("end", "2020-01-01T10:00"),
            ("rooms", "x"),
        ],
    )
    def test_that_makes_no_sense_is_refused(self, desk, aurora, field, value):
        sent = {"rooms": [aurora.pk], **clock(coming(9, 12), aurora.venue.zone), "reason": "closed"}

        answer = desk.post(BLOCK, {**sent, field: value})

        assert answer.context["form"].errors
        assert written() == [0, 0, 0, 0]

    def test_is_read_and_lifted_and_never_edited_or_deleted(self, desk, aurora):
        own = operations.block(aurora, coming(9, 12), by=None)

        assert desk.get(address(own)).status_code == 200
        assert desk.post(address(own), {"note": "Forged"}).status_code == 403
        assert desk.post(f"{listing('blocking')}{own.pk}/delete/", {"post": "yes"}).status_code == 403
        assert act(desk, "blocking", "lift_all", [own]) == [f"{own} lifted."]

    def test_of_another_venue_is_never_lifted(self, desk, aurora):
        foreign = operations.block(room(office("pier", hours=None)), coming(9, 12), by=None)

        act(desk, "blocking", "lift_all", [foreign])
        answer = desk.post(reverse("admin:rooms_blocking_lift", args=[foreign.pk]))

        assert answer.url == "/admin/"
        foreign.refresh_from_db()
        assert foreign.lifted_at is None

    def test_of_a_hall_takes_its_parts(self, desk, harbour):
        made = hall(harbour)

        desk.post(
            BLOCK,
            {"rooms": [made["Grand Hall"].pk], **clock(coming(9, 12), harbour.zone), "reason": "closed"},
        )

        assert Allocation.objects.filter(active=True).count() == 4
        assert Room.objects.filter(revision__gt=0).count() == 4


class TestTheRecord:
    @pytest.mark.parametrize("model", ["allocation", "change"])
    def test_is_read_and_never_touched(self, desk, aurora, guest, model):
        booking = operations.book(aurora, coming(10, 11), by=guest)
        row = {"allocation": Allocation, "change": Change}[model].objects.get()

        assert shown_in(desk, model) == [row]
        assert booking.reference in desk.get(address(row)).content.decode()
        assert desk.post(address(row), {}).status_code == 403
        assert desk.get(f"{listing(model)}add/").status_code == 403
        assert desk.post(f"{listing(model)}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_desk_may_book_block_and_decide_without_managing(harbour, aurora, guest):
    browser = Client()
    browser.force_login(works_at(person("carl", is_staff=True), harbour, "staff"))

    browser.post(ADD, {"rooms": [aurora.pk], **clock(coming(10, 11), harbour.zone), "party": 1})
    browser.post(BLOCK, {"rooms": [aurora.pk], **clock(coming(12, 13), harbour.zone), "reason": "closed"})
    press(browser, Booking.objects.get(), "cancel")

    assert Booking.objects.get().state == "cancelled"
    assert Blocking.objects.get().ends_at - Blocking.objects.get().starts_at == timedelta(hours=1)

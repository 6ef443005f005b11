"""Venues and rooms in the admin: edited, divided, archived, and heard of on boards."""

import pytest
from django.db.models.signals import pre_save

from rooms import operations
from rooms.models import (
    Amenity,
    OpeningHours,
    Policy,
    Room,
    RoomPart,
    Venue,
)
from rooms.queries import terms_of_venue
from rooms.sql import database_now
from tests.rooms.admin.desk import (
    address,
    coming,
    listing,
    messages_of,
    save,
    shown_in,
)
from tests.worlds import hall, person, room

pytestmark = pytest.mark.django_db


class TestAVenue:
    def test_shows_at_a_glance_what_there_is_and_what_waits(self, desk, harbour):
        Policy.objects.filter(venue=harbour).update(needs_approval=True)
        harbour.save()
        operations.book(room(harbour), coming(10, 11), by=person("guest"))

        row = shown_in(desk, "venue")[0]

        assert (row.in_use, row.coming, row.waiting) == (1, 1, 1)
        assert f'href="/venues/{harbour.slug}/"' in desk.get(listing("venue")).content.decode()

    def test_takes_hours_dates_and_types_beside_it(self, desk, harbour):
        answer = save(
            desk,
            address(harbour),
            city="Istanbul",
            **{
                "opening_hours-TOTAL_FORMS": 1,
                "opening_hours-0-weekday": 0,
                "opening_hours-0-opens": "08:00",
                "opening_hours-0-closes": "18:00",
                "opening_exceptions-TOTAL_FORMS": 1,
                "opening_exceptions-0-date": "2026-12-25",
                "opening_exceptions-0-reason": "Christmas",
            },
        )

        assert answer.status_code == 302
        harbour.refresh_from_db()
        assert harbour.city == "Istanbul"
        assert [str(row) for row in harbour.opening_hours.all()] == ["Monday 08:00 to 18:00"]
        assert harbour.opening_exceptions.get().reason == "Christmas"

    def test_leaves_the_hours_of_single_rooms_to_their_own_pages(self, desk, harbour):
        own = room(harbour)
        OpeningHours.objects.create(venue=harbour, room=own, weekday=2, opens="03:33", closes="04:44")

        assert "03:33" not in desk.get(address(harbour)).content.decode()
        assert "03:33" in desk.get(address(own)).content.decode()

    def test_is_added_by_superusers_with_a_policy_to_begin_with(self, root, desk):
        new = {"name": "New", "slug": "new", "kind": "hotel", "timezone": "Asia/Tokyo", "currency": "JPY"}

        assert desk.get(f"{listing('venue')}add/").status_code == 403
        answer = save(root, f"{listing('venue')}add/", **new)

        assert answer.status_code == 302
        assert Venue.objects.get(slug="new").policies.get().name == "Standard"

    def test_keeps_its_currency_once_it_has_bookings(self, desk, harbour):
        operations.book(room(harbour), coming(10, 11), by=person("guest"))

        save(desk, address(harbour), currency="USD")

        harbour.refresh_from_db()
        assert harbour.currency == "EUR"

    @pytest.mark.parametrize(("typed", "kept"), [("7.5", "7.50"), ("101", "0.00"), ("-1", "0.00")])
    def test_says_the_tax_in_its_prices(self, desk, harbour, typed, kept):
        save(desk, address(harbour), tax_percent=typed)

        harbour.refresh_from_db()
        assert str(harbour.tax_percent) == kept

    def test_refuses_a_time_zone_nobody_keeps(self, desk, harbour):
        answer = save(desk, address(harbour), timezone="Mars/Olympus")

        assert answer.status_code == 200
        assert "Select a valid choice" in answer.content.decode()


class TestARoom:
    def test_is_added_to_the_venue_of_its_type(self, desk, harbour):
        kind = harbour.types.get()

        answer = save(desk, f"{listing('room')}add/", type=kind.pk, name="Birch", capacity="", order=0)

        assert answer.status_code == 302
        made = Room.objects.get(name="Birch")
        assert (made.venue, made.capacity) == (harbour, kind.capacity)

    @pytest.mark.parametrize("page", ["add", "change"])
    def test_of_a_taken_name_is_refused_in_words(self, desk, harbour, page):
        room(harbour, "Aurora")
        other = room(harbour, "Birch")
        to = f"{listing('room')}add/" if page == "add" else address(other)

        answer = save(desk, to, type=harbour.types.get().pk, name="Aurora", capacity=2, order=0)

        assert answer.status_code == 200
        assert "The venue has a room of that name." in answer.content.decode()

    def test_saved_gives_its_venue_a_new_stamp_and_tells_the_boards(
        self, desk, harbour, heard, django_capture_on_commit_callbacks
    ):
        own = room(harbour)
        Venue.objects.get(pk=harbour.pk)
        before = Venue.objects.get(pk=harbour.pk).terms_stamp

        with django_capture_on_commit_callbacks(execute=True):
            assert save(desk, address(own), name="Cedar").status_code == 302

        harbour.refresh_from_db()
        assert harbour.terms_stamp != before
        assert terms_of_venue(harbour).rooms[own.pk].name == "Cedar"
        assert {venue for change in heard for venue in change.venues} == {harbour.pk}

    def test_saved_with_other_amenities_tells_the_boards_too(
        self, desk, harbour, heard, django_capture_on_commit_callbacks
    ):
        own, screen = room(harbour), Amenity.objects.create(slug="screen", name="Screen")

        with django_capture_on_commit_callbacks(execute=True):
            save(desk, address(own), amenities=[screen.pk])

        harbour.refresh_from_db()
        assert terms_of_venue(harbour).rooms[own.pk].amenities == {"screen"}
        assert heard

    def test_saved_while_somebody_books_it_keeps_the_count_of_its_changes(self, desk, harbour):
        own = room(harbour)

        def rival(instance, **kwargs):
            Room.objects.filter(pk=instance.pk).update(revision=7)

        pre_save.connect(rival, sender=Room)
        save(desk, address(own), name="Cedar")
        pre_save.disconnect(rival, sender=Room)

        own.refresh_from_db()
        assert (own.name, own.revision) == ("Cedar", 7)

    def test_keeps_hours_of_its_own(self, desk, harbour):
        own = room(harbour)

        answer = save(
            desk,
            address(own),
            **{
                "opening_hours-TOTAL_FORMS": 1,
                "opening_hours-0-weekday": 6,
                "opening_hours-0-opens": "10:00",
                "opening_hours-0-closes": "12:00",
            },
        )

        assert answer.status_code == 302
        assert own.opening_hours.get().venue == harbour

    def test_with_history_has_no_delete_button_and_one_without_has(self, desk, harbour):
        fresh, used = room(harbour, "Fresh"), room(harbour, "Used")
        operations.cancel(operations.book(used, coming(10, 11), by=person("guest")), by=None)

        assert desk.post(f"{listing('room')}{used.pk}/delete/", {"post": "yes"}).status_code == 403
        assert desk.post(f"{listing('room')}{fresh.pk}/delete/", {"post": "yes"}).status_code == 302
        desk.post(
            listing("room"), {"action": "delete_selected", "_selected_action": [used.pk], "post": "yes"}
        )
        assert [str(row) for row in Room.objects.all()] == ["Used"]


class TestTheArchive:
    def test_takes_a_room_off_the_board_and_gives_it_back(self, desk, harbour):
        own = room(harbour)

        desk.post(listing("room"), {"action": "archive", "_selected_action": [own.pk]})
        own.refresh_from_db()
        assert own.archived_at is not None
        assert terms_of_venue(Venue.objects.get(pk=harbour.pk)).rooms == {}
        assert shown_in(desk, "room") == []

        desk.post(f"{listing('room')}?use=archived", {"action": "unarchive", "_selected_action": [own.pk]})
        assert shown_in(desk, "room") == [own]

    def test_refuses_a_room_with_bookings_to_come_and_says_which(self, desk, harbour):
        busy, free = room(harbour, "Busy"), room(harbour, "Free")
        operations.book(busy, coming(10, 11), by=person("guest"))
        operations.block(busy, coming(12, 13), by=None)

        answer = desk.post(
            listing("room"), {"action": "archive", "_selected_action": [busy.pk, free.pk]}, follow=True
        )

        refusal, done = messages_of(answer)
        assert refusal.startswith("Busy has 2 bookings or blockings to come, the first on ")
        assert done == "Free: archived."
        assert not Room.objects.get(name="Busy").archived_at

    def test_takes_a_room_whose_only_hold_ran_out(self, desk, harbour):
        own = room(harbour)
        booking = operations.hold(own, coming(10, 11), by=person("guest"))
        for row in (booking, booking.allocations.get()):
            row.expires_at = database_now()
            row.save(update_fields=["expires_at"])

        desk.post(listing("room"), {"action": "archive", "_selected_action": [own.pk]})

        assert Room.objects.get().archived_at

    def test_gives_back_no_room_whose_name_is_taken_by_now(self, desk, harbour):
        old = room(harbour, "Aurora", archived_at=database_now())
        room(harbour, "Aurora")

        answer = desk.post(
            f"{listing('room')}?use=archived",
            {"action": "unarchive", "_selected_action": [old.pk]},
            follow=True,
        )

        assert messages_of(answer) == ["There is another Aurora at Harbour now. Rename one of them first."]


class TestParts:
    def add(self, browser, whole, part):
        return save(browser, address(whole), **{"parts-TOTAL_FORMS": 1, "parts-0-part": part.pk})

    def test_are_rooms_of_the_same_venue(self, desk, harbour, pier):
        whole, part, foreign = room(harbour, "Whole"), room(harbour, "Part"), room(pier, "Foreign")

        assert self.add(desk, whole, foreign).status_code == 200
        assert self.add(desk, whole, part).status_code == 302
        assert [row.part for row in RoomPart.objects.all()] == [part]

    def test_never_run_in_circles(self, desk, harbour):
        made = hall(harbour)

        answer = self.add(desk, made["Hall A"], made["Grand Hall"])

        assert "Hall A is part of Grand Hall already." in answer.content.decode()

    def test_are_not_added_to_a_room_that_is_booked_without_them(self, desk, harbour):
        whole, part = room(harbour, "Whole"), room(harbour, "Part")
        operations.book(whole, coming(10, 11), by=person("guest"))

        answer = self.add(desk, whole, part)

        assert "Whole has bookings to come that do not include Part" in answer.content.decode()
        assert not RoomPart.objects.exists()

"""Whose venues the admin shows, to whom, and at the price of how many queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rooms import operations
from rooms.models import (
    Amenity,
    Change,
    OpeningException,
    OpeningHours,
    Rate,
    Room,
    RoomPart,
    RoomType,
)
from tests.rooms.admin.desk import (
    address,
    coming,
    listing,
    save,
    shown_in,
)
from tests.worlds import office, person, rate, room, works_at

pytestmark = pytest.mark.django_db


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        "model",
        ["venue", "room", "roomtype", "policy", "rate", "booking", "blocking", "allocation", "change"],
    )
    def test_lists_hold_only_rows_of_ones_own_venues(self, desk, root, harbour, pier, model):
        for venue in (harbour, pier):
            own = room(venue, f"Room of {venue.slug}")
            rate(venue, 2400)
            operations.book(own, coming(10, 11), by=person(f"g-{venue.slug}"))
            operations.block(own, coming(12, 13), by=None)

        mine, everything = shown_in(desk, model), shown_in(root, model)

        assert len(everything) == 2 * len(mine)
        assert "pier" not in desk.get(listing(model)).content.decode().lower()

    def test_a_filter_never_names_another_venue(self, desk, harbour, pier):
        room(pier, "Canary")

        for model in ("room", "roomtype", "policy", "rate", "booking", "blocking", "allocation", "change"):
            assert "Pier" not in desk.get(listing(model)).content.decode()

    def test_choices_of_forms_never_name_another_venue(self, desk, pier):
        room(pier, "Canary")

        for model in ("room", "roomtype", "policy", "rate", "booking", "blocking"):
            page = desk.get(f"{listing(model)}add/").content.decode()
            assert "Canary" not in page
            assert "Pier" not in page

    @pytest.mark.parametrize("what", ["change", "history", "delete"])
    @pytest.mark.parametrize("model", ["venue", "room", "roomtype", "policy", "rate"])
    def test_another_venues_page_answers_like_one_that_does_not_exist(self, desk, pier, model, what):
        room(pier)
        rate(pier, 100)
        rows = {
            "venue": pier,
            "room": pier.rooms.get(),
            "roomtype": pier.types.get(),
            "policy": pier.policies.get(),
            "rate": Rate.objects.get(),
        }
        own = rows[model]
        missing = desk.get(f"{listing(model)}{own.pk + 1000}/{what}/")

        for method in (desk.get, desk.post):
            answer = method(f"{listing(model)}{own.pk}/{what}/")
            assert answer.status_code == missing.status_code
            assert str(own) not in answer.content.decode()

    def test_staff_without_a_venue_see_nothing(self, stranger, harbour):
        room(harbour)

        assert "have permission to view or edit anything" in stranger.get("/admin/").content.decode()
        for model in ("venue", "room", "booking", "amenity", "allocation"):
            assert stranger.get(listing(model)).status_code == 403
        assert stranger.get(f"{listing('venue')}{harbour.pk}/change/").status_code == 403

    def test_whoever_works_at_the_desk_reads_rooms_and_edits_none(self, clerk, harbour):
        own = room(harbour)

        assert clerk.get(address(own)).status_code == 200
        assert clerk.post(address(own), {"name": "Mine"}).status_code == 403
        assert clerk.get(f"{listing('room')}add/").status_code == 403
        clerk.post(listing("room"), {"action": "archive", "_selected_action": [own.pk]})
        own.refresh_from_db()
        assert (own.name, own.archived_at) == ("Aurora", None)

    def test_who_changed_what_is_for_managers_here_as_it_is_at_the_desk(self, clerk, desk, harbour):
        own = room(harbour)
        operations.block(own, coming(10, 11), by=None)
        past = f"{listing('room')}{own.pk}/history/"
        changed = address(Change.objects.get())

        assert [clerk.get(page).status_code for page in (past, listing("change"), changed)] == [403, 403, 403]
        assert [desk.get(page).status_code for page in (past, listing("change"), changed)] == [200, 200, 200]
        assert past not in clerk.get(address(own)).content.decode()
        assert past in desk.get(address(own)).content.decode()

    def test_a_manager_here_who_only_works_there_edits_only_here(self, desk, manager, pier):
        works_at(manager, pier, "staff")
        there = room(pier, "Theirs")

        assert desk.get(address(there)).status_code == 200
        assert desk.post(address(there), {"name": "Mine"}).status_code == 403
        desk.post(listing("room"), {"action": "archive", "_selected_action": [there.pk]})
        there.refresh_from_db()
        assert (there.name, there.archived_at) == ("Theirs", None)

    def test_another_venues_type_cannot_be_posted(self, desk, pier):
        foreign = pier.types.get()

        answer = desk.post(
            f"{listing('room')}add/", {"type": foreign.pk, "name": "Smuggled", "capacity": 2, "order": 0}
        )

        assert answer.status_code == 200
        assert not Room.objects.filter(name="Smuggled").exists()

    def test_keys_that_make_requests_repeatable_are_nobodys_business(self, root):
        assert root.get("/admin/rooms/idempotencykey/").status_code == 404

    @pytest.mark.parametrize("key", ["%00", "99999999999999999999", "x", "1/../2", "_5F"])
    def test_an_odd_key_is_no_row(self, desk, key):
        for model in ("venue", "room", "booking", "change"):
            assert desk.get(f"{listing(model)}{key}/change/").status_code in (302, 404)


class TestQueries:
    @pytest.mark.parametrize(
        "model",
        [
            "venue",
            "room",
            "roomtype",
            "policy",
            "rate",
            "booking",
            "blocking",
            "allocation",
            "change",
            "amenity",
        ],
    )
    def test_a_list_of_thirty_asks_as_often_as_a_list_of_one(self, root, model):
        def grow(number):
            venue = office(f"venue-{number}", hours=None)
            own = room(venue, f"Room {number}")
            own.amenities.add(Amenity.objects.create(slug=f"a{number}", name=f"Amenity {number}"))
            rate(venue, 100)
            operations.book(own, coming(10, 11), by=guest)
            operations.block(own, coming(12, 13), by=None)
            operations.hold(own, coming(14, 15), by=guest)

        guest = person("guest")
        grow(0)
        root.get(listing(model))
        with CaptureQueriesContext(connection) as one:
            root.get(listing(model))

        for number in range(1, 30):
            grow(number)

        with CaptureQueriesContext(connection) as thirty:
            root.get(listing(model))
        assert len(thirty) == len(one), [query["sql"][:160] for query in thirty]

    def test_a_page_with_thirty_rows_beside_it_asks_as_often_as_with_one(self, root, harbour):
        own, kind = room(harbour), harbour.types.get()
        pages = [address(harbour), address(own), address(kind)]

        def grow(number):
            OpeningHours.objects.create(venue=harbour, weekday=number % 7, opens="08:00", closes="09:00")
            OpeningHours.objects.create(
                venue=harbour, room=own, weekday=number % 7, opens="08:00", closes="09:00"
            )
            OpeningException.objects.create(venue=harbour, date=f"2027-01-{number + 1:02}")
            RoomPart.objects.create(whole=own, part=room(harbour, f"Part {number}"))
            RoomType.objects.create(venue=harbour, name=f"Type {number}", policy=kind.policy)
            Rate.objects.create(type=kind, name=f"Rate {number}", amount=number)

        def asked():
            counts = []
            for page in pages:
                with CaptureQueriesContext(connection) as found:
                    assert root.get(page).status_code == 200
                counts.append(len(found))
            return counts

        grow(0)
        asked()  # so that what Django keeps in memory is there
        before = asked()
        for number in range(1, 30):
            grow(number)

        assert asked() == before


@pytest.mark.parametrize("key", ["x", "-1", "99999999999999999999", "\x00", ""])
def test_an_action_on_an_odd_key_does_nothing(desk, harbour, key):
    own = room(harbour)

    assert desk.post(listing("room"), {"action": "archive", "_selected_action": [key]}).status_code == 200
    assert save(desk, address(own), amenities=[key]).status_code in (200, 302)
    assert desk.get(address(own), {"type": key}).status_code == 200


class TestPages:
    def test_hold_no_inline_script_or_style(self, root, harbour):
        own = room(harbour)
        booking = operations.book(own, coming(10, 11), by=person("guest"))
        pages = [listing(name) for name in ("venue", "room", "booking", "blocking", "rate")]
        pages += [
            address(row) for row in (harbour, own, booking, harbour.types.get(), harbour.policies.get())
        ]
        pages += [
            "/admin/",
            f"{listing('booking')}add/",
            reverse("admin:rooms_booking_move", args=[booking.pk]),
        ]

        for page in pages:
            answer = root.get(page)
            text = answer.content.decode()
            assert answer.status_code == 200
            assert "<style" not in text
            assert " style=" not in text
            assert "<script>" not in text
            assert " onclick=" not in text
            assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]

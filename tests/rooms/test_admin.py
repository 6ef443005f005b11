"""The admin of venues, rooms and terms: what a manager sees, edits and archives, and nothing of others'."""

import pytest
from django.db import connection
from django.db.models.signals import pre_save
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rooms import events, operations
from rooms.models import (
    Amenity,
    OpeningException,
    OpeningHours,
    Policy,
    Rate,
    Room,
    RoomPart,
    RoomType,
    Venue,
)
from rooms.queries import terms_of_venue
from rooms.sql import database_now
from tests.rooms.admin_desk import (
    address,
    coming,
    fields_of,
    listing,
    messages_of,
    save,
    shown_in,
)
from tests.worlds import hall, office, person, rate, room, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def harbour():
    return office("harbour", timezone="Europe/Istanbul", hours=None)


@pytest.fixture
def pier():
    return office("pier", timezone="Europe/Berlin", hours=None)


@pytest.fixture
def manager(harbour):
    return works_at(person("mona", is_staff=True), harbour, "manager")


@pytest.fixture
def desk(manager):
    """The manager's browser."""
    browser = Client()
    browser.force_login(manager)
    return browser


@pytest.fixture
def root():
    """A superuser's browser."""
    browser = Client()
    browser.force_login(person("ada", is_staff=True, is_superuser=True))
    return browser


@pytest.fixture
def clerk(harbour):
    """The browser of somebody who works at the desk, but manages nothing."""
    browser = Client()
    browser.force_login(works_at(person("carl", is_staff=True), harbour, "staff"))
    return browser


@pytest.fixture
def stranger():
    """The browser of somebody who may open the admin and works nowhere."""
    browser = Client()
    browser.force_login(person("sam", is_staff=True))
    return browser


@pytest.fixture
def heard(django_capture_on_commit_callbacks):
    """Collect every `changed` that is sent."""
    found = []

    def listen(change, **kwargs):
        found.append(change)

    events.changed.connect(listen)
    yield found
    events.changed.disconnect(listen)


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
        root.get(pages[0])
        before = asked()
        for number in range(1, 30):
            grow(number)

        assert asked() == before


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


class TestTerms:
    def policy(self, browser, venue, **changes):
        return save(browser, address(venue.policies.get()), **changes)

    def test_of_a_taken_name_are_refused_in_words(self, desk, harbour):
        Policy.objects.create(venue=harbour, name="Strict")
        own = harbour.policies.get(name="Standard")

        answer = save(desk, address(own), name="Strict")

        assert answer.status_code == 200
        assert own.name in str(Policy.objects.get(pk=own.pk))

    def test_take_cancellation_steps_one_a_line(self, desk, harbour):
        assert self.policy(desk, harbour, cancellation_steps="24: 50\n48 100%").status_code == 302

        assert harbour.policies.get().cancellation_steps == [[48, 100], [24, 50]]
        assert "48: 100\n24: 50" in desk.get(address(harbour.policies.get())).content.decode()

    @pytest.mark.parametrize("steps", ["soon", "48", "48: 101", "-1: 5", "99999: 5", "1: 2: 3", "one: two"])
    def test_refuse_steps_that_mean_nothing(self, desk, harbour, steps):
        assert self.policy(desk, harbour, cancellation_steps=steps).status_code == 200
        assert harbour.policies.get().cancellation_steps == []

    @pytest.mark.parametrize("name", ["min_notice_minutes", "max_minutes", "cancel_until_minutes"])
    def test_refuse_minutes_that_no_calendar_holds(self, desk, harbour, name):
        answer = self.policy(desk, harbour, **{name: 2_000_000_000})

        assert "which is a year" in answer.content.decode()

    def test_changed_reach_the_boards(self, desk, harbour, heard, django_capture_on_commit_callbacks):
        own = room(harbour)
        with django_capture_on_commit_callbacks(execute=True):
            self.policy(desk, harbour, step_minutes=30)

        harbour.refresh_from_db()
        assert terms_of_venue(harbour).rooms[own.pk].policy.step_minutes == 30
        assert heard

    def test_a_type_takes_the_venue_of_its_policy(self, desk, harbour):
        new = {
            "name": "Hall",
            "noun": "Hall",
            "capacity": 50,
            "unit": "hour",
            "policy": harbour.policies.get().pk,
        }

        assert save(desk, f"{listing('roomtype')}add/", **new).status_code == 302

        assert RoomType.objects.get(name="Hall").venue == harbour


class TestMoney:
    def price(self, browser, kind, typed):
        return save(
            browser,
            address(kind),
            **{
                "rates-TOTAL_FORMS": 1,
                "rates-0-name": "Standard",
                "rates-0-amount": typed,
                "rates-0-unit": "hour",
                "rates-0-min_units": 1,
                "rates-0-priority": 0,
                "rates-0-weekdays": [5, 6],
            },
        )

    @pytest.mark.parametrize(
        ("currency", "typed", "kept", "read"),
        [
            ("EUR", "24.00", 2400, "24.00 EUR"),
            ("EUR", "24", 2400, "24.00 EUR"),
            ("EUR", "0.07", 7, "0.07 EUR"),
            ("EUR", "1e3", 100000, "1000.00 EUR"),
            (
                "EUR",
                "9007199254740.93",
                900719925474093,
                "9007199254740.93 EUR",
            ),  # floats would lose the cent
            ("JPY", "2400", 2400, "2400 JPY"),  # no cents
            ("KWD", "1.234", 1234, "1.234 KWD"),  # a thousand fils
        ],
    )
    def test_is_typed_and_read_as_people_write_it_and_kept_exactly(
        self, desk, harbour, currency, typed, kept, read
    ):
        Venue.objects.filter(pk=harbour.pk).update(currency=currency)

        assert self.price(desk, harbour.types.get(), typed).status_code == 302

        own = Rate.objects.get()
        assert (own.amount, own.weekdays) == (kept, [5, 6])
        assert read in desk.get(listing("rate")).content.decode()
        assert read.split()[0] in desk.get(address(harbour.types.get())).content.decode()

    @pytest.mark.parametrize(
        ("currency", "typed"),
        [
            ("EUR", "24.005"),
            ("EUR", "-1"),
            ("EUR", "NaN"),
            ("EUR", "Infinity"),
            ("EUR", "1e99"),
            ("EUR", "1e999999999"),
            ("EUR", "twenty"),
            ("EUR", ""),
            ("JPY", "24.50"),
        ],
    )
    def test_that_is_none_is_refused(self, desk, harbour, currency, typed):
        Venue.objects.filter(pk=harbour.pk).update(currency=currency)

        assert self.price(desk, harbour.types.get(), typed).status_code == 200
        assert not Rate.objects.exists()

    def test_of_a_rate_on_its_own_page_is_in_the_currency_of_the_types_venue(self, desk, harbour):
        Venue.objects.filter(pk=harbour.pk).update(currency="JPY")
        new = {
            "type": harbour.types.get().pk,
            "name": "Night",
            "unit": "night",
            "min_units": 1,
            "priority": 0,
        }

        assert save(desk, f"{listing('rate')}add/", amount="24.50", **new).status_code == 200
        assert save(desk, f"{listing('rate')}add/", amount="2450", **new).status_code == 302
        own = Rate.objects.get()
        assert own.amount == 2450

        fields = fields_of(desk, address(own))
        assert fields["amount"] == "2450"
        save(desk, address(own), name="Late")
        own.refresh_from_db()
        assert (own.name, own.amount) == ("Late", 2450)


class TestAmenities:
    def test_are_added_by_managers_and_changed_by_superusers(self, desk, root):
        assert (
            save(desk, f"{listing('amenity')}add/", name="Piano", slug="piano", icon="piano").status_code
            == 302
        )
        own = Amenity.objects.get()

        assert desk.post(address(own), {"name": "Organ"}).status_code == 403
        save(root, address(own), name="Grand piano", slug="grand")
        own.refresh_from_db()
        assert (own.name, own.slug) == ("Grand piano", "piano")

    def test_have_icons_that_can_be_drawn(self, desk):
        answer = save(desk, f"{listing('amenity')}add/", name="Piano", slug="piano", icon="no-such-icon")

        assert "There is no such icon" in answer.content.decode()

    def test_that_a_room_has_are_not_deleted(self, root, harbour):
        own = Amenity.objects.create(slug="screen", name="Screen")
        room(harbour).amenities.add(own)

        assert root.post(f"{listing('amenity')}{own.pk}/delete/", {"post": "yes"}).status_code == 403


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

"""What stands beside a venue on its page: edited there by the rules of its own pages, however much it is."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import operations
from rooms.models import Policy, Rate, Room, RoomType, Venue
from rooms.operations import archiving
from rooms.queries import terms_of_venue
from tests.rooms.admin.desk import address, beside, coming, errors_of, fields_of, listing, new, save
from tests.worlds import person, rate, room, rooms

pytestmark = pytest.mark.django_db
BESIDE = ["opening_hours", "opening_exceptions", "types", "policies", "quotas", "rates", "rooms"]


class TestThePage:
    def test_has_everything_of_the_venue_beside_it(self, desk, harbour):
        room(harbour)
        rate(harbour, 2400)

        answer = desk.get(address(harbour))

        assert list(beside(answer)) == BESIDE
        assert 'value="24.00"' in answer.content.decode()

    def test_is_read_by_the_desk_with_prices_in_words_and_edited_by_nobody_there(self, clerk, harbour):
        own = room(harbour)
        rate(harbour, 2400)

        page = clerk.get(address(harbour)).content.decode()

        assert "Aurora" in page
        assert "24.00 EUR" in page
        assert 'name="rooms-0-name"' not in page
        assert "Add many" not in page
        assert clerk.post(address(harbour), {"rooms-0-name": "Mine"}).status_code == 403
        own.refresh_from_db()
        assert own.name == "Aurora"

    def test_names_no_other_venues_types_or_policies(self, desk, harbour, pier):
        RoomType.objects.filter(venue=pier).update(name="Quarterdeck")
        Policy.objects.filter(venue=pier).update(name="Captain's")
        room(harbour)
        rate(harbour, 2400)

        page = desk.get(address(harbour)).content.decode()

        assert "Quarterdeck" not in page
        assert "Captain" not in page


class TestRooms:
    def test_are_changed_and_added_and_heard_of_at_once(
        self, desk, harbour, heard, django_capture_on_commit_callbacks
    ):
        own, kind = room(harbour), harbour.types.get()
        changes = {"rooms-0-name": "Cedar", "rooms-0-floor": "2"}

        with django_capture_on_commit_callbacks(execute=True):
            answer = save(
                desk, address(harbour), **changes, **new("rooms", 1, name="Birch", type=kind.pk, order=3)
            )

        assert answer.status_code == 302
        harbour.refresh_from_db()
        shown = {one.name: one.capacity for one in terms_of_venue(harbour).rooms.values()}
        assert shown == {"Cedar": 8, "Birch": kind.capacity}
        assert heard
        own.refresh_from_db()
        assert (own.name, own.floor) == ("Cedar", "2")

    def test_are_told_of_on_the_history_of_the_venue_and_on_their_own(self, desk, harbour):
        own = room(harbour)

        save(desk, address(harbour), **{"rooms-0-name": "Cedar"})

        told = {(entry.object_id, entry.get_change_message()) for entry in LogEntry.objects.all()}
        assert told == {
            (str(harbour.pk), "Changed Name for room “Cedar”."),
            (str(own.pk), "Changed name."),
        }

    def test_take_only_types_of_their_venue(self, desk, harbour, pier):
        room(harbour)
        foreign = pier.types.get()

        changed = save(desk, address(harbour), **{"rooms-0-type": foreign.pk})
        added = save(desk, address(harbour), **new("rooms", 1, name="Smuggled", type=foreign.pk, order=0))

        for answer in (changed, added):
            assert "not one of the available choices" in errors_of(answer)[0]
            assert "Meeting" not in errors_of(answer)[0]
        assert Room.objects.get().type == harbour.types.get()

    def test_of_another_venue_are_not_reached_by_their_keys(self, desk, harbour, pier):
        room(harbour)
        foreign = room(pier, "Crow's nest")

        answer = save(desk, address(harbour), **{"rooms-0-id": foreign.pk, "rooms-0-name": "Stolen"})

        assert errors_of(answer) == ["Somebody else has removed this meanwhile."]
        assert "nest" not in answer.content.decode()
        save(desk, address(harbour), **{"rooms-0-id": foreign.pk, "rooms-0-DELETE": "on"})
        foreign.refresh_from_db()
        assert (foreign.name, foreign.archived_at) == ("Crow's nest", None)

    def test_of_a_taken_name_are_refused_in_words(self, desk, harbour):
        room(harbour, "Aurora")
        room(harbour, "Birch", order=1)

        answer = save(desk, address(harbour), **{"rooms-1-name": "Aurora"})

        assert "The venue has a room of that name." in errors_of(answer)

    def test_of_one_new_name_twice_are_refused_in_words(self, desk, harbour):
        kind = harbour.types.get().pk
        two = new("rooms", 0, name="Birch", type=kind, order=0) | new(
            "rooms", 1, name="Birch", type=kind, order=0
        )

        assert errors_of(save(desk, address(harbour), **two)) == ["Another row has that name."]
        assert not Room.objects.exists()

    def test_ticked_are_archived_and_never_deleted(self, desk, harbour):
        used = room(harbour)
        operations.cancel(operations.book(used, coming(10, 11), by=person("guest")), by=None)

        assert save(desk, address(harbour), **{"rooms-0-DELETE": "on"}).status_code == 302

        used.refresh_from_db()
        assert used.archived_at is not None
        told = {entry.get_change_message() for entry in LogEntry.objects.all()}
        assert told == {"Changed archived for room “Aurora”.", "Changed archived."}
        assert len(beside(desk.get(address(harbour)))["rooms"].initial_forms) == 0

    def test_with_bookings_to_come_are_kept_and_nothing_else_is_saved(self, desk, harbour):
        busy = room(harbour, "Busy")
        operations.book(busy, coming(10, 11), by=person("guest"))
        room(harbour, "Free", order=1)

        answer = save(
            desk, address(harbour), city="Izmir", **{"rooms-0-DELETE": "on", "rooms-1-name": "Cedar"}
        )

        assert errors_of(answer)[0].startswith("Busy has 1 booking or blocking to come, the first on ")
        assert sorted(Room.objects.filter(archived_at=None).values_list("name", flat=True)) == [
            "Busy",
            "Free",
        ]
        assert Venue.objects.get(pk=harbour.pk).city == ""
        assert 'value="Cedar"' in answer.content.decode()  # what was typed is not lost


class TestManyRooms:
    @pytest.fixture
    def many(self, harbour):
        return rooms(harbour, 50)

    def test_are_shown_a_page_at_a_time_with_the_list_of_all(self, desk, harbour, many):
        first, last = desk.get(address(harbour)), desk.get(f"{address(harbour)}?rooms=3")

        assert [form.instance for form in beside(first)["rooms"].initial_forms] == many[:20]
        assert [form.instance for form in beside(last)["rooms"].initial_forms] == many[40:]
        page = first.content.decode()
        assert "1 to 20 of 50" in page
        assert 'href="?rooms=2#rooms-group"' in page
        assert f'href="{listing("room")}?venue__id__exact={harbour.pk}"' in page

    @pytest.mark.parametrize("number", ["x", "-1", "0", "99999999999999999999", "%00", "9" * 5000])
    def test_have_no_page_of_an_odd_number(self, desk, harbour, many, number):
        assert desk.get(f"{address(harbour)}?rooms={number}").status_code == 200

    def test_are_saved_where_they_are_and_stay_there(self, desk, harbour, many):
        page = f"{address(harbour)}?rooms=2"

        answer = save(desk, page, **{"rooms-0-name": "Cedar", "_continue": "1"})

        assert answer.url == page
        assert Room.objects.get(name="Cedar") == many[20]

    def test_are_found_though_the_pages_have_shifted_meanwhile(self, desk, harbour, many):
        page = f"{address(harbour)}?rooms=2"
        sent = fields_of(desk, page) | {"rooms-0-name": "Cedar"}
        for one in many[:10]:
            archiving.archive(one)

        assert desk.post(page, sent).status_code == 302
        assert Room.objects.get(name="Cedar") == many[20]

    def test_ask_as_often_as_one(self, desk, harbour, many):
        def asked(page):
            with CaptureQueriesContext(connection) as found:
                assert desk.get(page).status_code == 200
            return len(found)

        asked(address(harbour))
        whole = asked(address(harbour))
        Room.objects.exclude(pk=many[0].pk).delete()

        assert asked(address(harbour)) == whole

    def test_are_saved_with_as_many_queries_as_one(self, desk, harbour, many):
        def asked():
            sent = fields_of(desk, address(harbour)) | {"rooms-0-floor": str(len(many))}
            with CaptureQueriesContext(connection) as found:
                assert desk.post(address(harbour), sent).status_code == 302
            return len(found)

        asked()
        Room.objects.update(floor="")
        whole = asked()
        Room.objects.exclude(pk=many[0].pk).delete()
        Room.objects.update(floor="")

        assert asked() == whole


class TestPrices:
    def test_are_changed_added_and_removed_in_the_venues_money(self, desk, harbour):
        kind = harbour.types.get()
        dear = rate(harbour, 2400, name="Dear", priority=2)
        rate(harbour, 1200, name="Gone", priority=1)
        added = {
            "type": kind.pk,
            "name": "Night",
            "amount": "7.05",
            "unit": "hour",
            "min_units": 1,
            "priority": 0,
        }

        answer = save(
            desk,
            address(harbour),
            **{"rates-0-amount": "30.50", "rates-1-DELETE": "on", **new("rates", 2, **added)},
        )

        assert answer.status_code == 302
        kept = {one.name: (one.type, one.amount) for one in Rate.objects.all()}
        assert kept == {"Dear": (kind, 3050), "Night": (kind, 705)}
        dear.refresh_from_db()
        assert dear.amount == 3050

    def test_stay_with_their_type_and_take_none_of_another_venue(self, desk, harbour, pier):
        own = rate(harbour, 2400)
        other = RoomType.objects.create(venue=harbour, name="Hall", policy=harbour.policies.get())
        foreign = {"type": pier.types.get().pk, "name": "X", "amount": "1", "unit": "hour", "min_units": 1}

        assert save(desk, address(harbour), **{"rates-0-type": other.pk}).status_code == 302
        answer = save(desk, address(harbour), **new("rates", 1, **foreign, priority=0))

        assert "not one of the available choices" in errors_of(answer)[0]
        own.refresh_from_db()
        assert own.type != other
        assert not Rate.objects.filter(type__venue=pier).exists()

    @pytest.mark.parametrize("amount", ["", "-1", "24.005", "NaN", "1e99"])
    def test_that_are_none_are_refused(self, desk, harbour, amount):
        rate(harbour, 2400)

        assert errors_of(save(desk, address(harbour), **{"rates-0-amount": amount}))
        assert Rate.objects.get().amount == 2400

    def test_by_the_night_keep_no_hours(self, desk, harbour):
        rate(harbour, 2400, free_minutes=10)

        answer = save(desk, address(harbour), **{"rates-0-unit": "night"})

        assert "Only a price by the hour has free minutes, a limit or times of the day." in errors_of(answer)

    def test_a_limit_of_nothing_is_not_the_same_as_none(self, desk, harbour):
        own = rate(harbour, 2400, most_a_day=0)

        save(desk, address(harbour), **{"rates-0-most_a_day": ""})

        own.refresh_from_db()
        assert own.most_a_day is None

    def test_stay_what_they_are_when_the_currency_changes(self, desk, harbour):
        own = rate(harbour, 2400)

        assert save(desk, address(harbour), currency="JPY").status_code == 302

        own.refresh_from_db()
        assert own.amount == 2400


class TestTypesAndTerms:
    def test_are_added_beside_the_venue(self, desk, harbour):
        terms = harbour.policies.get()
        hall = {"name": "Hall", "noun": "Hall", "capacity": 50, "unit": "hour", "policy": terms.pk}
        strict = {"name": "Strict", "min_minutes": 30, "max_minutes": "", "max_advance_days": 9}
        strict["min_notice_minutes"] = 0

        answer = save(desk, address(harbour), **new("types", 1, **hall), **new("policies", 1, **strict))

        assert answer.status_code == 302
        assert harbour.types.get(name="Hall").policy == terms
        assert harbour.policies.get(name="Strict").max_advance_days == 9

    @pytest.mark.parametrize(
        ("sent", "why"),
        [
            ({"types-0-name": "Hall"}, "already exists"),
            ({"policies-0-name": "Strict"}, "already exists"),
            ({"policies-0-min_minutes": "2000000000"}, "which is a year"),
            ({"policies-0-max_minutes": "1"}, "The longest booking is shorter than the shortest."),
            ({"types-0-capacity": "0"}, "greater than or equal to 1"),
            ({"types-0-policy": "x"}, "not one of the available choices"),
            ({"types-0-name": "a\x00b"}, "This text has characters that cannot be shown."),
        ],
    )
    def test_keep_to_the_rules_of_their_own_pages(self, desk, harbour, sent, why):
        RoomType.objects.create(venue=harbour, name="Zeppelin", policy=harbour.policies.get())
        RoomType.objects.filter(name="Zeppelin").update(name="Hall", capacity=1)
        Policy.objects.create(venue=harbour, name="Strict")
        first = {"types": "Meeting room", "policies": "Standard"}
        named = {
            key.replace("-0-", f"-{self.place(desk, harbour, key, first)}-"): value
            for key, value in sent.items()
        }

        assert any(why in sentence for sentence in errors_of(save(desk, address(harbour), **named)))

    def place(self, desk, harbour, key, first):
        """Return where on the page the row of the first name is."""
        name = key.partition("-")[0]
        forms = beside(desk.get(address(harbour)))[name].initial_forms
        return [form.instance.name for form in forms].index(first[name])

    def test_of_another_venue_are_no_choice(self, desk, harbour, pier):
        foreign = pier.policies.get()

        answer = save(desk, address(harbour), **{"types-0-policy": foreign.pk})

        assert "not one of the available choices" in errors_of(answer)[0]
        assert harbour.types.get().policy != foreign

"""Venues, rooms, what is free and what is taken."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from api.endpoints import availability
from rooms.models import Allocation, Venue
from rooms.queries import terms
from tests.api.programs import MORNING, hour, problem_of, told
from tests.worlds import hall, hotel, office, room, works_at

DAY = f"start={told(MORNING.replace(hour=0))}&end={told(MORNING.replace(hour=0) + timedelta(days=1))}"


def asked(span):
    return "&".join(f"{name}={value}" for name, value in span.items())


class TestVenues:
    def test_are_listed_by_name_and_found_by_kind_and_words(self, anonymous, venue):
        hotel("grand-hotel")
        Venue.objects.create(slug="pier", name="Pier", city="Istanbul")

        def slugs(query):
            return [found["slug"] for found in anonymous.get(f"venues{query}").told["items"]]

        assert slugs("") == ["grand-hotel", "office", "pier"]
        assert slugs("?kind=hotel") == ["grand-hotel"]
        assert slugs("?q=istanbul+pi") == ["pier"]
        assert slugs("?q=nothing") == []

    def test_that_are_not_shown_exist_for_their_staff_alone(self, anonymous, guest, staff, venue):
        Venue.objects.update(is_listed=False)

        for program in (anonymous, guest):
            assert program.get("venues").told["items"] == []
            for path in ("", "/rooms", f"/availability?{DAY}", f"/timeline?{DAY}"):
                assert problem_of(program.get(f"venues/office{path}")) == (404, "not_found")
        for path in ("", "/rooms", f"/availability?{DAY}", f"/timeline?{DAY}"):
            assert staff.get(f"venues/office{path}").status_code == 200

    def test_tell_their_types_terms_and_hours(self, anonymous, aurora, birch):
        room(office("bank", hours=(9, 17), max_minutes=120), "Vault")

        bank = anonymous.get("venues/bank").told
        found = anonymous.get("venues/office").told

        assert [(day["weekday"], day["opens"], day["closes"]) for day in bank["opening_hours"]] == [
            (day, "09:00:00", "17:00:00") for day in range(5)
        ]
        assert bank["room_types"][0]["terms"]["max_minutes"] == 120
        assert found["opening_hours"] == []
        (kind,) = found["room_types"]
        assert (kind["name"], kind["rooms"], kind["capacity"]) == ("Meeting room", 2, 12)
        assert kind["rates"] == [
            {"name": "Standard", "unit": "hour", "amount": {"amount": "24.00", "currency": "EUR"}}
        ]

    def test_list_rooms_of_one_place_by_name_as_people_count_page_by_page(self, anonymous, venue):
        for number in (10, 2, 11, 1):
            room(venue, f"A{number}")

        first = anonymous.get("venues/office/rooms?limit=2").told
        second = anonymous.get(f"venues/office/rooms?limit=2&cursor={first['next']}").told

        pages = [[item["name"] for item in page["items"]] for page in (first, second)]
        assert pages == [["A1", "A2"], ["A10", "A11"]]

    def test_list_their_rooms_in_their_own_order(self, anonymous, venue):
        for name, order in (("Cedar", 2), ("Birch", 1), ("Aurora", 2)):
            room(venue, name, order=order)

        items = anonymous.get("venues/office/rooms").told["items"]

        assert [item["name"] for item in items] == ["Birch", "Aurora", "Cedar"]
        assert [items[0][name] for name in ("x", "y", "width", "depth")] == [None] * 4
        assert items[0]["revision"] == 0


class TestAvailability:
    def test_lists_the_free_first_cheapest_fit_first_with_their_price(self, anonymous, guest, aurora, birch):
        guest.book(aurora, hour(0))

        found = anonymous.get(f"venues/office/availability?{asked(hour(0))}").told

        first, second = found["items"]
        assert (found["free"], found["enough"], found["next"]) == (1, True, None)
        assert (first["name"], first["free"], first["reasons"]) == ("Birch", True, [])
        assert first["quote"]["total"] == {"amount": "24.00", "currency": "EUR"}
        assert (second["name"], second["free"]) == ("Aurora", False)
        assert second["reasons"] == [
            {
                "code": "unavailable",
                "rule": "booked",
                "sentence": second["reasons"][0]["sentence"],
                "until": hour(0)["end"],
            }
        ]

    def test_is_kept_for_as_many_venues_as_there_is_room_for_and_right_for_all(self, anonymous, monkeypatch):
        monkeypatch.setattr(terms, "KEEP", 2)
        monkeypatch.setattr(availability, "_known", {})
        for slug in ("one", "two", "three"):
            room(office(slug, hours=None), slug.title())

        for _ in range(2):
            for slug in ("one", "two", "three"):
                (found,) = anonymous.get(f"venues/{slug}/availability?{asked(hour(0))}").told["items"]
                assert found["name"] == slug.title()

        assert len(availability._known) == 2

    def test_says_whether_there_are_enough_that_are_large_enough(self, anonymous, aurora, birch):
        query = f"venues/office/availability?{asked(hour(0))}"

        assert anonymous.get(f"{query}&count=2").told["enough"] is True
        large = anonymous.get(f"{query}&count=2&capacity=10").told
        assert ([one["name"] for one in large["items"]], large["enough"]) == (["Birch"], False)

    def test_is_of_a_floor_or_of_a_rectangle_of_its_plan(self, anonymous, venue):
        for name, floor, x in (
            ("Aurora", "1", 0),
            ("Birch", "1", 200),
            ("Cedar", "2", 0),
            ("Delta", "2", 200),
        ):
            room(venue, name, floor=floor, x=x, y=0, width=100, depth=80)
        query = f"venues/office/availability?{asked(hour(0))}"

        def names(more):
            return sorted(one["name"] for one in anonymous.get(f"{query}&{more}").told["items"])

        assert names("floor=2") == ["Cedar", "Delta"]
        assert names("within=0,0,110,90") == ["Aurora", "Cedar"]
        assert names("within=300,90,120,0&floor=1") == ["Birch"]
        assert names("within=0,0,40,90&floor=1") == []
        assert names("within=0,0,110,90&floor=1&capacity=9") == []

    def test_gives_the_reason_that_a_booking_would_be_refused_for(self, guest, anonymous):
        vault = room(office("bank", hours=(9, 17)))
        night = {"start": told(MORNING.replace(hour=2)), "end": told(MORNING.replace(hour=3))}

        (found,) = anonymous.get(f"venues/bank/availability?{asked(night)}").told["items"]

        refusal = guest.post("bookings", {"venue": "bank", "rooms": [vault.pk], **night}).told
        reason = found["reasons"][0]
        assert (reason["code"], reason["rule"], reason["sentence"]) == (
            refusal["code"],
            refusal["rule"],
            refusal["detail"],
        )

    def test_keeps_buffers_and_knows_that_merely_touching_is_free(self, anonymous, guest, aurora):
        tidy = room(office("tidy", hours=None, buffer_after_minutes=30), "Salon")
        for one in (aurora, tidy):
            guest.book(one, hour(1))

        def free(venue, start, end):
            span = asked(hour(start, end))
            return anonymous.get(f"venues/{venue}/availability?{span}").told["free"]

        assert [free("office", 0, 1), free("office", 2, 3), free("office", 0.5, 1.5)] == [1, 1, 0]
        assert [free("tidy", 0, 0.5), free("tidy", 0, 1), free("tidy", 2, 3), free("tidy", 2.5, 3)] == [
            1,
            0,
            0,
            1,
        ]

    def test_knows_that_a_hall_is_its_parts(self, anonymous, guest, venue):
        halls = hall(venue)
        guest.book(halls["Hall A"], hour(0))

        items = anonymous.get(f"venues/office/availability?{asked(hour(0))}").told["items"]

        assert {one["name"] for one in items if one["free"]} == {"Hall B", "Hall C"}

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "start=x&end=y",
            f"start={told(MORNING)}&end=",
            f"start={told(MORNING)}&end=null",
            "count=0",
            "count=x",
            "capacity=-1",
            "start=1&start=2",
            "floor=Cellar",
            "within=1,2,3",
            "within=0,0,x,9",
            "within=0,0,nan,9",
            "within=0,0,99999,9",
            "within=0,0,9,9&within=0,0,9,9",
        ],
    )
    def test_of_nonsense_is_refused(self, anonymous, aurora, query):
        span = "" if "start" in query or not query else asked(hour(0)) + "&"
        answer = anonymous.get(f"venues/office/availability?{span}{query}")

        assert problem_of(answer) == (400, "invalid")

    def test_takes_a_plus_that_nobody_encoded(self, anonymous, aurora):
        answer = anonymous.get(
            "venues/office/availability?start=2030-01-07T10:00:00+03:00&end=2030-01-07T11:00%2B03:00"
        )

        assert answer.told["start"] == "2030-01-07T07:00:00Z"


class TestTimeline:
    def test_tells_rooms_and_allocations_and_the_sum_of_revisions(self, anonymous, guest, aurora, birch):
        made = guest.book(aurora, hour(0), title="Secret")

        found = anonymous.get(f"venues/office/timeline?{DAY}")

        assert found.told["revision"] == 1
        assert {one["name"]: one["revision"] for one in found.told["rooms"]} == {"Aurora": 1, "Birch": 0}
        assert found.told["allocations"] == [
            {"id": made["allocations"][0]["id"], "room": aurora.pk, **hour(0), "state": "booked"}
        ]
        assert "Secret" not in found.content.decode()

    def test_is_not_sent_again_while_it_is_true(self, anonymous, guest, aurora):
        path = f"venues/office/timeline?{DAY}"
        tag = anonymous.get(path).headers["ETag"]

        unchanged = anonymous.get(path, **{"if-none-match": f'"x", {tag}'})
        assert (unchanged.status_code, unchanged.content, unchanged.headers["ETag"]) == (304, b"", tag)

        guest.book(aurora, hour(0))
        changed = anonymous.get(path, **{"if-none-match": tag})
        assert (changed.status_code, len(changed.told["allocations"])) == (200, 1)

    @pytest.mark.parametrize(
        "change",
        [
            lambda aurora: setattr(aurora, "name", "Borealis") or aurora.save(),
            lambda aurora: room(aurora.venue, "Cedar"),
        ],
        ids=["a new name", "a new room"],
    )
    def test_changes_with_what_the_rooms_are(self, anonymous, aurora, change):
        path = f"venues/office/timeline?{DAY}"
        tag = anonymous.get(path).headers["ETag"]

        change(aurora)

        assert anonymous.get(path, **{"if-none-match": tag}).status_code == 200

    def test_is_no_longer_true_when_a_hold_runs_out_though_nobody_changed_anything(
        self, anonymous, guest, aurora
    ):
        path = f"venues/office/timeline?{DAY}"
        guest.book(aurora, hour(0), hold=True)
        Allocation.objects.update(expires_at=datetime.now(UTC) + timedelta(seconds=1.2))
        held = anonymous.get(path)
        assert held.told["allocations"][0]["state"] == "held"

        time.sleep(1.3)
        answer = anonymous.get(path, **{"if-none-match": held.headers["ETag"]})

        assert (answer.status_code, answer.told["allocations"]) == (200, [])

    @pytest.mark.parametrize(
        "rubbish", ["", "*", "x", '"-"', 'W/"1-2-3-4"', "," * 999, "é", '"' + "9" * 999 + '"']
    )
    def test_is_sent_for_any_other_tag(self, anonymous, aurora, rubbish):
        assert anonymous.get(f"venues/office/timeline?{DAY}", **{"if-none-match": rubbish}).status_code == 200

    def test_of_a_hundred_years_is_refused(self, anonymous, aurora):
        answer = anonymous.get("venues/office/timeline?start=2020-01-01T00:00:00Z&end=2120-01-01T00:00:00Z")

        assert list(answer.told["field_errors"]) == ["end"]


class TestBlockings:
    BODY = {"reason": "maintenance", "note": "New carpet"}

    def test_take_rooms_out_of_use_until_they_are_lifted(self, staff, guest, aurora):
        made = staff.post("venues/office/blockings", {"rooms": [aurora.pk], **hour(0), **self.BODY})
        address = f"venues/office/blockings/{made.told['id']}"

        assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/{address}")
        assert made.told["rooms"] == [{"id": aurora.pk, "name": "Aurora"}]
        assert staff.get(address).told == made.told
        refused = guest.post("bookings", {"venue": "office", "rooms": [aurora.pk], **hour(0)})
        assert refused.told["conflicts"][0]["kind"] == "blocked"

        assert staff.delete(address).status_code == 204
        assert problem_of(staff.delete(address)) == (409, "illegal_transition")
        assert staff.get("venues/office/blockings").told["items"] == []
        (lifted,) = staff.get("venues/office/blockings?lifted=true").told["items"]
        assert lifted["lifted_at"] is not None
        guest.book(aurora, hour(0))

    def test_do_not_drive_out_who_is_there(self, staff, guest, aurora):
        guest.book(aurora, hour(0))

        answer = staff.post("venues/office/blockings", {"rooms": [aurora.pk], **hour(0)})

        assert problem_of(answer) == (409, "unavailable")

    def test_are_those_of_the_venue(self, staff, aurora):
        works_at(staff.person, office("elsewhere"))
        made = staff.post("venues/office/blockings", {"rooms": [aurora.pk], **hour(0)}).told

        for key in (made["id"], "0", "x", "9" * 30, "-1"):
            assert problem_of(staff.get(f"venues/elsewhere/blockings/{key}")) == (404, "not_found")

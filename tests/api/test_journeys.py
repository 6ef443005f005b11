"""Journeys for programs: search, seats, booking them, and waiting for a full departure."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import operations
from rooms.models import Amenity, Stop, Timetable, Venue, WaitlistEntry
from tests.api.programs import Program, every_page, problem_of
from tests.travel import first_class, full, ride, seat, soon, together, train
from tests.worlds import person, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(db):
    return soon()


def test_a_search_tells_departures_with_free_seats_and_prices(anonymous, guest, run):
    operations.book_seats(ride(run, "1A", way=(0, 1)), by=guest.person)

    answer = anonymous.get(
        f"journeys?origin=istanbul&destination=Izmit&date={run.starts_at:%Y-%m-%d}&mode=train"
    )

    [found] = answer.told["items"]
    assert (found["id"], found["from_stop"], found["to_stop"], found["free"]) == (run.pk, 0, 1, 11)
    assert found["classes"][0]["price"] == {"amount": "10.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("asked", "classes"), [("first", ["First"]), ("SECOND", ["Second"]), ("sleeper", None)]
)
def test_a_search_for_a_class_tells_of_no_other(anonymous, run, asked, classes):
    first_class(run, "1A", "1B")

    answer = anonymous.get(
        f"journeys?origin=istanbul&destination=Ankara&date={run.starts_at:%Y-%m-%d}&class={asked}"
    )

    told = [[own["name"] for own in one["classes"]] for one in answer.told["items"]]
    assert told == ([classes] if classes else [])


def test_a_search_on_no_date_is_refused_in_a_sentence(anonymous, run):
    answer = anonymous.get("journeys?origin=Istanbul&destination=Izmit&date=tomorrow")

    assert problem_of(answer) == (400, "invalid")
    assert answer.told["field_errors"] == {"date": ["Give a date, such as 2026-11-23."]}


def test_seats_are_told_for_the_way_asked_for(anonymous, guest, run):
    operations.book_seats(ride(run, "1A", way=(0, 1)), by=guest.person)

    taken = anonymous.get(f"journeys/{run.pk}/seats?from_stop=Istanbul&to_stop=Ankara").told
    free = anonymous.get(f"journeys/{run.pk}/seats?from_stop=1").told

    assert (taken["seats"][0]["name"], taken["seats"][0]["state"], taken["free"]) == ("1A", "booked", 11)
    assert (free["seats"][0]["state"], free["seats"][0]["price"]["amount"]) == ("free", "20.00")


def test_seats_come_with_who_runs_it_what_is_on_board_and_where_it_stops(anonymous, run):
    for number, slug in enumerate(("wifi", "power")):
        seat(run, f"{number + 1}A").amenities.add(Amenity.objects.create(slug=slug, name=slug))
    run.vehicle.save()

    told = anonymous.get(f"journeys/{run.pk}/seats").told

    assert [told[name] for name in ("route", "mode", "operator")] == ["Train 81042", "train", "Rail"]
    assert told["amenities"] == ["power", "wifi"]
    assert [stop["place"] for stop in told["stops"]] == ["Istanbul", "Izmit", "Eskisehir", "Ankara"]


class TestPlaces:
    @pytest.fixture(autouse=True)
    def stops(self, run):
        Timetable.objects.update(ends_on=None)
        Stop.objects.filter(place="Eskisehir").update(place="Eskişehir", station="Eskişehir YHT")

    def named(self, program, query=""):
        return [one["name"] for one in program.get(f"places{query}").told["items"]]

    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ("", ["Ankara", "Eskişehir", "Istanbul", "Izmit"]),
            ("?q=ist", ["Istanbul"]),
            ("?q=%C4%B0ZM", ["Izmit"]),  # İZM
            ("?q=yht", ["Eskişehir"]),  # by its station
            ("?q=es+yht", ["Eskişehir"]),
            ("?q=oslo", []),
            ("?q=kara", []),  # no word begins so
        ],
    )
    def test_are_found_by_the_beginnings_of_their_words(self, anonymous, asked, names):
        assert self.named(anonymous, asked) == names

    def test_are_told_with_their_stations_page_by_page(self, anonymous):
        told = every_page(anonymous, "places?limit=1")

        assert [one["name"] for one in told] == ["Ankara", "Eskişehir", "Istanbul", "Izmit"]
        assert told[1]["stations"] == ["Eskişehir YHT"]

    def test_of_what_is_not_shown_or_runs_no_more_are_not_told(self, anonymous, run):
        Venue.objects.filter(pk=run.vehicle.pk).update(is_listed=False)
        assert self.named(anonymous) == []

        Venue.objects.filter(pk=run.vehicle.pk).update(is_listed=True)
        Timetable.objects.update(ends_on="2020-01-01", starts_on=None)
        assert self.named(anonymous) == []


def test_a_search_and_the_queue_are_told_page_by_page(anonymous, guest, run):
    others = [soon(train(slug), run.timetable.route) for slug in ("second", "third")]
    for one in (run, *others):
        operations.join_waitlist(together(full(one), 2), by=guest.person)
    search = f"journeys?origin=istanbul&destination=ankara&date={run.starts_at:%Y-%m-%d}"

    departures = [one["id"] for one in every_page(anonymous, f"{search}&limit=1")]
    waiting = [one["departure"] for one in every_page(guest, "waitlist?limit=2")]

    assert departures == [one["id"] for one in anonymous.get(search).told["items"]]
    assert waiting == [others[1].pk, others[0].pk, run.pk]


def test_no_seat_is_free_for_a_span_that_is_no_way_between_stops(anonymous, guest, run):
    span = {"start": run.starts_at.isoformat(), "end": run.ends_at.isoformat()}

    told = anonymous.get(f"venues/{run.vehicle.slug}/availability?{urlencode(span)}").told
    refused = guest.post("bookings", {"venue": run.vehicle.slug, "rooms": [seat(run, "1A").pk], **span})

    assert (told["free"], told["enough"]) == (0, False)
    reasons = [
        [(why["code"], why["rule"], why["sentence"]) for why in one["reasons"]] for one in told["items"]
    ]
    assert reasons == [[("policy_violation", "journey", refused.told["detail"])]] * 12
    assert (problem_of(refused), refused.told["rule"]) == ((422, "policy_violation"), "journey")


@pytest.mark.parametrize("query", ["?from_stop=3&to_stop=1", "?from_stop=Paris", "?to_stop=99"])
def test_seats_of_no_way_are_invalid(anonymous, run, query):
    assert problem_of(anonymous.get(f"journeys/{run.pk}/seats{query}")) == (400, "invalid")


@pytest.mark.parametrize("number", ["999999", "x", "9" * 30])
def test_seats_of_no_departure_are_not_found(anonymous, number):
    assert problem_of(anonymous.get(f"journeys/{number}/seats")) == (404, "not_found")


class TestBooking:
    def test_names_seats_and_who_sits_there(self, guest, run):
        wanted = {
            "departure": run.pk,
            "from_stop": "Izmit",
            "seats": ["2B", seat(run, "2A").pk],
            "passengers": [{"name": "Ada"}, {"name": "Can", "kind": "child"}],
            "hold": True,
        }

        made = guest.post("bookings", wanted, **{"idempotency-key": "seats"})
        again = guest.post("bookings", wanted, **{"idempotency-key": "seats"})

        assert (made.status_code, made.content) == (201, again.content)
        assert (made.told["state"], made.told["price"]["amount"], made.told["party"]) == ("held", "30.00", 2)
        assert [line["text"] for line in made.told["lines"]] == [
            "Seat 2B, Second, adult",
            "Seat 2A, Second, child",
        ]

    def test_says_where_it_leads_and_who_sits_where(self, guest, run):
        clerk = Program(works_at(person("clerk"), run.vehicle))
        wanted = {"departure": run.pk, "from_stop": 1, "to_stop": "Ankara", "seats": ["2B", "2A"]}
        wanted["passengers"] = [{"name": "Ada"}, {"name": "Can", "kind": "child"}]

        made = guest.post("bookings", wanted).told

        assert (made["departure"], made["from_stop"], made["to_stop"]) == (run.pk, 1, 3)
        assert made["passengers"] == [
            {"name": "Ada", "kind": "adult", "seat": "2B", "price": {"amount": "20.00", "currency": "EUR"}},
            {"name": "Can", "kind": "child", "seat": "2A", "price": {"amount": "10.00", "currency": "EUR"}},
        ]
        assert guest.get(f"bookings/{made['reference']}").told == made
        for reader in (guest, clerk):
            [listed] = reader.get("bookings").told["items"]
            assert listed["passengers"] == made["passengers"]
            assert (listed["departure"], listed["from_stop"], listed["to_stop"]) == (run.pk, 1, 3)

    def test_names_no_passenger_who_left(self, guest, run):
        made = operations.book_seats(ride(run, "1A", "1B"), by=guest.person)
        operations.cancel_passengers(made, [made.journey.passengers.first().pk], by=guest.person)

        told = guest.get(f"bookings/{made.reference}").told

        assert [one["name"] for one in told["rooms"]] == ["1B"]
        assert [one["seat"] for one in told["passengers"]] == ["1B"]

    def test_costs_the_list_one_query_however_many_there_are(self, guest, run):
        def queries():
            with CaptureQueriesContext(connection) as seen:
                guest.get("bookings")
            return len(seen)

        none = queries()
        operations.book_seats(ride(run, "1A"), by=guest.person)
        one = queries()
        for seat_name in ("1B", "1C", "2A"):
            operations.book_seats(ride(run, seat_name), by=guest.person)

        assert (queries(), one) == (one, none + 2)  # the other is that of rooms: a list of none has none

    def test_takes_so_many_together(self, guest, run):
        made = guest.post("bookings", {"departure": run.pk, "room_type": "Second", "count": 3})

        assert [one["name"] for one in made.told["rooms"]] == ["1A", "1B", "1C"]

    def test_is_refused_where_a_leg_is_taken(self, guest, rival, run):
        guest.post("bookings", {"departure": run.pk, "seats": ["1A"], "from_stop": 0, "to_stop": 2})

        answer = rival.post("bookings", {"departure": run.pk, "seats": ["1A"], "from_stop": 1, "to_stop": 3})

        assert problem_of(answer) == (409, "unavailable")

    def test_of_a_seat_that_one_holds_names_how_to_go_on(self, guest, run):
        wanted = {"departure": run.pk, "seats": ["1A"], "hold": True}
        own = guest.post("bookings", wanted).told["reference"]

        answer = guest.post("bookings", wanted)

        assert problem_of(answer) == (409, "unavailable")
        assert answer.told["detail"].endswith(f"Confirm {own} to book it.")

    def test_of_a_seat_that_is_taken_is_answered_with_bodies_that_can_be_posted(self, guest, rival, run):
        guest.post("bookings", {"departure": run.pk, "seats": ["1A", "1B"]})

        answer = rival.post(
            "bookings", {"departure": run.pk, "seats": ["1B", "1C"], "passengers": [{"name": "Ada"}]}
        )

        assert problem_of(answer) == (409, "unavailable")
        assert len(answer.told["alternatives"]) >= 3
        for offer in answer.told["alternatives"]:
            made = rival.post("bookings", offer)
            assert (made.status_code, made.told["party"]) == (201, 2)
            rival.post(f"bookings/{made.told['reference']}/cancel", {})

    def test_of_more_seats_than_are_left_says_how_many_are(self, guest, run):
        answer = guest.post("bookings", {"departure": run.pk, "room_type": "Second", "count": 60})

        assert problem_of(answer) == (409, "unavailable")
        assert answer.told["free"] == 12
        [offer] = answer.told["alternatives"]
        assert len(guest.post("bookings", offer).told["rooms"]) == 12

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"seats": None}, (400, "invalid")),
            ({"room_type": "Second"}, (400, "invalid")),
            ({"seats": ["9Z"]}, (404, "not_found")),
            ({"seats": ["1A", "1A"]}, (400, "invalid")),
            ({"to_stop": 0}, (400, "invalid")),
            ({"passengers": [{"kind": "dog"}]}, (400, "invalid")),
            ({"passengers": [{}, {}]}, (400, "invalid")),
            ({"departure": 999999}, (404, "not_found")),
        ],
    )
    def test_that_makes_no_sense_is_refused(self, guest, run, change, problem):
        wanted = {"departure": run.pk, "seats": ["1A"], **change}

        assert problem_of(guest.post("bookings", wanted)) == problem

    @pytest.mark.parametrize("field", ["venue", "start", "end"])
    def test_of_anything_else_still_needs_place_and_time(self, guest, aurora, field):
        wanted = {"venue": "office", "rooms": [aurora.pk], "start": "2030-01-07T10:00Z", "end": None}
        del wanted[field]

        answer = guest.post("bookings", wanted)

        assert answer.told["field_errors"] == {field: ["This is needed."]}


class TestWaitlist:
    def test_is_joined_listed_and_left(self, guest):
        run = full(soon(train(rows=1)))

        made = guest.post("waitlist", {"departure": run.pk, "room_type": "Second", "count": 2})

        assert (made.status_code, made.told["state"], made.told["ahead"]) == (201, "waiting", 0)
        assert [one["id"] for one in guest.get("waitlist").told["items"]] == [made.told["id"]]
        assert guest.delete(f"waitlist/{made.told['id']}").status_code == 204
        assert WaitlistEntry.objects.get().state == "left"

    @pytest.mark.parametrize(("count", "status"), [(4, 201), (5, 400), (60, 400)])
    def test_is_not_joined_for_more_seats_than_there_are_in_the_class(self, guest, count, status):
        run = full(soon(train(rows=1)))

        answer = guest.post("waitlist", {"departure": run.pk, "room_type": "Second", "count": count})

        assert answer.status_code == status
        assert WaitlistEntry.objects.exists() == (status == 201)
        if status == 400:
            assert answer.told["field_errors"] == {"count": ["Train has only 4 seats of this class."]}

"""The pages of journeys: the search, and the seats of a departure."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from rooms import operations
from rooms.models import Amenity, Booking, Call, Venue, WaitlistEntry
from rooms.queries.journeys import nearby
from tests.travel import departure, first_class, full, line, ride, seat, soon, train
from tests.worlds import person, works_at

pytestmark = pytest.mark.django_db


def address(run, **query):
    return reverse("rooms:journey", args=[run.pk]) + "?from_stop=0&to_stop=3"


@pytest.fixture
def logged_in(client, guest):
    client.force_login(guest)
    return client


@pytest.fixture
def guest(db):
    return person("guest")


class TestSearch:
    def search(self, client, run, **query):
        date = run.starts_at.date().isoformat()
        return client.get(
            reverse("rooms:journeys"), {"origin": "istanbul", "destination": "ANKARA", "date": date, **query}
        )

    def test_finds_places_however_they_are_typed_with_free_seats_and_prices(self, client, guest):
        run = soon()
        operations.book_seats(ride(run, "1A", way=(1, 2)), by=guest)

        [found] = self.search(client, run).context["found"]

        assert (found["departs"], found["arrives"], found["free"]) == ("08:00", "12:20", 11)
        assert found["classes"] == [{"name": "Second", "free": 11, "price": "€30.00"}]

    def test_of_a_class_leaves_out_what_has_none_and_tells_no_other(self, client):
        first_class(soon(), "1A")
        plain = soon(train("plain"), line("plain"))

        found = self.search(client, plain, **{"class": "first"}).context

        assert [[own["name"] for own in one["classes"]] for one in found["found"]] == [["First"]]
        assert [(one["free"], one["classes"][0]["price"]) for one in found["found"]] == [(1, "€20.00")]
        assert found["classes"] == ["First", "Second", "first"]  # what was typed stays chosen

    def test_of_a_class_that_goes_nowhere_says_so_and_leads_back(self, client):
        page = self.search(client, soon(), **{"class": "Sleeper"}).content.decode()

        assert "has the class Sleeper." in page
        assert "Show every class" in page

    def test_is_filled_in_for_whoever_comes_from_the_page_of_the_vehicle(self, client):
        run = soon()

        shown = client.get(f"/venues/{run.vehicle.slug}/", follow=True)

        [found] = shown.context["found"]
        assert (found["departure"], found["origin"], found["destination"]) == (run.pk, "Istanbul", "Ankara")

    def test_is_empty_for_whoever_comes_from_a_vehicle_that_runs_no_more(self, client):
        shown = client.get(f"/venues/{train().slug}/", follow=True)

        assert (shown.status_code, shown.context["asked"]) == (200, False)

    def test_counts_what_has_left_no_more(self):
        run = soon()
        day = run.starts_at.date()
        before, after = (run.starts_at + timedelta(minutes=more) for more in (-1, 1))

        counts = [dict(nearby("Istanbul", "Ankara", day, now=now))[day] for now in (before, after)]

        assert counts == [1, 0]

    def test_counts_the_departures_of_the_days_around(self, client):
        run = soon()

        strip = self.search(client, run).context["strip"]

        assert [one["count"] for one in strip] == [0, 0, 0, 1, 0, 0, 0]

    @pytest.mark.parametrize("query", [{"mode": "bus"}, {"destination": "Izmir"}, {"origin": "Ankara"}])
    def test_finds_nothing_else(self, client, query):
        assert self.search(client, soon(), **query).context["found"] == []

    def test_that_finds_nothing_leads_to_the_dates_on_which_something_goes(self, client):
        run = soon()
        later = (run.starts_at + timedelta(days=1)).date().isoformat()

        page = self.search(client, run, date=later).content.decode()

        assert "Try one of the dates above." in page

    def test_that_finds_nothing_on_any_of_the_dates_leads_to_another_search(self, client):
        page = self.search(client, soon(), destination="Paris").content.decode()

        assert "Nothing goes from istanbul to Paris on any of these dates." in page
        assert '<a href="#destination">Search for another journey</a>' in page
        assert "Try one of the dates above." not in page

    def test_that_finds_nothing_by_one_mode_leads_to_all_that_goes_there(self, client):
        page = self.search(client, soon(), mode="bus").content.decode()

        assert "Nothing goes from istanbul to ANKARA by bus on any of these dates." in page
        (link,) = re.findall(r'href="([^"]*)">Look for anything that goes there<', page)
        assert "destination=ANKARA" in link
        assert "mode" not in link

    def test_offers_no_place_where_only_what_is_not_shown_calls(self, client):
        shown, hidden = soon(train("shown"), line("a")), soon(train("hidden"), line("b"))
        hidden.calls.filter(position=1).update(place="Narnia")

        assert "Narnia" in client.get(reverse("rooms:journeys")).content.decode()
        Venue.objects.filter(pk=hidden.vehicle_id).update(is_listed=False)
        page = client.get(reverse("rooms:journeys")).content.decode()

        assert "Narnia" not in page
        assert shown.calls.first().place in page

    @pytest.mark.parametrize("query", [{"date": "x"}, {"origin": "\0"}, {"mode": "'"}, {"sort": "?"}])
    def test_bears_what_makes_no_sense(self, client, query):
        assert self.search(client, soon(), **query).status_code == 200

    def test_takes_as_many_queries_for_many_departures(self, client, django_assert_max_num_queries):
        run, vehicles = soon(), [train(f"train-{number}") for number in range(4)]
        self.search(client, run)

        def counted():
            with django_assert_max_num_queries(20) as asked:
                found = self.search(client, run).context["found"]
            return len(found), len(asked)

        few = counted()
        for vehicle in vehicles:
            soon(vehicle, run.route)

        assert counted() == (few[0] + 4, few[1])


class TestTheHead:
    def test_says_who_runs_it_from_where_with_how_many_stops(self, client):
        run = soon()
        Call.objects.filter(departure=run, position=0).update(platform="4")

        page = client.get(address(run)).content.decode()

        assert "Rail · Platform 4 · 3 stops" in page
        assert "nonstop" in client.get(f"/journeys/{run.pk}/?from_stop=0&to_stop=1").content.decode()

    def test_lists_every_stop_with_its_times_and_where_one_gets_on_and_off(self, client):
        page = client.get(f"/journeys/{soon().pk}/?from_stop=1&to_stop=2")

        stops = page.context["stops"]
        assert [(one["place"], one["edge"]) for one in stops] == [
            ("Istanbul", ""),
            ("Izmit", "You get on here"),
            ("Eskisehir", "You get off here"),
            ("Ankara", ""),
        ]
        assert [time and time["text"] for time in stops[1]["times"]] == ["09:00", "09:05"]
        assert stops[0]["times"][0] is None

    def test_tells_what_is_on_board(self, client):
        run = soon()
        seat(run, "1A").amenities.add(Amenity.objects.create(slug="wifi", name="Wi-Fi"))
        run.vehicle.save()

        page = client.get(address(run)).content.decode()

        assert "Stops and what is on board" in page
        assert "Wi-Fi" in page


class TestSeats:
    def test_are_checkboxes_that_say_where_and_how_they_are(self, client, guest):
        run = soon()
        operations.hold_seats(ride(run, "1B"), by=guest)

        page = client.get(address(run)).content.decode()

        assert page.count('type="checkbox" name="seat"') == 12
        assert "<span data-what>aisle, Second</span><span data-say>, on hold" in page

    def test_that_nobody_drew_stand_by_number_and_letter_and_say_of_no_window(self, client):
        run = soon()
        run.vehicle.rooms.update(x=None, y=None)

        page = client.get(address(run))

        [coach] = page.context["coaches"]
        assert [[seat.label for seat in row.seats] for row in coach.rows] == [
            [f"{number}{letter}" for letter in "ABCD"] for number in (1, 2, 3)
        ]
        assert "<span data-what>Second</span>" in page.content.decode()
        assert "window" not in page.content.decode().partition('id="page-data"')[0]

    def test_are_not_to_be_had_of_what_has_left_or_is_cancelled(self, logged_in):
        gone, off, runs = departure(day=-400), soon(train("off"), line("off")), soon(train("on"), line("on"))
        operations.call_off(off, note="", by=None)

        pages = [logged_in.get(address(run)).content.decode() for run in (gone, off, runs)]

        assert ["It has left" in page for page in pages] == [True, False, False]
        assert [page.count('value="1" disabled>') for page in pages] == [2, 2, 0]
        assert ["so many seats" in page for page in pages] == [False, False, True]

    def test_stay_chosen_over_a_log_in(self, client, guest):
        run = soon()
        chosen = [seat(run, name).pk for name in ("2A", "2B")]
        sent = {
            "from_stop": 0,
            "to_stop": 2,
            "seat": chosen,
            "name": ["Ada", "Can"],
            "kind": ["adult", "child"],
        }

        asked = client.post(reverse("rooms:journey", args=[run.pk]), sent)
        [back] = parse_qs(urlsplit(asked.url).query)["next"]
        client.force_login(guest)
        shown = client.get(back)

        assert (shown.context["chosen"], shown.context["way"].last) == (set(chosen), 2)
        assert [one["name"] for one in shown.context["passengers"][:2]] == ["Ada", "Can"]
        assert shown.content.decode().count(" checked ") == 2
        assert "csrf" not in back
        assert not Booking.objects.exists()

    def test_are_held_and_paid_for(self, logged_in, guest):
        run = soon()
        chosen = [seat(run, name).pk for name in ("2A", "2B")]

        answer = logged_in.post(
            address(run),
            {
                "from_stop": 0,
                "to_stop": 2,
                "seat": chosen,
                "name": ["Ada", "Can"],
                "kind": ["adult", "child"],
            },
        )

        booking = Booking.objects.get(guest=guest)
        assert answer.url == reverse("payments:checkout", args=[booking.reference])
        told = list(booking.journey.passengers.values_list("name", "allocation__room__name", "price"))
        assert told == [("Ada", "2A", 2000), ("Can", "2B", 1000)]

    def test_that_another_was_quicker_with_are_refused_and_the_names_kept(self, logged_in):
        run = soon()
        operations.book_seats(ride(run, "2A"), by=person("quick"))

        answer = logged_in.post(
            address(run), {"from_stop": 0, "to_stop": 3, "seat": [seat(run, "2A").pk], "name": ["Ada"]}
        )

        assert answer.status_code == 409
        assert 'value="Ada"' in answer.content.decode()

    def test_that_another_was_quicker_with_are_answered_with_others_held_at_a_press(self, logged_in, guest):
        run = soon()
        operations.book_seats(ride(run, "2A"), by=person("quick"))
        wanted = {"from_stop": 0, "to_stop": 3, "seat": [seat(run, "2A").pk], "name": ["Ada"]}

        page = logged_in.post(address(run), wanted)
        offers = page.context["refusal"]["alternatives"]
        fields = {}
        for name, value in offers[0]["fields"]:
            fields.setdefault(name, []).append(value)
        logged_in.post(reverse("rooms:journey", args=[offers[0]["departure"]]), fields)

        assert len(offers) >= 3
        assert offers[0]["sentence"] in page.content.decode()
        [passenger] = Booking.objects.get(guest=guest).journey.passengers.all()
        assert (passenger.allocation.room.name, passenger.name) == ("2B", "Ada")

    def test_that_are_too_few_are_answered_with_as_many_on_the_next_departure(self, logged_in, guest):
        run = soon(train(rows=1))
        later = soon(train("later"), run.timetable.route)
        kind = run.vehicle.types.get()
        wanted = {"from_stop": 0, "to_stop": 3, "together": 1, "count": 5, "type": kind.pk}

        offers = logged_in.post(address(run), wanted).context["refusal"]["alternatives"]
        fields = dict(offers[0]["fields"])
        logged_in.post(reverse("rooms:journey", args=[offers[0]["departure"]]), fields)

        booking = Booking.objects.get(guest=guest)
        assert (booking.venue, booking.party) == (later.vehicle, 5)

    def test_come_together_at_the_press_of_a_button(self, logged_in, guest):
        run = soon()
        kind = run.vehicle.types.get()

        logged_in.post(
            address(run), {"from_stop": 0, "to_stop": 3, "together": 1, "count": 3, "type": kind.pk}
        )

        assert Booking.objects.get(guest=guest).journey.together

    def test_can_be_waited_for(self, logged_in, guest):
        run = full(soon())
        kind = run.vehicle.types.get()

        logged_in.post(
            reverse("rooms:journey_wait", args=[run.pk]),
            {"from_stop": 0, "to_stop": 3, "count": 2, "type": kind.pk},
        )

        entry = WaitlistEntry.objects.get(guest=guest)
        logged_in.post(reverse("rooms:waitlist_leave", args=[entry.pk]))
        entry.refresh_from_db()
        assert (entry.count, entry.state) == (2, "left")

    @pytest.mark.parametrize(
        "fields",
        [{}, {"seat": "x"}, {"seat": 999999}, {"together": 1, "type": "x"}, {"seat": 1, "from_stop": "-1"}],
    )
    def test_that_make_no_sense_are_refused(self, logged_in, fields):
        run = soon()

        answer = logged_in.post(address(run), {"from_stop": 0, "to_stop": 3, **fields})

        assert answer.status_code in (400, 404)
        assert not Booking.objects.exists()

    def test_need_a_log_in(self, client):
        run = soon()

        assert client.post(address(run), {"from_stop": 0, "to_stop": 3, "seat": 1}).status_code == 302

    def test_of_a_late_departure_say_so(self, client):
        run = soon()
        operations.delay(run, 20, note="Snow", by=works_at(person("operator"), run.vehicle))

        assert "About 20 minutes late: Snow" in client.get(address(run)).content.decode()

    def test_of_no_departure_are_not_found(self, client):
        assert client.get("/journeys/99999999999999999999/").status_code == 404
        assert line().departures.count() == 0

    def test_of_a_train_that_is_not_shown_are_not_found_either_by_who_checks_tickets(self, logged_in, guest):
        run = soon()
        check = f"/journeys/{run.pk}/check/"
        assert logged_in.get(check).status_code == 403

        Venue.objects.update(is_listed=False)

        assert logged_in.get(check).status_code == 404
        works_at(guest, run.vehicle)
        assert logged_in.get(check).status_code == 200

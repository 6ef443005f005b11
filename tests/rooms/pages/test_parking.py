"""The page of a car park, for people: the map, what one takes there, and what one owes."""

import re
from datetime import timedelta

import pytest

from reservations import Span
from rooms import money, operations
from rooms.models import Amenity, Booking, Room
from rooms.sql import database_now
from tests.rooms.pages.conftest import JSON, browser_of
from tests.worlds import car_park, person, rate, room, works_at

AHEAD = timedelta(hours=3)


@pytest.fixture
def parking(db):
    venue = car_park("parking")
    rate(venue, 240, most_a_day=2400, free_minutes=10)
    for number in range(4):
        spot = room(
            venue, f"A{number + 1}", floor=f"Level {number // 2 + 1}", x=number % 2 * 46, y=0, order=number
        )
        if number == 3:
            spot.amenities.add(Amenity.objects.create(slug="ev", name="EV charger", icon="zap"))
    return venue


@pytest.fixture
def spots(parking):
    return {spot.name: spot for spot in parking.rooms.all()}


def labels(answer):
    return re.findall(r'data-spot="\d+"[^>]*aria-label="([^"]*)"', answer.content.decode())


def links(answer):
    return re.findall(r'<a class="spot [^"]*" data-spot="(\d+)"[^>]* href="', answer.content.decode())


class TestTheMap:
    def test_is_of_one_level_and_says_how_each_spot_is(self, browser, parking, spots):
        operations.take(spots["A1"], by=person("driver"))

        answer = browser.get("/venues/parking/")

        assert labels(answer) == ["Spot A1, taken", "Spot A2, free"]
        assert links(answer) == [str(spots["A2"].pk)]

    def test_of_another_level_is_a_link_away(self, browser, parking, spots):
        answer = browser.get("/venues/parking/?level=Level+2")

        assert labels(answer) == ["Spot A3, free", "Spot A4, free, EV charger"]

    def test_counts_what_is_free(self, browser, parking, spots):
        operations.take(spots["A1"], by=person("driver"))

        context = browser.get("/venues/parking/").context

        assert (context["free"], context["total"], context["peak"]) == (3, 4, 1)
        assert [(level["name"], level["free"]) for level in context["levels"]] == [
            ("Level 1", 1),
            ("Level 2", 2),
        ]

    def test_dims_what_lacks_what_is_wanted(self, browser, parking):
        spots = browser.get("/venues/parking/?level=Level+2&amenity=ev").context["spots"]

        assert [spot["fits"] for spot in spots] == [False, True]

    def test_is_a_list_too(self, browser, parking):
        answer = browser.get("/venues/parking/?view=list")

        assert answer.content.decode().count('class="spot-row') == 2

    def test_shows_spots_that_nobody_gave_a_place(self, browser, parking):
        parking.rooms.update(x=None, y=None)
        parking.save()

        places = browser.get("/venues/parking/").context["plan"].places

        assert len({(place.x, place.y) for place in places}) == 2

    @pytest.mark.parametrize(
        "query", ["level=none", "spot=x", "spot=999999999999999999999", "amenity=%00", "view=%F0", "spot=-1"]
    )
    def test_shows_itself_whatever_the_address_says(self, browser, parking, query):
        assert browser.get(f"/venues/parking/?{query}").status_code == 200

    @pytest.mark.parametrize("cars", [1, 3])
    def test_asks_as_often_for_many_cars_as_for_one(
        self, browser, parking, spots, cars, django_assert_max_num_queries
    ):
        for name in list(spots)[:cars]:
            operations.take(spots[name], by=person(f"driver{name.lower()}"))
        browser.get("/venues/parking/")

        with django_assert_max_num_queries(16):
            browser.get("/venues/parking/")


class TestASpot:
    def test_that_lasts_says_so(self, browser, parking, spots):
        chosen = browser.get(f"/venues/parking/?spot={spots['A1'].pk}").context["chosen"]

        assert (chosen["name"], chosen["free"], chosen["until"]) == ("A1", True, None)

    def test_that_is_reserved_later_says_until_when_before_it_is_taken(self, browser, parking, spots):
        start = database_now() + AHEAD
        operations.book(spots["A1"], Span(start, start + AHEAD), by=person("driver"))

        answer = browser.get(f"/venues/parking/?spot={spots['A1'].pk}")

        assert answer.context["chosen"]["until"] == start
        assert "It is reserved later" in answer.content.decode()

    def test_asks_visitors_to_log_in(self, browsers, parking, spots):
        answer = browsers["anonymous"].get(f"/venues/parking/?spot={spots['A1'].pk}")

        assert "Log in to take it" in answer.content.decode()


class TestTaking:
    def test_a_spot_now_leads_back_to_its_level(self, browser, lena, parking, spots):
        sent = {"room": spots["A3"].pk, "plate": "34 kz 1978", "key": "press"}

        answer = browser.post("/venues/parking/take/", sent)

        assert (answer.status_code, answer.url) == (303, "/venues/parking/?level=Level+2")
        booking = Booking.objects.get()
        assert (booking.guest, booking.plate, booking.state, booking.ends_at) == (
            lena, "34 KZ 1978", "checked_in", None,
        )  # fmt: skip

    def test_any_spot_has_what_was_filtered_for(self, browser, parking, spots):
        browser.post("/venues/parking/take/", {"amenity": "ev", "key": "any"})

        assert Booking.objects.get().allocations.get().room == spots["A4"]

    def test_twice_with_one_press_is_once(self, browser, parking):
        for _ in range(2):
            browser.post("/venues/parking/take/", {"key": "press"})

        assert Booking.objects.count() == 1

    def test_a_taken_spot_shows_the_map_and_why_not(self, browser, parking, spots):
        operations.take(spots["A1"], by=person("driver"))

        answer = browser.post("/venues/parking/take/", {"room": spots["A1"].pk})

        assert answer.status_code == 409
        assert "A1 is taken." in answer.content.decode()
        assert labels(answer) == ["Spot A1, taken", "Spot A2, free"]

    @pytest.mark.parametrize(
        ("sent", "status"),
        [
            ({"room": "x"}, 400),
            ({"room": "987654321"}, 404),
            ({"plate": "<script>"}, 400),
            ({"key": "k" * 300}, 400),
        ],
    )
    def test_nonsense_is_refused_in_words(self, browser, parking, sent, status):
        assert browser.post("/venues/parking/take/", sent).status_code == status
        assert browser.post("/venues/parking/take/", sent, **JSON).status_code == status
        assert not Booking.objects.exists()

    def test_a_plate_that_is_none_costs_neither_the_spot_nor_what_was_typed(self, browser, parking, spots):
        Room.objects.filter(name="A2").update(floor="Level 2")
        parking.save()
        answer = browser.post("/venues/parking/take/", {"room": spots["A2"].pk, "plate": "34/ABC"})

        page = answer.content.decode()
        assert (answer.context["chosen"]["name"], answer.context["level"]) == ("A2", "Level 2")
        assert page.count('value="34/ABC"') == 1
        assert "Take A2 now" in page

    def test_needs_a_log_in(self, browsers, parking):
        assert browsers["anonymous"].post("/venues/parking/take/").status_code == 302


class TestOnesOwnSpot:
    @pytest.fixture
    def parked(self, lena, parking, spots):
        came = database_now() - timedelta(minutes=84)
        return operations.take(spots["A1"], by=lena, now=came)

    def test_shows_its_time_and_price_so_far_and_minutes_ahead(self, browser, parked):
        [own] = browser.get("/venues/parking/").context["own"]

        assert (own["length"], own["cost"]) == ("1 h 24 min", "€3.36") or own["cost"] == "€3.40"
        assert len(own["ticks"]) > 80

    def test_is_drawn_as_ones_own_and_for_nobody_else(self, browser, browsers, parked):
        assert labels(browser.get("/venues/parking/"))[0] == "Spot A1, yours"
        assert labels(browsers["other"].get("/venues/parking/"))[0] == "Spot A1, taken"

    def test_is_released_and_paid_for_the_time_it_was_used(self, browser, parked):
        answer = browser.post(f"/bookings/{parked.reference}/release/")

        parked.refresh_from_db()
        assert (answer.status_code, answer.url) == (303, f"/bookings/{parked.reference}/checkout/")
        assert parked.state == "completed"
        assert parked.price in (336, 340)

    def test_is_paid_at_one_press_and_not_asked_for_where_nothing_is_due(self, browser, parking, parked):
        answer = browser.post(f"/bookings/{parked.reference}/release/", follow=True)

        parked.refresh_from_db()
        price = money.as_text(parked.price, "EUR")
        page = answer.content.decode()
        assert answer.redirect_chain == [(f"/bookings/{parked.reference}/checkout/", 303)]
        assert f"You have left. {price} is to be paid here or at the desk." in page
        parking.policies.update(payment="desk")
        parking.save()
        sent_back = browser.get(f"/bookings/{parked.reference}/checkout/")
        assert (sent_back.status_code, sent_back.url) == (302, f"/bookings/{parked.reference}/")

    def test_that_cost_nothing_leads_to_its_page(self, browser, lena, spots):
        short = operations.take(spots["A2"], by=lena, now=database_now() - timedelta(minutes=2))

        answer = browser.post(f"/bookings/{short.reference}/release/", follow=True)

        assert answer.redirect_chain[-1][0] == f"/bookings/{short.reference}/"
        assert "You have left, and nothing is to be paid." in answer.content.decode()

    @pytest.mark.parametrize(("ways", "where"), [("desk", "at the desk"), ("online", "here")])
    def test_is_told_where_it_is_paid(self, browser, parking, parked, ways, where):
        parking.policies.update(payment=ways)
        parking.save()

        page = browser.post(f"/bookings/{parked.reference}/release/", follow=True).content.decode()

        assert f"is to be paid {where}." in page
        assert "rest of the time" not in page

    def test_that_the_staff_release_is_not_theirs_to_pay(self, client, parking, parked):
        client.force_login(works_at(person("clerk"), parking))
        page = client.get(f"/bookings/{parked.reference}/").content.decode()
        assert "Release and pay" not in page

        answer = client.post(f"/bookings/{parked.reference}/release/")

        assert (answer.status_code, answer.url) == (303, f"/bookings/{parked.reference}/")

    def test_has_its_plate_noted_on_its_page(self, browser, parked):
        browser.post(f"/bookings/{parked.reference}/plate/", {"plate": "06 ab 11"})

        parked.refresh_from_db()
        assert parked.plate == "06 AB 11"
        assert "06 AB 11" in browser.get(f"/bookings/{parked.reference}/").content.decode()


class TestTheHistoryOfACar:
    @pytest.fixture
    def visits(self, lena, spots):
        plates = ("34 KZ 1978", "06 AB 11", "34KZ1978")
        made = [
            operations.take(spots[name], by=lena, details=operations.Details(plate=plate))
            for name, plate in zip(("A1", "A2", "A3"), plates, strict=True)
        ]
        return [operations.release(booking, by=lena) for booking in made]

    def test_lists_ones_own_bookings_of_that_car(self, browser, visits):
        answer = browser.get(f"/bookings/?show=past&vehicle_of={visits[0].reference}")

        assert {booking.reference for booking in answer.context["page"]} == {
            visits[0].reference, visits[2].reference,
        }  # fmt: skip
        assert answer.context["counts"]["past"] == 2

    def test_is_not_found_by_others(self, browsers, visits):
        address = f"/bookings/?vehicle_of={visits[0].reference}"

        assert browsers["other"].get(address).status_code == 404


def test_no_plate_is_in_what_others_are_told(browsers, parking, spots):
    driver = person("driver")
    operations.take(spots["A1"], by=driver, details=operations.Details(plate="34 KZ 1978"))

    assert "1978" not in browsers["other"].get("/venues/parking/").content.decode()
    assert "1978" not in browser_of(None).get("/venues/parking/").content.decode()


def test_a_plate_is_whole_for_the_desk_until_the_car_has_left_and_then_for_managers_and_its_owner(
    parking, spots
):
    driver = person("driver")
    staff, manager = works_at(person("carl"), parking), works_at(person("mona"), parking, "manager")
    parked = operations.take(spots["A1"], by=driver, details=operations.Details(plate="34 KZ 1978"))

    def seen_by(one):
        page = browser_of(one).get(f"/bookings/{parked.reference}/").content.decode()
        return "34 KZ 1978" in page, "34 ••• 78" in page

    assert [seen_by(one) for one in (driver, staff, manager)] == [(True, False)] * 3
    operations.release(parked, by=driver)
    assert [seen_by(one) for one in (driver, staff, manager)] == [(True, False), (False, True), (True, False)]


def test_the_desk_finds_the_history_of_a_car_without_being_told_its_plate(parking, spots):
    staff, driver = works_at(person("carl"), parking), person("driver")
    for name in ("A1", "A2"):
        details = operations.Details(plate="34 KZ 1978")
        last = operations.take(spots[name], by=driver, details=details)
        operations.release(last, by=driver)
    operations.take(spots["A3"], by=driver, details=operations.Details(plate="06 AB 11"))

    page = browser_of(staff).post("/desk/parking/plates/", {"like": last.reference})

    found = page.context["of_car"]
    assert [line["rooms"] for line in found] == ["A2", "A1"]
    assert "1978" not in page.content.decode()
    assert browser_of(staff).post("/desk/parking/plates/", {"like": "nothing"}).status_code == 404

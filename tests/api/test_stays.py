"""Stays by REST: the search over all hotels, and what a hotel has left by the night."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from rooms import operations
from rooms.models import Policy, Rate
from rooms.queries.stays import stay_types
from tests.api.programs import hour
from tests.worlds import hotel, office, room, rooms, terms

ARRIVE = timezone.now().date() + timedelta(days=10)
DEPART = ARRIVE + timedelta(days=2)
DATES = f"arrive={ARRIVE}&depart={DEPART}"
BERLIN = ZoneInfo("Europe/Berlin")


def by_the_clock(day, at):
    """Return the moment at which clocks in Berlin show that hour."""
    return datetime.combine(day, time(at), BERLIN)


def night_of_the_change():
    """Return the next date in Berlin whose night the clocks make an hour shorter."""
    return next(
        day
        for day in (ARRIVE + timedelta(days=n) for n in range(400))
        if by_the_clock(day, 12).utcoffset() < by_the_clock(day + timedelta(days=1), 12).utcoffset()
    )


@pytest.fixture
def house(db):
    """A hotel of two rooms at 100.00 a night."""
    house = hotel()
    Rate.objects.create(type=house.types.get(), unit="night", amount=10_000)
    rooms(house, 2, capacity=2)
    return house


def hold(house, guest):
    [kind] = stay_types(terms(house))
    return operations.hold(house.rooms.first(), kind.span(ARRIVE, DEPART), by=guest)


def test_a_search_tells_the_price_and_what_is_left_of_the_stay_and_of_each_night(house, guest, anonymous):
    held = hold(house, guest.person)

    (found,) = anonymous.get(f"stays?{DATES}&guests=2").told["items"]

    assert (found["venue"], found["type"], found["available"]) == ("hotel", "Double", True)
    assert found["total"] == {"amount": "200.00", "currency": "EUR"}
    assert (found["left"]["free"], found["left"]["held"], found["left"]["mine"]) == (1, 1, 0)
    assert found["left"]["frees_at"][:19] == f"{held.expires_at:%Y-%m-%dT%H:%M:%S}"
    by_date = {night["date"]: night["free"] for night in found["nights"]}
    assert (by_date[str(ARRIVE)], by_date[str(DEPART)], len(by_date)) == (1, 2, 14)


def test_a_search_goes_on_where_it_stopped(house, anonymous):
    for number in range(3):
        rooms(hotel(f"inn-{number}"), 1)

    first = anonymous.get(f"stays?{DATES}&limit=3").told
    second = anonymous.get(f"stays?{DATES}&limit=3&cursor={first['next']}").told

    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 1, None)


def test_ones_own_hold_hides_no_room_from_oneself(house, guest):
    hold(house, guest.person)

    (kind,) = guest.get(f"venues/hotel/nights?first={ARRIVE}&last={DEPART}").told["items"]

    assert [(night["free"], night["mine"], night["held"]) for night in kind["nights"]] == [
        (1, 1, 0),
        (1, 1, 0),
        (2, 0, 0),
    ]


def test_a_hotel_is_asked_for_by_dates_which_mean_check_in_and_check_out(house, anonymous):
    found = anonymous.get(f"venues/hotel/availability?start={ARRIVE}&end={DEPART}").told

    assert (found["start"], found["end"]) == (f"{ARRIVE}T15:00:00Z", f"{DEPART}T11:00:00Z")
    assert (found["free"], found["items"][0]["quote"]["total"]["amount"]) == (2, "200.00")


def test_dates_mean_the_check_in_of_the_type_that_is_asked_for(house, anonymous):
    policy = Policy.objects.create(venue=house, name="Early", check_in=time(12), check_out=time(10))
    early = house.types.create(name="Early", capacity=2, unit="night", policy=policy)
    room(house, "Early 1", type=early, capacity=2)

    found = anonymous.get(f"venues/hotel/availability?start={ARRIVE}&end={DEPART}&room_type=Early").told

    assert (found["start"], found["end"]) == (f"{ARRIVE}T12:00:00Z", f"{DEPART}T10:00:00Z")
    assert [one["name"] for one in found["items"]] == ["Early 1"]


@pytest.mark.parametrize(
    "path",
    [
        "stays",
        "stays?arrive=x&depart=y",
        f"venues/hotel/availability?start={ARRIVE}&end={DEPART}&room_type=Palace",
        f"stays?arrive={DEPART}&depart={ARRIVE}",
        f"stays?arrive={ARRIVE}&depart=9999-12-31",
        f"stays?{DATES}&max_price=NaN",
        f"stays?{DATES}&guests=0",
        f"venues/hotel/nights?first={DEPART}&last={ARRIVE}",
        f"venues/hotel/nights?first={ARRIVE}&last={ARRIVE + timedelta(days=62)}",
        f"venues/hotel/nights?first=0001-01-01&last={date.min}",
        "venues/hotel/availability?start=2026-02-30&end=2026-03-02",
        f"venues/hotel/availability?start={DEPART}&end={ARRIVE}",
        f"venues/hotel/availability?start={ARRIVE}",
    ],
)
def test_nonsense_is_refused(house, anonymous, path):
    answer = anonymous.get(path)

    assert (answer.status_code, answer.told["code"]) == (400, "invalid")


@pytest.mark.parametrize(("before", "after"), [(0, 5), (5, 0), (-1, 5)])
def test_a_stay_that_is_moved_keeps_its_nights_and_its_check_out_whatever_the_clocks_do(guest, before, after):
    house = hotel(max_advance_days=1000)
    house.timezone = "Europe/Berlin"
    house.save()
    change = night_of_the_change()

    def stay(first):
        arrive = change + timedelta(days=first)
        return by_the_clock(arrive, 15), by_the_clock(arrive + timedelta(days=2), 11)

    start, end = stay(before)
    made = guest.book(room(house, "21"), {"start": start.isoformat(), "end": end.isoformat()})
    start, end = stay(after)

    moved = guest.post(f"bookings/{made['reference']}/move", {"start": start.isoformat()})

    assert moved.status_code == 200, moved.told
    assert [datetime.fromisoformat(moved.told[edge]) for edge in ("start", "end")] == [start, end]


def test_an_hour_that_is_moved_stays_an_hour_whatever_the_clocks_do(guest):
    house = office(hours=None, timezone="Europe/Berlin", max_advance_days=1000)
    made = guest.book(room(house, "Aurora"), hour(0))
    skipped = by_the_clock(night_of_the_change() + timedelta(days=1), 1)

    moved = guest.post(f"bookings/{made['reference']}/move", {"start": skipped.isoformat()}).told

    start, end = (datetime.fromisoformat(moved[edge]) for edge in ("start", "end"))
    assert (start, end - start) == (skipped, timedelta(hours=1))


class TestBookingByDates:
    """A stay is booked as availability tells it: from the date of its first night to the morning after."""

    @pytest.mark.parametrize("how", ["rooms", "type", "types"])
    def test_is_from_check_in_to_check_out(self, house, guest, how):
        wanted = {
            "rooms": {"rooms": [house.rooms.first().pk]},
            "type": {"room_type": "Double", "count": 1},
            "types": {"room_types": [{"room_type": "Double", "count": 1}]},
        }[how]

        made = guest.post("bookings", {"venue": "hotel", **wanted, "start": f"{ARRIVE}", "end": f"{DEPART}"})

        assert made.status_code == 201, made.content
        assert (made.told["start"], made.told["end"]) == (f"{ARRIVE}T15:00:00Z", f"{DEPART}T11:00:00Z")

    def test_has_its_hours_by_the_type_of_its_rooms(self, house, guest):
        early = Policy.objects.create(venue=house, name="Early", check_in=time(9), check_out=time(10))
        suite = house.types.create(name="Suite", capacity=2, unit="night", policy=early)
        room(house, "Suite 1", type=suite)

        made = guest.post(
            "bookings", {"venue": "hotel", "room_type": "Suite", "start": f"{ARRIVE}", "end": f"{DEPART}"}
        ).told

        assert (made["start"], made["end"]) == (f"{ARRIVE}T09:00:00Z", f"{DEPART}T10:00:00Z")

    @pytest.mark.parametrize(
        ("change", "field", "sentence"),
        [
            ({"start": "2026-13-40"}, "start", "There is no such date."),
            ({"end": "soon"}, "start", "Give an instant with its offset, such as 2026-11-23T10:00:00+03:00."),
        ],
    )
    def test_is_refused_where_there_is_no_such_date(self, house, guest, change, field, sentence):
        body = {"venue": "hotel", "room_type": "Double", "start": f"{ARRIVE}", "end": f"{DEPART}", **change}

        refusal = guest.post("bookings", body)

        assert (refusal.status_code, refusal.told["field_errors"]) == (400, {field: [sentence]})

    def test_is_not_for_rooms_by_the_hour(self, guest, db):
        one = room(office(hours=None))
        body = {"venue": "office", "rooms": [one.pk], "start": f"{ARRIVE}", "end": f"{DEPART}"}

        refusal = guest.post("bookings", body)

        assert refusal.status_code == 400
        assert refusal.told["field_errors"] == {
            "start": ["Give an instant with its offset, such as 2026-11-23T10:00:00+03:00."]
        }

"""Stays: what hotels have left, as the tables say it; the same number of queries for many as for one."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reservations import Invalid
from reservations.nights import Left
from rooms import operations
from rooms.models import Amenity, Policy, Rate, RoomPart, RoomType, Venue
from rooms.queries.stay_search import StaySearch, in_full, search
from rooms.queries.stays import Wanted, free_enough, own_holds, stay_types, window
from rooms.queries.terms import terms_of_venues
from tests.worlds import NOW, hotel, person, room, rooms, terms

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 12, 4)
TUESDAY = FRIDAY + timedelta(days=4)


def stay(venue, arrive=FRIDAY, depart=TUESDAY):
    """From check-in to check-out, in the hotel's first type."""
    return stay_types(terms(venue))[0].span(arrive, depart)


def left(venue, arrive=FRIDAY, depart=TUESDAY, *, reader=None, now=NOW):
    """What is left of the hotel's first type, both ways of reading it agreeing."""
    [kind, *_] = stay_types(terms(venue))
    own = own_holds(reader, now=now)
    found = window([kind], arrive, depart, own=own, now=now).left(kind, arrive, depart)
    for enough in (1, 99):
        free = free_enough([kind], arrive, depart, count=enough, own=own, now=now)[kind.id]
        assert min(free, enough) == min(found.free + found.mine, enough)
    return found


def looking(**fields):
    return StaySearch(FRIDAY, TUESDAY, **fields)


def found(asked, reader=None):
    """Every hotel the search finds, in full."""
    matches, own = search(asked, reader=reader, now=NOW)
    return in_full(matches, asked, own=own, now=NOW)


class TestWhatIsLeft:
    def test_is_every_room_of_the_type_at_first(self):
        venue = hotel()
        rooms(venue, 3)

        assert left(venue) == Left(free=3)

    def test_is_less_by_each_that_is_booked_for_any_of_the_nights(self):
        venue, guest = hotel(), person("guest")
        for number, one in enumerate(rooms(venue, 3)):
            arrive = FRIDAY + timedelta(days=3 * number)
            operations.book(one, stay(venue, arrive, arrive + timedelta(days=1)), by=guest, now=NOW)

        assert left(venue) == Left(free=1)

    def test_does_not_mind_who_leaves_that_morning_or_comes_that_afternoon(self):
        venue, guest = hotel(), person("guest")
        one = room(venue)
        operations.book(one, stay(venue, FRIDAY - timedelta(days=2), FRIDAY), by=guest, now=NOW)
        operations.book(one, stay(venue, TUESDAY, TUESDAY + timedelta(days=2)), by=guest, now=NOW)

        assert left(venue) == Left(free=1)

    def test_is_on_hold_for_others_and_never_for_who_holds_it(self):
        venue, guest, other = hotel(), person("guest"), person("other")
        held = operations.hold(room(venue), stay(venue), by=guest, now=NOW)

        assert left(venue, reader=other) == Left(held=1, frees_at=held.expires_at)
        assert left(venue, reader=guest) == Left(mine=1)

    def test_is_free_again_when_the_hold_has_run_out_whatever_job_ran(self):
        venue = hotel()
        held = operations.hold(room(venue), stay(venue), by=person("guest"), now=NOW)

        assert left(venue, now=held.expires_at) == Left(free=1)

    def test_leaves_out_what_is_out_of_service_even_for_who_holds_another(self):
        venue, guest = hotel(), person("guest")
        first, second = rooms(venue, 2)
        operations.hold(first, stay(venue), by=guest, now=NOW)
        operations.block(second, stay(venue), by=None, now=NOW)

        assert left(venue, reader=guest) == Left(mine=1)

    @pytest.mark.parametrize("night", [date(2026, 3, 28), date(2026, 10, 24)])
    def test_is_counted_by_the_hotels_own_dates_when_its_clocks_change(self, night):
        venue, before = hotel(), NOW - timedelta(days=300)
        Venue.objects.filter(pk=venue.pk).update(timezone="Europe/Berlin", terms_stamp=1)
        day = timedelta(days=1)
        operations.book(room(venue), stay(venue, night, night + day), by=person("guest"), now=before)

        [kind] = stay_types(terms(venue))
        seen = window([kind], night - day, night + 2 * day, now=before)

        by_night = seen.left_by_night(kind, night - day, night + 2 * day)
        assert by_night == [Left(free=1), Left(), Left(free=1)]

    def test_of_a_suite_that_divides_is_nothing_when_one_of_its_parts_is_taken(self):
        venue = hotel()
        suite, part = room(venue, "Suite", capacity=4), room(venue, "Half")
        RoomPart.objects.create(whole=suite, part=part)
        operations.book(part, stay(venue), by=person("guest"), now=NOW)

        assert left(venue) == Left()


class TestTheSearch:
    def test_finds_the_cheapest_type_that_holds_the_guests_with_its_price(self):
        venue = hotel()
        kind = venue.types.get()
        family = RoomType.objects.create(
            venue=venue, name="Family", capacity=4, unit="night", policy=kind.policy
        )
        Rate.objects.create(type=kind, unit="night", amount=10_000)
        Rate.objects.create(type=family, unit="night", amount=15_000)
        rooms(venue, 2, capacity=2)
        room(venue, "Family 1", type=family, capacity=4)

        told = [
            (one.shown.kind.name, one.shown.quote.total, one.left.free)
            for guests in (2, 4)
            for one in found(looking(wanted=Wanted(guests=guests)))
        ]

        assert told == [("Double", 40_000, 2), ("Family", 60_000, 1)]

    def test_shows_fourteen_nights_around_the_stay(self):
        room(hotel())

        [one] = found(looking())

        assert [one.strip[0][0], one.strip[-1][0], len(one.strip)] == [
            date(2026, 12, 1),
            date(2026, 12, 14),
            14,
        ]
        assert {night.free for _, night in one.strip} == {1}

    def test_puts_hotels_with_rooms_before_those_that_are_sold_out_and_the_cheap_before_the_dear(self):
        for slug, price in (("dear", 300), ("cheap", 200), ("full", 100)):
            Rate.objects.create(type=hotel(slug).types.get(), unit="night", amount=price)
            room(Venue.objects.get(slug=slug))
        full = Venue.objects.get(slug="full")
        operations.book(full.rooms.get(), stay(full), by=person("guest"), now=NOW)

        assert [one.venue.slug for one in found(looking())] == ["cheap", "dear", "full"]

    def test_leaves_out_what_costs_more_a_night_or_lacks_what_is_wanted_or_lies_elsewhere(self):
        venue = hotel("palace")
        Venue.objects.filter(pk=venue.pk).update(city="Izmir")
        Rate.objects.create(type=venue.types.get(), unit="night", amount=12_000)
        room(venue).amenities.add(Amenity.objects.create(slug="wifi", name="Wi-Fi"))

        wifi, bath = Wanted(amenities=frozenset(["wifi"])), Wanted(amenities=frozenset(["bath"]))
        assert len(found(looking(max_price=Decimal(120), wanted=wifi, place="IZMIR palace"))) == 1
        assert found(looking(max_price=Decimal("119.99"))) == []
        assert found(looking(wanted=bath)) == []
        assert found(looking(place="Bursa")) == []

    def test_shows_no_hotel_that_is_not_listed(self):
        venue = hotel()
        room(venue)
        Venue.objects.filter(pk=venue.pk).update(is_listed=False)

        assert found(looking()) == []

    def test_says_which_term_the_stay_breaks(self):
        room(hotel(min_minutes=5 * 24 * 60))

        [one] = found(looking())

        assert str(one.shown.broken) == "A booking at Hotel lasts at least 5 nights."

    def test_counts_of_a_type_only_the_rooms_that_have_what_is_wanted(self):
        venue = hotel()
        _, fine = rooms(venue, 2)
        fine.amenities.add(Amenity.objects.create(slug="bath", name="Bath"))
        operations.book(fine, stay(venue), by=person("guest"), now=NOW)

        [one] = found(looking(wanted=Wanted(amenities=frozenset(["bath"]))))

        assert (one.left, one.shown.is_free(1)) == (Left(), False)

    def test_asks_for_rooms_that_hold_the_guests_together(self):
        rooms(hotel(), 2, capacity=2)

        assert found(looking(wanted=Wanted(guests=4, count=1))) == []
        assert len(found(looking(wanted=Wanted(guests=4, count=2)))) == 1

    @pytest.mark.parametrize("nights", [0, -1, 367])
    def test_refuses_a_stay_of_no_night_or_more_than_a_year(self, nights):
        with pytest.raises(Invalid):
            StaySearch(FRIDAY, FRIDAY + timedelta(days=nights))

    def test_asks_as_often_for_thirty_hotels_as_for_one(self):
        guest = person("guest")

        def asked_for(number):
            Venue.objects.update(terms_stamp=number)  # so that memory holds none of it
            with CaptureQueriesContext(connection) as seen:
                assert len(found(looking(), reader=guest)) == number
            return len(seen)

        room(hotel("first"))
        once = asked_for(1)
        for number in range(29):
            rooms(hotel(f"hotel-{number}"), 2)

        assert asked_for(30) == once


def test_the_terms_of_many_venues_are_those_of_each():
    for slug in ("one", "two"):
        venue = hotel(slug)
        rooms(venue, 2)
        Policy.objects.filter(venue=venue).update(check_in=time(14))

    both = terms_of_venues(list(Venue.objects.order_by("slug")))

    assert both == [terms(venue) for venue in Venue.objects.order_by("slug")]

"""Taking a spot now, until it is released: which one, until when, and what it comes to."""

import pytest

from reservations import Forbidden, IdempotencyMismatch, NotFound, PolicyViolation, Unavailable
from rooms import operations
from rooms.models import Amenity, Booking, Change
from rooms.operations import Details
from rooms.queries.availability import Wants
from rooms.queries.invariants import INVARIANTS
from tests.worlds import NOW, at, car_park, person, rate, refused, room, rooms, span, works_at


@pytest.fixture
def parking(db):
    return car_park()


@pytest.fixture
def attendant(parking):
    return works_at(person("attendant"), parking)


def broken():
    return {one.__name__: rows for one in INVARIANTS if (rows := one())}


def taken(booking):
    return booking.allocations.get().room.name


class TestAnySpot:
    def test_is_one_with_nothing_later(self, parking, guest, rival):
        first, second = rooms(parking, 2)
        operations.book(first, span(12, 13), by=rival, now=NOW)

        booking = operations.take(parking, by=guest, now=at(9))

        assert (taken(booking), booking.starts_at, booking.ends_at) == (second.name, at(9), None)
        assert booking.state == "checked_in"
        assert broken() == {}

    def test_is_else_the_one_free_longest_and_the_booking_says_until_when(self, parking, guest, rival):
        first, second = rooms(parking, 2)
        operations.book(first, span(12, 13), by=rival, now=NOW)
        operations.book(second, span(15, 16), by=rival, now=NOW)

        booking = operations.take(parking, by=guest, now=at(9))

        assert (taken(booking), booking.ends_at) == (second.name, at(15))

    def test_leaves_chargers_to_those_who_ask_for_one(self, parking, guest, rival):
        charger, plain = rooms(parking, 2)
        charger.amenities.add(Amenity.objects.create(slug="ev", name="Charger"))

        assert taken(operations.take(parking, by=guest, now=at(9))) == plain.name
        assert taken(operations.take(parking, by=rival, now=at(9))) == charger.name

    def test_has_what_is_wanted(self, parking, guest):
        _plain, charger = rooms(parking, 2)
        charger.amenities.add(Amenity.objects.create(slug="ev", name="Charger"))

        booking = operations.take(parking, by=guest, wants=Wants(amenities=frozenset({"ev"})), now=at(9))

        assert taken(booking) == charger.name

    def test_is_not_one_that_is_booked_in_a_moment(self, parking, guest, rival):
        soon = room(parking, "Soon")
        operations.book(soon, span(9.1, 10), by=rival, now=NOW)

        with refused(Unavailable, sentence="None are free."):
            operations.take(parking, by=guest, now=at(9))

    def test_is_refused_where_nothing_is_let_so(self, venue, aurora, guest):
        with refused(NotFound):
            operations.take(venue, by=guest, now=at(9))

    def test_is_given_once_for_one_key(self, parking, guest):
        rooms(parking, 3)

        first = operations.take(parking, by=guest, key="press", now=at(9))
        again = operations.take(parking, by=guest, key="press", now=at(9, 1))

        assert first == again == Booking.objects.get()
        with refused(IdempotencyMismatch):
            operations.take(parking, by=guest, key="press", details=Details(plate="34 KZ 1978"), now=at(9))

    def test_that_was_the_last_is_theirs_though_they_press_again(self, parking, guest, attendant):
        room(parking, "A1"), room(parking, "A2")
        first = operations.take(parking, by=guest, key="press", now=at(9))
        car = operations.walk_in(parking, by=attendant, key="gate", now=at(9))

        assert operations.take(parking, by=guest, key="press", now=at(9, 1)) == first
        assert operations.walk_in(parking, by=attendant, key="gate", now=at(9, 1)) == car


class TestANamedSpot:
    def test_is_taken_from_now_on(self, parking, guest):
        spot = room(parking, "A1")

        booking = operations.take(spot, by=guest, details=Details(plate="34 kz 1978"), now=at(9))

        assert (booking.plate, booking.ends_at, booking.guest) == ("34 KZ 1978", None, guest)

    def test_that_is_taken_is_refused_with_others(self, parking, guest, rival):
        spot, _ = rooms(parking, 2)
        operations.take(spot, by=rival, now=at(9))

        with refused(Unavailable, sentence="Room 1 is taken.") as caught:
            operations.take(spot, by=guest, now=at(9))

        assert caught.value.alternatives

    def test_by_the_hour_is_refused_because_it_needs_an_end(self, aurora, guest):
        with refused(PolicyViolation, rule="too_long"):
            operations.take(aurora, by=guest, now=at(9))


class TestWhatItComesTo:
    @pytest.fixture(autouse=True)
    def _price(self, parking):
        rate(parking, 240)

    def test_is_known_when_it_is_released(self, parking, guest):
        room(parking, "A1")

        booking = operations.take(parking, by=guest, now=at(9))
        done = operations.release(booking, by=guest, now=at(10, 30))

        assert (booking.price, done.price, done.ends_at) == (0, 360, at(10, 30))

    def test_is_for_the_time_used_though_it_might_have_lasted_longer(self, parking, guest, rival):
        spot = room(parking, "A1")
        operations.book(spot, span(15, 16), by=rival, now=NOW)

        booking = operations.take(parking, by=guest, now=at(9))
        done = operations.release(booking, by=guest, now=at(10))

        assert (booking.ends_at, booking.price, done.price) == (at(15), 6 * 240, 240)

    def test_of_a_reserved_span_is_what_was_reserved(self, parking, guest):
        spot = room(parking, "A1")

        booking = operations.book(spot, span(9, 12), by=guest, now=NOW)
        done = operations.release(booking, by=guest, now=at(10))

        assert done.price == 3 * 240


class TestWalkingIn:
    def test_needs_no_account_and_no_plate(self, parking, attendant):
        spot = room(parking, "A1")

        booking = operations.walk_in(parking, by=attendant, now=at(9))

        assert (booking.guest, booking.booked_by, booking.plate, taken(booking)) == (
            None,
            attendant,
            "",
            spot.name,
        )
        assert broken() == {}

    def test_notes_the_plate_and_no_change_tells_it(self, parking, attendant):
        room(parking, "A1")

        booking = operations.walk_in(parking, by=attendant, plate="34 kz 1978", now=at(9))

        assert booking.plate == "34 KZ 1978"
        assert "1978" not in repr(list(Change.objects.values_list()))

    def test_is_for_staff_only(self, parking, guest):
        room(parking, "A1")

        with refused(Forbidden):
            operations.walk_in(parking, by=guest, now=at(9))

    def test_ends_like_any_other(self, parking, attendant):
        rate(parking, 240)
        room(parking, "A1")
        booking = operations.walk_in(parking, by=attendant, now=at(9))

        assert operations.release(booking, by=attendant, now=at(11)).price == 480


class TestThePlate:
    def test_is_noted_later_by_the_guest_or_the_staff(self, parking, guest, attendant):
        booking = operations.take(room(parking, "A1"), by=guest, now=at(9))

        operations.note_plate(booking, by=attendant, plate="34 kz 1978", now=at(9, 1))

        booking.refresh_from_db()
        assert booking.plate == "34 KZ 1978"
        assert Change.objects.last().kind == "plate_noted"

    def test_is_for_nobody_else_to_note(self, parking, guest, rival):
        booking = operations.take(room(parking, "A1"), by=guest, now=at(9))

        with refused(NotFound):
            operations.note_plate(booking, by=rival, plate="34 kz 1978", now=at(9, 1))

    def test_is_sealed_anew_when_a_key_is_set_or_replaced(self, parking, guest, settings):
        booking = operations.take(room(parking, "A1"), by=guest, details=Details(plate="34 KZ 1978"))

        for keys in (["first secret"], ["second secret", "first secret"], ["second secret"]):
            settings.FIELD_KEYS = keys
            changed = operations.seal_plates()
            booking.refresh_from_db()
            assert booking.plate == "34 KZ 1978"
            assert booking.plate_sealed.startswith("sealed:")

        assert changed == 0


def test_a_car_moves_to_another_spot_while_it_is_there(parking, guest, attendant):
    first, second = rooms(parking, 2)
    booking = operations.take(first, by=guest, now=at(9))

    operations.move(booking, by=attendant, rooms=second, now=at(10))

    assert booking.allocations.get(active=True).room == second
    assert operations.take(first, by=guest, now=at(10)).ends_at is None
    assert broken() == {}

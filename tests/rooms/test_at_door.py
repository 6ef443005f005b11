"""Acting at a door: what whoever stands there may do, and what nobody may without a name."""

from datetime import timedelta

import pytest

from reservations import Forbidden, NotFound, PolicyViolation, Unavailable
from reservations.rights import SEE
from rooms import operations
from rooms.models import Booking, Change, Question, Quota
from rooms.operations import Given
from tests.worlds import at, hall, rate, span

NINE = at(9)
pytestmark = pytest.mark.usefixtures("all_is_well")


def door(one, acts="own"):
    return operations.hang(one.venue, by=None, name=f"Door of {one.name}", room=one, acts=acts)


@pytest.fixture
def panel(aurora):
    """A panel that changes nothing but what was booked at a door."""
    return door(aurora)


@pytest.fixture
def keen(aurora):
    """A panel at which whatever runs may be ended."""
    return door(aurora, "any")


def taken(booking):
    return booking.allocations.get(active=True).pk


def book(panel, *hours, now=NINE):
    return operations.book_at_door(panel, span(*hours), now=now)


def test_a_booking_at_the_door_is_nobodys_and_there(panel):
    booking = book(panel, 9, 9.5)

    assert (booking.state, booking.guest, booking.booked_by) == ("checked_in", None, None)
    assert booking.title == "Booked at the door"


def test_its_changes_name_the_display_as_their_door(panel):
    booking = book(panel, 9, 9.5)

    origins = set(Change.objects.filter(booking=booking).values_list("kind", "origin"))
    assert origins == {(kind, f"display:{panel.pk}") for kind in ("booked", "checked_in")}


def test_pressed_twice_it_is_booked_once(panel):
    assert book(panel, 9, 9.5) == book(panel, 9, 9.5)
    assert Booking.objects.count() == 1


@pytest.mark.parametrize("hours", [(9, 11.5), (10, 10.5), (9, 21)])
def test_it_is_for_now_and_an_hour(panel, hours):
    with pytest.raises(PolicyViolation, match="At a door"):
        book(panel, *hours)


def test_what_somebody_has_is_refused(panel, aurora, guest):
    operations.book(aurora, span(9.25, 10), by=guest, now=at(8))

    with pytest.raises(Unavailable):
        book(panel, 9, 9.5)


def test_hours_hold_at_a_door_too(panel):
    with pytest.raises(PolicyViolation, match="opens at"):
        book(panel, 5, 5.5, now=at(5))


class TestARoomThatIsNotEverybodysForNothing:
    def refusal(self, panel):
        with pytest.raises(PolicyViolation) as found:
            book(panel, 9, 9.5)
        assert found.value.rule == "door"
        assert not Booking.objects.exists()
        return found.value.sentence

    def test_because_the_venue_looks_first(self, panel, venue):
        venue.policies.update(needs_approval=True)
        venue.save()

        assert self.refusal(panel) == "The venue looks at each booking here first. Book it on its page."

    def test_because_it_has_a_price(self, panel, venue):
        rate(venue, 1000)

        assert self.refusal(panel) == "A booking here has a price. Book it on its page."

    def test_because_not_everybody_may_book_it(self, panel, aurora):
        operations.give_rights(aurora, Given(SEE, {}), by=None)

        assert self.refusal(panel) == "Not everybody may book here. Book it on its page."

    def test_because_something_has_to_be_answered(self, panel, venue):
        Question.objects.create(venue=venue, text="Why?", kind="short", required=True)

        assert self.refusal(panel) == "The venue asks something of whoever books here. Book it on its page."


class TestADisplay:
    def test_that_only_shows_does_nothing(self, aurora):
        with pytest.raises(Forbidden):
            book(door(aurora, "nothing"), 9, 9.5)

    def test_that_is_off_does_nothing(self, panel):
        operations.revoke(panel, by=None)

        with pytest.raises(NotFound):
            book(panel, 9, 9.5)

    def test_speaks_of_its_own_room_alone(self, panel, birch, guest):
        elsewhere = operations.book(birch, span(9, 10), by=guest, now=at(8))

        with pytest.raises(NotFound):
            operations.end_at_door(panel, taken(elsewhere), now=NINE)


class TestWhatWasBookedAtTheDoor:
    def test_lasts_longer_and_once_as_long_as_was_pressed(self, panel):
        booking = book(panel, 9, 9.5)

        for _ in range(2):
            longer = operations.extend_at_door(panel, taken(booking), at(9, 45), now=NINE)

        assert longer.ends_at == at(9, 45)

    @pytest.mark.parametrize("until", [at(9, 15), at(11), at(9, 40)])
    def test_not_by_hours_nor_shorter_nor_off_the_step(self, panel, until):
        booking = book(panel, 9, 9.5)

        with pytest.raises(PolicyViolation):
            operations.extend_at_door(panel, taken(booking), until, now=NINE)

    def test_not_into_what_somebody_has(self, panel, aurora, guest):
        booking = book(panel, 9, 9.5)
        operations.book(aurora, span(9.5, 10), by=guest, now=at(8))

        with pytest.raises(Unavailable):
            operations.extend_at_door(panel, taken(booking), at(9, 45), now=NINE)

    def test_ends_and_leaves_the_rest_to_others(self, panel):
        booking = book(panel, 9, 10)
        allocation = taken(booking)

        for _ in range(2):
            ended = operations.end_at_door(panel, allocation, now=at(9, 20))

        assert (ended.state, ended.ends_at) == ("completed", at(9, 20))
        assert book(panel, 9.25, 9.75, now=at(9, 25)).state == "checked_in"


class TestABookingOfSomebodyElse:
    @pytest.fixture
    def meeting(self, aurora, guest):
        return operations.book(aurora, span(9, 10), by=guest, now=at(8))

    def test_is_checked_in_by_who_stands_there(self, panel, meeting):
        assert operations.check_in_at_door(panel, taken(meeting), now=NINE).state == "checked_in"
        assert operations.check_in_at_door(panel, taken(meeting), now=NINE).state == "checked_in"

    def test_is_nobodys_to_end_or_prolong(self, panel, meeting):
        with pytest.raises(Forbidden):
            operations.end_at_door(panel, taken(meeting), now=NINE)
        with pytest.raises(Forbidden):
            operations.extend_at_door(panel, taken(meeting), at(10, 15), now=NINE)

    def test_is_ended_where_the_staff_allowed_it(self, keen, meeting):
        assert operations.end_at_door(keen, taken(meeting), now=at(9, 30)).state == "completed"

    def test_is_prolonged_there_too(self, keen, meeting):
        assert operations.extend_at_door(keen, taken(meeting), at(10, 15), now=NINE).ends_at == at(10, 15)

    def test_is_not_prolonged_at_the_cost_of_its_guest(self, keen, meeting, venue):
        Quota.objects.create(venue=venue, most=9)

        with pytest.raises(PolicyViolation, match="cost its guest"):
            operations.extend_at_door(keen, taken(meeting), at(10, 15), now=NINE)

    def test_that_has_not_begun_is_left_alone(self, keen, meeting):
        for act in (operations.end_at_door, operations.check_in_at_door):
            with pytest.raises(PolicyViolation, match="not begun"):
                act(keen, taken(meeting), now=at(8, 59))

    def test_that_is_a_series_is_left_alone(self, aurora, weekly, keen):
        first = weekly.allocations.order_by("starts_at").first()

        with pytest.raises(Forbidden, match="series"):
            operations.end_at_door(keen, first.pk, now=first.starts_at + timedelta(minutes=1))

    def test_of_a_whole_hall_is_left_alone_at_the_door_of_a_part(self, venue, guest):
        rooms = hall(venue)
        booking = operations.book(rooms["Grand Hall"], span(9, 10), by=guest, now=at(8))
        part = booking.allocations.get(room=rooms["Hall A"])

        with pytest.raises(Forbidden, match="other rooms"):
            operations.end_at_door(door(rooms["Hall A"], "any"), part.pk, now=NINE)

    def test_of_a_whole_hall_ends_at_its_own_door(self, venue, guest):
        rooms = hall(venue)
        booking = operations.book(rooms["Grand Hall"], span(9, 10), by=guest, now=at(8))
        whole = booking.allocations.get(room=rooms["Grand Hall"])

        ended = operations.end_at_door(door(rooms["Grand Hall"], "any"), whole.pk, now=at(9, 30))

        assert ended.state == "completed"

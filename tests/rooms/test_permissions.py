"""Who may do what: asked of the operations, for that is where every door asks."""

import pytest
from django.contrib.auth.models import AnonymousUser

from reservations import Forbidden, NotAuthenticated, NotFound
from rooms import operations
from rooms.models import Room, Venue
from tests.worlds import NOW, office, refused, room, span, works_at

HOUR = span(9, 10)
ACTS = ["confirm", "renew", "cancel", "move"]
DECIDES = ["approve", "decline"]


@pytest.fixture
def booking(aurora, guest):
    return operations.hold(aurora, HOUR, by=guest, now=NOW)


class TestAVisitorWhoIsNotLoggedIn:
    @pytest.mark.parametrize("name", ["hold", "book"])
    def test_takes_nothing(self, name, aurora):
        with refused(NotAuthenticated):
            getattr(operations, name)(aurora, HOUR, by=AnonymousUser(), now=NOW)

    @pytest.mark.parametrize("name", ACTS + DECIDES)
    def test_changes_nothing(self, name, booking):
        with refused(NotAuthenticated):
            getattr(operations, name)(booking, by=AnonymousUser(), now=NOW)

    def test_blocks_nothing(self, aurora, staff):
        blocking = operations.block(aurora, HOUR, by=staff, now=NOW)

        with refused(NotAuthenticated):
            operations.block(aurora, span(11, 12), by=AnonymousUser(), now=NOW)
        with refused(NotAuthenticated):
            operations.unblock(blocking, by=AnonymousUser(), now=NOW)


@pytest.mark.parametrize("name", ACTS)
def test_a_deactivated_account_does_nothing_with_what_is_left_of_its_log_in(name, booking, guest):
    guest.is_active = False
    guest.save()

    with refused(NotAuthenticated):
        getattr(operations, name)(booking, by=guest, now=NOW)


class TestAnotherPersonsBooking:
    @pytest.mark.parametrize("name", ACTS + DECIDES)
    def test_looks_as_if_there_were_none(self, name, booking, rival):
        with refused(NotFound, sentence="There is no such booking."):
            getattr(operations, name)(booking, by=rival, now=NOW)

    @pytest.mark.parametrize("name", ACTS + DECIDES)
    def test_looks_so_to_the_staff_of_another_venue(self, name, booking, rival):
        works_at(rival, office("elsewhere"), role="owner")

        with refused(NotFound):
            getattr(operations, name)(booking, by=rival, now=NOW)

    @pytest.mark.parametrize("name", ACTS)
    def test_may_be_changed_by_the_venues_staff_and_by_the_system(self, name, aurora, guest, staff):
        for by, hour in ((staff, 9), (None, 11)):
            booking = operations.hold(aurora, span(hour, hour + 1), by=guest, now=NOW)
            more = {"span": span(hour, hour + 2)} if name == "move" else {}

            changed = getattr(operations, name)(booking, by=by, now=NOW, **more)

            assert changed.guest == guest


def test_the_guest_may_not_decide_on_their_own_request(guest):
    place = room(office(needs_approval=True))
    request = operations.book(place, HOUR, by=guest, now=NOW)

    for decide in (operations.approve, operations.decline):
        with refused(Forbidden):
            decide(request, by=guest, now=NOW)


class TestTimeOutOfUse:
    def test_is_for_staff_to_set_and_to_end(self, aurora, guest, staff):
        with refused(Forbidden):
            operations.block(aurora, HOUR, by=guest, now=NOW)

        blocking = operations.block(aurora, HOUR, by=staff, now=NOW)

        with refused(Forbidden):
            operations.unblock(blocking, by=guest, now=NOW)

    def test_is_not_for_the_staff_of_another_venue(self, aurora, rival):
        works_at(rival, office("elsewhere"))

        with refused(Forbidden):
            operations.block(aurora, HOUR, by=rival, now=NOW)


class TestBookingForSomebodyElse:
    def test_is_for_staff(self, aurora, guest, staff):
        details = operations.Details(guest=guest)

        booking = operations.book(aurora, HOUR, by=staff, details=details, now=NOW)

        assert (booking.guest, booking.booked_by) == (guest, staff)
        operations.cancel(booking, by=guest, now=NOW)

    def test_is_not_for_guests(self, aurora, guest, rival):
        with refused(Forbidden):
            operations.book(aurora, HOUR, by=guest, details=operations.Details(guest=rival), now=NOW)

    def test_is_booking_for_oneself_when_one_names_oneself(self, aurora, guest):
        booking = operations.book(aurora, HOUR, by=guest, details=operations.Details(guest=guest), now=NOW)

        assert booking.guest == guest


class TestAVenueThatIsNotShown:
    @pytest.fixture
    def hidden(self, aurora, venue):
        Venue.objects.filter(pk=venue.pk).update(is_listed=False)
        venue.refresh_from_db()
        venue.save()
        return aurora

    def test_does_not_exist_for_guests(self, hidden, guest):
        with refused(NotFound):
            operations.book(hidden, HOUR, by=guest, now=NOW)

    def test_does_not_say_how_many_rooms_are_free(self, hidden, venue, guest):
        with refused(NotFound):
            operations.book(operations.AnyOf(venue.types.get(), 5), HOUR, by=guest, now=NOW)

    def test_takes_bookings_from_its_staff(self, hidden, staff, guest):
        operations.book(hidden, HOUR, by=staff, details=operations.Details(guest=guest), now=NOW)

    def test_lets_guests_keep_and_give_up_what_they_have(self, aurora, venue, booking, guest):
        venue.is_listed = False
        venue.save()

        operations.confirm(booking, by=guest, now=NOW)
        operations.cancel(booking, by=guest, now=NOW)


class TestARoomThatIsNoMore:
    def test_cannot_be_booked_when_archived(self, aurora, guest):
        aurora.archived_at = NOW
        aurora.save()

        with refused(NotFound):
            operations.book(aurora, HOUR, by=guest, now=NOW)

    def test_cannot_be_booked_when_deleted_unseen(self, aurora, birch, guest):
        operations.cancel(operations.hold(birch, HOUR, by=guest, now=NOW), by=guest, now=NOW)
        Room.objects.filter(pk=aurora.pk)._raw_delete("default")  # as another process does: memory keeps it

        with refused(NotFound):
            operations.book(aurora, HOUR, by=guest, now=NOW)

    def test_keeps_its_bookings_until_they_are_cancelled(self, aurora, guest):
        kept = operations.book(aurora, HOUR, by=guest, now=NOW)
        aurora.archived_at = NOW
        aurora.save()

        assert operations.cancel(kept, by=guest, now=NOW).state == "cancelled"

    def test_does_not_turn_a_hold_into_a_booking(self, aurora, birch, booking, guest):
        aurora.archived_at = NOW
        aurora.save()

        for act in (operations.confirm, operations.renew):
            with refused(NotFound):
                act(booking, by=guest, now=NOW)
        with refused(NotFound):
            operations.move(booking, by=guest, span=span(10, 11), now=NOW)
        operations.move(booking, by=guest, rooms=birch, now=NOW)

    def test_was_added_unseen_and_can_be_booked(self, aurora, venue, guest):
        operations.hold(aurora, HOUR, by=guest, now=NOW)  # now memory knows the venue
        Room.objects.bulk_create([Room(venue=venue, type=venue.types.get(), name="New", capacity=8)])
        new = Room.objects.get(name="New")
        venue.save()

        operations.book(new, HOUR, by=guest, now=NOW)
        operations.move(
            operations.hold(aurora, span(11, 12), by=guest, now=NOW), by=guest, rooms=new, now=NOW
        )

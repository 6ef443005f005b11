"""Rights on a room: who gives them, what they let one do, and that what is hidden is told to nobody."""

from contextlib import contextmanager

import pytest

from reservations import Forbidden, IllegalTransition, Invalid, NotFound, Span, Unavailable
from reservations.rights import BOOK, SEE
from rooms import operations, permissions
from rooms.models import Room, RoomRight, Venue, WaitlistEntry
from rooms.operations import AnyOf, Given, Repeated
from rooms.queries import rights
from rooms.queries.availability import free_rooms, why
from rooms.queries.offers import alternatives_to
from rooms.queries.survey import survey
from rooms.queries.timeline import timeline
from rooms.queries.watching import watches_of
from rooms.wishes import Details, wish
from tests.rooms.dates import THREE
from tests.travel import soon
from tests.worlds import NOW, car_park, hall, person, refused, room, span, terms, works_at

pytestmark = pytest.mark.django_db
NINE = span(9, 10)


@pytest.fixture
def manager(venue):
    return works_at(person("manager"), venue, "manager")


@pytest.fixture
def restrict(manager):
    """Say what everybody may in a room, and who may more."""

    def say(one, everybody, **people):
        given = {f"{name}@example.com": verbs.split() for name, verbs in people.items()}
        return operations.give_rights(one, Given(everybody, given), by=manager)

    return say


@contextmanager
def saying(kind, words):
    """Expect the refusal in these words, and that it leaves no trace."""
    with refused(kind) as caught:
        yield
    assert words in caught.value.sentence


def book(one, by, when=NINE):
    return operations.book(one, when, by=by, now=NOW)


class TestGiving:
    def test_is_for_who_manages_the_venue(self, aurora, guest, staff):
        for who in (guest, staff):
            with saying(Forbidden, "managers"):
                operations.give_rights(aurora, Given("see"), by=who)
        assert Room.objects.get(pk=aurora.pk).everybody == "repeat"

    def test_many_at_once_names_who_has_no_account_and_then_gives_nobody_anything(
        self, aurora, guest, restrict
    ):
        with saying(Invalid, "nobody@example.com, and 1 more"):
            restrict(aurora, "see", guest="book", nobody="book", neither="book")
        assert not RoomRight.objects.exists()
        assert Room.objects.get(pk=aurora.pk).everybody == "repeat"

    def test_knows_nobody_by_an_address_that_they_have_not_confirmed(self, aurora, guest, restrict):
        """Whoever registers with somebody else's address, and never reads its mail, is not them."""
        own = guest.emailaddress_set.create(email=guest.email, primary=True)
        with saying(Invalid, "Nobody has an account whose confirmed address is guest@example.com."):
            restrict(aurora, "none", guest="book")
        assert not RoomRight.objects.exists()

        own.set_verified()

        restrict(aurora, "none", guest="book")
        assert RoomRight.objects.get().person == guest

    def test_what_who_is_not_known_any_more_has_can_be_taken_away(self, aurora, guest, restrict):
        restrict(aurora, "none", guest="book")
        guest.emailaddress_set.create(email=guest.email, primary=True)

        restrict(aurora, None, guest="")

        assert not RoomRight.objects.exists()

    def test_no_verbs_take_a_right_away_and_others_keep_theirs(self, aurora, guest, rival, restrict):
        restrict(aurora, "see", guest="book", rival="repeat edit")

        restrict(aurora, None, guest="")

        [left] = RoomRight.objects.all()
        assert (left.person, left.take, left.change) == (rival, "repeat", "edit")

    def test_a_copy_is_what_the_other_room_has_and_no_more(
        self, aurora, birch, guest, rival, restrict, manager
    ):
        restrict(aurora, "none", guest="book")
        restrict(birch, "see", manager="repeat")

        operations.copy_rights(birch, aurora, by=manager)

        assert Room.objects.get(pk=birch.pk).everybody == "none"
        assert [(one.person, one.take) for one in RoomRight.objects.filter(room=birch)] == [(guest, "book")]

    def test_seats_have_none(self, manager):
        vehicle = soon().vehicle
        works_at(manager, vehicle, "manager")
        with saying(Invalid, "Seats"):
            operations.give_rights(vehicle.rooms.first(), Given("see"), by=manager)


class TestTaking:
    def test_who_may_book_but_not_repeat_makes_no_series(self, aurora, guest, restrict, all_is_well):
        restrict(aurora, "see", guest="book")

        with saying(Forbidden, "You may book Aurora once, but not in a series. Ask the venue."):
            book(aurora, guest, THREE)
        assert book(aurora, guest).state == "confirmed"

    def test_a_date_of_a_series_moves_to_no_room_in_which_one_may_not_repeat(
        self, aurora, birch, guest, restrict
    ):
        restrict(birch, "book")
        cedar = room(aurora.venue, "Cedar")
        series = book(aurora, guest, THREE)

        with saying(Forbidden, "not in a series"):
            operations.move_date(series, 1, by=guest, rooms=birch, now=NOW)
        elsewhere = Repeated(THREE.span, THREE.rule, {THREE.span.start.date(): birch})
        with saying(Forbidden, "not in a series"):
            book(cedar, guest, elsewhere)

    def test_who_may_see_books_holds_waits_and_moves_nothing_there(self, aurora, birch, guest, restrict):
        restrict(aurora, "see")
        own = book(birch, guest)

        for take in (
            lambda: book(aurora, guest),
            lambda: operations.hold(aurora, NINE, by=guest, now=NOW),
            lambda: operations.move(own, by=guest, rooms=aurora, now=NOW),
            lambda: operations.wait(aurora, NINE, by=guest, now=NOW),
        ):
            with saying(Forbidden, "You may see Aurora, but not book it. Ask the venue."):
                take()

    def test_a_hidden_room_answers_like_none_to_every_wish(self, aurora, birch, guest, restrict):
        restrict(aurora, "none")
        own = book(birch, guest)

        for take in (
            lambda: book(aurora, guest),
            lambda: operations.move(own, by=guest, rooms=aurora, now=NOW),
            lambda: operations.wait(aurora, NINE, by=guest, now=NOW),
            lambda: operations.watch(aurora.pk, by=guest),
        ):
            with saying(NotFound, "There is no such room here."):
                take()

    def test_a_venue_that_is_not_shown_is_not_told_of_by_its_restricted_rooms(self, aurora, guest, restrict):
        restrict(aurora, "see")
        Venue.objects.update(is_listed=False)
        aurora.venue.refresh_from_db()
        aurora.venue.save()
        with saying(NotFound, "There is no such venue."):
            book(aurora, guest)

    def test_staff_and_the_system_keep_what_their_role_gives(self, aurora, guest, staff, restrict):
        restrict(aurora, "none")

        assert book(aurora, staff, span(9, 10)).state == "confirmed"
        theirs = operations.book(aurora, span(10, 11), by=staff, details=Details(guest=guest), now=NOW)
        assert theirs.guest == guest
        assert operations.block(aurora, span(12, 13), by=None, now=NOW).pk

    def test_any_of_a_type_is_one_that_one_may_book(self, aurora, birch, guest, rival, restrict):
        restrict(aurora, "see", rival="book")
        kind = AnyOf(aurora.type)

        assert book(kind, guest).allocations.get().room == birch
        with refused(Unavailable):
            book(kind, guest)
        assert book(kind, rival).allocations.get().room == aurora

    def test_any_of_a_type_none_of_which_one_may_book_is_refused(self, aurora, guest, restrict):
        restrict(aurora, "see")
        with saying(Forbidden, "Meeting room"):
            book(AnyOf(aurora.type), guest)

        restrict(aurora, "none")
        with saying(NotFound, "There is no such type of room here."):
            book(AnyOf(aurora.type), guest)

    def test_a_spot_that_is_somebodys_is_taken_by_nobody_else(self, guest, rival):
        lot = car_park()
        first, second = (room(lot, name, order=order) for order, name in enumerate("AB"))
        works_at(boss := person("boss"), lot, "manager")
        operations.give_rights(first, Given("see", {rival.email: ["book"]}), by=boss)

        assert operations.take(lot, by=guest).allocations.get().room == second
        with refused(Unavailable):
            operations.take(lot, by=guest)
        with saying(Forbidden, "not book it"):
            operations.take(first, by=guest)
        assert operations.take(first, by=rival).allocations.get().room == first

    def test_what_one_has_stays_and_may_be_made_shorter_after_the_right_was_taken_away(
        self, aurora, guest, restrict
    ):
        restrict(aurora, "none", guest="book")
        own = book(aurora, guest, span(9, 11))
        restrict(aurora, None, guest="")

        assert operations.move(own, by=guest, span=span(9, 10), now=NOW).ends_at == span(9, 10).end
        with refused(NotFound):
            operations.move(own, by=guest, span=span(9, 12), now=NOW)
        assert operations.cancel(own, by=guest, now=NOW).state == "cancelled"

    def test_what_comes_free_is_offered_to_who_may_book_it_still(self, aurora, guest, rival, third, restrict):
        restrict(aurora, "none", guest="book", rival="book", third="book")
        taken = operations.book(aurora, NINE, by=third, now=NOW)
        first = operations.wait(aurora, NINE, by=guest, now=NOW)
        second = operations.wait(aurora, NINE, by=rival, now=NOW)
        restrict(aurora, None, guest="")

        operations.cancel(taken, by=third, now=NOW)
        operations.serve_waitlist(now=NOW)

        states = dict(WaitlistEntry.objects.values_list("pk", "state"))
        assert states == {first.pk: "ended", second.pk: "offered"}

    def test_who_waits_for_any_of_a_type_is_passed_by_who_may_book_what_came_free(
        self, aurora, birch, guest, rival, restrict
    ):
        restrict(birch, "see", rival="book")
        taken = [
            operations.book(one, NINE, by=None, details=Details(guest=rival), now=NOW)
            for one in (aurora, birch)
        ]
        first, second = (operations.wait(AnyOf(aurora.type), NINE, by=who, now=NOW) for who in (guest, rival))

        operations.cancel(taken[1], by=None, now=NOW)
        operations.serve_waitlist(now=NOW)

        states = dict(WaitlistEntry.objects.values_list("pk", "state"))
        assert states == {first.pk: "waiting", second.pk: "offered"}

    def test_an_idempotency_key_answers_after_the_right_was_taken_away(self, aurora, guest, restrict):
        restrict(aurora, "none", guest="book")
        made = operations.book(aurora, NINE, by=guest, key="once", now=NOW)
        restrict(aurora, None, guest="")

        assert operations.book(aurora, NINE, by=guest, key="once", now=NOW) == made


class TestChanging:
    def test_who_may_edit_takes_the_room_out_of_use_and_back_and_no_other(
        self, aurora, birch, guest, restrict
    ):
        restrict(aurora, None, guest="edit")

        blocking = operations.block(aurora, NINE, by=guest, now=NOW)
        assert operations.unblock(blocking, by=guest, now=NOW).lifted_at
        with saying(Forbidden, "staff"):
            operations.block([aurora, birch], NINE, by=guest, now=NOW)
        with saying(IllegalTransition, "back in use already"):
            operations.unblock(blocking, by=guest, now=NOW)
        others = operations.block(birch, NINE, by=None, now=NOW)
        with saying(Forbidden, "staff"):
            operations.unblock(others, by=guest, now=NOW)

    def test_who_may_edit_says_what_it_is_and_only_who_may_archive_archives(
        self, aurora, guest, rival, restrict
    ):
        restrict(aurora, None, guest="edit", rival="archive")

        changed = operations.edit_room(aurora, by=guest, name="Borealis", floor="2", capacity=6)
        assert (changed.name, changed.floor, changed.capacity) == ("Borealis", "2", 6)
        with refused(Forbidden):
            operations.archive_room(aurora, by=guest)
        assert operations.archive_room(aurora, by=rival).archived_at

    def test_a_name_is_of_one_room(self, aurora, birch, guest, restrict):
        restrict(aurora, None, guest="edit")
        with saying(Invalid, "that name"):
            operations.edit_room(aurora, by=guest, name="Birch", floor="", capacity=6)


class TestReading:
    """Of rooms that somebody may not see nothing is told, whatever they ask."""

    @pytest.fixture
    def readers(self, guest, rival, staff):
        return {"nobody": None, "guest": guest, "rival": rival, "staff": staff}

    @pytest.mark.parametrize("who", ["nobody", "guest", "rival", "staff"])
    def test_no_read_leaks_a_room_that_is_hidden(self, who, aurora, birch, readers, restrict):
        restrict(aurora, "none", rival="see")
        restrict(birch, "see", rival="book")
        both, reader = {aurora.pk, birch.pk}, readers[who]
        shown = both if who in ("rival", "staff") else {birch.pk}
        bookable = {"rival": {birch.pk}, "staff": both}.get(who, set())

        seen = rights.seen(terms(aurora.venue), reader)

        assert set(seen.rooms) == shown
        assert set(timeline(seen, span(0, 24), now=NOW)) == shown
        found = survey(seen, NINE, now=NOW, reader=reader)
        assert {one.room.id for one in found} == shown
        assert {one.room.id for one in found if one.is_free} == bookable
        assert {one.room.id for one in free_rooms(seen, NINE, now=NOW, reader=reader)} == bookable

    def test_why_not_says_what_one_may(self, aurora, venue, guest, restrict):
        restrict(aurora, "see")

        [reason] = why(terms(venue).rooms[aurora.pk], terms(venue), NINE, now=NOW, reader=guest)

        assert (reason["code"], reason["rule"]) == ("forbidden", "rights")
        assert reason["sentence"] == "You may see Aurora, but not book it. Ask the venue."

    def test_nobody_is_offered_what_they_may_not_book(self, aurora, birch, guest, rival, restrict):
        restrict(birch, "see", rival="book")

        for who, offered in ((guest, {aurora.pk}), (rival, {aurora.pk, birch.pk})):
            asked = wish(aurora, NINE, by=who, details=Details())
            offers = alternatives_to(asked, now=NOW)
            assert {one for offer in offers for one in offer["rooms"]} <= offered

    def test_who_sees_a_hall_sees_its_parts_and_who_does_not_sees_none(self, venue, guest, restrict):
        found = hall(venue)
        for one in found.values():
            restrict(one, "none")
        assert rights.seen(terms(venue), guest).rooms == {}

        restrict(found["Grand Hall"], None, guest="book")

        assert len(rights.seen(terms(venue), guest).rooms) == 4
        assert book(found["Grand Hall"], guest).allocations.count() == 4

    def test_a_part_without_its_hall_is_shown_as_if_there_were_none(self, venue, guest, restrict):
        found = hall(venue)
        restrict(found["Grand Hall"], "none")

        seen = rights.seen(terms(venue), guest)

        assert all(one.wholes == () for one in seen.rooms.values())
        assert book(found["Hall A"], guest).pk

    def test_all_who_may_see_the_same_share_the_terms(self, aurora, guest, rival, restrict):
        venue = aurora.venue
        assert rights.seen(terms(venue), guest) is terms(venue)
        restrict(aurora, "none")

        assert rights.seen(terms(venue), guest) is rights.seen(terms(venue), None)
        assert rights.seen(terms(venue), guest) is rights.seen(terms(venue), rival)

    def test_costs_nothing_where_no_room_is_restricted_and_one_statement_where_some_are(
        self, aurora, guest, restrict, django_assert_num_queries
    ):
        known = terms(aurora.venue)
        with django_assert_num_queries(0):
            rights.closed(known, guest, BOOK)
        restrict(aurora, "none")
        known = terms(aurora.venue)
        with django_assert_num_queries(2):  # their roles, once for each request, and their rights
            rights.closed(known, guest, SEE)

    def test_a_booking_of_a_room_that_is_everybodys_asks_for_no_rights(
        self, aurora, birch, guest, restrict, django_assert_num_queries
    ):
        restrict(birch, "none")
        known = terms(aurora.venue)
        with django_assert_num_queries(0):
            permissions.require_rights(guest, [aurora.pk], known, BOOK)

    def test_a_watch_of_a_room_that_is_hidden_later_tells_nothing(self, aurora, guest, restrict):
        operations.watch(aurora.pk, by=guest)

        restrict(aurora, "none")

        assert [one.is_heard for one in watches_of(guest)] == [False]
        restrict(aurora, None, guest="see")
        assert [one.is_heard for one in watches_of(guest)] == [True]

    def test_rights_go_with_the_account(self, aurora, guest, restrict):
        restrict(aurora, "none", guest="book")
        operations.forget_wishes(guest)
        assert not RoomRight.objects.exists()


def test_an_open_end_is_asked_by_the_same_rights(aurora, guest, restrict):
    restrict(aurora, "see")
    with refused(Forbidden):
        operations.block(aurora, Span(NOW, None), by=guest, now=NOW)

"""Rights on a room where they are easily forgotten: on the way to a booking, in lines, and of halls."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models.signals import pre_save

from accounts import roles
from reservations import Forbidden, Invalid, NotFound, Unavailable
from reservations.rights import BOOK
from rooms import operations, permissions
from rooms.models import Room, RoomRight, WaitlistEntry, Watch
from rooms.operations import AnyOf, Given
from rooms.queries import lots
from rooms.queries.rights import without
from rooms.queries.watching import may_see, watched, watches_of
from tests.rooms.dates import THREE
from tests.worlds import NOW, car_park, hall, person, refused, room, span, terms, works_at

pytestmark = pytest.mark.django_db
NINE = span(9, 10)
NOBODYS = 99_999
LATER = span(20, 21).start


def let(one, everybody=None, **people):
    given = {f"{name}@example.com": verbs.split() for name, verbs in people.items()}
    return operations.give_rights(one, Given(everybody, given), by=None)


def answer_to(act):
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- whichever it is, it is compared
        act()
    return type(caught.value), str(caught.value)


class TestMoving:
    """A room that is hidden is to who moves a booking what a room that never was is."""

    @pytest.fixture
    def rooms(self, aurora, birch):
        let(birch, "none")
        never = type(birch)(pk=NOBODYS, venue=birch.venue)
        return birch, never

    @pytest.mark.parametrize("now", [NOW, LATER])
    def test_of_a_booking_also_of_one_that_has_ended(self, aurora, guest, rooms, now):
        own = operations.book(aurora, NINE, by=guest, now=NOW)

        hidden, never = (
            answer_to(lambda one=one: operations.move(own, by=guest, rooms=one, now=now)) for one in rooms
        )

        assert hidden == never == (NotFound, "There is no such room here.")

    def test_of_a_hold_that_ran_out(self, aurora, guest, rooms):
        held = operations.hold(aurora, NINE, by=guest, now=NOW)
        for one in rooms:
            with refused(NotFound):
                operations.move(held, by=guest, rooms=one, now=LATER)

    def test_of_a_series_and_of_one_of_its_dates(self, aurora, guest, rooms):
        series = operations.book(aurora, THREE, by=guest, now=NOW)
        for act in (
            lambda one: operations.move(series, by=guest, rooms=one, now=NOW),
            lambda one: operations.move_date(series, 1, by=guest, rooms=one, now=NOW),
        ):
            hidden, never = (answer_to(lambda one=one, act=act: act(one)) for one in rooms)
            assert hidden == never == (NotFound, "There is no such room here.")

    def test_keeps_the_room_that_one_has(self, aurora, guest):
        own = operations.book(aurora, span(9, 11), by=guest, now=NOW)
        let(aurora, "none")

        moved = operations.move(own, by=guest, rooms=aurora, span=NINE, now=NOW)

        assert moved.ends_at == NINE.end


class TestHolds:
    @pytest.mark.parametrize("act", [operations.confirm, operations.renew])
    def test_are_not_kept_after_the_right_was_taken_away(self, aurora, guest, act):
        let(aurora, "see", guest="book")
        held = operations.hold(aurora, NINE, by=guest, now=NOW)
        let(aurora, guest="")

        with refused(Forbidden):
            act(held, by=guest, now=NOW)

        let(aurora, guest="book")
        assert act(held, by=guest, now=NOW).reference == held.reference

    @pytest.mark.parametrize("act", [operations.confirm, operations.renew])
    def test_of_a_series_are_kept_by_who_may_repeat(self, aurora, guest, act):
        held = operations.hold(aurora, THREE, by=guest, now=NOW)
        let(aurora, "book")
        with refused(Forbidden):
            act(held, by=guest, now=NOW)

    def test_that_the_staff_made_for_a_guest_are_the_guests(self, aurora, guest, staff):
        let(aurora, "see")
        held = operations.hold(aurora, NINE, by=staff, details=operations.Details(guest=guest), now=NOW)

        assert operations.confirm(held, by=guest, now=NOW).state == "confirmed"

    def test_are_booked_by_the_system_when_they_are_paid(self, aurora, guest):
        held = operations.hold(aurora, NINE, by=guest, now=NOW)
        let(aurora, "none")

        assert operations.confirm(held, by=None, now=NOW).state == "confirmed"


class TestPeople:
    def test_who_may_not_log_in_any_more_loses_rights_and_is_given_none(self, aurora, birch, guest):
        let(aurora, "see", guest="repeat")
        guest.is_active = False
        guest.save()

        let(aurora, guest="book")
        assert RoomRight.objects.get().take == "book"
        let(aurora, guest="")
        assert not RoomRight.objects.exists()
        for one in (aurora, birch):
            with refused(Invalid):
                let(one, guest="book")


@contextmanager
def taken_away_meanwhile():
    """Take all rights away after they were read once, as a manager does who is a moment faster."""
    seen = []

    def execute(run, sql, params, many, context):
        if "rooms_roomright" in sql and sql.lstrip().startswith("SELECT"):
            seen.append(sql)
            if len(seen) == 2:
                RoomRight.objects.all().delete()
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield
    assert len(seen) > 1


class TestChanging:
    @pytest.mark.skipif(connection.vendor == "postgresql", reason="prepared statements pass by the wrapper")
    @pytest.mark.parametrize(
        "act",
        [
            lambda room, by: operations.edit_room(room, by=by, name="Borealis", floor="", capacity=4),
            lambda room, by: operations.archive_room(room, by=by),
            lambda room, by: operations.block(room, NINE, by=by, now=NOW),
        ],
    )
    def test_is_by_the_rights_that_hold_under_the_lock(self, aurora, guest, act):
        let(aurora, guest="archive")

        with taken_away_meanwhile(), refused(Forbidden):
            act(aurora, guest)

        aurora.refresh_from_db()
        assert (aurora.name, aurora.archived_at) == ("Aurora", None)

    def test_a_name_that_another_room_got_a_moment_ago_is_refused(self, aurora, birch, guest):
        let(aurora, guest="edit")

        def faster(sender, instance, **kwargs):
            Room.objects.filter(pk=birch.pk).update(name="Cedar")

        pre_save.connect(faster, sender=Room)
        try:
            with refused(Invalid) as caught:
                operations.edit_room(aurora, by=guest, name="Cedar", floor="", capacity=4)
        finally:
            pre_save.disconnect(faster, sender=Room)
        assert caught.value.field_errors == {"name": ["Choose another name."]}

    def test_a_date_that_moves_is_offered_no_room_in_which_one_may_not_repeat(self, aurora, birch, guest):
        cedar = room(aurora.venue, "Cedar", order=3)
        series = operations.book(aurora, THREE, by=guest, now=NOW)
        let(birch, "book")
        operations.book(cedar, span(13, 14), by=None, details=operations.Details(guest=person("x")), now=NOW)

        with pytest.raises(Unavailable) as caught:
            operations.move_date(series, 1, by=guest, span=span(13, 14), rooms=cedar, now=NOW)

        offered = {one for offer in caught.value.alternatives for one in offer["rooms"]}
        assert offered
        assert birch.pk not in offered

    def test_is_read_once_to_refuse(self, aurora, guest, django_assert_num_queries):
        let(aurora, "none")
        known = terms(aurora.venue)
        roles.is_staff_at(guest, aurora.venue_id)  # read once for each request

        with django_assert_num_queries(1), pytest.raises(NotFound):
            permissions.require_rights(guest, [aurora.pk], known, BOOK)


class TestLines:
    def test_rights_of_all_who_wait_are_read_at_once(
        self, aurora, birch, third, django_assert_max_num_queries
    ):
        let(birch, "see")
        taken = operations.book(aurora, NINE, by=third, now=NOW)
        operations.book(birch, NINE, by=None, details=operations.Details(guest=third), now=NOW)
        for number in range(30):
            operations.wait(AnyOf(aurora.type), NINE, by=person(f"p{number}"), now=NOW)

        operations.cancel(taken, by=third, now=NOW)

        with django_assert_max_num_queries(100) as asked:
            operations.serve_waitlist(now=NOW)

        assert WaitlistEntry.objects.filter(state="offered").count() == 1
        assert sum("rooms_roomright" in one["sql"] for one in asked.captured_queries) <= 12


class TestCounting:
    def test_a_hidden_spot_is_in_no_peak(self, guest, rival):
        lot = car_park()
        first, second = (room(lot, name, order=order) for order, name in enumerate("AB"))
        for one, who in ((first, guest), (second, rival)):
            operations.take(one, by=who, now=NOW)

        known = terms(lot)
        for seen, most in ((known, 2), (without(known, frozenset({second.pk})), 1)):
            standing = lots.now_of(seen, now=LATER)
            assert lots.peak_of(seen, span(0, 24), standing, now=LATER) == most


class TestWatching:
    """Who sees a hall sees its parts: the operation, the list and what is heard agree."""

    @pytest.fixture
    def halls(self, venue):
        found = hall(venue)
        for one in found.values():
            let(one, "none")
        return found

    @pytest.mark.parametrize("given", ["everybody", "one"])
    def test_a_part_of_a_hall_that_one_sees(self, halls, guest, rival, given):
        let(
            halls["Grand Hall"],
            *(["see"] if given == "everybody" else []),
            **({"guest": "see"} if given == "one" else {}),
        )
        part = halls["Hall A"]

        begun = operations.watch(part.pk, by=guest)

        assert may_see(guest, part)
        assert [one.is_heard for one in watches_of(guest)] == [True]
        assert set(watched([guest.pk])[guest.pk]) == {part.pk}
        Watch.objects.filter(pk=begun.pk).update(person=rival)
        sees = given == "everybody"
        assert may_see(rival, part) is sees
        assert [one.is_heard for one in watches_of(rival)] == [sees]
        assert set(watched([rival.pk])[rival.pk]) == ({part.pk} if sees else set())

    def test_a_hall_is_not_seen_by_who_sees_a_part(self, halls, guest):
        let(halls["Hall A"], "see")
        with refused(NotFound):
            operations.watch(halls["Grand Hall"].pk, by=guest)

    def test_staff_watch_every_room(self, halls, venue):
        boss = works_at(person("boss"), venue)
        operations.watch(halls["Hall A"].pk, by=boss)
        assert [one.is_heard for one in watches_of(boss)] == [True]

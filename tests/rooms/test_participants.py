"""Who is invited to a booking: by whom, how many, how they answer, and what they may do then."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from reservations import Forbidden, Invalid, NotFound, PolicyViolation, Throttled, inviting
from rooms import operations, permissions
from rooms.models import Change, Participant
from rooms.queries import participants, verify
from rooms.queries.invitation_links import participant_of, token_of
from tests.travel import departure, ride, train
from tests.worlds import NOW, at, car_park, office, person, refused, room, span, works_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def booking(aurora, guest):
    return operations.book(aurora, span(9, 10), by=guest, now=NOW)


@pytest.fixture
def ben():
    return person("ben")


def invite(booking, *addresses, by=None, now=NOW):
    return operations.invite(booking, list(addresses), by=by or booking.guest, now=now)


def organizer(booking, who):
    """Make the person a co-organizer."""
    [invited] = invite(booking, who.email)
    return operations.let_change(booking, invited.pk, True, by=booking.guest, now=NOW)


def kinds(booking):
    return list(Change.objects.filter(booking=booking).order_by("pk").values_list("kind", flat=True))


class TestInviting:
    def test_writes_down_whose_address_it_is_in_small_letters_and_tells_it_without_one(self, booking, ben):
        made = invite(booking, " Ben@Example.com", "stranger@example.org")

        assert [(one.address, one.person, one.answer) for one in made] == [
            ("ben@example.com", ben, "invited"),
            ("stranger@example.org", None, "invited"),
        ]
        change = Change.objects.filter(booking=booking).latest("pk")
        assert (change.kind, change.by) == ("invited", booking.guest)
        assert change.after == {"participants": [one.pk for one in made]}
        assert verify.violations() == {}

    def test_again_changes_nothing_for_who_is_invited_already(self, booking, ben):
        [before] = invite(booking, ben.email)

        again = invite(booking, ben.email, "new@example.org", now=NOW + timedelta(hours=1))

        assert [one.pk for one in again][:1] == [before.pk]
        assert again[0].invited_at == before.invited_at
        assert kinds(booking).count("invited") == 2
        invite(booking, ben.email)
        assert kinds(booking).count("invited") == 2

    def test_leaves_the_guest_out(self, booking, guest):
        assert invite(booking, guest.email) == []
        assert "invited" not in kinds(booking)

    @pytest.mark.parametrize(
        "addresses",
        [
            [],
            None,
            "ben@example.com",
            [7],
            ["ben"],
            ["a@b"],
            ["a\0@example.com"],
            ["x" * 250 + "@example.com"],
        ],
    )
    def test_takes_all_or_nobody(self, booking, addresses):
        wanted = ["ok@example.com", *addresses] if isinstance(addresses, list) and addresses else addresses

        with refused(Invalid):
            operations.invite(booking, wanted, by=booking.guest, now=NOW)

        assert not Participant.objects.exists()

    def test_takes_a_hundred_and_no_more(self, booking):
        invite(booking, *(f"p{n}@example.org" for n in range(100)))

        with refused(PolicyViolation, rule="participants"):
            invite(booking, "one.more@example.org")
        assert participants.counts_of(booking)["invited"] == 100

    def test_is_no_way_to_send_many_mails(self, aurora, guest, booking):
        invite(booking, *(f"p{n}@example.org" for n in range(100)))
        others = [operations.book(aurora, span(hour, hour + 1), by=guest, now=NOW) for hour in (10, 11)]
        invite(others[0], *(f"q{n}@example.org" for n in range(99)))
        invite(others[1], "r@example.org")

        with refused(Throttled) as caught:
            invite(others[1], "s@example.org")

        assert caught.value.retry_after == DAY.total_seconds()

    def test_of_one_address_again_and_again_ends(self, booking):
        for _ in range(inviting.MOST_TIMES):
            [made] = invite(booking, "ben@example.com")
            operations.uninvite(booking, made.pk, by=booking.guest, now=NOW)

        with refused(PolicyViolation, rule="participants"):
            invite(booking, "ben@example.com")

    @pytest.mark.parametrize("state", ["held", "cancelled", "over"])
    def test_is_refused_where_nothing_takes_place(self, aurora, guest, state):
        make = operations.hold if state == "held" else operations.book
        made = make(aurora, span(9, 10), by=guest, now=NOW)
        if state == "cancelled":
            made = operations.cancel(made, by=guest, now=NOW)

        with refused(PolicyViolation, rule="participants"):
            invite(made, "ben@example.com", now=at(10) if state == "over" else NOW)

    def test_is_refused_of_walk_ins_and_of_seats(self, guest):
        parking = car_park()
        staff = works_at(person("carl"), parking)
        room(parking, "1")
        walked_in = operations.walk_in(parking, by=staff, now=NOW)
        run = departure(train())
        seats = operations.book_seats(ride(run, "1A"), by=guest, now=NOW)

        for made, by in ((walked_in, staff), (seats, guest)):
            with refused(PolicyViolation, rule="participants"):
                operations.invite(made, ["ben@example.com"], by=by, now=NOW)

    def test_knows_nobody_by_an_address_that_they_have_not_proved(self, booking, ben):
        EmailAddress.objects.create(user=ben, email=ben.email, verified=False, primary=True)

        [made] = invite(booking, ben.email)

        assert made.person is None
        with pytest.raises(NotFound):
            permissions.require_to_see(ben, booking)


class TestAnswering:
    def test_is_told_and_kept_with_its_time(self, booking, ben):
        invite(booking, ben.email)

        operations.answer(booking, "accepted", by=ben, now=NOW)

        [own] = Participant.objects.all()
        assert (own.answer, own.answered_at) == ("accepted", NOW)
        change = Change.objects.filter(booking=booking).latest("pk")
        assert (change.kind, change.by) == ("answered", ben)
        assert change.after == {"participants": [own.pk], "answer": "accepted"}
        assert verify.violations() == {}

    def test_twice_is_once(self, booking, ben):
        invite(booking, ben.email)

        for _ in range(2):
            operations.answer(booking, "declined", by=ben, now=NOW)

        assert kinds(booking).count("answered") == 1

    @pytest.mark.parametrize("said", ["", "perhaps", "invited", None, 7, ["accepted"]])
    def test_is_yes_or_no(self, booking, ben, said):
        invite(booking, ben.email)

        with refused(Invalid):
            operations.answer(booking, said, by=ben, now=NOW)

    def test_is_for_who_is_invited(self, booking, ben):
        with refused(NotFound):
            operations.answer(booking, "accepted", by=ben, now=NOW)

    def test_ends_with_the_booking(self, booking, ben):
        [own] = invite(booking, ben.email)

        with refused(PolicyViolation, rule="participants"):
            operations.answer(booking, "accepted", by=ben, now=at(10))
        operations.cancel(booking, by=booking.guest, now=NOW)
        with refused(PolicyViolation, rule="participants"):
            operations.answer_by_link(token_of(own), "accepted", by=None, now=NOW)

    def test_by_a_link_needs_no_account_and_proves_whose_address_it_is(self, booking):
        [own] = invite(booking, "ben@example.com")
        operations.answer_by_link(token_of(own), "accepted", by=None, now=NOW)
        ben, other = person("ben"), person("other")

        operations.answer_by_link(token_of(own), "accepted", by=other, now=NOW)
        own.refresh_from_db()
        assert (own.answer, own.person) == ("accepted", None)
        operations.answer_by_link(token_of(own), "accepted", by=ben, now=NOW)

        own.refresh_from_db()
        assert own.person == ben

    @pytest.mark.parametrize("token", ["", "1", "1.", "1.forged", "x" * 4_000, "\0", "1.\ud800"])
    def test_by_a_link_that_nobody_gave_is_refused(self, booking, token):
        invite(booking, "ben@example.com")

        with refused(NotFound):
            operations.answer_by_link(token, "accepted", by=None, now=NOW)

    def test_by_a_link_is_of_its_own_booking_alone(self, aurora, guest, booking):
        other = operations.book(aurora, span(11, 12), by=guest, now=NOW)
        [mine], [theirs] = invite(booking, "ben@example.com"), invite(other, "ben@example.com")

        operations.answer_by_link(token_of(mine), "declined", by=None, now=NOW)

        theirs.refresh_from_db()
        assert theirs.answer == "invited"
        forged = f"{theirs.pk}.{token_of(mine).partition('.')[2]}"
        with refused(NotFound):
            operations.answer_by_link(forged, "declined", by=None, now=NOW)


class TestSeeing:
    def test_is_for_who_is_invited_and_has_not_said_no(self, booking, ben, django_assert_num_queries):
        [own] = invite(booking, ben.email)
        ben._roles = {}

        with django_assert_num_queries(1):
            assert permissions.require_to_see(ben, booking) == own
        operations.answer(booking, "declined", by=ben, now=NOW)

        with pytest.raises(NotFound):
            permissions.require_to_see(ben, booking)
        operations.answer(booking, "accepted", by=ben, now=NOW)
        assert permissions.require_to_see(ben, booking) == own

    def test_asks_no_table_of_invitations_for_the_guest_and_the_staff(
        self, booking, django_assert_num_queries
    ):
        staff = works_at(person("carl"), booking.venue)
        permissions.is_staff(staff, booking.venue_id)

        with django_assert_num_queries(0):
            for own in (booking.guest, staff, None):
                permissions.require_to_change(own, booking)

    def test_ends_when_one_is_uninvited_as_does_the_link(self, booking, ben):
        [own] = invite(booking, ben.email)
        operations.uninvite(booking, own.pk, by=booking.guest, now=NOW)

        with pytest.raises(NotFound):
            permissions.require_to_see(ben, booking)
        with pytest.raises(NotFound):
            participant_of(token_of(own))
        with refused(NotFound):
            operations.answer(booking, "accepted", by=ben, now=NOW)


class TestACoOrganizer:
    def test_moves_and_cancels_as_the_guest_may_and_it_stays_the_guests(self, booking, ben):
        organizer(booking, ben)

        moved = operations.move(booking, by=ben, span=span(11, 12), now=NOW)
        gone = operations.cancel(moved, by=ben, now=NOW)

        assert (gone.state, gone.guest) == ("cancelled", booking.guest)
        assert verify.violations() == {}

    def test_invites_and_uninvites_and_makes_no_other(self, booking, ben):
        organizer(booking, ben)

        [made] = invite(booking, "stranger@example.org", by=ben)

        with refused(Forbidden):
            operations.let_change(booking, made.pk, True, by=ben, now=NOW)
        operations.uninvite(booking, made.pk, by=ben, now=NOW)
        [other] = invite(booking, "other@example.org")
        operations.let_change(booking, other.pk, True, by=booking.guest, now=NOW)
        with refused(Forbidden):
            operations.uninvite(booking, other.pk, by=ben, now=NOW)

    def test_does_nothing_else_of_the_guests(self, booking, ben):
        organizer(booking, ben)

        for act in (operations.check_in, operations.confirm, operations.renew, operations.release):
            with refused(NotFound):
                act(booking, by=ben, now=NOW)
        with refused(NotFound):
            operations.write_message(booking, "question", "May I?", by=ben, now=NOW)

    def test_is_one_no_more_when_they_said_no_or_the_guest_says_so(self, booking, ben):
        own = organizer(booking, ben)
        operations.answer(booking, "declined", by=ben, now=NOW)
        with refused(NotFound):
            operations.cancel(booking, by=ben, now=NOW)
        operations.answer(booking, "accepted", by=ben, now=NOW)

        operations.let_change(booking, own.pk, False, by=booking.guest, now=NOW)

        with refused(Forbidden):
            operations.cancel(booking, by=ben, now=NOW)

    def test_leaves_dates_of_a_series_out(self, aurora, guest, ben):
        wish = operations.Repeated(span(9, 10), "FREQ=DAILY;COUNT=3", {})
        series = operations.book([aurora], wish, by=guest, now=NOW)
        organizer(series, ben)

        operations.skip(series, 2, by=ben, now=NOW)

        assert series.allocations.filter(active=True).count() == 2

    @pytest.mark.parametrize("act", ["move", "cancel", "invite", "uninvite", "let_change"])
    def test_alone_changes_and_not_everybody_who_is_invited(self, booking, ben, act):
        [own] = invite(booking, ben.email)
        acts = {
            "move": lambda: operations.move(booking, by=ben, span=span(11, 12), now=NOW),
            "cancel": lambda: operations.cancel(booking, by=ben, now=NOW),
            "invite": lambda: invite(booking, "x@example.org", by=ben),
            "uninvite": lambda: operations.uninvite(booking, own.pk, by=ben, now=NOW),
            "let_change": lambda: operations.let_change(booking, own.pk, True, by=ben, now=NOW),
        }

        with refused(Forbidden):
            acts[act]()


class TestForgetting:
    def test_deletes_strangers_addresses_thirty_days_after_the_booking(self, booking):
        invite(booking, "ben@example.com")

        assert operations.forget_participants(now=at(10) + 29 * DAY) == 0
        assert operations.forget_participants(now=at(10) + 31 * DAY) == 1
        assert verify.violations() == {}

    def test_deletes_who_was_invited_to_what_was_cancelled_and_who_was_uninvited(self, aurora, guest):
        far = operations.book(aurora, span(9, 10, day=60), by=guest, now=NOW)
        kept = operations.book(aurora, span(9, 10, day=59), by=guest, now=NOW)
        invite(far, "ben@example.com")
        first, _ = invite(kept, "gone@example.com", "stays@example.com")
        operations.cancel(far, by=guest, now=NOW)
        operations.uninvite(kept, first.pk, by=guest, now=NOW)

        assert operations.forget_participants(now=NOW + 31 * DAY) == 2
        assert [one.address for one in Participant.objects.all()] == ["stays@example.com"]

    def test_goes_with_the_account_of_who_is_invited_and_of_the_guest(self, booking, ben):
        invite(booking, ben.email, "stranger@example.org")

        operations.forget_wishes(ben)

        assert [one.address for one in Participant.objects.all()] == ["stranger@example.org"]
        operations.cancel(booking, by=booking.guest, now=NOW)
        guest = booking.guest
        guest.closed_at, guest.is_active = NOW, False
        guest.save()
        operations.erase_closed(now=NOW)
        assert not Participant.objects.exists()


def test_a_venue_elsewhere_has_nothing_to_do_with_it(booking):
    elsewhere = works_at(person("ines"), office("elsewhere"), "owner")

    with refused(NotFound):
        invite(booking, "ben@example.com", by=elsewhere)

"""What inviting may not be used for: finding out who has an account, filling mailboxes, keeping rights."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import keepers
from accounts import operations as people
from reservations import Forbidden, NotFound, PolicyViolation, Throttled, inviting, lifecycle
from rooms import operations, permissions
from rooms.models import Change, Participant
from rooms.operations.changing import open_case
from rooms.queries.invitation_links import token_of
from rooms.queries.participants import shown_to
from tests.worlds import NOW, at, person, refused, rooms, span

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


class TestNames:
    @pytest.mark.parametrize("whole", [True, False])
    def test_are_told_of_who_has_answered_and_of_nobody_else(self, booking, ben, whole):
        [own] = invite(booking, ben.email)
        assert shown_to(own, whole=whole) == ("ben@example.com" if whole else "ben@…")

        answered = operations.answer(booking, "accepted", by=ben, now=NOW)

        assert shown_to(answered, whole=whole) == "Ben"


class TestLetters:
    def test_are_sent_for_nobody_whose_own_address_is_unproved(self, booking, guest):
        unproved = EmailAddress.objects.create(user=guest, email=guest.email, verified=False, primary=True)

        with refused(Forbidden):
            invite(booking, "ben@example.com")

        unproved.verified = True
        unproved.save()
        assert len(invite(booking, "ben@example.com")) == 1

    def test_to_one_address_are_few_a_day_by_one_person_and_by_all(self, aurora, guest):
        booking = operations.book(aurora, span(9, 10, day=3), by=guest, now=NOW)
        many = rooms(aurora.venue, inviting.DAILY_TO_ONE)
        for one in many:
            made = operations.book(one, span(9, 10), by=guest, now=NOW)
            invite(made, "victim@example.org")

        with refused(Throttled) as caught:
            invite(booking, "ok@example.org", "victim@example.org", now=NOW + DAY / 2)
        assert caught.value.retry_after == DAY.total_seconds() / 2
        assert not Participant.objects.filter(booking=booking).exists()

        other = person("other")
        for one in many:
            theirs = operations.book(one, span(10, 11), by=other, now=NOW)
            invite(theirs, "victim@example.org")
        theirs = operations.book(aurora, span(11, 12), by=person("third"), now=NOW)
        with refused(Throttled):
            invite(theirs, "victim@example.org")
        assert len(invite(booking, "victim@example.org", now=NOW + DAY)) == 1


class TestAnswers:
    def test_are_bounded_for_who_has_the_link(self, booking):
        [own] = invite(booking, "ben@example.com")
        for number in range(inviting.MOST_ANSWERS):
            said = inviting.ANSWERS[number % 2]
            operations.answer_by_link(token_of(own), said, by=None, now=NOW)

        with refused(PolicyViolation, rule="participants"):
            operations.answer_by_link(token_of(own), "accepted", by=None, now=NOW)

        operations.answer_by_link(token_of(own), "declined", by=None, now=NOW)  # as they had said
        assert Change.objects.filter(kind="answered").count() == inviting.MOST_ANSWERS

    def test_by_a_link_make_nobody_known_whose_address_is_unproved(self, booking):
        [own] = invite(booking, "ben@example.com")
        ben = person("ben")
        unproved = EmailAddress.objects.create(user=ben, email=ben.email, verified=False, primary=True)

        assert operations.answer_by_link(token_of(own), "accepted", by=ben, now=NOW).person is None

        unproved.verified = True
        unproved.save()
        assert operations.answer_by_link(token_of(own), "accepted", by=ben, now=NOW).person == ben


class TestWhoMayChange:
    def test_is_asked_again_once_the_booking_is_under_lock(self, booking, ben):
        [own] = invite(booking, ben.email)
        operations.let_change(booking, own.pk, True, by=booking.guest, now=NOW)

        def uninvited_during_the_wait(by, found):
            permissions.require_to_change(by, found)
            Participant.objects.update(may_change=False, uninvited_at=NOW)

        with transaction.atomic(), refused(NotFound):
            open_case((), booking, by=ben, now=NOW, allowed=uninvited_during_the_wait)


class TestForgetting:
    def test_keeps_who_was_invited_long_before_until_thirty_days_after_the_end(self, booking):
        invite(booking, "ben@example.com")
        Participant.objects.update(invited_at=NOW - 40 * DAY, told_at=NOW - 40 * DAY)
        operations.complete_past(now=at(11))
        booking.refresh_from_db()
        assert booking.state == lifecycle.COMPLETED

        assert operations.forget_participants(now=at(11)) == 0
        assert operations.forget_participants(now=at(10) + 29 * DAY) == 0
        assert operations.forget_participants(now=at(10) + 31 * DAY) == 1

    def test_counts_from_the_cancellation_and_not_from_the_invitation(self, aurora, guest):
        far = operations.book(aurora, span(9, 10, day=60), by=guest, now=NOW)
        invite(far, "ben@example.com")
        operations.cancel(far, by=guest, now=NOW + 40 * DAY)

        assert operations.forget_participants(now=NOW + 41 * DAY) == 0
        assert operations.forget_participants(now=NOW + 71 * DAY) == 1


class TestAnAddressThatIsProvedAfterwards:
    @pytest.fixture
    def ben(self, booking):
        """Somebody who was invited before they had an account, and never answered."""
        invite(booking, "ben@example.com", "stranger@example.org")
        return person("ben")

    def test_stands_in_the_copy_of_ones_data(self, booking, ben):
        [told] = dict(keepers.told(ben))["invited_to"]

        assert (told["address"], told["booking"]) == (ben.email, booking.reference)

    def test_goes_with_the_account(self, ben):
        people.close(ben, by=ben)

        assert [one.address for one in Participant.objects.all()] == ["stranger@example.org"]

    def test_neither_stands_there_nor_goes_while_it_is_unproved(self, ben):
        EmailAddress.objects.create(user=ben, email=ben.email, verified=False, primary=True)

        assert list(dict(keepers.told(ben))["invited_to"]) == []
        people.close(ben, by=ben)
        assert Participant.objects.count() == 2


def test_a_copy_of_ones_data_shows_no_booking_to_who_said_no(booking, ben):
    invite(booking, ben.email)
    operations.answer(booking, "declined", by=ben, now=NOW)

    [told] = dict(keepers.told(ben))["invited_to"]

    assert (told["booking"], told["starts_at"], told["answer"]) == (None, None, "declined")

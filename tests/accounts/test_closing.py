"""Closing an account: what it means, what is in its way, and that nothing of a person is left."""

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import operations, tokens
from accounts.inviting import invite
from accounts.models import Acting, Invitation, Membership, Role, User
from live.visitors import Visitor
from live.warden import standing
from notifications.calendars.operations import make_feed
from notifications.mail.operations import choose, owe
from notifications.models import CalendarFeed, MailPreference, Notice, Webhook
from notifications.operations import subscribe
from reservations import Forbidden, IllegalTransition, NotAuthenticated
from rooms import operations as rooms
from rooms.models import Change
from tests.accounts.conftest import PASSWORD, error_of
from tests.days import span
from tests.worlds import office, person, room, works_at

pytestmark = pytest.mark.django_db
PAGE, CLOSED = "/accounts/close/", "/accounts/closed/"


@pytest.fixture
def insider(guest, browser):
    browser.log_in()
    return browser


@pytest.fixture
def root():
    return person("root", is_staff=True, is_superuser=True)


@pytest.fixture
def aurora():
    return room(office(hours=None))


def close(browser, password=PASSWORD):
    return browser.post(PAGE, {"password": password})


def hindrances_of(browser):
    return [(one.sentence, one.link) for one in browser.get(PAGE).context["hindrances"]]


class TestClosing:
    def test_says_first_what_it_means(self, insider):
        page = insider.get(PAGE).content.decode()

        assert "nobody can log in to this account again" in page
        assert "Close my account for good" in page
        assert PAGE in insider.get("/accounts/profile/").content.decode()

    def test_asks_for_the_password_and_counts_wrong_ones(self, insider, guest):
        answers = [close(insider, "not the password") for _ in range(6)]

        assert error_of(answers[0], "password") == "That is not your password."
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        guest.refresh_from_db()
        assert guest.closed_at is None

    def test_ends_every_log_in_and_lets_nobody_in_again(self, insider, other_browser, guest):
        other_browser.log_in()
        pair = operations.begin_login(guest)
        visitor = Visitor(guest, None, guest.get_session_auth_hash())

        answer = close(insider)

        assert (answer.status_code, answer.url) == (303, CLOSED)
        assert "Your account is closed" in insider.get(CLOSED).content.decode()
        assert [insider.is_logged_in, other_browser.is_logged_in] == [False, False]
        assert standing([visitor], ()).is_over(visitor)
        for ended in (lambda: tokens.user_of(pair.access), lambda: operations.refresh(pair.refresh)):
            with pytest.raises(NotAuthenticated):
                ended()
        assert error_of(insider.log_in(), "__all__").startswith("That e-mail address and that password")

    def test_leaves_nothing_that_says_who_it_was(self, insider, guest):
        guest.emailaddress_set.create(email=guest.email, primary=True, verified=True)
        guest.emailaddress_set.create(email="new@example.com")

        close(insider)

        row = User.objects.values().get(pk=guest.pk)
        assert "guest@example.com" not in str(row)
        assert (row["name"], row["is_active"], row["last_login"]) == ("Closed account", False, None)
        assert not guest.emailaddress_set.exists()
        assert (str(User.objects.get(pk=guest.pk)), row["password"][0]) == (f"Closed account {guest.pk}", "!")

    def test_frees_the_address_for_a_new_account(self, insider, guest, browser):
        close(insider)

        browser.register("guest@example.com")

        assert User.objects.get(email="guest@example.com").pk != guest.pk

    def test_is_confirmed_to_the_address_that_it_had(self, insider, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            close(insider)

        [letter] = mail.outbox
        assert (letter.to, letter.subject) == (["guest@example.com"], "Your account is closed")
        assert "register again with this address" in letter.body

    def test_ends_what_was_made_and_what_was_to_be_sent(self, insider, guest, aurora):
        made = rooms.book(aurora, span(9, 10), by=guest)
        owe(Change.objects.all())
        rooms.cancel(made, by=guest)
        make_feed(by=guest)
        subscribe("https://example.com/hook", by=guest)
        choose(by=guest, bookings=False, reminders=True)

        close(insider)

        assert [model.objects.count() for model in (CalendarFeed, Webhook, MailPreference)] == [0, 0, 0]
        assert {one.state for one in Notice.objects.all()} == {"skipped"}

    def test_takes_the_roles_and_the_address_in_invitations(self, hired, harbour, root, insider, guest):
        works_at(guest, harbour)
        invite(harbour, "colleague@example.com", Role.STAFF, by=root, address="https://x/{}/")
        invite(harbour, "new@example.com", Role.STAFF, by=root, address="https://x/{}/")
        Invitation.objects.filter(email="new@example.com").update(email=guest.email)

        close(insider)

        assert not Membership.objects.filter(user=guest).exists()
        assert Invitation.objects.filter(withdrawn_at=None).get().email == "colleague@example.com"
        assert not Invitation.objects.filter(email="guest@example.com").exists()

    def test_is_once_and_for_all(self, insider, guest, root):
        close(insider)

        with pytest.raises(IllegalTransition, match="closed already"):
            operations.close(guest, by=root)
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=guest.pk).update(is_active=True)

    def test_is_nobody_elses_to_do(self, guest):
        with pytest.raises(Forbidden):
            operations.close(guest, by=person("rival"))

    def test_waits_while_a_superuser_acts_for_the_person(self, guest, root, browser):
        browser.log_in("root@example.com", "correct horse battery")
        browser.post(f"/accounts/people/{guest.pk}/act/")
        assert Acting.objects.exists()

        assert [browser.get(page).url for page in (PAGE, "/accounts/data/")] == ["/", "/"]


class TestWhatIsInTheWay:
    def test_is_every_booking_that_is_not_over_with_the_way_there(self, insider, guest, aurora):
        booked = rooms.book(aurora, span(9, 10), by=guest)
        held = rooms.hold(aurora, span(11, 12), by=guest)

        found = hindrances_of(insider)

        assert [link for _, link in found] == [f"/bookings/{one.reference}/" for one in (booked, held)]
        assert found[0][0].endswith("09:00, is booked: cancel it, or wait until it is over.")
        answer = close(insider)
        assert answer.status_code == 422
        assert booked.reference in answer.content.decode()
        guest.refresh_from_db()
        assert guest.is_active

    def test_costs_the_same_for_one_booking_and_for_thirty(self, insider, guest, aurora):
        def queries():
            with CaptureQueriesContext(connection) as found:
                insider.get(PAGE)
            return len(found)

        rooms.book(aurora, span(0, 0.5), by=guest)
        one = queries()
        for half in range(1, 30):
            rooms.book(aurora, span(half / 2, half / 2 + 0.5), by=guest)

        assert queries() == one + 1  # how many there are: they are told of no further than the tenth
        assert hindrances_of(insider)[-1] == ("20 more bookings are not over yet.", "/bookings/")

    @pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER])
    def test_is_a_venue_that_nobody_else_runs(self, insider, guest, harbour, role):
        works_at(guest, harbour, role)
        assert "Harbour Office" in hindrances_of(insider)[0][0]

        works_at(person("heir"), harbour, Role.OWNER)

        assert hindrances_of(insider) == []

    def test_is_the_site_that_nobody_else_runs(self, root, browser):
        browser.log_in("root@example.com", "correct horse battery")

        assert hindrances_of(browser) == [
            (
                "This site is run by nobody else: make somebody else a superuser first.",
                "/admin/accounts/user/",
            )
        ]
        assert close(browser, "correct horse battery").status_code == 422

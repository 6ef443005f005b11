"""E-mail addresses: confirmed by a link, changed by a link and never without."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

from accounts.models import User
from accounts.proving import is_confirmed
from rooms.queries.participants import owners_of
from tests.accounts.conftest import PASSWORD, error_of, link_in

PAGE = "/accounts/email/"


@pytest.fixture
def insider(guest, browser):
    """A browser of the guest that has just been asked for the password."""
    browser.log_in()
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    mail.outbox.clear()
    return browser


def move(browser, address):
    return browser.post(PAGE, {"action_add": "", "email": address})


def confirm(browser, message):
    return browser.post(link_in(message))


class TestConfirming:
    @pytest.mark.django_db
    def test_takes_a_button_and_not_just_a_look(self, browser):
        """Mail programs look at every link, to guard their users."""
        browser.register("new@example.com")
        newcomer = User.objects.get()
        page = browser.get(link_in(mail.outbox[0]))

        assert "Yes, confirm it" in page.content.decode()
        assert not newcomer.emailaddress_set.get().verified

        answer = confirm(browser, mail.outbox[0])

        assert answer.url == reverse("account_profile")
        assert newcomer.emailaddress_set.get().verified

    @pytest.mark.django_db
    def test_logs_nobody_in(self, browser, other_browser):
        browser.register("new@example.com")

        answer = confirm(other_browser, mail.outbox[0])

        assert answer.url == reverse("account_login")
        assert not other_browser.is_logged_in

    @pytest.mark.django_db
    @pytest.mark.parametrize("key", ["x", "MQ:1abc:forged", "::::", "-" * 3000])
    def test_by_a_forged_link_is_refused_kindly(self, browser, key):
        looked = browser.get(f"/accounts/confirm-email/{key}/")
        pressed = browser.post(f"/accounts/confirm-email/{key}/", follow=True)

        assert "This link is over" in looked.content.decode()
        assert "This link is over" in pressed.content.decode()

    def test_can_be_asked_for_again(self, insider, guest):
        guest.emailaddress_set.update(verified=False)

        insider.post(PAGE, {"action_send": "", "email": guest.email})

        assert [message.to for message in mail.outbox] == [[guest.email]]


class TestAnAccountThatWasMadeForItsPerson:
    """By an administrator or a command: nobody asked its person to confirm anything."""

    @pytest.mark.parametrize("move_on", ["opens its page", "somebody asks for a new password"])
    def test_counts_as_confirmed_whatever_is_done_with_its_address(self, guest, browser, move_on):
        if move_on == "opens its page":
            browser.log_in()
            assert "which is confirmed." in browser.get(PAGE).content.decode()
        else:
            browser.post(reverse("account_reset_password"), {"email": guest.email})
            assert [message.to for message in mail.outbox] == [[guest.email]]

        assert is_confirmed(guest)
        assert owners_of([guest.email]) == {guest.email: guest.pk}

    def test_has_the_address_that_another_account_has_left(self, guest, browser):
        left = User.objects.create(email="other@example.com")
        left.emailaddress_set.create(email=guest.email, verified=True, primary=True)
        browser.log_in()

        browser.get(PAGE)

        assert [(row.user, row.verified) for row in EmailAddress.objects.all()] == [(guest, True)]

    @pytest.mark.django_db
    def test_that_somebody_registered_is_confirmed_by_its_mail_alone(self, browser):
        browser.register("new@example.com")

        browser.get(PAGE)
        browser.post(reverse("account_reset_password"), {"email": "new@example.com"})

        assert not is_confirmed(User.objects.get())


class TestMovingToAnotherAddress:
    def test_asks_for_the_password_first(self, guest, browser):
        browser.log_in()
        asked = move(browser, "moved@example.com")

        assert asked.url == "/accounts/reauthenticate/?next=%2Faccounts%2Femail%2F"
        assert mail.outbox == []

        wrong = browser.post(asked.url, {"password": "not the password"})
        assert error_of(wrong, "password") == "That is not your password."

        browser.post(asked.url, {"password": PASSWORD})
        assert [message.to for message in mail.outbox] == [["moved@example.com"]]

    @pytest.mark.parametrize("pressed", [["action_add"], ["action_remove"], ["action_add", "action_send"]])
    def test_waits_for_a_password_where_there_is_none_to_ask_for(self, guest, browser, pressed):
        guest.emailaddress_set.create(email="before@example.com")
        guest.set_unusable_password()
        guest.save()
        browser.force_login(guest)
        email = "before@example.com" if pressed == ["action_remove"] else "moved@example.com"

        answer = browser.post(PAGE, {**dict.fromkeys(pressed, ""), "email": email})

        assert answer.url == reverse("account_profile")
        assert "Choose a password first, by mail" in browser.get(answer.url).content.decode()
        assert "You have no password yet: choose one by mail" in browser.get(PAGE).content.decode()
        assert guest.emailaddress_set.filter(verified=False).get().email == "before@example.com"
        assert mail.outbox == []

    def test_changes_nothing_until_the_link_is_followed(self, insider, guest, other_browser):
        move(insider, "moved@example.com")

        guest.refresh_from_db()
        assert guest.email == "guest@example.com"
        other_browser.log_in("guest@example.com")
        assert other_browser.is_logged_in
        assert "Moving to moved@example.com" in insider.get(PAGE).content.decode()

    def test_is_done_by_the_link(self, insider, guest, other_browser):
        move(insider, "Moved@Example.com")

        confirm(insider, mail.outbox[0])

        guest.refresh_from_db()
        assert guest.email == "moved@example.com"
        assert [(row.email, row.verified, row.primary) for row in guest.emailaddress_set.all()] == [
            ("moved@example.com", True, True)
        ]
        other_browser.log_in("moved@example.com")
        assert other_browser.is_logged_in

    def test_is_told_to_the_old_mailbox(self, insider, guest):
        move(insider, "moved@example.com")

        confirm(insider, mail.outbox[0])

        assert (mail.outbox[1].to, mail.outbox[1].subject) == (
            ["guest@example.com"],
            "Your e-mail address was changed",
        )

    def test_can_be_given_up(self, insider, guest):
        move(insider, "moved@example.com")

        insider.post(PAGE, {"action_remove": "", "email": "moved@example.com"})

        assert "Moving to" not in insider.get(PAGE).content.decode()
        assert "This link is over" in insider.get(link_in(mail.outbox[0])).content.decode()

    def test_to_a_third_address_forgets_the_second(self, insider, guest):
        move(insider, "moved@example.com")
        move(insider, "moved-again@example.com")

        assert sorted(guest.emailaddress_set.values_list("email", flat=True)) == [
            "guest@example.com",
            "moved-again@example.com",
        ]

    def test_to_the_same_address_is_refused(self, insider):
        answer = move(insider, "GUEST@example.com")

        assert (
            error_of(answer, "email") == "That is your e-mail address already, or the one you are moving to."
        )

    def test_to_another_persons_address_says_nothing_and_does_nothing(self, insider, guest, other_browser):
        User.objects.create_user("neighbor@example.com", PASSWORD)
        answer = move(insider, "neighbor@example.com")

        assert answer.url == PAGE

        confirm(insider, mail.outbox[0])

        guest.refresh_from_db()
        assert guest.email == "guest@example.com"
        other_browser.log_in("neighbor@example.com")
        assert other_browser.is_logged_in

    def test_to_an_address_that_was_registered_meanwhile_is_refused(self, insider, guest, other_browser):
        move(insider, "wanted@example.com")
        other_browser.register("wanted@example.com")

        answer = insider.post(link_in(mail.outbox[0]), follow=True)

        assert answer.status_code == 200
        guest.refresh_from_db()
        assert guest.email == "guest@example.com"


class TestOnesOwnAddress:
    def test_cannot_be_removed(self, insider, guest):
        move(insider, "moved@example.com")

        insider.post(PAGE, {"action_remove": "", "email": "guest@example.com"})

        guest.refresh_from_db()
        assert guest.email == "guest@example.com"

    def test_cannot_become_one_that_is_not_confirmed(self, insider, guest):
        move(insider, "moved@example.com")

        answer = insider.post(PAGE, {"action_primary": "", "email": "moved@example.com"})

        assert answer.status_code == 400
        guest.refresh_from_db()
        assert guest.email == "guest@example.com"

    def test_cannot_be_another_persons_in_other_letters(self, guest, db):
        from django.db import IntegrityError

        with pytest.raises(IntegrityError):
            User.objects.create_user("GUEST@example.com", PASSWORD)

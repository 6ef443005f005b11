"""Where this site differs from allauth: its words, its links, its mail and its limits."""

from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import letters
from accounts.models import User
from accounts.throttle import PER_ACCOUNT
from reservations.errors import Throttled

# As long as what stands in them: a letter that comes later leads nowhere.
GOOD_FOR = {
    "login_code": timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT),
    "password_reset_key": timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Allauth's hooks, filled in."""

    error_messages = DefaultAccountAdapter.error_messages | {
        # One sentence for a wrong password and for an unknown address: it tells nobody who is here.
        "email_password_mismatch": "That e-mail address and that password do not belong together.",
        "email_taken": "There is an account with this e-mail address. Log in, or reset its password.",
        "duplicate_email": "That is your e-mail address already, or the one you are moving to.",
        "enter_current_password": "That is not your current password.",
        "incorrect_password": "That is not your password.",
        "incorrect_code": "That is not the code of the mail.",
        "too_many_login_attempts": "Too many wrong tries. Please wait five minutes, or reset your password.",
    }

    def is_ajax(self, request: HttpRequest) -> bool:
        """Say no: these pages answer everybody with pages."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Test whether `next` stays on this site; http://this-host would leave HTTPS, so paths only."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        return _link(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return _link(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("account_profile" if self.request.user.is_authenticated else "account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_profile")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe a mail: a mail server that is down spoils no registration, and what it confirms is not lost."""
        facts = {
            "email": email,
            "signup_url": _link(reverse("account_signup")),
            "password_reset_page": _link(reverse("account_reset_password")),
            "site_url": settings.BASE_URL,
        }
        mail = self.render_mail(template_prefix, email, context | facts)
        good_for = GOOD_FOR.get(template_prefix.rpartition("/")[2], letters.USUAL)
        letters.owe(email, mail.subject, str(mail.body), until=datetime.now(UTC) + good_for)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Move the account to the confirmed address, unless somebody has registered with it meanwhile."""
        try:
            with transaction.atomic():
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:
            failure = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, failure, {"email": email_address.email})
            return False

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Allow to give up a move to another address, never the address the account has."""
        return bool(email_address.email != email_address.user.email)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try with those at every other door, before it is made.

        Allauth's own count knows these pages alone, and tells apart what anybody may write in a Host header.
        """
        super().pre_authenticate(request, **credentials)
        try:
            PER_ACCOUNT.take(_account(credentials))
        except Throttled as refusal:
            raise self.validation_error("too_many_login_attempts") from refusal

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose address and password these are; what was right was no guess."""
        person: User | None = super().authenticate(request, **credentials)
        if person is not None:
            PER_ACCOUNT.give_back(_account(credentials))
        return person

    def reauthenticate(self, user: User, password: str) -> bool:
        """Test the password of the person who is logged in, by the address the account has.

        Allauth asks by the one that was confirmed first, which an administrator may have replaced.
        """
        person = self.authenticate(self.request, email=user.email, password=password)
        return person is not None and person.pk == user.pk

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        # Whoever has reset the password need not wait.
        PER_ACCOUNT.forget(_account(credentials))


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", credentials.get("username", ""))).strip().lower()


def _link(path: str) -> str:
    """Return the path as a link for a mail; a forged Host header must not lead it to a stranger."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"

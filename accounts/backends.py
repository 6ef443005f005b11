"""How an address and a password become a person."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from accounts.models import User, usual_form


class AddressBackend(AuthenticationBackend):  # type: ignore[misc]
    """Allauth's backend, asking the one column that says who owns an address.

    Allauth also tries every account that has merely begun to move to the address. That would let in by
    an address nobody has confirmed, and hash once more for each, which can be seen on a clock.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the person, or None: also for what no form lets through, but a socket or a program may."""
        words = credentials.values()
        # PostgreSQL cannot even look for a NUL byte.
        if not all(isinstance(word, str) and "\0" not in word for word in words):
            return None
        try:
            usual_form(credentials.get("password", ""))
        except ValueError:
            return None
        person: User | None = super().authenticate(request, **credentials)
        return person

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        # None, and the caller hashes the password all the same: an unknown address costs equal work.
        user = User.objects.filter(email=email.lower()).first()
        found: User | None = self._check_password(user, password)
        return found

"""How an address and a password become a person."""

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User


class AddressBackend(AuthenticationBackend):  # type: ignore[misc]
    """Allauth's backend, asking the one column that says who owns an address.

    Allauth also tries every account that has merely begun to move to the address. That would let in by
    an address nobody has confirmed, and hash once more for each, which can be seen on a clock.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        # None, and the caller hashes the password all the same: an unknown address costs equal work.
        user = User.objects.filter(email=email.lower()).first()
        found: User | None = self._check_password(user, password)
        return found

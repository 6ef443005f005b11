"""The secret in an address by which reminders are switched off: who has the mail may, without a log-in."""

from django.core.signing import BadSignature, Signer

from accounts.models import User


def token_of(user: User) -> str:
    """Return the secret of the person."""
    return _signer().sign(str(user.pk))


def user_of(token: str) -> User | None:
    """Return whose secret it is, or None if nobody here gave it."""
    try:
        return User.objects.filter(pk=int(_signer().unsign(token)), is_active=True).first()
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(sep=".", salt="notifications.unsubscribe")

"""The secret in an address of a feed: the feed's number, signed with the site's key."""

import uuid

from django.core.signing import BadSignature, Signer

SEPARATOR = "."
SHAPE = r"[0-9a-f]{32}\.[A-Za-z0-9_-]{20,86}"


def token_of(number: uuid.UUID) -> str:
    """Return the secret by which the feed is read."""
    return _signer().sign(number.hex)


def number_in(token: str) -> uuid.UUID | None:
    """Return the number of the feed whose secret this is, or None if nobody here gave it."""
    try:
        return uuid.UUID(hex=_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(sep=SEPARATOR, salt="notifications.calendar feed")

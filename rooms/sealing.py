"""Sealing: what a stolen copy of the tables must not tell is kept encrypted where a key is set.

FIELD_KEYS are secrets of one's own, the newest first: the first seals, all of them open, so that a key can
be replaced (`manage.py seal_plates` seals everything anew). Without a key texts are kept as they are. A
digest finds equal texts without opening them; it is keyed too, for plates are few enough to try them all.
"""

import functools
import hashlib
import hmac
import logging
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

log = logging.getLogger(__name__)
SEALED = "sealed:"  # no plate has a colon
PLAIN = "no key"  # what digests are keyed with where there is no secret


def seal(text: str) -> str:
    """Return the text as it is kept."""
    if not text or not settings.FIELD_KEYS:
        return text
    return SEALED + _opener(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def unseal(kept: str) -> str:
    """Return the text that was kept; nothing where no key of ours opens it."""
    if not kept.startswith(SEALED):
        return kept
    try:
        return _opener(tuple(settings.FIELD_KEYS)).decrypt(kept.removeprefix(SEALED)).decode()
    except (InvalidToken, ValueError):
        log.error("A sealed text cannot be opened: a key is missing in FIELD_KEYS.")
        return ""


def is_newest(kept: str) -> bool:
    """Test whether the text is kept as it would be now: sealed by the newest key, or plain without any."""
    if not settings.FIELD_KEYS or not kept.startswith(SEALED):
        return not settings.FIELD_KEYS and not kept.startswith(SEALED)
    try:
        _opener((settings.FIELD_KEYS[0],)).decrypt(kept.removeprefix(SEALED))
    except (InvalidToken, ValueError):
        return False
    return True


def digest(text: str) -> str:
    """Return what equal texts have in common, made with the newest key."""
    return _digest(text, next(iter(settings.FIELD_KEYS), PLAIN)) if text else ""


def digests(text: str) -> list[str]:
    """Return every digest under which the text may have been kept, since keys are replaced."""
    return [_digest(text, key) for key in (*settings.FIELD_KEYS, PLAIN)] if text else []


def _digest(text: str, key: str) -> str:
    return hmac.new(_derived(key, b"digest"), text.encode(), hashlib.sha256).hexdigest()


@functools.cache
def _opener(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key, b"seal"))) for key in keys])


def _derived(key: str, use: bytes) -> bytes:
    """Return 32 bytes for one use: what seals and what finds are different secrets."""
    return hmac.new(key.encode(), b"reserve field " + use, hashlib.sha256).digest()

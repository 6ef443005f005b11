"""Tickets: what a QR code says, signed so that anybody with the public key can tell a true one offline.

    RT1.<what it says, as base64>.<signature, as base64>

A copy is as true as its original: that it was used already, only who lets people in can tell.
"""

import base64
import functools
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from reservations import Invalid

MARK = "RT1"
LONGEST = 1_000  # characters
ALTERED = "This is no ticket of ours, or it was altered: its signature does not fit."


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says."""

    passenger: int
    booking: str
    departure: int
    route: str
    seat: str
    origin: str
    destination: str
    departs: str
    name: str


def _key() -> Ed25519PrivateKey:
    return _key_from(settings.SECRET_KEY)


@functools.lru_cache(maxsize=2)
def _key_from(secret: str) -> Ed25519PrivateKey:
    # Its own use of the secret, so that no signature made elsewhere can be taken for a ticket's.
    seed = hmac.new(secret.encode(), b"reserve: tickets are signed with this", hashlib.sha256).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """Return the key with which tickets are verified, as base64: it is no secret."""
    raw = _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def signed(ticket: Ticket) -> str:
    """Return the ticket as its QR code says it."""
    told = _packed(json.dumps(asdict(ticket), ensure_ascii=False, separators=(",", ":")).encode())
    return f"{MARK}.{told}.{_packed(_key().sign(f'{MARK}.{told}'.encode()))}"


def read(text: str) -> Ticket:
    """Return what a ticket says, if it was signed here and nothing of it was altered since.

    :raises Invalid: if not
    """
    parts = text.strip().split(".") if isinstance(text, str) and len(text) <= LONGEST else []
    try:
        mark, told, signature = parts
        if mark != MARK:
            raise ValueError(mark)
        _key().public_key().verify(_unpacked(signature), f"{mark}.{told}".encode())
        return Ticket(**json.loads(_unpacked(told)))
    except (ValueError, TypeError, InvalidSignature) as error:
        raise Invalid(ALTERED, field_errors={"ticket": [ALTERED]}) from error


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    # Strictly: base64 of another spelling would be a second text for the same ticket.
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _packed(raw) != text:
        raise ValueError(text)
    return raw

"""Signatures by which a receiver knows a delivery: those of Standard Webhooks (standardwebhooks.com).

What is signed is the id, the time and the body together: who alters one of them, or sends an old one
again, cannot make the signature that goes with it.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"
LENGTH = 32  # bytes


def fresh_secret() -> str:
    """Return a new secret, as receivers configure it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode()


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message with this id and body, sent at this time."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(secret: str, message: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """Return the three headers that go with the message."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message, timestamp, body),
    }

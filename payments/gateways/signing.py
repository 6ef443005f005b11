"""Signed webhooks, as most gateways sign them: HMAC-SHA256 over the time and the body.

    Sandbox-Signature: t=1795593600,v1=5257a869…

The time is signed with the body, so an old message cannot be sent again as a new one.
"""

import hashlib
import hmac
from datetime import datetime

from payments.gateways.protocol import Forged

TOLERANCE = 300  # seconds between signing and reading, either way: clocks differ


def signature(body: bytes, secret: bytes, *, now: datetime) -> str:
    """Return what stands in the header of the signed body."""
    stamp = str(int(now.timestamp()))
    return f"t={stamp},v1={_mac(stamp, body, secret)}"


def require_signed(body: bytes, header: str, secret: bytes, *, now: datetime) -> None:
    """Refuse a body that was not signed with the secret, or too long ago.

    :raises Forged: without saying more than that to whoever sent it
    """
    parts = dict(part.split("=", 1) for part in header[:500].split(",") if "=" in part)
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and given.isascii()):
        raise Forged
    if not hmac.compare_digest(given, _mac(stamp, body, secret)):
        raise Forged
    if abs(now.timestamp() - int(stamp)) > TOLERANCE:
        raise Forged("This was signed too long ago.")


def _mac(stamp: str, body: bytes, secret: bytes) -> str:
    return hmac.new(secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()

"""What the clock does for accounts, once a second: it returns soon."""

import time

from accounts import operations
from accounts.sessions import SessionStore

FORGET_EVERY = 3_600.0  # seconds
_forgot_at = float("-inf")


def forget() -> None:
    """Delete, now and then, the rows of log-ins that ended long ago, and of sessions that ran out."""
    global _forgot_at
    if time.monotonic() - _forgot_at >= FORGET_EVERY:
        _forgot_at = time.monotonic()
        operations.forget_logins()
        SessionStore.clear_expired()

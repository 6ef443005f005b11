"""Cursors: where a list goes on, as a text that programs hand back and cannot make themselves."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from django.utils.crypto import constant_time_compare, salted_hmac

from api.reading import refused
from reservations import Invalid

SIGNATURE = 12  # bytes


def cursor(place: Sequence[Any], *, of: Sequence[Any]) -> str:
    """Return the cursor of a place in a list; `of` says which list: its filters and its reader."""
    told = msgspec.json.encode(list(place))
    return base64.urlsafe_b64encode(_sign(told, of) + told).decode().rstrip("=")


def place(given: str, *, of: Sequence[Any]) -> list[Any]:
    """Return the place a cursor stands for.

    :raises Invalid: if this site did not make it, or made it for another list
    """
    try:
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _foreign() from error
    signature, told = raw[:SIGNATURE], raw[SIGNATURE:]
    if not constant_time_compare(signature, _sign(told, of)):
        raise _foreign()
    found: list[Any] = msgspec.json.decode(told)
    return found


def _sign(told: bytes, of: Sequence[Any]) -> bytes:
    which = hashlib.sha256(repr(of).encode("utf-8", "replace") + b"\0" + told).hexdigest()
    return salted_hmac("api.cursors", which, algorithm="sha256").digest()[:SIGNATURE]


def _foreign() -> Invalid:
    return refused("cursor", "That is no cursor of this list: take `next` as it came, with the same filters.")

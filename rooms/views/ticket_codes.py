"""Codes to be scanned, such as those of tickets: squares for paper, and a path that a page draws at once."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import qrcode  # type: ignore[import-untyped]

from rooms import tickets
from rooms.tickets import Ticket

QUIET = 4  # modules of nothing around a code on a screen: readers need them
MASK = 3  # any will do for a text in base64, and to try all eight takes eight times as long
REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Code:
    """A code to be drawn in a square of so many modules, and what it says."""

    text: str
    side: int
    path: str


def code_of(ticket: Ticket) -> Code:
    """Return the signed code of the ticket."""
    return drawn(tickets.signed(ticket))


def squares(text: str, *, border: int) -> Sequence[Sequence[bool]]:
    """Return the rows of the code, each dark or not from the left."""
    code = qrcode.QRCode(border=border, error_correction=qrcode.ERROR_CORRECT_L, mask_pattern=MASK)
    code.add_data(text)
    code.make()
    found: Sequence[Sequence[bool]] = code.get_matrix()
    return found


@functools.lru_cache(maxsize=REMEMBERED)
def drawn(text: str) -> Code:
    """Return the code that says the text, as a page draws it at once."""
    rows = squares(text, border=QUIET)
    path = "".join(_row(down, row) for down, row in enumerate(rows))
    return Code(text, len(rows), path)


def _row(down: int, row: Sequence[bool]) -> str:
    """Return the dark stretches of a row as rectangles of a path: as few as there are."""
    drawn, across = "", 0
    for is_dark, stretch in groupby(row):
        length = sum(1 for _ in stretch)
        drawn += f"M{across} {down}h{length}v1h-{length}z" if is_dark else ""
        across += length
    return drawn

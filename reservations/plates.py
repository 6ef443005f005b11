"""Number plates: one spelling to keep, one to search by, and one for those who need not know.

People write the same plate as "34 kz 1978", "34KZ-1978" or, from some keyboards, in wide letters.
"""

from __future__ import annotations

import unicodedata

from reservations.errors import Invalid

LONGEST = 15  # letters and digits; the longest plates in use have ten
WRITTEN = 24  # characters as typed, with what stands between
HIDDEN = "•••"
_BETWEEN = {" ", "-", "."}


def written(text: object) -> str:
    """Return the plate as it is kept and shown: upper case, single spaces; nothing for no plate.

    :raises Invalid: if it has no letter and no digit, is too long, or has what no plate has
    """
    if not isinstance(text, str):
        raise _invalid("A number plate is a text.")
    if not text:
        return ""
    plate = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    if not plate:
        return ""
    if any(not (letter.isalnum() or letter in _BETWEEN) for letter in plate):
        raise _invalid("A number plate has letters, digits, spaces and hyphens only.")
    if not key(plate) or len(key(plate)) > LONGEST or len(plate) > WRITTEN:
        raise _invalid(f"A number plate has 1 to {LONGEST} letters and digits.")
    return plate


def key(plate: str) -> str:
    """Return what two spellings of one plate have in common: its letters and digits."""
    return "".join(letter for letter in plate if letter.isalnum())


def masked(plate: str) -> str:
    """Return as much of the plate as its owner would recognize: "34 ••• 78"."""
    letters = key(plate)
    if len(letters) < 6:  # two and two of five leave one to guess
        return HIDDEN if letters else ""
    return f"{letters[:2]} {HIDDEN} {letters[-2:]}"


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, field_errors={"plate": [sentence]})

"""Texts as people type them: in one spelling, bounded, and without what nobody sees or what could mislead."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Protocol, TypeVar


def text(value: Any, name: str, limit: int, problems: dict[str, list[str]], *, lines: bool = False) -> str:
    """Return the text in one spelling (NFC), without what could forge a line, a header or a direction.

    Control characters, lone surrogates and the marks that turn the reading direction are refused and not
    removed: what is stored is what was typed. Where none of it can be seen, nothing was.
    """
    if not isinstance(value, str):
        problems.setdefault(name, []).append("This is a text.")
        return ""
    cleaned = value.replace("\r\n", "\n").strip()
    if cleaned.isascii() and cleaned.isprintable():
        return _bounded(cleaned, name, limit, problems)
    if any(_is_unclean(letter, lines) for letter in cleaned):
        problems.setdefault(name, []).append("This text has characters that cannot be shown.")
        return ""
    if _UNSEEN.fullmatch(cleaned):
        return ""
    return _bounded(unicodedata.normalize("NFC", cleaned), name, limit, problems)


def natural(name: str) -> tuple[tuple[str | int, ...], str]:
    """Return what names are sorted by, as people count: A2 comes before A10."""
    # Text and numbers take turns, so that two names never have one compared with the other.
    parts = enumerate(_NUMBER.split(name.casefold()))
    return tuple(int(part) if place % 2 else part for place, part in parts), name


class Ordered(Protocol):
    """What stands in the order of a venue: a room, or its terms."""

    @property
    def order(self) -> int: ...
    @property
    def name(self) -> str: ...


R = TypeVar("R", bound=Ordered)


def in_order(rooms: Iterable[R]) -> list[R]:
    """Return the rooms in the order of their venue, and those of the same place in it as people count."""
    return sorted(rooms, key=lambda room: (room.order, natural(room.name)))


_NUMBER = re.compile(r"(\d+)")


def _bounded(cleaned: str, name: str, limit: int, problems: dict[str, list[str]]) -> str:
    if len(cleaned) > limit:
        problems.setdefault(name, []).append(f"At most {limit} characters; this has {len(cleaned)}.")
    return cleaned


# Unicode's default ignorable characters, such as joiners and fillers, with the blank of Braille and spaces.
_UNSEEN = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)

# Bidirectional embeddings, overrides and isolates: a title could show its neighbors backwards.
_TURNING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}


def _is_unclean(letter: str, lines: bool) -> bool:
    if lines and letter in "\n\t":
        return False
    return letter in _TURNING or unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")

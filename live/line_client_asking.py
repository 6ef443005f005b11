"""What somebody wants, as they type it after a verb: which rooms or how many, when, for how many, what for.

Pure, like the dates: the names of rooms and types are handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

TITLE = re.compile(r'"([^"]*)"')
PARTY = re.compile(r"\bfor\s+(\d{1,4})\s+(?:people|persons|guests|of us)\b", re.IGNORECASE)
COUNT = re.compile(r"(\d{1,3})(?=\s|$)(?:\s+rooms?\b|\s+spots?\b|\s+seats?\b)?", re.IGNORECASE)
NEXT = re.compile(r"\s*(?:,|&|\band\b)\s*", re.IGNORECASE)


@dataclass(slots=True)
class Wanted:
    """Rooms by name, or a number of any; the rest of what was typed says when."""

    count: int | None = None
    rooms: list[str] = field(default_factory=list)
    type: str | None = None
    title: str = ""
    party: int | None = None
    rest: str = ""

    @property
    def params(self) -> dict[str, Any]:
        """What of it the server is asked, without the times."""
        found: dict[str, Any] = {"rooms": self.rooms} if self.rooms else {"count": self.count or 1}
        said = {"type": self.type, "title": self.title, "party": self.party}
        return {**found, **{name: value for name, value in said.items() if value}}


def wanted(text: str, rooms: Sequence[str], types: Iterable[str] = ()) -> Wanted:
    """Return what the words ask for.

    A number is how many, unless there are not so many rooms and one is called so: "204" or "#3" is a room.
    """
    asked = Wanted()
    if found := TITLE.search(text):
        asked.title, text = found[1], text[: found.start()] + text[found.end() :]
    if found := PARTY.search(text):
        asked.party, text = int(found[1]), text[: found.start()] + text[found.end() :]
    text = text.strip()
    number = COUNT.match(text)
    if number and 1 <= int(number[1]) <= len(rooms):
        asked.count, text = int(number[1]), text[number.end() :].lstrip()
        asked.type, text = _name(text, types, plural=True)
    else:
        asked.rooms, text = _names(text, rooms)
    if number and asked.count is None and not asked.rooms:
        asked.count, text = int(number[1]), text[number.end() :].lstrip()
    asked.rest = text
    return asked


def _names(text: str, rooms: Sequence[str]) -> tuple[list[str], str]:
    found: list[str] = []
    rest = text
    while True:
        name, after = _name(rest.removeprefix("#"), rooms)
        if name is None and rest[:5].lower() == "room ":
            name, after = _name(rest[5:].lstrip(" #"), rooms)
        if name is None:
            return found, text
        found.append(name)
        text = after
        following = NEXT.match(after)
        if not following:
            return found, text
        rest = after[following.end() :]


def _name(text: str, names: Iterable[str], *, plural: bool = False) -> tuple[str | None, str]:
    """Return the longest name with which the text begins, and what follows it."""
    low = text.casefold()
    for name in sorted(names, key=len, reverse=True):
        for ending in ("s", "") if plural else ("",):
            form = name.casefold() + ending
            # Not in "10-11", though a room may be called 10.
            if low.startswith(form) and low[len(form) : len(form) + 1] in ("", " ", ",", "&"):
                return name, text[len(form) :].lstrip()
    return None, text

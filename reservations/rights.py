"""What one person may do in one room: five verbs, of which some imply others."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

SEE, BOOK, REPEAT, EDIT, ARCHIVE = "see", "book", "repeat", "edit", "archive"
VERBS: Mapping[str, str] = MappingProxyType(
    {
        SEE: "find it, and see when it is free",
        BOOK: "book it",
        REPEAT: "book it as a series",
        EDIT: "say what it is, and take it out of use and back",
        ARCHIVE: "archive it",
    }
)
"""Each verb, and what it is, after "may"."""

NOBODY = "none"
TAKES = (NOBODY, SEE, BOOK, REPEAT)
"""How much of a room everybody may have: each is all that comes before it, and itself."""

_IMPLIED: Mapping[str, str] = MappingProxyType({BOOK: SEE, REPEAT: BOOK, EDIT: SEE, ARCHIVE: EDIT})


def with_implied(verbs: Iterable[str]) -> frozenset[str]:
    """Return the verbs with all that these imply: who may book a room in a series may see it, too."""
    found, waiting = set(), list(verbs)
    while waiting:
        verb = waiting.pop()
        found.add(verb)
        if verb in _IMPLIED:
            waiting.append(_IMPLIED[verb])
    return frozenset(found)


def in_order(verbs: Iterable[str]) -> list[str]:
    """Return the verbs as pages list them, the least first."""
    given = set(verbs)
    return [verb for verb in VERBS if verb in given]


def everybodys(take: str) -> frozenset[str]:
    """Return the verbs that everybody has in a room of which they may have so much."""
    return frozenset(TAKES[1 : TAKES.index(take) + 1])


def greatest(verbs: Iterable[str], *, of: Iterable[str]) -> str:
    """Return the last of these that is among the verbs: it says the others, too; nothing if none is."""
    given = with_implied(verbs)
    return next((verb for verb in reversed(list(of)) if verb in given), "")


def refusal_in_words(verb: str, room: str, verbs: Iterable[str]) -> str:
    """Return why somebody who has these verbs in the room may not do that there, and whom to ask.

    Who may not even see the room is told nothing of it, by whoever refuses.
    """
    if verb == REPEAT and BOOK in verbs:
        return f"You may book {room} once, but not in a series. Ask the venue."
    if verb in (BOOK, REPEAT):
        return f"You may see {room}, but not book it. Ask the venue."
    return f"You may not {'change' if verb == EDIT else verb} {room}. Ask the venue."

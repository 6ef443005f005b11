"""Who is invited to a booking: how many, how they answer, and which addresses somebody has pasted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from reservations.errors import PolicyViolation

INVITED: Final = "invited"
ACCEPTED: Final = "accepted"
DECLINED: Final = "declined"
ANSWERS = (ACCEPTED, DECLINED)
"""What one can say to an invitation."""

STATES = (ACCEPTED, INVITED, DECLINED)
"""How somebody who is invited may stand to it: `invited` is who has not answered."""

MOST: Final = 100  # participants of one booking
MOST_ROWS: Final = 3 * MOST  # with those who were uninvited: else who comes and goes would be a mailing list
MOST_TIMES: Final = 3  # one address is invited to one booking
DAILY: Final = 200  # invitations of one person, in any day
DAILY_TO_ONE: Final = 20  # of those, to one address
DAILY_TO_ONE_OF_ALL: Final = 40  # invitations of one address by all people together
MOST_ANSWERS: Final = 20  # to one invitation: each is told, and kept in the history
DAY: Final = timedelta(days=1)
LONGEST: Final = MOST * 300  # characters of what is pasted

_BETWEEN = re.compile(r"[\s,;]+")
_NAMED = re.compile(r"[^,;<>\n]*<\s*([^<>]*?)\s*>")


def addresses_in(pasted: str) -> list[str]:
    """Return the addresses in what somebody pasted, in small letters, each once and in order.

    They stand between blanks, commas, semicolons or lines; of `Ada Kaya <ada@example.com>` only the address.
    """
    plain = _NAMED.sub(lambda found: f" {found[1]} ", pasted)
    return list(dict.fromkeys(one.lower() for one in _BETWEEN.split(plain) if one))


def require_room(number: int, more: int) -> None:
    """Refuse more participants than a booking may have.

    :raises PolicyViolation: if there are `number` already, and with `more` it were too many
    """
    if number + more > MOST:
        left = max(MOST - number, 0)
        sentence = f"At most {MOST} people can be invited to one booking: {left} more are possible."
        raise PolicyViolation(sentence, rule="participants")


def in_words(counts: Mapping[str, int]) -> str:
    """Return how those who are invited stand to it: "4 come, 1 declined, 2 have not answered"."""
    said = []
    if number := counts.get(ACCEPTED, 0):
        said.append(f"{number} {'comes' if number == 1 else 'come'}")
    if number := counts.get(DECLINED, 0):
        said.append(f"{number} declined")
    if number := counts.get(INVITED, 0):
        said.append(f"{number} {'has' if number == 1 else 'have'} not answered")
    return ", ".join(said)


def warning(counts: Mapping[str, int], *, seats: int) -> str:
    """Return that more may come than the rooms hold, with the guest; nothing where they do not."""
    coming = counts.get(ACCEPTED, 0) + counts.get(INVITED, 0) + 1
    if coming <= seats:
        return ""
    return f"With the guest {coming} may come, and the rooms hold {seats}."


def counted(states: Iterable[str]) -> dict[str, int]:
    """Return how many stand how."""
    found = dict.fromkeys(STATES, 0)
    for state in states:
        found[state] += 1
    return found

"""Keepers: what each floor keeps of a person; told to them, in the way of their leaving, and erased with it.

And what of it would go on telling others of them, after the account was taken over.

The floors above add theirs when their apps are ready: accounts knows neither bookings nor mails.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from accounts.models import User

MOST = 10  # hindrances of one kind that are told one by one

Section = tuple[str, Iterable[dict[str, Any]]]
"""A name, and rows of what JSON can say; read one by one, however many there are."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why an account cannot be closed yet: what it is about, with the way there, and what comes first."""

    about: str
    says: str
    link: str = ""

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        return f"{self.about} {self.says}"


def nothing_to_revoke(person: User) -> None:
    """Leave all as it is: nothing here tells anybody who is not logged in."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """One floor's answers about a person.

    `erase` runs in the transaction that closes the account, after `hindrances` said nothing there: it writes
    rows of the person's own, and sends nothing. `revoke` runs in that in which the account becomes its
    owner's: of what somebody else has made there, nothing that works without a log-in stays.
    """

    told: Callable[[User], Iterator[Section]]
    hindrances: Callable[[User], Iterable[Hindrance]]
    erase: Callable[[User], None]
    revoke: Callable[[User], None] = nothing_to_revoke


_keepers: list[Keeper] = []


def add(keeper: Keeper) -> None:
    """Ask the keeper from now on, after those added before."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def told(person: User) -> Iterator[Section]:
    """Yield everything that is kept of the person, a section at a time."""
    for keeper in _keepers:
        yield from keeper.told(person)


def hindrances(person: User) -> list[Hindrance]:
    """Return everything that is in the way of closing the person's account."""
    return [one for keeper in _keepers for one in keeper.hindrances(person)]


def erase(person: User) -> None:
    """Erase what is the person's alone, and what the rest says of them.

    The floors above first: they find the person by what the floors below them know, such as an address.
    """
    for keeper in reversed(_keepers):
        keeper.erase(person)


def revoke(person: User) -> None:
    """Let nobody read or hear of the person any more by what was made in their account."""
    for keeper in reversed(_keepers):
        keeper.revoke(person)


def named_or_counted(found: list[Hindrance], number: int, more: Hindrance) -> list[Hindrance]:
    """Return the first of the hindrances, and one for all the others where there are more."""
    return found if number <= MOST else [*found[:MOST], more]

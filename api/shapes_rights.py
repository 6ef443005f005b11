"""Shapes of rights: what everybody may in a room, and who may more."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from api.shapes import Instant, Wanted

Verb = Literal["see", "book", "repeat", "edit", "archive"]
Take = Annotated[
    Literal["none", "see", "book", "repeat"],
    Meta(description="How much of it everybody may have, each more than the one before."),
]


class PersonRightsWanted(Wanted):
    """Somebody with an account, and what they are to be allowed; a verb gives what it needs as well."""

    email: Annotated[str, Meta(min_length=1, max_length=254, examples=["guest@example.com"])]
    verbs: Annotated[list[Verb], Meta(min_length=1, max_length=5)]


class RightsWanted(Wanted):
    """All rights in a room: whoever is not named has none of their own any more."""

    everybody: Take
    people: Annotated[list[PersonRightsWanted], Meta(max_length=200)] = []


class PersonRights(Struct, kw_only=True):
    """Somebody with rights of their own in a room."""

    email: str
    name: str
    verbs: list[Verb]
    given_at: Instant


class Rights(Struct, kw_only=True):
    """Who may what in a room, beside what roles give."""

    room: int
    name: str
    everybody: Take
    people: list[PersonRights]

"""Shapes of who is invited to a booking."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from api.shapes import Instant, Next, PageQuery, Wanted
from reservations.inviting import MOST

Answer = Literal["accepted", "declined"]
Standing = Literal["invited", "accepted", "declined"]
Address = Annotated[str, Meta(min_length=1, max_length=254)]


class PeopleInvited(Wanted):
    """Whom to invite, by their e-mail addresses: all of them, or nobody."""

    addresses: Annotated[list[Address], Meta(min_length=1, max_length=MOST)]


class Answered(Wanted):
    """Whether one comes."""

    answer: Answer


class ParticipantChanged(Wanted):
    """Whether somebody who is invited may move and cancel the booking, and invite others."""

    may_change: bool


class Participant(Struct, kw_only=True):
    """Somebody who is invited to a booking."""

    id: int
    address: Annotated[str, Meta(description="Whole for guest, staff and co-organizers; else empty.")]
    name: Annotated[str, Meta(description="Once they have answered, with an account; else of the address.")]
    answer: Annotated[Standing, Meta(description="`invited` as long as they have not answered.")]
    answered_at: Instant | None
    may_change: bool
    invited_at: Instant


class Coming(Struct, kw_only=True):
    """How many who are invited stand how to it."""

    invited: int
    accepted: int
    declined: int


class ParticipantList(Struct, kw_only=True):
    """One page of who is invited to a booking, in the order in which they were."""

    items: list[Participant]
    next: Next
    counts: Coming
    warning: Annotated[str, Meta(description="That more may come than the rooms hold; else empty.")]


class ParticipantsQuery(PageQuery, kw_only=True):
    pass

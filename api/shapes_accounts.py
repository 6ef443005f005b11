"""Shapes of people and their log-ins."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from accounts.models import LONGEST_PASSWORD
from accounts.registering import LONGEST_NAME

Email = Annotated[str, Meta(min_length=3, max_length=254, examples=["guest@example.com"])]


class LogIn(Struct):
    """An address and its password."""

    email: Email
    password: Annotated[str, Meta(min_length=1, max_length=LONGEST_PASSWORD)]


class Password(Struct):
    """The password once more, for what a token alone is not enough for."""

    password: Annotated[str, Meta(min_length=1, max_length=LONGEST_PASSWORD)]


class Registration(Struct, kw_only=True):
    """A new account."""

    email: Email
    password: Annotated[str, Meta(min_length=10, max_length=LONGEST_PASSWORD)]
    name: Annotated[str, Meta(max_length=LONGEST_NAME, description="Shown to the staff of venues.")] = ""


class RefreshWanted(Struct):
    refresh: Annotated[str, Meta(min_length=1, max_length=4096)]  # an access token, too, is told what it is


class Tokens(Struct, kw_only=True):
    """`access` goes into the Authorization header; `refresh` gets the next pair, and is good once."""

    access: str
    refresh: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 -- the name of the scheme
    expires_in: Annotated[int, Meta(description="Seconds that `access` lives.")]


class Role(Struct):
    """What the person is at a venue."""

    venue: str
    role: Literal["staff", "manager", "owner"]


class Me(Struct, kw_only=True):
    """Who is logged in."""

    email: str
    name: str
    timezone: str
    is_admin: Annotated[bool, Meta(description="May do everything everywhere.")]
    roles: list[Role]

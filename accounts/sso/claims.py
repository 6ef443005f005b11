"""What a provider says of a person, made into what this site goes by; everything it says may be malformed."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST_SUBJECT, LONGEST_EMAIL, LONGEST_NAME = 191, 254, 120  # characters, as the columns have room for


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider.

    `subject` never changes there and is used for nobody else; an address may be given to somebody else later.
    """

    issuer: str
    subject: str
    email: str = ""
    is_proven: bool = False
    name: str = ""
    timezone: str = "UTC"


def identity_of(
    told: Mapping[str, Any], more: Mapping[str, Any], *, issuer: str, domains: Collection[str]
) -> Identity:
    """Return who the ID token and the answer to who they are (`more`, may be empty) tell of.

    :raises ValueError: if they tell of two people, or of none
    """
    subject = told["sub"]
    if not (isinstance(subject, str) and subject.isascii() and subject.isprintable()):
        raise ValueError("The subject is no text.")
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ValueError(f"The subject has more than {LONGEST_SUBJECT} characters, or none.")
    if more and more.get("sub") != subject:
        # Somebody else's answer under this person's token: the standard tells to look.
        raise ValueError("The ID token and the answer to who they are tell of two people.")
    email, said = _address(told, more)
    is_proven = said is True or said == "true" or (said is None and email.rpartition("@")[2] in domains)
    return Identity(
        issuer=issuer,
        subject=subject,
        email=email,
        is_proven=bool(email) and is_proven,
        name=_name({**told, **more}),
        timezone=_zone(more.get("zoneinfo", told.get("zoneinfo"))),
    )


def _address(told: Mapping[str, Any], more: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the address in small letters, and whether it is said that it is theirs (None: not)."""
    source = more if "email" in more else told
    email, said = _in_small_letters(source.get("email")), source.get("email_verified")
    if said is None and email == _in_small_letters(told.get("email")):
        said = told.get("email_verified")
    try:
        validate_email(email)
    except ValidationError:
        return "", said
    return (email, said) if len(email) <= LONGEST_EMAIL and email.isprintable() else ("", said)


def _in_small_letters(claim: Any) -> str:
    return claim.strip().lower() if isinstance(claim, str) else ""


def _name(claims: Mapping[str, Any]) -> str:
    both = f"{_text(claims.get('given_name'))} {_text(claims.get('family_name'))}"
    return (_text(claims.get("name")) or both.strip())[:LONGEST_NAME].strip()


def _text(claim: Any) -> str:
    if not isinstance(claim, str):
        return ""
    shown = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", claim))
    return " ".join(shown.split())


def _zone(claim: Any) -> str:
    return claim if isinstance(claim, str) and claim in available_timezones() else "UTC"

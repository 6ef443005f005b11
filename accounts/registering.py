"""Register by address and password from anywhere but the page: a program, a socket, a line."""

import unicodedata
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.models import User, usual_form
from reservations.errors import Invalid

TAKEN = "There is an account with this e-mail address. Log in, or reset its password."
LONGEST_EMAIL, LONGEST_NAME = 254, 120  # characters


class OwnRequest(HttpRequest):
    """What allauth writes its mails with: this site's own address, whatever Host header somebody sent."""

    def get_host(self) -> str:
        return str(urlsplit(settings.BASE_URL).netloc)


def register(email: str, password: str, *, name: str = "") -> User:
    """Create the account and mail the link that confirms its address.

    :raises Invalid: with the same sentences beside the same fields as the page
    """
    address = email.strip().lower()
    person = User(email=address, name=" ".join(unicodedata.normalize("NFC", name).split()))
    problems = {"email": _wrong_with(address), "name": _wrong_with_name(person.name)}
    problems["password"] = _wrong_with_password(password, person)
    found = {field: sentences for field, sentences in problems.items() if sentences}
    if found:
        raise Invalid(next(iter(found.values()))[0], field_errors=found)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
            own = EmailAddress.objects.create(user=person, email=address, primary=True)
    except IntegrityError as error:  # somebody else was a moment faster
        raise Invalid(TAKEN, field_errors={"email": [TAKEN]}) from error
    request = OwnRequest()
    with context.request_context(request):
        own.send_confirmation(request, signup=True)
    return person


def _wrong_with(address: str) -> list[str]:
    if len(address) > LONGEST_EMAIL or not address.isprintable():
        return ["Enter a valid email address."]
    try:
        validate_email(address)
    except ValidationError as error:
        return list(error.messages)
    return [TAKEN] if User.objects.filter(email=address).exists() else []


def _wrong_with_name(name: str) -> list[str]:
    if len(name) > LONGEST_NAME:
        return [f"At most {LONGEST_NAME} characters."]
    return [] if name.isprintable() else ["This text has characters that cannot be shown."]


def _wrong_with_password(password: str, person: User) -> list[str]:
    try:
        usual_form(password)
        if "\0" in password:
            raise ValueError("A password has no NUL.")
        password_validation.validate_password(password, person)
    except ValidationError as error:
        return list(error.messages)
    except ValueError as error:
        return [str(error)]
    return []

"""Log in, prolong and end a log-in, register, who one is, and how one leaves."""

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest

from accounts import operations, throttle
from accounts.models import Membership, User
from api import throttles
from api.routing import ANYBODY, Call, Reply, endpoint
from api.shapes_accounts import LogIn, Me, Password, RefreshWanted, Registration, Role, Tokens
from reservations import Invalid, NotAuthenticated

NO_PASSWORD = "That is not your password."  # noqa: S105 -- a sentence
NO_MATCH = "That e-mail address and that password do not belong together."


@endpoint("POST", "auth/token", who=ANYBODY, body=LogIn, answer=Tokens)
def log_in(call: Call) -> Reply:
    """Log in by address and password.

    An unknown address and a wrong password are answered alike. Tries are counted by address and by account,
    and wrong ones for five minutes, together with those on pages and lines.
    """
    wanted: LogIn = call.body
    account = wanted.email.strip().lower()
    _count_try(call.request, account)
    user = authenticate(call.request, email=account, password=wanted.password)
    if not isinstance(user, User):
        throttle.PER_ACCOUNT.count(account)
        raise NotAuthenticated(NO_MATCH)
    throttles.give_back("account", account)
    return _told(operations.begin_login(user))


def _count_try(request: HttpRequest, account: str) -> None:
    throttles.count("token", throttles.address_of(request), settings.API_THROTTLE_TOKEN_ADDRESS)
    throttles.count("account", account, settings.API_THROTTLE_TOKEN_ACCOUNT)
    if settings.API_THROTTLE_TOKEN_ACCOUNT > 0:
        throttle.PER_ACCOUNT.require(account)  # Whoever guesses at two doors has as many tries as at one.


def _told(pair: operations.Pair, status: int = 200) -> Reply:
    told = Tokens(access=pair.access, refresh=pair.refresh, expires_in=pair.expires_in)
    return Reply(told, status, {"Cache-Control": "no-store"})


@endpoint("POST", "auth/refresh", who=ANYBODY, body=RefreshWanted, answer=Tokens)
def refresh(call: Call) -> Reply:
    """Exchange a refresh token for the next pair.

    A refresh token is good once. One that comes a second time was stolen from somebody: the whole log-in
    ends, and both have to log in again.
    """
    throttles.count("refresh", throttles.address_of(call.request), settings.API_THROTTLE_TOKEN_ADDRESS)
    return _told(operations.refresh(call.body.refresh))


@endpoint("POST", "auth/register", who=ANYBODY, body=Registration, answer=Tokens, status=201)
def register(call: Call) -> Reply:
    """Make an account and log in to it.

    A mail with a link that confirms the address goes out at once.
    """
    throttles.count("token", throttles.address_of(call.request), settings.API_THROTTLE_TOKEN_ADDRESS)
    wanted: Registration = call.body
    person = operations.register(wanted.email, wanted.password, name=wanted.name)
    return _told(operations.begin_login(person), status=201)


@endpoint("POST", "auth/logout")
def log_out(call: Call) -> Reply:
    """End this log-in: its refresh token, its access tokens and, within five seconds, its sockets.

    By cookie it ends the session.
    """
    if call.caller.by_cookie:
        logout(call.request)
    elif call.caller.family:
        operations.end_login(call.caller.family)
    return Reply(headers={"Cache-Control": "no-store"})


@endpoint("POST", "auth/close", body=Password, refuses=["policy_violation"])
def close(call: Call) -> Reply:
    """Close one's account for good, and erase what it says of a person.

    Refused while a booking of theirs is not over, money is owed by either side, or a venue would be left to
    nobody: the detail says what comes first. Every log-in ends; what was booked and paid stays in the books.
    """
    person, account = call.person, call.person.email
    throttle.PER_ACCOUNT.take(account)
    if not person.check_password(call.body.password):
        raise Invalid(NO_PASSWORD, field_errors={"password": [NO_PASSWORD]})
    throttle.PER_ACCOUNT.give_back(account)
    operations.close(person, by=person)
    return Reply(headers={"Cache-Control": "no-store"})


@endpoint("GET", "auth/me", answer=Me)
def me(call: Call) -> Me:
    """Tell who is logged in, and what they are where."""
    person = call.person
    rows = Membership.objects.filter(user=person).order_by("venue__slug").values_list("venue__slug", "role")
    return Me(
        email=person.email,
        name=person.name,
        timezone=person.timezone,
        is_admin=person.is_superuser,
        roles=[Role(venue, role) for venue, role in rows],  # type: ignore[arg-type]
    )

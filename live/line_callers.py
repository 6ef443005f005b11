"""Who calls on a line: logged in by password or token, and asked about anew with every call.

A line may be open for days. So before each call the tables are asked whether the log-in still stands: after
a log-out, a new password or the end of a token the next call is refused, whatever the line was.
"""

from typing import Any

from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser

from accounts import registering, throttle
from accounts.models import User
from live import visitors
from live.visitors import Visitor
from live.warden import standing
from reservations import Forbidden, Invalid, NotAuthenticated

NO_MATCH = "That e-mail address and that password do not belong together."
BOTH = "Log in with an e-mail address and a password, or with a token."


class Ended(NotAuthenticated):
    """The log-in by which a line was somebody's is over: the line is nobody's again."""

    usual = "Your log-in has ended. Please log in again."


def person_of(visitor: Visitor) -> Any:
    """Return the person as they are in the tables now, or an anonymous one: never None, which is the system.

    :raises Ended: if their log-in is over
    """
    if visitor.user is None:
        return AnonymousUser()
    over = standing([visitor], ()).is_over(visitor)
    person = None if over else User.objects.filter(pk=visitor.user.pk, is_active=True).first()
    if person is None:
        raise Ended
    return person


def register(network: str, before: Visitor, *, email: str, password: str, name: str = "") -> Visitor:
    """Make an account, and return its owner.

    :raises Forbidden: if the line is somebody's already
    :raises Throttled: if too many registered from the same network
    """
    if before.user is not None:
        raise Forbidden("You have an account: this line is logged in.")
    throttle.REGISTRATIONS.require(network)
    throttle.REGISTRATIONS.count(network)
    person = registering.register(email, password, name=name)
    return Visitor(person, None, person.get_session_auth_hash())


def log_in(network: str, before: Visitor, *, email: str = "", password: str = "", token: str = "") -> Visitor:
    """Return whose address and password, or whose token, these are.

    :raises NotAuthenticated: if they do not belong together
    :raises Throttled: if there were too many wrong tries
    """
    if bool(token) == bool(email or password):
        raise Invalid(BOTH, field_errors={"email": [BOTH]})
    found = visitors.by_token(token) if token else _by_password(network, email, password)
    if before.user is not None and before.user.pk != found.user.pk:
        raise Forbidden("This line is somebody else's. Please open another one.")
    return found


def _by_password(network: str, email: str, password: str) -> Visitor:
    account = email.strip().lower()
    limits = ((throttle.PER_ACCOUNT, account), (throttle.PER_NETWORK, network))
    # Before the password is looked at: a guess that comes too late learns nothing, even if it is right.
    for limit, who in limits:
        limit.require(who)
    person = authenticate(None, email=account, password=password)
    if person is None or not person.is_active:
        for limit, who in limits:
            limit.count(who)
        raise NotAuthenticated(NO_MATCH)
    return Visitor(person, None, person.get_session_auth_hash())

"""What confirms a booking: that somebody asks for it, the venue's approval, or a payment."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts import roles
from reservations import Policy


def is_only_requested(by: Any, policies: Iterable[Policy], venue_id: int) -> bool:
    """Test whether to book only asks for it: a policy needs approval, and who books may not give it."""
    needed = any(own.needs_approval for own in policies)
    return needed and by is not None and not roles.may(by, "approve", venue_id)


def must_pay_first(by: Any, price: int, policies: Iterable[Policy], venue_id: int) -> bool:
    """Test whether the person can only confirm this by paying online; staff and the system may without."""
    online = bool(price) and any(own.payment == "online" for own in policies)
    return online and by is not None and not roles.is_staff_at(by, venue_id)


def must_be_held(by: Any, price: int, policies: Sequence[Policy], venue_id: int) -> bool:
    """Test whether the person can have this only as a hold, to pay for it: to book it would be refused."""
    return must_pay_first(by, price, policies, venue_id) and not is_only_requested(by, policies, venue_id)

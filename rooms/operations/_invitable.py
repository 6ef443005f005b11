"""Who may be invited, and by whom: addresses that are some, and no more letters than people bear."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, Min, Q

from reservations import Forbidden, Invalid, PolicyViolation, Throttled, inviting, lifecycle
from rooms import permissions
from rooms.models import Booking, Participant, VenueKind
from rooms.operations._limits import wait_for_turn
from rooms.queries.participants import is_over, owners_of

SEATS = "Nobody is invited to seats of a departure: say who travels on the tickets."
UNPROVED = "Confirm your own e-mail address first: people are written to in your name."


def checked(addresses: Any) -> list[str]:
    """Return the addresses in small letters, each once.

    :raises Invalid: if one of them is none, or there are none
    """
    listed = isinstance(addresses, list | tuple) and all(isinstance(one, str) for one in addresses)
    written = [one.strip().lower() for one in addresses] if listed else []
    wrong = [one for one in written if not _is_address(one)]
    if not written or wrong:
        shown = ", ".join(repr(one[:60])[1:-1] for one in wrong[:3])
        sentence = f"That is no e-mail address: {shown}." if wrong else "Write at least one e-mail address."
        raise Invalid(sentence, field_errors={"addresses": [sentence]})
    found = list(dict.fromkeys(written))
    if len(found) > inviting.MOST:
        inviting.require_room(0, len(found))
    return found


def _is_address(written: str) -> bool:
    if len(written) > 254 or not written.isprintable():
        return False
    try:
        validate_email(written)
    except ValidationError:
        return False
    return True


def require_invitable(booking: Booking, *, now: datetime) -> None:
    """Refuse seats, what nobody with an account took, what is only held, and what is over."""
    if booking.venue.kind == VenueKind.VEHICLE:
        raise PolicyViolation(SEATS, rule="participants")
    if booking.guest is None or booking.guest.closed_at is not None:
        raise PolicyViolation(
            "This booking has no guest with an account who could invite anybody.", rule="participants"
        )
    if booking.state == lifecycle.HELD:
        raise PolicyViolation("This is only held: book it first, then invite people.", rule="participants")
    if is_over(booking, now=now):
        raise PolicyViolation("This booking is over: nobody is invited any more.", rule="participants")


def require_few(fresh: Sequence[str], known: dict[str, Participant]) -> None:
    """Refuse more than a booking may have, and whoever is invited again and again."""
    inviting.require_room(sum(one.is_live for one in known.values()), len(fresh))
    often = [one for one in fresh if one in known and known[one].times >= inviting.MOST_TIMES]
    if often:
        sentence = f"{often[0]} was invited {inviting.MOST_TIMES} times: that is enough."
        raise PolicyViolation(sentence, rule="participants")
    if len(known) + sum(one not in known for one in fresh) > inviting.MOST_ROWS:
        raise PolicyViolation("Too many people came and went here already.", rule="participants")


def require_proved(by: Any) -> None:
    """Refuse whoever has not shown that they read their own mail: else anybody could write as anybody."""
    if by is not permissions.SYSTEM and owners_of([by.email]).get(by.email) != by.pk:
        raise Forbidden(UNPROVED)


def require_not_hurried(fresh: Sequence[str], by: Any, *, now: datetime) -> None:
    """Refuse who invites so many that it were a mailing list; counted about all bookings, one at a time."""
    if by is permissions.SYSTEM:
        return
    wait_for_turn(by.pk)
    lately = Participant.objects.filter(invited_by=by.pk, invited_at__gt=now - inviting.DAY)
    times = list(lately.order_by("-invited_at").values_list("invited_at", flat=True)[: inviting.DAILY])
    if len(times) + len(fresh) > inviting.DAILY:
        oldest = times[inviting.DAILY - len(fresh)] if len(fresh) <= inviting.DAILY else now
        raise _too_many(f"At most {inviting.DAILY} invitations a day. Please wait.", oldest, now)
    _require_spared(fresh, by, now)


def _require_spared(fresh: Sequence[str], by: Any, now: datetime) -> None:
    """Refuse to invite one address to ever more bookings, by one person or by all together."""
    lately = Participant.objects.filter(address__in=fresh, invited_at__gt=now - inviting.DAY).order_by()
    counts = lately.values("address").annotate(
        of_all=Count("pk"), own=Count("pk", filter=Q(invited_by=by.pk)), oldest=Min("invited_at")
    )
    for address, of_all, own, oldest in counts.values_list("address", "of_all", "own", "oldest"):
        if own >= inviting.DAILY_TO_ONE or of_all >= inviting.DAILY_TO_ONE_OF_ALL:
            raise _too_many(f"{address} was invited often enough today. Please wait.", oldest, now)


def _too_many(sentence: str, oldest: datetime, now: datetime) -> Throttled:
    """Return the refusal, with when the oldest of what is counted is a day old."""
    wait = max(int((oldest + inviting.DAY - now).total_seconds()), 1)
    return Throttled(sentence, retry_after=wait)


def who_stopped(fresh: Sequence[str], by: Any) -> set[str]:
    """Return which of the addresses want no more mail of what this person invites to, as far as is known."""
    if by is permissions.SYSTEM:
        return set()
    said = Participant.objects.filter(address__in=fresh, invited_by=by.pk, mails=False)
    return set(said.values_list("address", flat=True))

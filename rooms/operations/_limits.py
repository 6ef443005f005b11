"""How much one guest may have: holds at a venue, and what its quotas leave; counted one request at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q

from reservations import PolicyViolation, lifecycle
from reservations.spans import counted
from rooms import permissions
from rooms.models import Booking
from rooms.operations import _series
from rooms.queries.quotas import Asked, Date, quotas_on, used_by
from rooms.queries.terms import VenueTerms
from rooms.wishes import Wish


def require_within_limits(
    asked: Wish, terms: VenueTerms, rooms: Sequence[int], now: datetime, places: Sequence[_series.Place] = ()
) -> None:
    """Refuse one hold too many, and what is more than a quota leaves; of a series, on one of its dates."""
    guest = asked.guest
    if guest is None:
        return
    # An offer is the system's, for who would have asked themselves.
    by = guest if asked.is_offer else asked.by
    if asked.hold:
        _require_few_holds(guest, terms, rooms, by=by, now=now)
    dates: list[Asked] = [(place.occurrence.span, place.rooms) for place in places]
    require_quotas(dates or [(asked.span, rooms)], terms, guest=guest.pk, by=by, now=now)


def require_quotas(
    dates: Sequence[Asked],
    terms: VenueTerms,
    *,
    guest: int | None,
    by: Any,
    now: datetime,
    besides: Date | None = None,
) -> None:
    """Refuse dates that are more than a quota leaves the guest; who may exceed quotas is not bound by them.

    :param besides: a date of a booking that moves, which is not counted
    :raises PolicyViolation: with when the quota leaves something again
    """
    if guest is None or not quotas_on(terms, {room for _, some in dates for room in some}):
        return
    wait_for_turn(guest)
    used = used_by(guest, terms, dates, now=now, besides=besides)
    for number, date in enumerate(dates):
        refusal = used.refusal(number, date, terms)
        # Staff may more than guests: so only a refusal asks who they are.
        if refusal and not permissions.may_exceed_quota(by, terms.id):
            raise refusal if len(dates) == 1 else _series.dated(refusal, date[0], terms)
        used.add(number, date, terms)


def wait_for_turn(guest: int) -> None:
    """Lock the guest's own row: sixteen requests at once are counted one after another.

    What is counted must be read by a later statement, which sees what was written during the wait.
    """
    get_user_model().objects.select_for_update(no_key=True).filter(pk=guest).values_list("pk").first()


def _require_few_holds(
    guest: Any, terms: VenueTerms, rooms: Sequence[int], *, by: Any, now: datetime
) -> None:
    """Refuse one hold or room too many: what is held and never bought empties a venue without paying."""
    wait_for_turn(guest.pk)
    policies = [terms.rooms[room].policy for room in rooms]
    live = Q(guest=guest, venue_id=terms.id, state=lifecycle.HELD, expires_at__gt=now)
    there = Count("allocations__room", filter=Q(allocations__active=True), distinct=True)
    held = list(Booking.objects.filter(live).annotate(rooms=there).values_list("rooms", flat=True))
    if len(held) >= min(policy.max_holds for policy in policies):
        raise PolicyViolation(
            f"You have {counted(len(held), 'hold')} here already; confirm or let go of one first.",
            rule="holds",
        )
    most = min(policy.max_held_rooms for policy in policies)
    # Staff may more than guests: so only a refusal asks who they are.
    if sum(held) + len(rooms) > most and not permissions.may_exceed_quota(by, terms.id):
        already = f" and you have {counted(sum(held), 'room')} on hold" if held else ""
        raise PolicyViolation(
            f"One guest may hold {counted(most, 'room')} at once{already}; ask {terms.name} for more.",
            rule="holds",
        )

"""What can be done with a booking."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from msgspec import UNSET

from api import answers
from api.queries import booking_called
from api.reading import refused
from api.routing import STAFF, Call, Nothing, endpoint
from api.shapes_bookings import Booking, Confirmation, Declined, Description, Move, PlateNoted
from reservations import PolicyViolation, Span, nights
from rooms import models, operations, permissions
from rooms.queries.rights import seen_from
from rooms.queries.stays import is_stay
from rooms.queries.terms import terms_of_venue
from rooms.said import details_of
from rooms.wishes import Details

AFTERWARDS: dict[str, Any] = {"answer": Booking, "body": Nothing, "body_required": False}
ALWAYS = ("not_found", "illegal_transition")
IN_TIME: dict[str, Any] = AFTERWARDS | {"refuses": [*ALWAYS, "hold_expired", "policy_violation"]}


def _done(
    call: Call,
    act: Callable[[models.Booking, Any], models.Booking],
    allowed: Callable[[Any, models.Booking], Any] = permissions.require_own,
) -> Booking:
    """Do it, and tell how the booking is now."""
    found = booking_called(call.path["reference"], call.person, allowed)
    changed = act(found, call.user)
    changed.venue, changed.guest = found.venue, found.guest
    return answers.booking(changed, call.user)


@endpoint("POST", "bookings/{reference}/confirm", **(IN_TIME | {"body": Confirmation}))
def confirm(call: Call) -> Booking:
    """Make a hold a booking, or a request where the venue has to approve."""
    told: Confirmation = call.body

    def act(found: models.Booking, user: Any) -> models.Booking:
        details = _details(found, told)
        try:
            return operations.confirm(found, by=user, details=details)
        except PolicyViolation as refusal:
            if refusal.rule == "payment" and told.answers is not UNSET and details is not None:
                operations.describe(found, details, by=user)  # so that it can be paid
            raise

    return _done(call, act)


@endpoint(
    "PATCH",
    "bookings/{reference}",
    body=Description,
    answer=Booking,
    refuses=[*ALWAYS, "hold_expired", "policy_violation"],
)
def describe(call: Call) -> Booking:
    """Change what a booking says of itself; where, when and for how much it is stays as it was."""
    told: Description = call.body

    def act(found: models.Booking, user: Any) -> models.Booking:
        details = _details(found, told)
        if details is None:
            raise refused("title", "Say what to change.")
        return operations.describe(found, details, by=user)

    return _done(call, act)


def _details(found: models.Booking, told: Description) -> Details | None:
    """Return what the booking is to say of itself, where anything is told; the rest as it says now."""
    given = {name: value for name in told.__struct_fields__ if (value := getattr(told, name)) is not UNSET}
    return replace(details_of(found), **given) if given else None


@endpoint(
    "POST", "bookings/{reference}/cancel", **(IN_TIME | {"refuses": [*IN_TIME["refuses"], "forbidden"]})
)
def cancel(call: Call) -> Booking:
    """Give the rooms back: let go of a hold, or cancel a booking or a request."""
    return _done(call, lambda found, user: operations.cancel(found, by=user), permissions.require_to_see)


@endpoint(
    "POST",
    "bookings/{reference}/plate",
    body=PlateNoted,
    answer=Booking,
    refuses=[*ALWAYS, "hold_expired", "policy_violation"],
)
def note_plate(call: Call) -> Booking:
    """Note which car the booking is for."""
    wanted: PlateNoted = call.body
    return _done(call, lambda found, user: operations.note_plate(found, by=user, plate=wanted.plate))


@endpoint("POST", "bookings/{reference}/renew", **IN_TIME)
def renew(call: Call) -> Booking:
    """Give a hold its full time again, as often as the terms allow."""
    return _done(call, lambda found, user: operations.renew(found, by=user))


@endpoint("POST", "bookings/{reference}/check-in", **IN_TIME)
def check_in(call: Call) -> Booking:
    """Say that the guest is there; from when the booking begins until it ends."""
    return _done(call, lambda found, user: operations.check_in(found, by=user))


@endpoint(
    "POST",
    "bookings/{reference}/undo-check-in",
    **AFTERWARDS,
    who=STAFF,
    refuses=[*ALWAYS, "forbidden", "policy_violation"],
)
def undo_check_in(call: Call) -> Booking:
    """Take back a check-in that was a mistake; until the booking ends."""
    return _done(call, lambda found, user: operations.undo_check_in(found, by=user))


@endpoint(
    "POST",
    "bookings/{reference}/no-show",
    **AFTERWARDS,
    who=STAFF,
    refuses=[*ALWAYS, "forbidden", "policy_violation"],
)
def mark_no_show(call: Call) -> Booking:
    """Say that the guest did not come; from when the booking begins until it ends, and the rest is free."""
    return _done(call, lambda found, user: operations.mark_no_show(found, by=user))


@endpoint("POST", "bookings/{reference}/check-out", **IN_TIME)
def check_out(call: Call) -> Booking:
    """End a booking that runs; what is left of its time is free at once."""
    return _done(call, lambda found, user: operations.check_out(found, by=user))


@endpoint("POST", "bookings/{reference}/release", **IN_TIME)
def release(call: Call) -> Booking:
    """Let go of the rooms from now on: of a hold altogether, else of what is left of a booking that runs."""
    return _done(call, lambda found, user: operations.release(found, by=user))


@endpoint("POST", "bookings/{reference}/approve", **AFTERWARDS, who=STAFF, refuses=[*ALWAYS, "forbidden"])
def approve(call: Call) -> Booking:
    """Grant a request."""
    return _done(call, lambda found, user: operations.approve(found, by=user))


@endpoint(
    "POST",
    "bookings/{reference}/decline",
    **(AFTERWARDS | {"body": Declined}),
    who=STAFF,
    refuses=[*ALWAYS, "forbidden"],
)
def decline(call: Call) -> Booking:
    """Refuse a request, and free its rooms; say why, if the guest is to know."""
    wanted: Declined = call.body
    return _done(call, lambda found, user: operations.decline(found, by=user, reason=wanted.reason))


@endpoint(
    "POST",
    "bookings/{reference}/move",
    body=Move,
    answer=Booking,
    refuses=[*ALWAYS, "forbidden", "unavailable", "hold_expired", "policy_violation"],
)
def move(call: Call) -> Booking:
    """Move a booking to another span, other rooms, or both; it keeps its reference and is priced anew.

    A start without an end keeps the length: of a stay its nights, and the hour of its check-out.
    """
    wanted: Move = call.body

    def act(found: models.Booking, user: Any) -> models.Booking:
        span, rooms = _span(wanted, found), moved_rooms(wanted, found, user)
        if span is None and rooms is None:
            raise refused("start", "Say where to, or when to.")
        return operations.move(found, by=user, span=span, rooms=rooms)

    return _done(call, act, permissions.require_to_see)


def _span(wanted: Move, found: models.Booking) -> Span | None:
    if wanted.start is UNSET and wanted.end is UNSET:
        return None
    start = found.starts_at if wanted.start is UNSET else wanted.start
    if wanted.end is not UNSET:
        return Span(start, wanted.end)
    span = Span(found.starts_at, found.ends_at)
    if is_stay(found):
        return nights.stay_moved(span, start, terms_of_venue(found.venue).zone)
    return span.shift(start - found.starts_at)


def moved_rooms(wanted: Move, found: models.Booking, user: Any) -> list[models.Room] | None:
    """Return the rooms to move to, if any are said; one that is hidden answers like none, before all else."""
    if wanted.room is not UNSET and wanted.rooms is not UNSET:
        raise refused("room", "Give either room or rooms.")
    if wanted.room is UNSET and wanted.rooms is UNSET:
        return None
    ids = wanted.rooms if isinstance(wanted.rooms, list) else [wanted.room]
    permissions.require_known(map(int, ids), seen_from(found, user))  # type: ignore[arg-type]
    return [models.Room(pk=int(key), venue_id=found.venue_id) for key in ids]  # type: ignore[arg-type]

"""Who may do what to which booking; every operation asks here, so every door answers alike."""

from collections.abc import Callable, Iterable
from typing import Any

from accounts import roles
from reservations import Forbidden, NotAuthenticated, NotFound, Policy, PolicyViolation, lifecycle, plates
from reservations.rights import BOOK, EDIT, REPEAT
from rooms.models import Booking, Participant
from rooms.queries import participants, rights
from rooms.queries.confirming import must_pay_first
from rooms.queries.terms import VenueTerms
from rooms.wishes import Wish

Allowed = Callable[[Any, Booking], Any]
"""Refuses whoever may not do something with a booking, such as `require_own`."""

SYSTEM = None  # `by=None` is the clock, or a command that an operator runs


def require_person(by: Any) -> None:
    """Refuse a visitor who is not logged in; the system may pass."""
    # A deactivated account may still have an open session or token: it must not act with it.
    if by is not SYSTEM and not (getattr(by, "is_authenticated", False) and by.is_active):
        raise NotAuthenticated("Log in to do that.")


def is_staff(by: Any, venue_id: int) -> bool:
    """Test whether the person works at the venue, or is the system."""
    return by is SYSTEM or roles.is_staff_at(by, venue_id)


def may_approve(by: Any, venue_id: int) -> bool:
    """Test whether the person decides on requests at the venue."""
    return by is SYSTEM or roles.may(by, "approve", venue_id)


def may_exceed_quota(by: Any, venue_id: int) -> bool:
    """Test whether the person may book more at the venue than its quotas leave a guest."""
    return by is SYSTEM or roles.may(by, "exceed_quota", venue_id)


def may_see(by: Any, booking: Booking) -> bool:
    """Test whether the person may know of the booking: it is theirs, or they work at its venue."""
    if by is SYSTEM or (booking.guest_id is not None and booking.guest_id == getattr(by, "pk", None)):
        return True
    return roles.is_staff_at(by, booking.venue_id)


def require_own(by: Any, booking: Booking) -> None:
    """Refuse anybody but the guest, the venue's staff and the system.

    :raises NotFound: and not Forbidden, so that nobody learns which references exist
    """
    require_person(by)
    if not may_see(by, booking):
        raise NotFound("There is no such booking.")


def require_to_see(by: Any, booking: Booking) -> Participant | None:
    """Refuse whoever may not know of the booking, and return as what somebody was invited who else may not.

    Whoever owns it or works there is asked of no table more: only others are looked for in the invitations.

    :raises NotFound: so that nobody who is not invited learns that there is such a booking
    """
    require_person(by)
    if may_see(by, booking):
        return None
    invited = participants.as_invited(by.pk, booking)
    if invited is None:
        raise NotFound("There is no such booking.")
    return invited


def require_to_change(by: Any, booking: Booking) -> None:
    """Refuse anybody but the guest, the venue's staff, the system and co-organizers.

    :raises Forbidden: to who is invited, and only sees it
    """
    invited = require_to_see(by, booking)
    if invited is not None and not invited.may_change:
        raise Forbidden("Only its guest, and whom they let change it, may do that.")


def require_staff(by: Any, venue_id: int, doing: str) -> None:
    """Refuse anybody but the system and whom the table of accounts.roles lets do it: staff, as a rule."""
    require_person(by)
    action = roles.ACTION_OF.get(doing, "see_titles")
    if by is not SYSTEM and not roles.may(by, action, venue_id):
        raise Forbidden(f"Only the venue's staff may {doing}.")


def require_paid(by: Any, price: int, policies: Iterable[Policy], venue_id: int) -> None:
    """Refuse a guest to confirm by hand what is to be paid online first.

    Payments confirm it as the system, as soon as the deposit has come in.
    """
    if must_pay_first(by, price, policies, venue_id):
        raise PolicyViolation("This is paid online: hold it, and pay to confirm it.", rule="payment")


def require_may_take(asked: Wish, terms: VenueTerms) -> None:
    """Refuse what only staff may do, at a venue that is not shown or for somebody else; and by rights."""
    for_another = asked.details.guest is not None and asked.details.guest != asked.by
    if (for_another or not terms.is_listed) and not is_staff(asked.by, terms.id):
        if not terms.is_listed:
            raise NotFound("There is no such venue.")
        raise Forbidden("Only the venue's staff may book for somebody else.")
    require_rights(takes_by(asked), [*asked.rooms, *asked.others], terms, verb_of(asked))


def takes_by(asked: Wish) -> Any:
    """Return by whose rights rooms are taken: an offer is the system's, for who would have asked."""
    return asked.details.guest if asked.is_offer else asked.by


def verb_of(asked: Wish) -> str:
    """Return what one must be allowed in each room that is asked for."""
    return REPEAT if asked.rule else BOOK


def rooms_closed(by: Any, terms: VenueTerms, verb: str) -> frozenset[int]:
    """Return the rooms in which the person may not do that; the system may everything."""
    return frozenset() if by is SYSTEM else rights.closed(terms, by, verb)


def require_rights(by: Any, rooms: Iterable[int], terms: VenueTerms, verb: str) -> None:
    """Refuse to do that in a room which is not everybody's, to whom its rights were not given.

    :raises NotFound: if they may not even see it
    :raises Forbidden: if they may less there
    """
    asked = list(rooms)
    # Of rooms that are everybody's, which are almost all, nothing is read.
    if by is SYSTEM or rights.closed_to_everybody(terms)[verb].isdisjoint(asked):
        return
    if refusal := rights.first_refusal(asked, terms, by, verb):
        raise refusal


def require_to_keep(by: Any, held: Booking, rooms: Iterable[int], terms: VenueTerms) -> None:
    """Refuse to keep what is only held, in a room that is there no more or that its guest may book no more.

    What the staff hold for somebody, that guest may keep, whatever their own rights.
    """
    asked = list(rooms)
    require_known(asked, terms)
    if held.booked_by_id in (None, held.guest_id):
        require_rights(by, asked, terms, REPEAT if held.recurrence else BOOK)


def require_may_change(by: Any, venue_id: int, rooms: Iterable[int], doing: str, verb: str = EDIT) -> None:
    """Refuse anybody but the system, whom a role lets do it, and who was given the verb in all the rooms."""
    if by is not SYSTEM and not roles.may(by, roles.ACTION_OF[doing], venue_id):
        given, asked = rights.rights_of(by, [venue_id]), list(rooms)
        if not asked or not all(verb in given.get(room, ()) for room in asked):
            require_staff(by, venue_id, doing)


def require_known(rooms: Iterable[int], terms: VenueTerms) -> None:
    """Refuse rooms that the venue does not have, or has no more."""
    if any(room not in terms.rooms for room in rooms):
        raise NotFound("There is no such room here.")


def plate_for(by: Any, booking: Booking) -> str:
    """Return the plate as this person may see it: of a car that has left, most of the staff see a part.

    Whole for its guest; for the staff while the car is there or expected; and for who may look back.
    """
    plate = booking.plate
    is_theirs = booking.guest_id is not None and booking.guest_id == getattr(by, "pk", None)
    if not plate or by is SYSTEM or is_theirs:
        return plate
    if booking.state in lifecycle.KEEPS_ROOM and roles.is_staff_at(by, booking.venue_id):
        return plate
    return plate if roles.may(by, "see_plates", booking.venue_id) else plates.masked(plate)

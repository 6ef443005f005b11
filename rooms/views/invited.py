"""Who comes: the part of a booking's page that says so, and the page as it is for who is invited."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from reservations import ReservationError, inviting
from rooms import panels, permissions
from rooms.models import Booking, Participant, VenueKind
from rooms.queries import participants
from rooms.queries.cancelling import state_at
from rooms.queries.guests import revision_of
from rooms.queries.rights import terms_seen
from rooms.queries.timeline import height_of
from rooms.sql import database_now, estimated_now
from rooms.views import dates, nights
from rooms.views.telling import live_of, refused, shown, taken_of, terms_around, what_may

NAMES = {inviting.INVITED: "Not answered", inviting.ACCEPTED: "Comes", inviting.DECLINED: "Does not come"}
TEMPLATE = "includes/participants.html"
PAGE = 20  # of those who are invited


def show() -> None:
    """Show who comes on the page of each booking."""
    panels.add(panel)


def panel(request: HttpRequest, booking: Booking) -> tuple[str, dict[str, Any]] | None:
    """Return who is invited, and the form by which guest and staff invite; None where nobody can be."""
    if booking.venue.kind == VenueKind.VEHICLE or booking.guest is None:
        return None
    people = list(participants.participants_of(booking))
    may_invite = not participants.is_over(booking, now=estimated_now())
    if not people and not may_invite:
        return None
    return TEMPLATE, _told(request, booking, people, may_invite=may_invite, may_let=may_invite)


def invited_panel(request: HttpRequest, booking: Booking, invited: Participant) -> dict[str, Any]:
    """Return who comes, the buttons to answer by, and a co-organizer's form to invite by."""
    people = list(participants.participants_of(booking))
    is_open = not participants.is_over(booking, now=estimated_now())
    may_invite = is_open and invited.may_change
    told = _told(request, booking, people, may_invite=may_invite, may_let=False)
    host = participants.called_guest(booking)
    return {"template": TEMPLATE, **told, "own": invited if is_open else None, "host": host}


def _told(
    request: HttpRequest, booking: Booking, people: list[Participant], *, may_invite: bool, may_let: bool
) -> dict[str, Any]:
    counts = inviting.counted(one.answer for one in people)
    page = Paginator(people, PAGE).get_page(request.GET.get("people"))
    whole = may_invite or permissions.may_see(request.user, booking)
    return {
        "people": [_line(one, whole=whole, may_remove=may_let or not one.may_change) for one in page],
        "page": page,
        "words": inviting.in_words(counts),
        "warning": warning_of(booking, counts) if whole and people else "",
        "may_invite": may_invite,
        "may_let": may_let,
        "typed": request.POST.get("addresses", ""),
        "most": inviting.LONGEST,
        "more": inviting.MOST - len(people),
    }


def _line(one: Participant, *, whole: bool, may_remove: bool) -> dict[str, Any]:
    name = participants.shown_to(one, whole=whole)
    return {
        "row": one,
        "name": name,
        "address": one.address if whole and one.address != name else "",
        "state_name": NAMES[one.answer],
        "may_remove": may_remove,
    }


def warning_of(booking: Booking, counts: dict[str, int]) -> str:
    """Return that more may come than the booking's rooms hold; nothing where they do not."""
    rows = [row for row in booking.allocations.all() if row.active]
    seats = sum({row.room_id: row.room.capacity for row in rows}.values())
    return inviting.warning(counts, seats=seats) if rows else ""


def _board(found: Booking, user: Any) -> dict[str, Any]:
    """Return what they watch to hear of the booking: the venue's board, as they may see it."""
    height = height_of(terms_seen(found.venue, user))
    return {"topic": f"venue:{found.venue.slug}", "revision": height}


def invited_page(
    request: HttpRequest, found: Booking, refusal: ReservationError | None = None
) -> dict[str, Any]:
    """Return what the page shows to who is invited: no price or payment, no message, note or history.

    A co-organizer finds the forms by which its guest moves and cancels it.
    """
    now, revision = database_now(), revision_of(request.user.pk)  # first: what comes then is news
    desk = _board(found, request.user) if found.venue.is_listed else None
    told = taken_of(found)
    terms = terms_around(found, request.user)
    invited: Participant = found.invited  # type: ignore[attr-defined]
    can = what_may(request.user, found, now, terms)
    # What is held or asked for is its guest's to confirm.
    can = {what: may and invited.may_change and what in ("move", "cancel") for what, may in can.items()}
    found.state = state_at(found, now)
    page = shown(request, found, told, terms, can, now)
    if page["dates"] is not None and not invited.may_change:
        dates.close(page["dates"])
    mover = request.user if can["move"] else None
    return {
        **page,
        "stay": nights.stay_of(found, told, terms, request.GET, mover=mover, now=now),
        "panels": [invited_panel(request, found, invited)],
        **refused(refusal, terms, found, request.user, now),
        "desk": desk,
        "data": live_of(found, now, revision),
    }

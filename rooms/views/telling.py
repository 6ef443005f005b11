"""What the page of one booking tells: its rooms, its price, what happened, what may be done now."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest

from reservations import ReservationError
from reservations.hours import in_local_words
from reservations.lifecycle import moves_from
from rooms import money, panels, permissions, whom
from rooms.models import Allocation, Booking, Room, VenueKind
from rooms.queries import confirming
from rooms.queries.cancelling import Cancelling, cancelling, state_at
from rooms.queries.guests import revision_of
from rooms.queries.history import reasons_of
from rooms.queries.rights import terms_seen
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import revisions
from rooms.sql import database_now
from rooms.views import dates, moving, nights
from rooms.views.answers import live_head
from rooms.views.booking import quote_in_words
from rooms.views.detailing import details_form
from rooms.views.happening import history
from rooms.views.offering import offers_in_words

STATE_NAMES = {
    "held": "On hold",
    "pending": "Awaiting approval",
    "confirmed": "Booked",
    "checked_in": "Checked in",
    "completed": "Over",
    "expired": "Ran out",
    "declined": "Declined",
    "cancelled": "Cancelled",
    "no_show": "Not shown up",
}
NOT_MOVED = {"move_form": None, "moving": None}
_ROWS = Prefetch(
    "allocations",
    Allocation.objects.select_related("room", "room__type").order_by("room__order", "room__name", "pk"),
)


def booking_page(
    request: HttpRequest, found: Booking, refusal: ReservationError | None = None
) -> dict[str, Any]:
    """Return everything the page of one booking shows to its guest or the venue's staff."""
    staff = permissions.is_staff(request.user, found.venue_id)
    # First: what comes while the rest is read is news.
    now, revision, desk = database_now(), revision_of(request.user.pk), _desk(found) if staff else None
    told = taken_of(found)
    terms = terms_around(found, request.user)
    quoted = quote_of_cancelling(request.user, found, now, terms)
    can = what_may(request.user, found, now, terms, quoted)
    found.state = state_at(found, now)
    mover = request.user if can["move"] else None
    return {
        **shown(request, found, told, terms, can, now),
        "details_form": details_form(request, found, terms, refusal)
        if can["confirm"] or can["describe"]
        else None,
        "guest": guest_in_words(found) if staff and found.guest_id != request.user.pk else "",
        "stay": nights.stay_of(found, told, terms, request.GET, mover=mover, now=now),
        "other_rooms": nights.other_rooms(found, told, terms, now) if staff and can["move"] else [],
        "quote": quote_in_words(found.lines, found.price, found.currency) if found.lines else None,
        "reason": reasons_of([found]).get(found.pk, ""),
        "cancel_terms": _cancel_terms(found, quoted, terms, now) if can["cancel"] else "",
        "changes": history(found, terms, request.user),
        "panels": panels.panels_of(request, found),
        **refused(refusal, terms, found, request.user, now),
        "desk": desk,
        "data": live_of(found, now, revision),
    }


def taken_of(found: Booking) -> list[Allocation]:
    """Return what the booking has, or if nothing, what it had."""
    prefetch_related_objects([found], _ROWS)
    rows = list(found.allocations.all())
    return [row for row in rows if row.active] or rows


def shown(
    request: HttpRequest,
    found: Booking,
    told: list[Allocation],
    terms: VenueTerms,
    can: dict[str, bool],
    now: datetime,
) -> dict[str, Any]:
    """Return what everybody is shown who may see the booking."""
    rows = list(found.allocations.all())
    asked = {**request.GET.dict(), **request.POST.dict()}
    return {
        "venue": found.venue,
        "zone_label": found.venue.zone_label,
        "booking": found,
        "state_name": STATE_NAMES[found.state],
        "rooms": [_room(room) for room in dict.fromkeys(row.room for row in told)],
        "dates": dates.dates_page(found, rows, terms, request.user, asked, now=now),
        "can": can,
        **(_moving(found, terms, asked, request.user, now) if can["move"] else NOT_MOVED),
        "room_ids": [str(room) for room in sorted({row.room_id for row in rows})],
    }


def refused(
    refusal: ReservationError | None, terms: VenueTerms, found: Booking, user: Any, now: datetime
) -> dict[str, Any]:
    """Return why what was asked for is refused, if it is, and what is possible instead."""
    if refusal is None:
        return {"refusal": None}
    offers = moving.offers_noted(offers_in_words(refusal, terms), found, terms, by=user, now=now)
    return {"refusal": {"sentence": refusal.sentence, "alternatives": offers}}


def terms_around(found: Booking, user: Any) -> VenueTerms:
    """Return the terms as the person sees them; what one has is shown, whatever was taken away since."""
    return terms_seen(found.venue, user, besides={row.room_id for row in found.allocations.all()})


def _desk(found: Booking) -> dict[str, Any]:
    """Return what the staff watch to hear of somebody else's booking."""
    return {
        "topic": f"desk:{found.venue.slug}",
        "revision": revisions([found.venue_id])[found.venue_id][1],
    }


def live_of(found: Booking, now: datetime, revision: int) -> dict[str, Any]:
    """Return what the page's script begins with."""
    return {
        **live_head(now),
        "topics": {"mine": "mine"},
        "revisions": {"mine": revision},
        "reference": found.reference,
    }


def guest_in_words(found: Booking) -> str:
    """Return who the guest is, for the staff; without an account, by what the booking is called."""
    guest = found.guest
    if guest is None:
        return f"{whom.parted(found.title)[0] or 'Somebody'}, without an account"
    return ", ".join(filter(None, [guest.name, guest.shown_email]))


def _room(room: Room) -> dict[str, Any]:
    return {"name": room.name, "capacity": room.capacity, "floor": room.floor, "noun": room.type.noun}


def _moving(
    found: Booking, terms: VenueTerms, address: dict[str, Any], user: Any, now: datetime
) -> dict[str, Any]:
    return {
        "move_form": moving.move_form(found, terms, address),
        "moving": moving.moving(found, terms, address, by=user, now=now),
    }


def _cancel_terms(found: Booking, quoted: Cancelling, terms: VenueTerms, now: datetime) -> str:
    """Return until when, and what of the price stays owed; of what is only held, nothing."""
    if found.state == "held" or quoted.until is None:
        return ""
    until = in_local_words(quoted.until, terms.zone, seen_from=now)
    if not found.price or found.state != "confirmed":
        return f"Can be cancelled until {until}."
    cost = money.as_text(quoted.kept, found.currency) if quoted.kept else "nothing"
    step = next((moment for moment, _ in quoted.steps if moment and moment >= now), quoted.until)
    last = in_local_words(min(step, quoted.until), terms.zone, seen_from=now)
    later = "".join(_later_costs(quoted, step, terms, now)) if step < quoted.until else ""
    return f"Can be cancelled until {until}. That costs {cost} until {last}{later}."


def _later_costs(quoted: Cancelling, step: datetime, terms: VenueTerms, now: datetime) -> Iterator[str]:
    """Tell what of the price stays owed at each step that follows, as long as it can be cancelled."""
    for moment, back in quoted.steps:
        if moment is not None and moment <= step:
            continue
        share = {0: "the whole price", 100: "nothing"}.get(
            back, f"{100 - back}\N{NO-BREAK SPACE}% of the price"
        )
        if moment is None or quoted.until is None or moment >= quoted.until:
            yield f", and {share} after that"
            return
        yield f", {share} until {in_local_words(moment, terms.zone, seen_from=now)}"


def quote_of_cancelling(user: Any, found: Booking, now: datetime, terms: VenueTerms) -> Cancelling:
    """Return what cancelling the booking would mean for this person."""
    rooms = [row.room_id for row in found.allocations.all() if row.active]
    return cancelling(found, terms, rooms, staff=permissions.is_staff(user, found.venue_id), now=now)


def what_may(
    user: Any, found: Booking, now: datetime, terms: VenueTerms, quoted: Cancelling | None = None
) -> dict[str, bool]:
    """Return which of a booking's buttons this person can press now."""
    quoted = quoted or quote_of_cancelling(user, found, now, terms)
    moves = set(moves_from(state_at(found, now)))
    staff = permissions.is_staff(user, found.venue_id)
    over = found.ends_at is not None and found.ends_at <= now
    pays = confirming.must_pay_first(user, found.price, quoted.policies, found.venue_id)
    return {
        "confirm": "confirm" in moves and not pays,
        "renew": "renew" in moves,
        "describe": "describe" in moves and found.state != "held" and not over,
        "cancel": quoted.refusal is None,
        # Who travels otherwise gives the seats back and books others: seats are had by the departure.
        "move": "move" in moves
        and not over
        and found.venue.kind != VenueKind.VEHICLE
        and not found.recurrence,
        "approve": "approve" in moves and staff,
        "decline": "decline" in moves and staff,
    }

"""A guest's own bookings: the list, one of them, and what can be done with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reservations import (
    IllegalTransition,
    Invalid,
    NotAuthenticated,
    PolicyViolation,
    ReservationError,
    Span,
    recurrence,
)
from rooms import money, operations, permissions
from rooms.models import Booking, Room
from rooms.queries import participants
from rooms.queries.cancelling import state_at
from rooms.queries.guests import SCOPES, counts_by_scope, of_scope, revision_of
from rooms.queries.rights import seen_from
from rooms.queries.terms import terms_of_venue
from rooms.queries.vehicles import of_same_vehicle
from rooms.queries.waiting import ahead_of, listed
from rooms.queries.wallet import has_tickets
from rooms.said import details_of
from rooms.sql import database_now
from rooms.views import asking, nights
from rooms.views.answers import (
    answering,
    live_head,
    problem,
    rooms_text,
    told_to,
    wants_json,
    where_to_pay,
    with_retry,
)
from rooms.views.invited import invited_page
from rooms.views.lot_words import RELEASED, left_words
from rooms.views.telling import STATE_NAMES, booking_page
from rooms.views.waiting_words import told
from rooms.views.wallet import wallet_shown

PAGE = 20  # bookings
TICKETS, INVITED = "tickets", "invited"


@require_safe
@answering
def bookings(request: HttpRequest) -> HttpResponse:
    """List the person's bookings: to come, over, or given up."""
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to see your bookings.")
    now, revision = database_now(), revision_of(request.user.pk)
    show = request.GET.get("show", SCOPES[0])
    show = show if show in (*SCOPES, TICKETS, INVITED) else SCOPES[0]
    mine = _of_car(request, Booking.objects.filter(guest=request.user))
    invited = participants.to_come(participants.invited_to(request.user), now=now)
    counts = {**counts_by_scope(mine, now=now), INVITED: invited.count()}
    context = {
        "show": show,
        "counts": counts,
        "has_tickets": has_tickets(request.user),
        "vehicle_of": request.GET.get("vehicle_of", ""),
        "data": {
            **live_head(now),
            "topics": {"mine": "mine"},
            "revisions": {"mine": revision},
        },
    }
    own: dict[str, Any] = (
        {"wallet": wallet_shown(request.user, now)}
        if show == TICKETS
        else {"page": _invited(request, invited, counts[show], now)}
        if show == INVITED
        else {"page": _page(request, of_scope(mine, show, now=now), counts[show], now)}
    )
    if show == SCOPES[0]:
        waits = listed(request.user, now=now)
        own["waits"] = told(waits, ahead_of(waits))
    return render(request, "rooms/bookings.html", {**context, **own})


def _page(request: HttpRequest, listed: QuerySet[Booking], number: int, now: datetime) -> Page[Booking]:
    """Return one page of the list, with what it says of each booking."""
    found = listed.prefetch_related("allocations__room")
    pages = Paginator(found, PAGE)
    pages.count = number  # for the tabs it was counted already
    page = pages.get_page(request.GET.get("page"))
    for booking in page:
        booking.state = state_at(booking, now)
        booking.state_name = STATE_NAMES[booking.state]  # type: ignore[attr-defined]
        booking.rooms_text = rooms_text(booking)  # type: ignore[attr-defined]
        booking.stay_words = nights.words_of(booking)  # type: ignore[attr-defined]
        booking.price_text = money.as_text(booking.price, booking.currency) if booking.price else ""  # type: ignore[attr-defined]
    return page


def _invited(request: HttpRequest, listed: QuerySet[Booking], number: int, now: datetime) -> Page[Booking]:
    """Return one page of what the person is invited to, with who invites and what they answered; no price."""
    page = _page(request, listed, number, now)
    answers = participants.answers_of(request.user, page)
    for booking in page:
        booking.price_text = ""  # type: ignore[attr-defined]
        booking.host = participants.called_guest(booking)  # type: ignore[attr-defined]
        booking.answer = answers[booking.pk].answer if booking.pk in answers else ""  # type: ignore[attr-defined]
    return page


def _of_car(request: HttpRequest, listed: QuerySet[Booking]) -> QuerySet[Booking]:
    """Return only the bookings for the car of one of them, where the address says which."""
    reference = request.GET.get("vehicle_of", "")
    if not reference:
        return listed
    return of_same_vehicle(listed, asking.booking_called(reference, request.user))


@require_safe
@answering
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one booking, with what can be done with it now."""
    found = asking.booking_called(reference, request.user, permissions.require_to_see)
    if wants_json(request):
        return JsonResponse(told_to(request.user, found))
    return render(request, "rooms/booking.html", page_of(request, found))


def page_of(request: HttpRequest, found: Booking, refusal: ReservationError | None = None) -> dict[str, Any]:
    """Return what the page of the booking shows to this person: all of it, or what is for who is invited."""
    invited = getattr(found, "invited", None)
    page = booking_page(request, found, refusal) if invited is None else invited_page(request, found, refusal)
    return {**page, "invited": invited}


Act = Callable[[Booking, Any, asking.Asked], Booking]


def action(
    done: str, act: Act, allowed: permissions.Allowed = permissions.require_own
) -> Callable[..., HttpResponse]:
    """Return a view that does one thing with a booking and says so; for guest and staff, or the `allowed`."""

    @require_POST
    @answering
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        found = asking.booking_called(reference, request.user, allowed)
        try:
            changed = act(found, request.user, asking.asked(request))
        except ReservationError as refusal:
            if wants_json(request):
                return problem(refusal)
            fresh = asking.booking_called(reference, request.user, permissions.require_to_see)
            context = page_of(request, fresh, refusal)
            response = render(request, "rooms/booking.html", context, status=refusal.status)
            return with_retry(response, refusal)
        if wants_json(request):
            return JsonResponse(told_to(request.user, changed))
        messages.success(request, left_words(changed, request.user) if done == RELEASED else done)
        return HttpResponseRedirect(_next(request, changed, done), status=303)

    return view


CANCELLED = "The booking is cancelled, and the room is free again."


def _next(request: HttpRequest, found: Booking, done: str) -> str:
    """Return where to go on: to where the button was, to one's bookings, to pay, or to this one."""
    back = request.POST.get("back")
    if back == "desk":
        return reverse("rooms:desk", args=[found.venue.slug])
    if back == "today":
        return f"{reverse('reports:today')}?venue={found.venue.slug}"
    if done == CANCELLED:
        return reverse("rooms:bookings")
    if done == RELEASED and found.metered and found.guest_id == request.user.pk:
        return where_to_pay(found)  # what the button said: its price is known only now
    return reverse("rooms:booking", args=[found.reference])


def _confirm(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    answers = asking.answers_in(fields)
    told = answers or any(name in fields.values for name in ("title", "party", "note"))
    kept = details_of(found)
    details = asking.details(fields, kept) if told else None
    try:
        return operations.confirm(found, by=user, details=details)
    except PolicyViolation as refusal:
        if refusal.rule == "payment" and details is not None:
            operations.describe(found, details, by=user)  # what was typed goes along to where one pays
        raise
    except IllegalTransition as refusal:
        # A second press of the same button is no mistake: the booking is what was asked for.
        if refusal.state in ("confirmed", "pending"):
            return Booking.objects.select_related("venue").get(pk=found.pk)
        raise


def _describe(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    kept = details_of(found)
    return operations.describe(found, asking.details(fields, kept), by=user)


def _move(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    terms = terms_of_venue(found.venue)
    span = asking.span_of(fields, terms.zone) if fields.one("start") or fields.one("end") else None
    if fields.one("arrive") or fields.one("depart"):
        span = nights.span_chosen(fields, found, terms)
    rooms: list[Room] | None = None
    if fields.many("room") or fields.many("rooms"):
        rooms = asking.rooms_named(fields, found.venue, _hidden(found, user))
    if fields.one("to"):
        rooms, span = _where(found, user, fields)
    if span is None and rooms is None:
        raise Invalid("Say where to, or when to.", field_errors={"start": ["Say where to, or when to."]})
    return operations.move(found, by=user, span=span, rooms=rooms)


def _hidden(found: Booking, user: Any) -> frozenset[int]:
    """Return the rooms that answer like none to who moves the booking: the hidden ones but its own."""
    return seen_from(found, user).hidden


def _where(found: Booking, user: Any, fields: asking.Asked) -> tuple[list[Room], Span | None]:
    """Return the room that was chosen with until when it lasts, as the choice said: 17@2026-11-29T14:00Z."""
    room, _, until = str(fields.one("to")).partition("@")
    rooms = asking.rooms_named(asking.Asked({}, {"room": [room]}), found.venue, _hidden(found, user))
    if not found.metered:
        return rooms, None
    end = asking.moment(until, "to", found.venue.zone) if until else None
    return rooms, Span(found.starts_at, end)


def _date_of(fields: asking.Asked) -> int:
    return asking.whole(fields.one("date"), "date", least=1, most=recurrence.MOST)


def _skip(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    return operations.skip(found, _date_of(fields), by=user)


def _move_date(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    zone = terms_of_venue(found.venue).zone
    span = asking.span_of(fields, zone) if fields.one("start") or fields.one("end") else None
    rooms = asking.rooms_named(fields, found.venue, _hidden(found, user)) or None
    return operations.move_date(found, _date_of(fields), by=user, span=span, rooms=rooms)


def _decline(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    return operations.decline(found, by=user, reason=fields.one("reason", ""))


def _note_plate(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    return operations.note_plate(found, by=user, plate=fields.one("plate"))


confirm = action("Booked. It is on your list.", _confirm)
SHARED = permissions.require_to_see  # the operations say which of those who are invited may
cancel = action(CANCELLED, lambda found, user, fields: operations.cancel(found, by=user), SHARED)
renew = action("You have the full time again.", lambda found, user, fields: operations.renew(found, by=user))
describe = action("Changed.", _describe)
move = action("Moved.", _move, SHARED)
skip = action("That date is left out. The others stay.", _skip, SHARED)
move_date = action("That date is there now. The others stay.", _move_date, SHARED)
approve = action("Approved.", lambda found, user, fields: operations.approve(found, by=user))
decline = action("Declined.", _decline)
check_in = action("Checked in.", lambda found, user, fields: operations.check_in(found, by=user))
check_out = action("Checked out.", lambda found, user, fields: operations.check_out(found, by=user))
release = action(RELEASED, lambda found, user, fields: operations.release(found, by=user))
note_plate = action("The number plate is noted.", _note_plate)

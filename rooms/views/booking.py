"""Ask for rooms: the form, the booking of them, and why a time cannot be had."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from reservations import (
    Invalid,
    NotAuthenticated,
    NotFound,
    ReservationError,
    Span,
    Unavailable,
    iso,
    lifecycle,
)
from reservations.errors import as_json
from reservations.rights import EDIT
from rooms import forms, money, operations, permissions
from rooms.models import Booking, Unit, Venue, VenueKind
from rooms.operations import remembering
from rooms.queries.availability import quote_of
from rooms.queries.availability import why as reasons_why
from rooms.queries.questions import asked_of_booking
from rooms.queries.quotas import standings
from rooms.queries.rights import refusals, terms_seen, verbs_of
from rooms.queries.series import together
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.timeline import height_of
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import (
    address_of,
    answering,
    answering_json,
    booking_json,
    live_head,
    problem,
    rooms_text,
    wants_json,
    with_retry,
)
from rooms.views.calendar import first_hour
from rooms.views.departing import address_of_next
from rooms.views.offering import offers_in_words
from rooms.views.waiting import WAITED_FOR, where_to_wait

MOST_TOLD = 3  # reasons beside a form
MOST_REASONS = 20  # A span of years meets every booking in it; nobody reads more than these.


@require_safe
@answering_json
def why(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer "why can't I?" for a room and span, in the words a refusal would have."""
    found = asking.venue_called(slug, request.user)
    terms, fields = terms_seen(found, request.user), asking.asked(request)
    room = terms.rooms.get(asking.whole(fields.one("room"), "room"))
    if room is None:
        raise NotFound("There is no such room here.")
    span = asking.span_of(fields, terms.zone)
    reasons = reasons_why(room, terms, span, reader=request.user)[:MOST_REASONS]
    told = [{name: value for name, value in as_json(reason).items() if name != "ends"} for reason in reasons]
    wait = _wait(terms, room, span, reasons)
    return JsonResponse({"free": not reasons, "reasons": told, **({"wait": wait} if wait else {})})


def _wait(terms: VenueTerms, room: RoomTerms, span: Span, reasons: list[dict[str, Any]]) -> str | None:
    """Return where one waits for the room, if others have it for as long; the terms have to allow it."""
    taken = [reason["ends"] for reason in reasons if reason["code"] == "unavailable" and "mine" not in reason]
    if not taken or len(taken) < len(reasons) or room.unit not in WAITED_FOR:
        return None
    until = taken[0] if len(taken) == 1 and room.unit == Unit.HOUR else None
    return where_to_wait(terms, room, Span(span.start, max(span.end or until, until) if until else span.end))


@require_safe
@answering
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; a page of its own, or in the board's dialog."""
    found = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to book.")
    if found.kind == VenueKind.VEHICLE:
        return HttpResponseRedirect(
            address_of_next(found, database_now())
        )  # seats are booked by the departure
    terms, fields = terms_seen(found, request.user), asking.asked(request)
    room, span = _chosen(terms, fields)
    by_staff = permissions.is_staff(request.user, found.pk)
    chosen = span or _day_chosen(terms, fields)
    form = forms.empty(terms, room.id if room else None, chosen, by_staff=by_staff)
    context = _page(found, terms, room, chosen, form) | _standings(terms, room, chosen, request.user)
    context |= _why_not(terms, room, chosen, request.user)
    for refusal in refusals(room, terms, request.user) if room else ():
        context |= {
            "refusal": {"sentence": refusal.sentence, "alternatives": [], "wait": None},
            "reasons": [],
        }
    context["looks_after"] = room is not None and EDIT in verbs_of(room.id, found.pk, request.user)
    return render(request, "rooms/book.html", context)


def _why_not(terms: VenueTerms, room: RoomTerms | None, span: Span | None, user: Any) -> dict[str, Any]:
    """Return why the room cannot be had then, and where one waits for it; nothing of what can."""
    first = room or next(iter(terms.rooms.values()), None)  # the form begins with it
    if first is None or span is None:
        return {"reasons": [], "wait": None}
    reasons = reasons_why(first, terms, span, reader=user)
    sentences = [reason["sentence"] for reason in reasons[:MOST_TOLD]]
    return {"reasons": sentences, "wait": _wait(terms, first, span, reasons)}


def _day_chosen(terms: VenueTerms, fields: asking.Asked) -> Span | None:
    """Return an hour of the day in the address, for a form that nobody chose a time for yet."""
    by_hour = all(room.unit == Unit.HOUR for room in terms.rooms.values())
    date = fields.one("date")
    if not (by_hour and date and isinstance(date, str)):
        return None
    now = database_now()
    return first_hour(terms, asking.day(date, now.astimezone(terms.zone).date()), now)


def _chosen(terms: VenueTerms, fields: asking.Asked) -> tuple[RoomTerms | None, Span | None]:
    """Return the room and span in the address, as far as they make sense: the form asks for the rest."""
    try:
        room = terms.rooms.get(asking.whole(fields.one("room"), "room"))
    except Invalid:
        room = None
    try:
        return room, asking.span_of(fields, terms.zone)
    except Invalid:
        return room, None


def _page(
    found: Venue, terms: VenueTerms, room: RoomTerms | None, span: Span | None, form: forms.BookForm
) -> dict[str, Any]:
    height = height_of(terms)  # first: what comes while the rest is read is news
    first = room or next(iter(terms.rooms.values()), None)  # the form begins with it
    quote = quote_of(first, terms, span) if first and span else None
    return {
        "venue": found,
        "room": room,
        "span": span,
        "form": form,
        "quote": quote_in_words(quote.lines, quote.total, terms.currency) if quote and quote.lines else None,
        "refusal": None,
        "needs_approval": bool(first and first.policy.needs_approval),
        "zone_label": found.zone_label,
        "data": _data(found, height),
    }


def _data(found: Venue, height: int) -> dict[str, Any]:
    """Return what the page's script begins with, where the form is a page of its own."""
    now = database_now()
    return {
        **live_head(now),
        "venue": {"slug": found.slug, "timezone": found.timezone},
        "topics": {"venue": f"venue:{found.slug}"},
        "window": {"start": iso(now), "end": iso(now + forms.HOUR)},
        "revisions": {"venue": height},
    }


def _standings(terms: VenueTerms, room: RoomTerms | None, span: Span | None, user: Any) -> dict[str, Any]:
    """Return how much of the quotas on the room the guest has used then; of no room yet, on any of them."""
    rooms = [room] if room else list(terms.rooms.values())
    if not any(one.quotas for one in rooms):
        return {"quotas": []}  # as at most venues, where nobody asks what time it is
    now = database_now()
    return {"quotas": standings(rooms, terms, span or Span(now, now + forms.HOUR), user, now=now)}


def quote_in_words(lines: Any, total: int, currency: str) -> dict[str, Any]:
    """Return the priced lines as a page prints them."""
    told = [line if isinstance(line, dict) else line.as_json() for line in lines]
    return {
        "lines": [
            {"text": line["text"], "amount_text": money.as_text(line["amount"], currency)}
            for line in together(told)
        ],
        "total_text": money.as_text(total, currency),
    }


@require_POST
@answering
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """Hold or book what was asked for; a refusal shows the form again with what was typed, and offers."""
    found = asking.venue_called(slug, request.user)
    terms = terms_seen(found, request.user)
    permissions.require_person(request.user)
    fields = asking.asked(request)
    try:
        made = _make(request.user, found, terms, fields)
    except ReservationError as refusal:
        if wants_json(request):
            return problem(refusal)
        return _refused(request, found, terms, fields, refusal)
    if wants_json(request):
        told = {**booking_json(made), "asks": _asks(made, terms, request.user), **_questions(made, terms)}
        return JsonResponse(told, status=201, headers={"Location": address_of(made)})
    messages.success(request, _done(made))
    return HttpResponseRedirect(address_of(made), status=303)


def _done(made: Booking) -> str:
    """Return what has become of the wish: pages say it as the board does."""
    match made.state:
        case lifecycle.HELD:
            return f"{rooms_text(made)} is held for you. It is not booked yet."
        case lifecycle.PENDING:
            return f"Asked for {rooms_text(made)}. You will hear when it is approved."
    return f"Booked {rooms_text(made)}."


def _asks(made: Booking, terms: VenueTerms, user: Any) -> bool:
    """Test whether to book what is held only asks for it: the venue approves it, or does not."""
    rooms = [row.room_id for row in made.allocations.all() if row.room_id in terms.rooms]
    needs = any(terms.rooms[room].policy.needs_approval for room in rooms)
    return made.state == lifecycle.HELD and needs and not permissions.may_approve(user, terms.id)


def _questions(made: Booking, terms: VenueTerms) -> dict[str, list[int]]:
    """Return which of the venue's questions are asked of it, where it has any: its page shows them all."""
    return {"questions": [one.id for one in asked_of_booking(made, terms)]} if terms.questions else {}


def _make(user: Any, found: Venue, terms: VenueTerms, fields: asking.Asked) -> Booking:
    hidden = remembering.not_to_name(terms, user, fields.one("key"))
    what = asking.rooms_or_any(fields, found, hidden)
    take = operations.hold if fields.one("hold") in (True, 1, "1", "true", "on") else operations.book
    key = fields.one("key")
    if not isinstance(key, str):
        raise asking.invalid("key", "An idempotency key is a text.")
    span = asking.span_of(fields, terms.zone)
    details = replace(asking.details(fields), guest=asking.guest_of(fields, user, found.pk))
    return take(what, span, by=user, details=details, key=key)


def _refused(
    request: HttpRequest, found: Venue, terms: VenueTerms, fields: asking.Asked, refusal: ReservationError
) -> HttpResponse:
    room, span = _chosen(terms, fields)
    by_staff = permissions.is_staff(request.user, found.pk)
    chosen = room.id if room else None
    form = forms.typed(terms, fields.values, chosen, span, by_staff=by_staff)
    form.show(refusal)
    context = _page(found, terms, room, span, form) | _standings(terms, room, span, request.user)
    wait = where_to_wait(terms, room, span) if room and span and isinstance(refusal, Unavailable) else None
    offers = offers_in_words(refusal, terms)
    context["refusal"] = {"sentence": refusal.sentence, "alternatives": offers, "wait": wait}
    return with_retry(render(request, "rooms/book.html", context, status=refusal.status), refusal)

"""The form that moves a booking: where it goes, and what that comes to before anybody presses it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from reservations import Invalid, Span, lifecycle
from rooms import forms, money, permissions
from rooms.models import Booking
from rooms.moves import Moved, moved
from rooms.queries.cancelling import kept_if_moved, policies_of
from rooms.queries.quotas import Asked
from rooms.queries.terms import VenueTerms, without_parts
from rooms.views import asking

FIELDS = ("room", "start", "end", "start_at", "end_at")
ASKED = "Asked for it there. You will hear when it is approved."
LOOKS_FIRST = "The venue looks at it first. You will hear as soon as it has."
GIVES_UP = "The venue looks at it first: it is only asked for there, and what is booked now is given up."
NEEDS_NONE = "No approval is needed there, so it is booked at once."


def rooms_of(found: Booking, terms: VenueTerms) -> tuple[int, ...]:
    """Return the rooms that the booking was asked for, as far as the venue still has them."""
    taken = dict.fromkeys(row.room_id for row in found.allocations.all() if row.active)
    return without_parts(terms, [room for room in taken if room in terms.rooms])


def move_form(found: Booking, terms: VenueTerms, address: Mapping[str, Any]) -> forms.SpanForm:
    """Return the form with where the booking is, or where it was to go."""
    place = {
        "room": next(iter(rooms_of(found, terms)), None),
        **forms.edges(found.starts_at, found.ends_at, terms.zone),
    }
    chosen = _chosen(found, terms, address)
    typed = {name: address[name] for name in FIELDS if name in address}
    if chosen is not None:
        span, [room] = chosen
        typed = {"room": room, **forms.edges(span.start, span.end, terms.zone)}
    return forms.SpanForm(terms, initial=place | typed)


def _chosen(found: Booking, terms: VenueTerms, address: Mapping[str, Any]) -> Asked | None:
    """Return where the address has it go, if that makes sense."""
    fields = asking.Asked(address, {})
    try:
        room, span = asking.whole(fields.one("room"), "room"), asking.span_of(fields, terms.zone)
    except Invalid:
        return None
    return (span, (room,)) if room in terms.rooms and _is_span(span) else None


def _is_span(span: Span) -> bool:
    return span.end is not None and span.start < span.end


def moving(
    found: Booking, terms: VenueTerms, address: Mapping[str, Any], *, by: Any, now: datetime
) -> dict[str, Any]:
    """Return what its mover is told before: `sentences`, what the button says, and whether to ask `first`.

    `is_asked` tells whether the address says where it is to go. Who is invited is told of no money.
    """
    had, to = rooms_of(found, terms), _chosen(found, terms, address)
    sees_money = permissions.may_see(by, found)
    told = _owed(found, terms, had, by=by, now=now) if sees_money else []
    stays = to is None or to == (Span(found.starts_at, found.ends_at), had)
    if to is None or (stays and found.state != lifecycle.PENDING):
        return {"sentences": told, "act": "Move", "first": False, "is_asked": to is not None}
    there = moved(found, terms, had, to, by=by, now=now)
    prices = [f"{price_in_words(there, found.currency)}."] if sees_money and not found.metered else []
    return {
        "sentences": [*prices, *told, *approval_in_words(there)],
        "act": "Ask for it" if there.state == lifecycle.PENDING else "Move",
        "first": there.asks or there.more > 0,
        "is_asked": True,
    }


def _owed(found: Booking, terms: VenueTerms, had: Sequence[int], *, by: Any, now: datetime) -> list[str]:
    """Return what a move does not spare its guest."""
    staff = permissions.is_staff(by, terms.id)
    kept = kept_if_moved(found, policies_of(terms, had), staff=staff, now=now)
    owed = money.as_text(kept, found.currency)
    return [f"{owed} stay owed wherever it goes, as if it were cancelled now."] if kept else []


def price_in_words(there: Moved, currency: str) -> str:
    """Return what it costs there, and how much more or less than now that is."""
    return f"{money.as_text(there.price, currency)}, {difference(there.more, currency)}"


def difference(amount: int, currency: str) -> str:
    """Return how much more or less that is than now."""
    if amount == 0:
        return "the same as now"
    return f"{money.as_text(abs(amount), currency)} {'more' if amount > 0 else 'less'} than now"


def approval_in_words(there: Moved) -> list[str]:
    """Return whether the venue has to approve of it there, where that is worth a word."""
    if there.state == lifecycle.PENDING:
        return [GIVES_UP if there.asks else LOOKS_FIRST]
    return [NEEDS_NONE] if there.books else []


def offers_noted(
    offers: Sequence[dict[str, Any]], found: Booking, terms: VenueTerms, *, by: Any, now: datetime
) -> list[dict[str, Any]]:
    """Return what is offered instead of a move, each with a note where it costs more or is only asked for."""
    had, noted = rooms_of(found, terms), []
    for offer in offers:
        to = (Span(offer["start"], offer["end"]), offer["room_ids"])
        there = moved(found, terms, had, to, by=by, now=now)
        more = [price_in_words(there, found.currency)] if there.more > 0 else []
        asks = ["asked for, since the venue looks at it first"] if there.asks else []
        noted.append({**offer, "note": "; ".join([*(more if permissions.may_see(by, found) else []), *asks])})
    return noted


def done_in_words(before: str, after: Booking) -> str:
    """Return what has become of a booking that was moved, and had that state before."""
    if after.state == lifecycle.PENDING:
        return ASKED
    return "Moved, and booked." if before == lifecycle.PENDING else "Moved."

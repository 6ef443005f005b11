"""What the pages of money tell: what is booked, what it costs, what the terms say in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from payments import forms, gateways, queries
from payments.errors import PaymentFailed
from payments.gateways.sandbox import CARDS
from payments.models import Payment
from reservations import ReservationError, lifecycle
from reservations.hours import in_local_words
from rooms import money as words
from rooms import permissions
from rooms.models import Booking, Unit
from rooms.queries.cancelling import state_at
from rooms.queries.questions import asked_of_booking
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.sql import database_now
from rooms.views.answers import live_head
from rooms.views.booking import quote_in_words
from rooms.views.nights import words_of
from rooms.views.offering import offers_in_words
from rooms.views.telling import guest_in_words, quote_of_cancelling, what_may


def checkout_page(
    request: HttpRequest, found: Booking, values: Any, refusal: ReservationError | None
) -> dict[str, Any]:
    """Return everything the checkout shows to this person."""
    now = database_now()
    terms = terms_of_venue(found.venue)
    is_hold, staff = found.state == lifecycle.HELD, permissions.is_staff(request.user, terms.id)
    online, at_desk = queries.ways_to_pay(found)
    choices = forms.ways(online=online, at_desk=is_hold and (at_desk or staff), by_staff=staff)
    told = (choices, request.user)
    form = forms.empty(found, *told) if values is None else forms.typed(found, values, *told)
    if is_hold:
        form.ask(asked_of_booking(found, terms), found.answered, optional=staff)
    if refusal is not None:
        form.show(refusal)
    quoted = quote_of_cancelling(request.user, found, now, terms)
    return {
        "venue": found.venue,
        "zone_label": found.venue.zone_label,
        "booking": found,
        "rooms_text": _rooms_text(found),
        "whom": ("Yourself" if found.guest == request.user else guest_in_words(found)) if staff else "",
        "stay_words": words_of(found),
        "is_hold": state_at(found, now) == lifecycle.HELD,
        "can_renew": what_may(request.user, found, now, terms, quoted)["renew"],
        "quote": quote_in_words(found.lines, found.price, found.currency) if found.lines else None,
        "form": form,
        **_amounts(found, now),
        "steps": steps_in_words(quoted.steps, terms, now) if "accept" in form.fields else [],
        "takes_card": online and gateways.takes_number(),
        "test_cards": CARDS if settings.PAYMENT_GATEWAY == "sandbox" else (),
        "refusal": _refusal(refusal, terms, form),
        "data": {
            **live_head(now),
            "topics": {"mine": "mine"},
            "reference": found.reference,
        },
    }


def _refusal(
    refusal: ReservationError | None, terms: VenueTerms, form: forms.CheckoutForm
) -> dict[str, Any] | None:
    """Return a refusal that no field shows already."""
    if refusal is None or (form.errors and not getattr(refusal, "alternatives", ())):
        return None
    note = " The room is still held for you." if isinstance(refusal, PaymentFailed) else ""
    return {"sentence": refusal.sentence + note, "alternatives": offers_in_words(refusal, terms)}


def _amounts(found: Booking, now: datetime) -> dict[str, Any]:
    money = queries.money_of(found, now=now)
    is_deposit = found.state == lifecycle.HELD and 0 < money.to_confirm < money.due
    now_due = money.to_confirm if is_deposit else money.due
    return {
        "now_text": words.as_text(now_due, money.currency),
        "later_text": words.as_text(money.due - now_due, money.currency) if is_deposit else "",
        "only_reserved": queries.waits_for_approval(found),
    }


def _rooms_text(found: Booking) -> str:
    rows = list(found.allocations.select_related("room__type").order_by("room__order", "room__name", "pk"))
    shown = [row.room for row in rows if row.active] or [row.room for row in rows]
    names = (f"{one.type.name} {one.name}" if one.type.unit == Unit.NIGHT else one.name for one in shown)
    return ", ".join(dict.fromkeys(names))


def steps_in_words(
    steps: Sequence[tuple[datetime | None, int]], terms: VenueTerms, now: datetime
) -> list[str]:
    """Return what cancelling gives back until when, a sentence for each step that is not over."""
    told: list[str] = []
    for until, percent in steps:
        if until is not None and until < now:
            continue
        share = {100: "everything", 0: "nothing"}.get(percent, f"{percent}\N{NO-BREAK SPACE}% of the price")
        if until is not None:
            when = f"Until {in_local_words(until, terms.zone, seen_from=now)},"
        elif told or percent:
            when = "After that," if told else "Cancelled in time,"
        else:
            return ["Nothing comes back if it is cancelled."]
        told.append(f"{when} {share} comes back.")
    return told


def paid_page(request: HttpRequest, payment: Payment) -> dict[str, Any]:
    """Return what is shown while a payment is under way."""
    return {
        "booking": payment.booking,
        "payment": payment,
        "amount_text": words.as_text(payment.amount, payment.currency),
    }

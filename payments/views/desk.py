"""What the staff do with money at the desk: take it or forgive it, take what is reserved, hand it back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from payments import operations
from payments.models import Payment, Refund
from reservations import NotFound, ReservationError
from rooms import money, permissions
from rooms.models import Booking
from rooms.views import asking, desk_page
from rooms.views.answers import answering, problem, wants_json, with_retry
from rooms.views.telling import booking_page

MOST = 2**62  # more than any amount that is due: what it says is refused, and not too large for a column


def _done(request: HttpRequest, found: Booking, sentence: str, act: Callable[[], Any]) -> HttpResponse:
    """Do it, and go on to where the button was, the booking or the desk: as it is then, or with why not."""
    at_desk = request.POST.get("back") == "desk" and permissions.is_staff(request.user, found.venue_id)
    try:
        act()
    except ReservationError as refusal:
        if wants_json(request):
            return problem(refusal)
        if at_desk:
            return with_retry(desk_page.refused(request, found.venue, refusal), refusal)
        fresh = Booking.objects.select_related("venue").get(pk=found.pk)
        context = booking_page(request, fresh, refusal)
        return with_retry(render(request, "rooms/booking.html", context, status=refusal.status), refusal)
    messages.success(request, sentence)
    where = ("rooms:desk", found.venue.slug) if at_desk else ("rooms:booking", found.reference)
    return HttpResponseRedirect(reverse(where[0], args=[where[1]]), status=303)


@require_POST
@answering
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what the desk took."""
    found = asking.booking_called(reference, request.user)
    fields = asking.asked(request)

    def act() -> Payment:
        amount = _amount(fields.one("amount"), found.currency)
        method, key = fields.one("method"), fields.one("key")
        return operations.take_at_desk(found, method, by=request.user, amount=amount, key=key)

    return _done(request, found, "Taken, and written down.", act)


@require_POST
@answering
def forgive(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask no more for what somebody left without paying."""
    found = asking.booking_called(reference, request.user)
    fields = asking.asked(request)

    def act() -> int:
        return operations.forgive(found, by=request.user, seen=asking.whole(fields.one("due"), "due"))

    return _done(request, found, "Forgiven. It is not asked for any more.", act)


@require_POST
@answering
def capture(request: HttpRequest, reference: str, payment: UUID) -> HttpResponse:
    """Take what a card has reserved, or a part of it."""
    found = asking.booking_called(reference, request.user)
    reserved = Payment.objects.select_related("booking__venue").filter(booking=found, uuid=payment).first()
    if reserved is None:
        raise NotFound("There is no such payment.")
    fields = asking.asked(request)

    def act() -> Payment:
        amount = _amount(fields.one("amount"), found.currency)
        return operations.capture(reserved, by=request.user, amount=amount)

    return _done(request, found, "Taken from the card.", act)


@require_POST
@answering
def hand_back(request: HttpRequest, reference: str, refund: int) -> HttpResponse:
    """Write down that a refund, which the bank refused, was given back at the desk."""
    found = asking.booking_called(reference, request.user)
    owed = Refund.objects.select_related("payment__booking").filter(payment__booking=found, pk=refund).first()
    if owed is None:
        raise NotFound("There is no such refund.")

    def act() -> Refund:
        return operations.hand_back(owed, by=request.user)

    return _done(request, found, "Given back, and written down.", act)


@require_POST
@answering
def give_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Give money back out of goodwill."""
    found = asking.booking_called(reference, request.user)
    fields = asking.asked(request)

    def act() -> list[Refund]:
        amount, reason = _amount(fields.one("give_back"), found.currency) or 0, fields.one("reason")
        seen = asking.whole(fields.one("paid"), "paid")
        return operations.give_back(found, amount, by=request.user, reason=reason, seen=seen)

    return _done(request, found, "It goes back, and the guest is told.", act)


def _amount(text: Any, currency: str) -> int | None:
    """Return the amount that was typed, or None for all that is due."""
    if text in ("", None):
        return None
    try:
        return min(money.minor_of(str(text), currency), MOST)
    except ValueError:
        raise asking.invalid("amount", "Give an amount, such as 24.00.") from None

"""The checkout: who comes, how it is paid, and what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from payments import forms, operations, queries
from payments.models import Payment
from payments.views.telling import checkout_page, paid_page
from reservations import Invalid, NotFound, ReservationError, lifecycle
from rooms import operations as rooms
from rooms.models import Booking
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering, with_retry

State = Payment.State


@sensitive_post_parameters("card")
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def checkout(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for what is missing to book and pay; a refusal shows the form again with what was typed."""
    found = asking.booking_called(reference, request.user)
    if request.method != "POST":
        return _form(request, found)
    fields = asking.asked(request)
    try:
        if fields.one("renew"):
            rooms.renew(found, by=request.user)
            return render(request, "payments/checkout.html", _page(request, found, fields.values))
        payment = _concluded(request, found, fields)
    except ReservationError as refusal:
        context = _page(request, found, fields.values, refusal)
        response = render(request, "payments/checkout.html", context, status=refusal.status)
        return with_retry(response, refusal)
    return _onward(request, found, payment)


def _form(request: HttpRequest, found: Booking) -> HttpResponse:
    """Show the form; where nothing is to be confirmed, or paid here, the booking itself."""
    is_hold = found.state == lifecycle.HELD
    if not is_hold and not (
        queries.ways_to_pay(found)[0] and queries.money_of(found, now=database_now()).due
    ):
        return HttpResponseRedirect(_address(found))
    return render(request, "payments/checkout.html", _page(request, found))


def _page(
    request: HttpRequest, found: Booking, values: Any = None, refusal: ReservationError | None = None
) -> dict[str, Any]:
    fresh = Booking.objects.select_related("venue", "guest").get(pk=found.pk)
    return checkout_page(request, fresh, values, refusal)


def _concluded(request: HttpRequest, found: Booking, fields: asking.Asked) -> Payment | None:
    missing = forms.missing(found, fields, request.user)
    if missing:
        raise Invalid(field_errors=missing)
    way = operations.Way(fields.one("way"), card=fields.one("card"), key=fields.one("key"))
    return operations.conclude(found, way, by=request.user, details=asking.details(fields))


def _onward(request: HttpRequest, found: Booking, payment: Payment | None) -> HttpResponse:
    if payment is None:
        is_guest = found.guest_id == request.user.pk
        messages.success(request, f"Booked. {'You pay' if is_guest else 'It is paid'} at the desk.")
        return HttpResponseRedirect(_address(found), status=303)
    if payment.state == State.NEEDS_ACTION and payment.action_url.startswith("/"):
        return HttpResponseRedirect(payment.action_url, status=303)
    return HttpResponseRedirect(reverse("payments:paid", args=[found.reference, payment.uuid]), status=303)


@require_safe
@answering
def paid(request: HttpRequest, reference: str, payment: UUID) -> HttpResponse:
    """Say what became of a payment; its payer comes here from the bank's page, too."""
    found = asking.booking_called(reference, request.user)
    known = Payment.objects.select_related("booking__venue", "booking__guest").filter(booking=found)
    begun = known.filter(uuid=payment).first()
    if begun is None:
        raise NotFound("There is no such payment.")
    now = operations.look(begun)
    if now.state in (State.FAILED, State.CANCELLED):
        messages.error(request, now.sentence or "The payment was given up. Nothing was taken.")
        return HttpResponseRedirect(reverse("payments:checkout", args=[found.reference]))
    if now.state in (State.CAPTURED, State.AUTHORIZED) and now.followed:
        return _arrived(request, now)
    return render(request, "payments/paid.html", paid_page(request, now))


def _arrived(request: HttpRequest, payment: Payment) -> HttpResponse:
    booking = payment.booking
    if queries.has_run_out(booking, now=database_now()):
        messages.error(
            request, "Your hold ran out, and somebody else has the room now. You get everything back."
        )
    elif payment.state == State.AUTHORIZED:
        messages.success(request, "Asked for. Your card is charged once the venue approves.")
    elif booking.state == lifecycle.COMPLETED:
        messages.success(request, "Paid. Thank you.")
    else:
        messages.success(request, "Paid. Your booking is confirmed.")
    return HttpResponseRedirect(_address(booking))


def _address(found: Booking) -> str:
    return reverse("rooms:booking", args=[found.reference])

"""The receipt of a booking, as a PDF."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from payments import queries, receipts
from reservations import NotFound
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering


@require_safe
@answering
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the receipt to whoever may see the booking, once something was paid."""
    found = asking.booking_called(reference, request.user)
    now = database_now()
    if not queries.money_of(found, now=now).captured:
        raise NotFound("Nothing was paid for this booking yet.")
    response = HttpResponse(receipts.pdf(found, by=request.user, now=now), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="receipt-{found.reference}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response

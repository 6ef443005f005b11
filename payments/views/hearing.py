"""Where gateways tell what happened."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments import operations
from reservations import ReservationError

LARGEST = 256 * 1024  # bytes; a gateway's longest events are a tenth of it


# No browser comes here, so there is no session to ride on: the gateway's signature says who speaks.
@csrf_exempt
@require_POST
def webhook(request: HttpRequest, gateway: str) -> HttpResponse:
    """Hear a webhook: 204 once it is done, 400 if it is not signed, 503 to have it sent again."""
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    try:
        operations.receive(gateway, body, request.headers)
    except ReservationError as refusal:
        told = f"{refusal.sentence}\n"
        return HttpResponse(told, status=refusal.status, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)

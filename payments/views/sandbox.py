"""The page of the sandbox's bank, where its second step is taken: no page of ours, in truth."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from payments.gateways import sandbox
from reservations import NotFound
from rooms import money
from rooms.views.answers import answering


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def page(request: HttpRequest, charge: str) -> HttpResponse:
    """Ask the payer to approve a charge, and lead back."""
    found = sandbox.charge_called(charge)
    if found is None:
        raise NotFound("The bank knows no such payment.")
    # Its host is ours, whatever name a browser has for it: with another one nobody would be logged in.
    back = urlsplit(found.back).path
    if request.method == "POST":
        sandbox.answer(found, approved=request.POST.get("answer") == "approve")
        return HttpResponseRedirect(back, status=303)
    amount = money.as_text(found.amount, found.currency)
    context = {"charge": found, "amount_text": amount, "back": back}
    return render(request, "payments/sandbox.html", context)

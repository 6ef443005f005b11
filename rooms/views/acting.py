"""Do one thing with a booking at the press of a button, and say so on the page where one goes on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from reservations import ReservationError
from rooms import permissions
from rooms.models import Booking
from rooms.views import asking
from rooms.views.answers import answering, problem, told_to, wants_json, where_to_pay, with_retry
from rooms.views.invited import invited_page
from rooms.views.lot_words import RELEASED, left_words
from rooms.views.telling import booking_page

CANCELLED = "The booking is cancelled, and the room is free again."


def page_of(request: HttpRequest, found: Booking, refusal: ReservationError | None = None) -> dict[str, Any]:
    """Return what the page of the booking shows to this person: all of it, or what is for who is invited."""
    invited = getattr(found, "invited", None)
    page = booking_page(request, found, refusal) if invited is None else invited_page(request, found, refusal)
    return {**page, "invited": invited}


Act = Callable[[Booking, Any, asking.Asked], Booking]
Done = str | Callable[[str, Booking], str]
"""What has become of a booking, in words: the same always, or by the state it had before."""


def action(
    done: Done, act: Act, allowed: permissions.Allowed = permissions.require_own
) -> Callable[..., HttpResponse]:
    """Return a view that does one thing with a booking and says so; for guest and staff, or the `allowed`."""

    @require_POST
    @answering
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        found = asking.booking_called(reference, request.user, allowed)
        before = found.state
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
        words = done if isinstance(done, str) else done(before, changed)
        messages.success(request, left_words(changed, request.user) if done == RELEASED else words)
        return HttpResponseRedirect(_next(request, changed, words), status=303)

    return view


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

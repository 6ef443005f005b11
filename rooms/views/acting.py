"""Act on a booking: do one thing with it, say what came of it, and go on to where one was."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from reservations import ReservationError, lifecycle
from rooms import money, panels, permissions
from rooms.models import Booking
from rooms.sql import estimated_now
from rooms.views import asking, attending, desk_page
from rooms.views.answers import answering, problem, told_to, wants_json, where_to_pay, with_retry
from rooms.views.invited import invited_page
from rooms.views.lot_words import left_words
from rooms.views.telling import booking_page

Act = Callable[[Booking, Any, asking.Asked], Booking]
Said = Callable[[str, Booking, Any], str]
"""Returns what is said of it, given the state it had, the booking as it is now, and who did it."""

CANCELLED = "The booking is cancelled, and the room is free again."


def page_of(request: HttpRequest, found: Booking, refusal: ReservationError | None = None) -> dict[str, Any]:
    """Return what the page of the booking shows to this person: all of it, or what is for who is invited."""
    invited = getattr(found, "invited", None)
    if invited is not None:
        return {**invited_page(request, found, refusal), "invited": invited}
    page = booking_page(request, found, refusal)
    can = {**page["can"], **attending.what_may(request.user, found, now=estimated_now())}
    return {**page, "can": can, "invited": None}


def action(
    done: str | Said, act: Act, allowed: permissions.Allowed = permissions.require_own
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
            return _refused(request, found, refusal)
        if wants_json(request):
            return JsonResponse(told_to(request.user, changed))
        said = done if isinstance(done, str) else done(before, changed, request.user)
        messages.success(request, said)
        return HttpResponseRedirect(_next(request, before, changed, said), status=303)

    return view


def _refused(request: HttpRequest, found: Booking, refusal: ReservationError) -> HttpResponse:
    """Answer with the page on which the button was, and why not."""
    if wants_json(request):
        return problem(refusal)
    fresh = asking.booking_called(found.reference, request.user, permissions.require_to_see)
    if request.POST.get("back") == "desk" and permissions.is_staff(request.user, fresh.venue_id):
        return with_retry(desk_page.refused(request, fresh.venue, refusal), refusal)
    response = render(request, "rooms/booking.html", page_of(request, fresh, refusal), status=refusal.status)
    return with_retry(response, refusal)


def _next(request: HttpRequest, before: str, changed: Booking, said: str) -> str:
    """Return where to go on: to where the button was, to one's bookings, to pay, or to this one."""
    back = request.POST.get("back")
    if back == "desk":
        return reverse("rooms:desk", args=[changed.venue.slug])
    if back == "today":
        return f"{reverse('reports:today')}?venue={changed.venue.slug}"
    if said == CANCELLED:
        return reverse("rooms:bookings")
    is_over = changed.state == lifecycle.COMPLETED and before != lifecycle.COMPLETED
    if is_over and changed.metered and changed.guest_id == request.user.pk:
        return where_to_pay(changed)  # what the button said: its price is known only now
    return reverse("rooms:booking", args=[changed.reference])


def checked_out(before: str, changed: Booking, reader: Any) -> str:
    """Return what is said of who checked out: what is free by that, and what is still to be paid."""
    return _with_due("Checked out. The rest of the time is free for others.", changed)


def released(before: str, changed: Booking, reader: Any) -> str:
    """Return the same of what was released; its driver is told what it costs, and where it is paid."""
    words = left_words(changed, reader)
    is_theirs = changed.metered and changed.guest_id == reader.pk
    return words if is_theirs else _with_due(words, changed)


def _with_due(words: str, changed: Booking) -> str:
    due = panels.dues_of({changed.pk: changed.price})[changed.pk].amount
    is_over = changed.state == lifecycle.COMPLETED
    return f"{words} {money.as_text(due, changed.currency)} to be paid." if due and is_over else words

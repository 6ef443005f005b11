"""Invite people to a booking and answer an invitation: from its page, or by the link in a letter."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from reservations import Invalid, ReservationError, inviting
from rooms import operations, permissions
from rooms.models import Booking, Participant
from rooms.queries import participants
from rooms.queries.invitation_links import participant_of
from rooms.sql import estimated_now
from rooms.views import asking
from rooms.views.acting import action
from rooms.views.answers import answering, problem, rooms_text, wants_json, with_retry
from rooms.views.invited import NAMES
from rooms.views.telling import STATE_NAMES

SEES = permissions.require_to_see  # the operations say which of those who are invited may


def _invite(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    pasted = fields.one("addresses")
    if isinstance(pasted, list):  # of a program
        pasted = "\n".join(map(str, pasted))
    if not isinstance(pasted, str) or len(pasted) > inviting.LONGEST:
        sentence = "Write the addresses of the people, one on each line."
        raise Invalid(sentence, field_errors={"addresses": [sentence]})
    operations.invite(found, inviting.addresses_in(pasted), by=user)
    return found


def _uninvite(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    operations.uninvite(found, asking.whole(fields.one("participant"), "participant"), by=user)
    return found


def _let_change(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    number = asking.whole(fields.one("participant"), "participant")
    operations.let_change(found, number, fields.one("may") in ("yes", True), by=user)
    return found


invite = action("Invited. They get a mail in half a minute.", _invite, SEES)
uninvite = action("They are no longer invited.", _uninvite, SEES)
let_change = action("Saved.", _let_change, SEES)


@require_POST
@answering
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Let whoever is invited and logged in say whether they come."""
    permissions.require_person(request.user)
    known = Booking.objects.select_related("venue", "guest")
    found = known.filter(reference=reference.upper()).first() if reference.isprintable() else None
    said = operations.answer(found or Booking(), asking.asked(request).one("answer"), by=request.user)
    if wants_json(request):
        return JsonResponse({"answer": said.answer})
    if said.answer == inviting.DECLINED:
        messages.success(request, "You do not come. The link in the mail takes you back.")
        return HttpResponseRedirect(reverse("rooms:bookings"), status=303)
    messages.success(request, "You come. It stands under your bookings.")
    return HttpResponseRedirect(reverse("rooms:booking", args=[reference]), status=303)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Show what one is invited to, to whoever has the mail, and take the answer.

    By POST alone: programs that look at mails follow every link in them.
    """
    found, refusal = participant_of(token), None
    if request.method == "POST":
        by = request.user if request.user.is_authenticated else None
        try:
            answered = operations.answer_by_link(token, asking.asked(request).one("answer"), by=by)
        except ReservationError as error:
            if wants_json(request):
                return problem(error)
            refusal = error
        else:
            comes = answered.answer == inviting.ACCEPTED
            messages.success(request, "Thank you: you come." if comes else "Thank you: you do not come.")
            return HttpResponseRedirect(request.path, status=303)
    status = refusal.status if refusal else 200
    page = render(request, "rooms/invited.html", _page(request, found, refusal), status=status)
    return with_retry(page, refusal) if refusal else page


def _page(request: HttpRequest, found: Participant, refusal: ReservationError | None) -> dict[str, Any]:
    booking = found.booking
    booking.rooms_text = rooms_text(booking)  # type: ignore[attr-defined]
    asked = request.GET.get("answer", "")
    return {
        "invited": found,
        "booking": booking,
        "venue": booking.venue,
        "zone_label": booking.venue.zone_label,
        "state_name": STATE_NAMES[booking.state],
        "host": participants.called_guest(booking),
        "words": inviting.in_words(participants.counts_of(booking)),
        "answer_name": NAMES[found.answer],
        "is_open": not participants.is_over(booking, now=estimated_now()),
        # The answer whose link was pressed is the button that stands out.
        "asked": asked if asked in inviting.ANSWERS else "",
        "is_own": found.person_id is not None and found.person_id == request.user.pk,
        "refusal": refusal,
    }

"""The form on a booking's page: what it says of itself, and what its venue asks."""

from django.http import HttpRequest

from reservations import ReservationError
from rooms import forms, permissions
from rooms.models import Booking, VenueKind
from rooms.queries.questions import asked_of_booking
from rooms.queries.terms import VenueTerms


def details_form(
    request: HttpRequest, found: Booking, terms: VenueTerms, refusal: ReservationError | None
) -> forms.DetailsForm:
    """Return the form with what is known; as it was sent, where that was refused."""
    told = {"title": found.title, "party": found.party, "note": found.note}
    sent = forms.as_sent(request.POST.dict()) if refusal is not None and "title" in request.POST else None
    form = forms.DetailsForm(data=sent, initial=told)
    if terms.kind == VenueKind.VEHICLE:
        del form.fields["party"]  # each of those who travel has a ticket
    form.ask(
        asked_of_booking(found, terms),
        found.answered,
        optional=permissions.is_staff(request.user, found.venue_id),
    )
    if sent is not None and refusal is not None:
        form.show(refusal)
    return form

"""The form of the checkout: it shows and keeps what was typed; operations decide."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms

from payments import gateways
from payments.operations.concluding import CARD, DESK
from reservations import lifecycle
from reservations.questions import NEEDED
from rooms import permissions
from rooms.forms import AskingForm, as_sent
from rooms.models import Booking, VenueKind
from rooms.queries.questions import asked_of_booking
from rooms.queries.terms import terms_of_venue
from rooms.views.asking import Asked
from rooms.wishes import MAX_PARTY, NOTE, TITLE

CARD_ATTRS = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "4242 4242 4242 4242"}


class CardInput(forms.TextInput):
    """Where the number of a card goes: needed only if one pays by card, which the page's script knows."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Leave it to the script: a field that is hidden must not hold the form back."""
        return False


class CheckoutForm(AskingForm):
    """Who comes, how it is paid, and that the terms are agreed to. A card's number is never shown again."""

    title = forms.CharField(max_length=TITLE, required=False, help_text="Only you and the staff see it.")
    party = forms.IntegerField(label="People", min_value=1, max_value=MAX_PARTY)
    note = forms.CharField(
        label="Wishes", max_length=NOTE, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    way = forms.ChoiceField(label="How to pay", widget=forms.RadioSelect)
    card = forms.CharField(
        label="Card number", max_length=40, required=False, widget=CardInput(attrs=CARD_ATTRS)
    )
    accept = forms.BooleanField(label="I have read the terms and agree.")
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, ways: Mapping[str, str], *, names_guest: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["way"].choices = list(ways.items())  # type: ignore[attr-defined]
        if names_guest:
            title = self.fields["title"]
            title.label, title.help_text, title.required = "Name", "Whom the staff shall ask for.", True
        # Where nothing is left to choose, the number is not optional; the gateway says what it lacks.
        self.fields["card"].required = True


def ways(*, online: bool, at_desk: bool, by_staff: bool = False) -> dict[str, str]:
    """Return the ways to pay that are open, in words, first the usual one: of the staff the desk."""
    card = {CARD: "By card, now"} if online else {}
    desk = {DESK: "At the desk" if by_staff else "At the desk, when I come"} if at_desk else {}
    return {**desk, **card} if by_staff else {**card, **desk}


def names_guest(booking: Booking) -> bool:
    """Test whether a booking is called by who comes, and not by what a room is needed for.

    That of a journey is called by its way; who travels was said with the seats.
    """
    return booking.venue.kind in (VenueKind.HOTEL, VenueKind.CAR_PARK)


def asks_to_agree(booking: Booking, by: Any) -> bool:
    """Test whether there are terms to agree to: of what is over, only the money is open.

    The venue's staff are not asked to agree to terms of their own.
    """
    return booking.state != lifecycle.COMPLETED and not permissions.is_staff(by, booking.venue_id)


def missing(booking: Booking, fields: Asked, by: Any) -> dict[str, list[str]]:
    """Return what the form still lacks, all of it at once: a field's name, and what to do about it."""
    found = {name: [NEEDED] for name in _unanswered(booking, fields, by)}
    if booking.state == lifecycle.HELD and names_guest(booking) and not _written(fields, "title"):
        found["title"] = ["Say who comes."]
    if fields.one("way") == CARD and gateways.takes_number() and not _written(fields, "card"):
        found["card"] = ["Type the number of the card."]
    if asks_to_agree(booking, by) and fields.one("accept") not in ("on", "1", "true", True):
        found["accept"] = ["Please read the terms and agree to them."]
    return found


def _unanswered(booking: Booking, fields: Asked, by: Any) -> list[str]:
    """Return the fields of what a guest has to answer, and has not."""
    if booking.state != lifecycle.HELD:
        return []
    asked = asked_of_booking(booking, terms_of_venue(booking.venue))
    known = {one.question: one.answer for one in booking.answered}
    lacking = [
        one.field
        for one in asked
        if one.required and not str(fields.one(one.field, known.get(one.id, ""))).strip()
    ]
    return [] if lacking and permissions.is_staff(by, booking.venue_id) else lacking


def _written(fields: Asked, name: str) -> bool:
    return bool(str(fields.one(name) or "").strip())


def empty(booking: Booking, choices: Mapping[str, str], by: Any) -> CheckoutForm:
    """Return the form with what the booking says of itself already."""
    guest = booking.guest if names_guest(booking) else None
    name = booking.title or (guest.name if guest is not None else "")
    initial = {
        "title": name,
        "party": booking.party,
        "note": booking.note,
        "way": next(iter(choices), ""),
        "key": uuid.uuid4().hex,
    }
    return _form(booking, choices, by, initial=initial)


def typed(booking: Booking, values: Mapping[str, Any], choices: Mapping[str, str], by: Any) -> CheckoutForm:
    """Return the form as it was sent, so that a refusal costs nobody what they typed; less the card.

    Its key is a new one: what failed shall be tried anew, and not be remembered.
    """
    data = {**as_sent(values), "card": "", "key": uuid.uuid4().hex}
    form = _form(booking, choices, by, data=data)
    if values.get("card"):
        form.fields["card"].help_text = "Please type the number again: it is not kept here."
    return form


def _form(booking: Booking, choices: Mapping[str, str], by: Any, **held: Any) -> CheckoutForm:
    form = CheckoutForm(choices, names_guest=names_guest(booking), **held)
    if not asks_to_agree(booking, by):
        del form.fields["accept"]
    return form

"""The form of the checkout: it shows and keeps what was typed; operations decide."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms

from payments.operations.concluding import CARD, DESK
from reservations import ReservationError
from rooms.models import Booking
from rooms.wishes import MAX_PARTY, NOTE, TITLE

CARD_ATTRS = {"inputmode": "numeric", "autocomplete": "off", "placeholder": "4242 4242 4242 4242"}


class CheckoutForm(forms.Form):
    """Who comes, how it is paid, and that the terms are agreed to. A card's number is never shown again."""

    title = forms.CharField(label="Name", max_length=TITLE, help_text="Whom the staff shall ask for.")
    party = forms.IntegerField(label="People", min_value=1, max_value=MAX_PARTY)
    note = forms.CharField(
        label="Wishes", max_length=NOTE, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    way = forms.ChoiceField(label="How to pay", widget=forms.RadioSelect)
    card = forms.CharField(
        label="Card number", max_length=40, required=False, widget=forms.TextInput(attrs=CARD_ATTRS)
    )
    accept = forms.BooleanField(label="I have read the terms and agree.")
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, ways: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["way"].choices = list(ways.items())  # type: ignore[attr-defined]

    def show(self, refusal: ReservationError) -> None:
        """Show beside each field what was wrong with it, in the operations' own words."""
        self.is_valid()
        self.errors.clear()
        for field, sentences in getattr(refusal, "field_errors", {}).items():
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


def ways(*, online: bool, at_desk: bool) -> dict[str, str]:
    """Return the ways to pay that the policies leave, in words."""
    found = {CARD: "By card, now"} if online else {}
    return found | ({DESK: "At the desk, when I come"} if at_desk else {})


def empty(booking: Booking, choices: Mapping[str, str]) -> CheckoutForm:
    """Return the form with what the booking says of itself already."""
    guest = booking.guest
    name = booking.title or (guest.name if guest is not None else "")
    initial = {
        "title": name,
        "party": booking.party,
        "note": booking.note,
        "way": next(iter(choices), ""),
        "key": uuid.uuid4().hex,
    }
    return CheckoutForm(choices, initial=initial)


def typed(values: Mapping[str, Any], choices: Mapping[str, str]) -> CheckoutForm:
    """Return the form as it was sent, so that a refusal costs nobody what they typed; less the card.

    Its key is a new one: what failed shall be tried anew, and not be remembered.
    """
    kept: dict[str, Any] = {
        name: value.encode(errors="replace").decode() if isinstance(value, str) else value
        for name, value in values.items()
        if isinstance(value, str | int)
    }
    return CheckoutForm(choices, data={**kept, "card": "", "key": uuid.uuid4().hex})

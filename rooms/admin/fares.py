"""Fares on the page of their route: typed in whole units of the currency of what runs on it."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from rooms.admin import amounts
from rooms.admin.scope import EDITS, is_key, narrowed
from rooms.admin.seen import SeenForm
from rooms.models import Route, Venue, VenueKind

VEHICLE = re.compile(r"(timetables-\d+)-vehicle", re.ASCII)


class FareLine(SeenForm):
    """A fare; without a currency nothing says yet what its amount is of."""

    amount = amounts.AmountField()

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        amount = self.fields["amount"]
        assert isinstance(amount, amounts.AmountField)  # noqa: S101 -- declared above
        if currency:
            amount.speak(currency)
            amount.label = f"Amount in {currency}"
            amount.help_text = f"Such as {amount.widget.attrs['placeholder']}."
        else:
            amount.widget.attrs.update(step="any", placeholder="")
            amount.help_text = "In the currency of the vehicle."

    def clean_amount(self) -> int:
        if not self.currency and "amount" in self.changed_data:
            raise ValidationError("Add a rule below first: its vehicle says the currency.")
        amount: int = self.cleaned_data["amount"]
        return amount


def currency_of(request: HttpRequest, route: Route | None) -> str:
    """Return the currency of the vehicles that are sent, else of those there are; "" if that is unclear."""
    vehicles = Venue.objects.filter(kind=VenueKind.VEHICLE)
    sent = vehicles.filter(pk__in=vehicles_sent(request))
    if found := list(sent.values_list("currency", flat=True)):
        return found[0]
    if route is not None and route.currency:
        return route.currency
    own = set(narrowed(vehicles, request, "pk", EDITS).values_list("currency", flat=True))
    return own.pop() if len(own) == 1 else ""


def vehicles_sent(request: HttpRequest) -> Iterable[str]:
    """Yield the keys of the vehicles in the rules that the form sends, as text."""
    for name, value in request.POST.items():
        row = VEHICLE.fullmatch(name)
        if row and is_key(value) and f"{row[1]}-DELETE" not in request.POST:
            yield str(value)

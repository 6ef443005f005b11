"""What somebody asks of hotels by form or address: dates, guests, and what rooms should have."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from reservations import Invalid
from rooms.queries.stay_search import PLACE, StaySearch
from rooms.queries.stays import Wanted
from rooms.wishes import MAX_ROOMS

MOST_GUESTS, USUAL_GUESTS, USUAL_NIGHTS = 40, 2, 2
MOST_AMENITIES = 20
FIRST, LAST = date(1971, 1, 1), date(2198, 12, 31)
DATES = ("arrive", "depart")


def _date(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Give a date, such as 2026-12-04."},
    )


class DatesForm(forms.Form):
    """When somebody stays."""

    arrive, depart = _date("Check in"), _date("Check out")

    def clean(self) -> dict[str, Any]:
        """Refuse dates in the wrong order, and those that no calendar here has."""
        found = super().clean() or {}
        arrive, depart = found.get("arrive"), found.get("depart")
        for name in DATES:
            if found.get(name) and not FIRST <= found[name] <= LAST:
                self.add_error(name, "That date lies outside the calendar.")
        if arrive and depart and not self.errors:
            try:
                StaySearch(arrive, depart)
            except Invalid as refusal:
                self.add_error("depart", refusal.sentence)
        return found


class StayForm(DatesForm):
    """When somebody stays, and how many they are."""

    guests = forms.IntegerField(
        min_value=1, max_value=MOST_GUESTS, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )


class SearchForm(StayForm):
    """The same, with where, and at most for how much a night."""

    place = forms.CharField(
        label="Where",
        required=False,
        max_length=PLACE,
        widget=forms.TextInput(attrs={"placeholder": "City or hotel"}),
    )
    max_price = forms.DecimalField(
        label="Up to, a night", required=False, min_value=0, max_digits=10, decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "min": 0, "step": 1}),
    )  # fmt: skip
    field_order = ("place", "arrive", "depart", "guests", "max_price")


def usual(today: date) -> dict[str, Any]:
    """Return what is asked for until somebody says otherwise: two nights from tomorrow, for two."""
    arrive = today + timedelta(days=1)
    return {"arrive": arrive, "depart": arrive + timedelta(days=USUAL_NIGHTS), "guests": USUAL_GUESTS}


def asked_in(address: QueryDict, today: date, kind: type[StayForm]) -> StayForm:
    """Return the form as the address fills it; what is left out is what is usual from that arrival on."""
    given = {name: address[name] for name in kind.base_fields if name in address}
    found = usual(today)
    with suppress(ValueError, OverflowError):
        found["depart"] = date.fromisoformat(str(given.get("arrive", ""))) + timedelta(days=USUAL_NIGHTS)
    return kind({**_as_typed(found), **given})


def _as_typed(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def amenities_in(address: QueryDict) -> frozenset[str]:
    """Return what rooms should have, as the address says it; what nobody has finds nothing."""
    return frozenset(slug[:40] for slug in address.getlist("amenity")[:MOST_AMENITIES] if slug)


def search_of(form: StayForm, amenities: frozenset[str]) -> StaySearch:
    """Return what a form without errors asks for."""
    found = form.cleaned_data
    return StaySearch(
        found["arrive"],
        found["depart"],
        Wanted(guests=found["guests"], amenities=amenities),
        found["max_price"],
        found["place"],
    )


def counts_in(values: Mapping[str, Any], types: Mapping[int, Any]) -> dict[int, int]:
    """Return how many rooms of each type are chosen; a count that makes no sense is none."""
    found = {}
    for key in types:
        text = str(values.get(f"type_{key}", ""))
        if text.isascii() and text.isdigit() and len(text) < 4:
            found[key] = min(int(text), MAX_ROOMS)
    return found

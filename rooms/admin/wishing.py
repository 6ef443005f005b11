"""The forms with which staff ask for rooms, and the page that shows a refusal with what is taken."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse

from reservations import Invalid, ReservationError, Span
from rooms.admin.scope import Many, grouped, is_key
from rooms.forms import FOR_WHOM, WHOM, EdgeInput, edges, keep_edges
from rooms.models import Blocking, Room, Venue
from rooms.queries.words import STATES, span_in_words
from rooms.views.asking import Asked, edge, moment
from rooms.wishes import KEY, MAX_PARTY, NOTE, TITLE

LOCAL = {"type": "datetime-local", "step": 60}
CLOCK = "By the venue's own clock."


class RoomsWidget(FilteredSelectMultiple):
    """Two boxes with a filter; without JavaScript, one list of rooms under their venues."""

    template_name = "admin/rooms/choose.html"

    def __init__(self) -> None:
        super().__init__("rooms", is_stacked=False)


class WishForm(forms.Form):
    """Rooms of one venue for a span, by the venue's own clock."""

    rooms = Many(queryset=Room.objects.none(), widget=RoomsWidget)
    start = forms.CharField(label="From", max_length=40, widget=EdgeInput(attrs=LOCAL), help_text=CLOCK)
    end = forms.CharField(label="To", max_length=40, widget=EdgeInput(attrs=LOCAL), help_text=CLOCK)

    def __init__(self, rooms: QuerySet[Room], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["rooms"]
        field.queryset = rooms.select_related("venue")
        field.choices = _named(grouped(rooms, empty=None))
        keep_edges(self)
        self.refusal: ReservationError | None = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        rooms: Sequence[Room] = cleaned.get("rooms") or ()
        if not rooms or self.errors:
            return cleaned
        if len({room.venue_id for room in rooms}) > 1:
            self.add_error("rooms", "Choose rooms of one venue.")
            return cleaned
        try:
            cleaned["span"] = self._span(cleaned, rooms[0].venue)
        except Invalid as refusal:
            self.show(refusal)
        return cleaned

    def _span(self, cleaned: dict[str, Any], venue: Venue) -> Span:
        opened_for = {name: self.data.get(name, "") for name in ("start_at", "end_at")}
        sent = Asked(cleaned | opened_for, {})
        start = edge(sent, "start", venue.zone)
        return Span(start, edge(sent, "end", venue.zone) if cleaned["end"] else None)

    def show(self, refusal: ReservationError) -> None:
        """Show a refusal where it belongs: beside a field, or above them with what is taken."""
        self.refusal = refusal
        found = {
            name: sentences
            for name, sentences in getattr(refusal, "field_errors", {}).items()
            if name in self.fields
        }
        for name, sentences in found.items():
            self.add_error(name, sentences)
        if not found:
            self.add_error(None, refusal.sentence)

    @property
    def taken(self) -> list[str]:
        """Return what stands in the way, room by room, without saying whose it is."""
        conflicts = getattr(self.refusal, "conflicts", [])
        rooms = Room.objects.select_related("venue").in_bulk({conflict.room for conflict in conflicts})
        return [
            f"{rooms[conflict.room]}: {STATES.get(conflict.kind, conflict.kind)}, "
            f"{span_in_words(conflict.start, conflict.end, rooms[conflict.room].venue.zone)}"
            for conflict in conflicts
            if conflict.room in rooms
        ]

    @property
    def offers(self) -> list[tuple[str, str]]:
        """Return what can be had instead: the query that fills in this form, and the offer in words."""
        return [
            (self._query(offer), offer["sentence"]) for offer in getattr(self.refusal, "alternatives", [])
        ]

    def _query(self, offer: dict[str, Any]) -> str:
        kept = {
            name: self.data.get(name, "")
            for name in ("guest", "title", "party", "note")
            if name in self.fields
        }
        span = [("start", offer["start"]), ("end", offer["end"])]
        return urlencode([*(("rooms", room) for room in offer["rooms"]), *span, *kept.items()])


def _named(groups: list[Any]) -> list[Any]:
    """Return the choices with the venue in each name, where there are several: the boxes show no groups."""
    if len(groups) < 2:
        return groups
    return [
        (venue, [(room, f"{name}, {venue.rpartition(' (')[0]}") for room, name in own])
        for venue, own in groups
    ]


class BookForm(WishForm):
    """A booking for a guest, or for oneself."""

    guest = forms.CharField(
        label="Guest",
        max_length=WHOM,
        required=False,
        help_text=FOR_WHOM,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    title = forms.CharField(
        max_length=TITLE, required=False, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    party = forms.IntegerField(label="People", min_value=1, max_value=MAX_PARTY, initial=1)
    note = forms.CharField(
        max_length=NOTE, required=False, widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    )
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=KEY)
    field_order = ("rooms", "start", "end", "guest", "title", "party", "note", "key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rooms"].help_text = "Seats are booked on the page of their departure."

    def clean_guest(self) -> Any:
        written = self.cleaned_data["guest"].strip()
        if "@" not in written:
            return written or None
        address = written.lower()
        found = get_user_model()._default_manager.filter(email=address, is_active=True).first()
        if found is None:
            raise ValidationError("Nobody can log in with that address.")
        return found


class BlockForm(WishForm):
    """Time for which rooms are out of use."""

    reason = forms.ChoiceField(choices=Blocking.Reason.choices)
    note = forms.CharField(
        max_length=200, required=False, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    field_order = ("rooms", "start", "end", "reason", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"].required = False
        self.fields["end"].help_text = f"{CLOCK} Empty: until you lift it."


class MoveForm(WishForm):
    """Where a booking goes, and to when."""


def initial(request: HttpRequest, rooms: QuerySet[Room]) -> dict[str, Any]:
    """Return what a link fills in: rooms, and a span that is shown by their venue's clock."""
    ids = [int(text) for text in request.GET.getlist("rooms") if is_key(text)]
    chosen = list(rooms.filter(pk__in=ids[:100]).select_related("venue"))
    found: dict[str, Any] = {name: request.GET.get(name, "") for name in ("guest", "title", "note")}
    party = request.GET.get("party", "")
    found |= {
        "rooms": [room.pk for room in chosen],
        "party": party if party.isdigit() else 1,
        "key": uuid.uuid4().hex,
    }
    start, end = (_linked(request, name, chosen) for name in ("start", "end"))
    return found | (edges(start, end, chosen[0].venue.zone) if chosen else {})


def _linked(request: HttpRequest, name: str, chosen: Sequence[Room]) -> datetime | None:
    """Return the instant that a link names; none if it makes no sense, or is of no room."""
    try:
        return moment(request.GET.get(name), name, chosen[0].venue.zone)
    except (Invalid, IndexError):
        return None


def page(
    request: HttpRequest, options: admin.ModelAdmin[Any], form: WishForm, **context: Any
) -> TemplateResponse:
    """Return the page of the form, in the admin's own dress."""
    shown = [name for name in form.fields if not form.fields[name].widget.is_hidden]
    rest = [name for name in shown if name not in ("rooms", "start", "end")]
    sets = [(None, {"fields": ["rooms", ("start", "end"), *rest]})]
    dressed = AdminForm(form, sets, {}, model_admin=options)  # type: ignore[arg-type]
    facts = {
        **options.admin_site.each_context(request),
        "opts": options.opts,
        "adminform": dressed,
        "form": form,
        "media": options.media + form.media,
        "has_view_permission": True,
        "refused": form.refusal,
    }
    return TemplateResponse(
        request, "admin/rooms/wish.html", facts | context, status=form.refusal.status if form.refusal else 200
    )

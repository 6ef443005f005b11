"""Venues in the admin, with all that belongs to them beside them, and the amenities that rooms have."""

from typing import Any
from urllib.parse import urlencode

import lucide
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from reservations.lifecycle import PENDING
from rooms.admin import usual
from rooms.admin.beside import PoliciesInline, QuotasInline, RatesInline, RoomsInline, TypesInline
from rooms.admin.hours import ExceptionsInline, HoursInline
from rooms.admin.scope import EDITS, Scoped, may, venues_where
from rooms.admin.seen import OwnForm, OwnPage
from rooms.models import Amenity, Booking, Policy, Room, Venue
from rooms.models.venues import ZONES

BESIDE = [
    *(HoursInline, ExceptionsInline, TypesInline, PoliciesInline),
    *(QuotasInline, RatesInline, RoomsInline),
]


class VenueForm(OwnForm):
    """A venue, with the time zones to choose from; none is chosen by accident."""

    timezone = forms.ChoiceField(
        label="Time zone",
        choices=[("", "Choose the zone of its clocks"), *((zone, zone) for zone in sorted(ZONES))],
        initial=usual.zone,
    )


def _number_of(rows: QuerySet[Any]) -> Any:
    """Return how many of the rows there are at each venue, as one column and not as a join."""
    counted = rows.filter(venue=OuterRef("pk")).order_by().values("venue").annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(counted), 0)


@admin.register(Venue)
class VenueAdmin(OwnPage):
    """Venues, and at a glance what waits at each."""

    form = VenueForm
    change_form_template = "admin/rooms/venue.html"
    venue_path = "pk"
    list_display = ["name", "kind", "city", "rooms_link", "coming_link", "waiting_link", "is_listed", "board"]
    list_filter = ["kind", "is_listed"]
    search_fields = ["name", "slug", "city"]
    search_help_text = "Name or city"
    ordering = ["name", "pk"]
    fieldsets = [
        (None, {"fields": [("name", "slug"), ("kind", "city"), "description", "is_listed"]}),
        ("Clock and money", {"fields": [("timezone", "currency"), "tax_percent"]}),
    ]

    def view_on_site(self, venue: Venue) -> str:
        return reverse("rooms:venue", args=[venue.slug])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Venue]:
        in_use = Room.objects.filter(archived_at=None)
        coming = Booking.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=Now()), state__in=["pending", "confirmed", "checked_in"]
        )
        waiting = Booking.objects.filter(state=PENDING)
        numbers = {"in_use": in_use, "coming": coming, "waiting": waiting}
        counts = {name: _number_of(rows) for name, rows in numbers.items()}
        telling = venues_where(request, "see_reports")
        tells = Value(True) if telling is None else Q(pk__in=telling)
        rows: QuerySet[Venue] = super().get_queryset(request).annotate(**counts, tells=tells)
        return rows

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, *(["numbers"] if may(request, "see_reports", None) else [])]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return BESIDE if obj else [HoursInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        # The slug is in everybody's bookmarks; the currency in the prices of bookings and rates.
        fixed = [] if obj is None or request.user.is_superuser else ["slug"]
        return [*fixed, *(["currency"] if obj and obj.bookings.exists() else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["name"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        alone = obj is None or not obj.rooms.exists()
        return bool(request.user.is_superuser) and alone

    def save_model(self, request: HttpRequest, obj: Venue, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            Policy.objects.create(venue=obj, **usual.at(obj).terms)
            self.message_user(request, "It has a standard policy. Add a type of room next.")
        elif "timezone" in form.changed_data and obj.bookings.exists():
            sentence = "Bookings stay at their instants; by the new clock they show other hours."
            self.message_user(request, sentence, messages.WARNING)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if not self.admin_site.is_registered(formset.model):
            return
        # What happened to a row is told on its own page too.
        for row in formset.new_objects:
            self.log_addition(request, row, [{"added": {}}])
        for row, fields in formset.changed_objects:
            names = [name.replace("_", " ") for name in fields]
            self.log_change(request, row, [{"changed": {"fields": names}}])

    def response_change(self, request: HttpRequest, obj: Venue) -> HttpResponse:
        answer: HttpResponse = super().response_change(request, obj)
        if "_continue" in request.POST and request.GET:
            answer["Location"] = f"{request.path}?{request.GET.urlencode()}"  # the pages that were open
        return answer

    @admin.display(description="rooms", ordering="in_use")
    def rooms_link(self, venue: Venue) -> str:
        return _listed("room", venue, venue.in_use)  # type: ignore[attr-defined]

    @admin.display(description="to come", ordering="coming")
    def coming_link(self, venue: Venue) -> str:
        return _listed("booking", venue, venue.coming, when="coming")  # type: ignore[attr-defined]

    @admin.display(description="awaiting approval", ordering="waiting")
    def waiting_link(self, venue: Venue) -> str:
        return _listed("booking", venue, venue.waiting, state__exact=PENDING)  # type: ignore[attr-defined]

    @admin.display(description="board")
    def board(self, venue: Venue) -> str:
        return format_html('<a href="{}">Open the board</a>', self.view_on_site(venue))

    @admin.display(description="numbers")
    def numbers(self, venue: Venue) -> str:
        if not venue.tells:  # type: ignore[attr-defined]
            return "-"
        day, reports = reverse("reports:today"), reverse("reports:overview")
        sentence = '<a href="{}?venue={}">Today</a>, <a href="{}?venue={}">reports</a>'
        return format_html(sentence, day, venue.slug, reports, venue.slug)


def _listed(model: str, venue: Venue, number: int, **more: str) -> str:
    query = urlencode({"venue__id__exact": venue.pk, **more})
    address = reverse(f"admin:rooms_{model}_changelist")
    return format_html('<a class="num" href="{}?{}">{}</a>', address, query, number)


class AmenityForm(OwnForm):
    """Something rooms have; its icon must be one that can be drawn."""

    def clean_icon(self) -> str:
        icon: str = self.cleaned_data["icon"]
        try:
            lucide._render_icon(icon, None)
        except lucide.IconDoesNotExist as error:
            raise ValidationError("There is no such icon; lucide.dev/icons has them all.") from error
        return icon


@admin.register(Amenity)
class AmenityAdmin(OwnPage):
    """What rooms can have. All venues share the list: anybody may add to it, few may change it."""

    form = AmenityForm
    list_display = ["name", "slug", "icon"]
    search_fields = ["name", "slug"]
    search_help_text = "Name"
    ordering = ["name", "pk"]
    fields = ["name", "slug", "icon"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Amenity]:
        rows = super(Scoped, self).get_queryset(request)
        return rows if may(request, self.sees, None) else rows.none()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request, self.sees, None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, EDITS, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        unused = obj is None or not obj.rooms.exists()
        return bool(request.user.is_superuser) and unused

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["slug"] if obj else []  # It is in the addresses of filtered boards.

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["name"]}

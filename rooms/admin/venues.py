"""Venues in the admin, with their hours and types, and the amenities that rooms have."""

from typing import Any
from urllib.parse import urlencode

import lucide
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from reservations.lifecycle import PENDING
from rooms.admin.hours import ExceptionsInline, HoursInline
from rooms.admin.scope import EDITS, Scoped, ScopedInline, may
from rooms.models import Amenity, Booking, Policy, Room, RoomType, Venue
from rooms.models.venues import ZONES


class VenueForm(forms.ModelForm):  # type: ignore[type-arg]
    """A venue, with the time zones to choose from."""

    timezone = forms.ChoiceField(label="Time zone", choices=[(zone, zone) for zone in sorted(ZONES)])


class TypesFormSet(forms.models.BaseInlineFormSet):  # type: ignore[type-arg]
    """Types of one venue: their policies are its own, looked up once for all rows."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "policy" not in form.fields:
            return
        if not hasattr(self, "_policies"):
            rows = Policy.objects.filter(venue=self.instance).order_by("name")
            self._policies = [("", "---------"), *((row.pk, row.name) for row in rows)]
        form.fields["policy"].queryset = Policy.objects.filter(venue=self.instance)
        form.fields["policy"].choices = self._policies


class TypesInline(ScopedInline):
    model = RoomType
    formset = TypesFormSet
    parent_path = "pk"
    fields = ["name", "noun", "capacity", "unit", "policy"]
    ordering = ["name"]
    show_change_link = True
    verbose_name_plural = "types of room (their prices are on their own pages)"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # On its own page, which says what would go with it.


class PoliciesInline(ScopedInline):
    """The terms of a venue, as far as they fit beside each other; the rest is on their own pages."""

    model = Policy
    parent_path = "pk"
    fields = [
        "name",
        "needs_approval",
        "min_minutes",
        "max_minutes",
        "min_notice_minutes",
        "max_advance_days",
    ]
    ordering = ["name", "pk"]
    show_change_link = True
    verbose_name_plural = "policies (buffers, holds and cancellation are on their own pages)"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # On its own page, which says what would go with it.


def _number_of(rows: QuerySet[Any]) -> Any:
    """Return how many of the rows there are at each venue, as one column and not as a join."""
    counted = rows.filter(venue=OuterRef("pk")).order_by().values("venue").annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(counted), 0)


@admin.register(Venue)
class VenueAdmin(Scoped):
    """Venues, and at a glance what waits at each."""

    form = VenueForm
    venue_path = "pk"
    list_display = ["name", "kind", "city", "rooms_link", "coming_link", "waiting_link", "is_listed", "board"]
    list_filter = ["kind", "is_listed"]
    search_fields = ["name", "slug", "city"]
    search_help_text = "Name or city"
    ordering = ["name", "pk"]
    fieldsets = [
        (None, {"fields": [("name", "slug"), ("kind", "city"), "description", "is_listed"]}),
        ("Clock and money", {"fields": [("timezone", "currency")]}),
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
        rows: QuerySet[Venue] = super().get_queryset(request).annotate(**counts)
        return rows

    def get_list_display(self, request: HttpRequest) -> Any:
        return [*self.list_display, *(["numbers"] if may(request, "see_reports", None) else [])]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [HoursInline, ExceptionsInline, TypesInline, PoliciesInline] if obj else [HoursInline]

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
            Policy.objects.create(venue=obj)
            self.message_user(request, "It has a standard policy. Add a type of room next.")
        elif "timezone" in form.changed_data and obj.bookings.exists():
            sentence = "Bookings stay at their instants; by the new clock they show other hours."
            self.message_user(request, sentence, messages.WARNING)

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
        day, reports = reverse("reports:today"), reverse("reports:overview")
        sentence = '<a href="{}?venue={}">Today</a>, <a href="{}?venue={}">reports</a>'
        return format_html(sentence, day, venue.slug, reports, venue.slug)


def _listed(model: str, venue: Venue, number: int, **more: str) -> str:
    query = urlencode({"venue__id__exact": venue.pk, **more})
    address = reverse(f"admin:rooms_{model}_changelist")
    return format_html('<a class="num" href="{}?{}">{}</a>', address, query, number)


class AmenityForm(forms.ModelForm):  # type: ignore[type-arg]
    """Something rooms have; its icon must be one that can be drawn."""

    def clean_icon(self) -> str:
        icon: str = self.cleaned_data["icon"]
        try:
            lucide._render_icon(icon, None)
        except lucide.IconDoesNotExist as error:
            raise ValidationError("There is no such icon; lucide.dev/icons has them all.") from error
        return icon


@admin.register(Amenity)
class AmenityAdmin(Scoped):
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

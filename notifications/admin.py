"""Webhooks, letters and feeds for administrators: to see why nothing arrives. Secrets are shown to nobody.

Incoming calendars are for the managers of their venues, who gave the addresses themselves.
"""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.looking import ForSuperusers, OnlyLooked
from notifications.incoming import operations as incoming
from notifications.incoming.fetching import address_of
from notifications.mail import operations
from notifications.models import CalendarFeed, Delivery, IncomingCalendar, Notice, Webhook
from reservations import Invalid, ReservationError
from rooms.admin.scope import EDITS, OwnFilter, Scoped, grouped, may
from rooms.models import Unit


class Forgettable(ForSuperusers):
    """A table from which superusers may delete as well."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)


@admin.register(Webhook)
class WebhookAdmin(Forgettable):
    """Who is told where of what, and how that goes."""

    list_display = ["id", "owner", "venue", "url", "failing_since", "disabled_at", "disabled_because"]
    list_filter = ["disabled_because"]
    list_select_related = ["owner", "venue"]
    search_fields = ["owner__email", "url"]
    exclude = ["secret"]


@admin.register(Delivery)
class DeliveryAdmin(Forgettable):
    """Each message, how often it was tried and what came of it."""

    list_display = ["uuid", "webhook", "state", "attempts", "status", "error", "created_at", "next_at"]
    list_filter = ["state"]
    list_select_related = ["webhook"]
    search_fields = ["uuid"]


@admin.register(Notice)
class NoticeAdmin(ForSuperusers):
    """Each letter that was owed, and what came of it; one that is forgotten might be owed again."""

    list_display = [
        *("id", "booking", "kind", "recipient", "address", "state", "attempts"),
        *("error", "created_at", "next_at", "sent_at"),
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["booking", "recipient"]
    search_fields = ["=booking__reference", "=recipient__email", "=address"]
    actions = ["send_again"]

    @admin.action(description="Send again what was given up or is unsure")
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        number = operations.retry(queryset)
        self.message_user(request, f"{number} will be sent again.", messages.SUCCESS)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(Forgettable):
    """Who reads what in a calendar of their own; the secret is in no table."""

    list_display = ["id", "owner", "venue", "room", "created_at", "revoked_at"]
    list_select_related = ["owner", "venue", "room"]
    search_fields = ["=owner__email"]


class IncomingCalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which room, whose calendar, and where it is read."""

    class Meta:
        model = IncomingCalendar
        fields = ["room", "name", "url", "every"]

    def clean_url(self) -> str:
        try:
            return address_of(self.cleaned_data["url"])
        except Invalid as refusal:
            raise ValidationError(refusal.sentence) from refusal


@admin.register(IncomingCalendar)
class IncomingCalendarAdmin(OnlyLooked, Scoped):
    """Outside calendars that take rooms out of use; another address is another calendar."""

    venue_path = "room__venue"
    sees = EDITS  # who may not see an address could find it out by filters
    form = IncomingCalendarForm
    list_display = ["name", "room", "host", "every", "read_at", "failing_since", "error", "conflicts"]
    list_filter = [("room", OwnFilter), "every"]
    list_select_related = ["room__venue"]
    search_fields = ["name", "room__name"]
    search_help_text = "Whose it is, or room"
    ordering = ["room__venue__name", "room__name", "name", "pk"]
    actions = ["read_now", "remove"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, EDITS, None)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingCalendar]:
        rows: QuerySet[IncomingCalendar] = super().get_queryset(request)
        return rows.filter(removed_at=None)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ["room", "name", "url", "every"]
        state = ["read_at", "failing_since", "error", "unread", "conflicts", "created_by", "created_at"]
        return [*asked, *state] if obj else asked

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        field.queryset = field.queryset.filter(archived_at=None).exclude(type__unit=Unit.LEG)
        field.choices = grouped(field.queryset)
        return field

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except ReservationError as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = incoming.add_calendar(by=request.user, **form.cleaned_data)
        obj.pk, obj.created_at, obj.next_at = made.pk, made.created_at, made.next_at

    @admin.display(description="address")
    def host(self, row: IncomingCalendar) -> str:
        return urlsplit(row.url).hostname or ""

    @admin.action(description="Read now")
    def read_now(self, request: HttpRequest, rows: QuerySet[IncomingCalendar]) -> None:
        self._each(request, rows, incoming.read_now, "read now")

    @admin.action(description="Remove: put back into use what they took")
    def remove(self, request: HttpRequest, rows: QuerySet[IncomingCalendar]) -> None:
        self._each(request, rows, incoming.remove_calendar, "removed")

    def _each(self, request: HttpRequest, rows: QuerySet[IncomingCalendar], do: Any, done: str) -> None:
        for row in rows.select_related("room__venue"):
            try:
                do(row, by=request.user)
            except ReservationError as refusal:
                self.message_user(request, f"{row}: {refusal.sentence}", messages.ERROR)
            else:
                self.log_change(request, row, f"{done.capitalize()}.")
                self.message_user(request, f"{row} is {done}.", messages.SUCCESS)

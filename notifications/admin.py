"""Webhooks, letters and feeds for administrators: to see why nothing arrives. Secrets are shown to nobody."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.looking import ForSuperusers
from notifications.mail import operations
from notifications.models import CalendarFeed, Delivery, Notice, Webhook


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
        *("id", "booking", "kind", "recipient", "state", "attempts"),
        *("error", "created_at", "next_at", "sent_at"),
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["booking", "recipient"]
    search_fields = ["=booking__reference", "=recipient__email"]
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

"""Webhooks for administrators: to see why nothing arrives, and to end one. Secrets are shown to nobody."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Delivery, Webhook

if TYPE_CHECKING:
    _Options = admin.ModelAdmin[Any]
else:
    _Options = admin.ModelAdmin


class ForSuperusers(_Options):
    """A table that superusers may read: it has addresses of people's own, whatever venue they follow."""

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)


@admin.register(Webhook)
class WebhookAdmin(ForSuperusers):
    """Who is told where of what, and how that goes."""

    list_display = ["id", "owner", "venue", "url", "failing_since", "disabled_at", "disabled_because"]
    list_filter = ["disabled_because"]
    list_select_related = ["owner", "venue"]
    search_fields = ["owner__email", "url"]
    exclude = ["secret"]
    ordering = ["-pk"]


@admin.register(Delivery)
class DeliveryAdmin(ForSuperusers):
    """Each message, how often it was tried and what came of it."""

    list_display = ["uuid", "webhook", "state", "attempts", "status", "error", "created_at", "next_at"]
    list_filter = ["state"]
    list_select_related = ["webhook"]
    search_fields = ["uuid"]
    ordering = ["-pk"]

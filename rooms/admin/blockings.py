"""Blockings in the admin: rooms are taken out of use and put back, by the operations."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.html import format_html

from rooms import operations
from rooms.admin import wishing
from rooms.admin.acting import Acting
from rooms.admin.audit import AllocationsInline, ChangesInline
from rooms.admin.scope import OwnFilter
from rooms.admin.words import in_lines, in_words
from rooms.models import Blocking
from rooms.sql import database_now


class Standing(admin.SimpleListFilter):
    """Blockings that still hold, and those that do not."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "In force or to come"), ("lifted", "Lifted")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Blocking]) -> QuerySet[Blocking]:
        match self.value():
            case "yes":
                return queryset.filter(lifted_at=None).exclude(ends_at__lte=database_now())
            case "lifted":
                return queryset.exclude(lifted_at=None)
        return queryset


@admin.register(Blocking)
class BlockingAdmin(Acting):
    """Time out of use; to change one, lift it and add another."""

    asks = "block"
    wish_form = wishing.BlockForm
    change_form_template = "admin/rooms/blocking.html"
    list_display = ["when_lines", "rooms", "reason", "note", "venue", "standing"]
    list_filter = [Standing, "reason", ("venue", OwnFilter)]
    list_select_related = ["venue"]
    search_fields = ["note", "allocations__room__name"]
    search_help_text = "Note or room"
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-pk"]
    actions = ["lift_all"]
    inlines = [AllocationsInline, ChangesInline]
    fields = ["venue", "rooms", "when", "reason", "note", "standing", ("created_by", "created_at")]
    readonly_fields = ["rooms", "when", "standing", "created_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Blocking]:
        rows: QuerySet[Blocking] = super().get_queryset(request).annotate(now=Now())
        return rows.prefetch_related("allocations__room")

    def get_urls(self) -> list[URLPattern]:
        return [self.button("lift", operations.unblock, "lifted"), *super().get_urls()]

    def take(self, request: HttpRequest, wanted: dict[str, Any]) -> Blocking:
        return operations.block(
            list(wanted["rooms"]),
            wanted["span"],
            by=request.user,
            reason=wanted["reason"],
            note=wanted["note"],
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        blocking = self.get_object(request, object_id)
        can = {"lift": bool(blocking and blocking.lifted_at is None)}
        context = {"can": can, "title": "Blocking", **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description="Lift: put the rooms back into use")
    def lift_all(self, request: HttpRequest, blockings: QuerySet[Blocking]) -> None:
        self.do_each(request, blockings, operations.unblock, "lifted")

    @admin.display(description="when", ordering="starts_at")
    def when(self, blocking: Blocking) -> str:
        return in_words(blocking.starts_at, blocking.ends_at, blocking.venue.zone)

    @admin.display(description="when", ordering="starts_at")
    def when_lines(self, blocking: Blocking) -> str:
        return in_lines(blocking.starts_at, blocking.ends_at, blocking.venue.zone)

    @admin.display(description="rooms")
    def rooms(self, blocking: Blocking) -> str:
        return ", ".join(sorted(row.room.name for row in blocking.allocations.all()))

    @admin.display(description="state")
    def standing(self, blocking: Blocking) -> str:
        now: datetime = blocking.now  # type: ignore[attr-defined]
        if blocking.lifted_at is not None:
            state, word = "cancelled", "Lifted"
        elif blocking.ends_at is not None and blocking.ends_at <= now:
            state, word = "completed", "Over"
        elif blocking.starts_at <= now:
            state, word = "blocked", "In force"
        else:
            state, word = "pending", "To come"
        return format_html('<span class="badge badge-{}">{}</span>', state, word)

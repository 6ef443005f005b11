"""What happened, to read and never to touch: allocations and changes."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from reservations.lifecycle import kind_of
from rooms.admin.scope import RECALLS, OwnFilter, ReadOnly, ScopedInline
from rooms.admin.words import in_words
from rooms.models import Allocation, Change
from rooms.queries.words import STATES


class ReadOnlyInline(ScopedInline):
    """Rows shown for the record."""

    can_delete = False
    classes = ["plain"]
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AllocationsInline(ReadOnlyInline):
    """The rooms a booking or blocking takes, with the buffers that nobody else gets."""

    model = Allocation
    fields = ["room", "seen", "kept", "stands"]
    readonly_fields = ["room", "seen", "kept", "stands"]
    verbose_name_plural = "rooms"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        return super().get_queryset(request).select_related("room__venue").order_by("room__order", "room_id")

    @admin.display(description="seen")
    def seen(self, row: Allocation) -> str:
        return _span(row.starts_at, row.ends_at, row)

    @admin.display(description="kept free for it")
    def kept(self, row: Allocation) -> str:
        return _span(row.blocks_from, row.blocks_until, row)

    @admin.display(description="state")
    def stands(self, row: Allocation) -> str:
        return _state(row)


class ChangesInline(ReadOnlyInline):
    """What happened to it, newest first."""

    model = Change
    fields = ["moment", "kind", "room", "by"]
    readonly_fields = ["moment", "kind", "room", "by"]
    verbose_name_plural = "what happened"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        rows = super().get_queryset(request).select_related("room__venue", "by")
        return rows.order_by("-at", "-pk")

    @admin.display(description="at")
    def moment(self, row: Change) -> str:
        return _moment(row)


def _span(start: Any, end: Any, row: Allocation) -> str:
    return in_words(start, end, row.room.venue.zone)


def _moment(row: Change) -> str:
    return f"{row.at.astimezone(row.room.venue.zone):%a %d %b %Y, %H:%M:%S}"


def _state(row: Allocation) -> str:
    state = row.state
    word = STATES.get(kind_of(state), state.replace("_", " "))
    return format_html('<span class="badge badge-{}">{}</span>', state, word.capitalize())


@admin.register(Allocation)
class AllocationAdmin(ReadOnly):
    """Every span of every room, as the database guards it."""

    venue_path = "room__venue"
    list_display = ["room", "venue", "seen", "kept", "stands", "active", "cause"]
    list_filter = ["active", "state", ("room__venue", OwnFilter)]
    list_select_related = ["room__venue", "booking", "blocking"]
    search_fields = ["room__name", "booking__reference"]
    search_help_text = "Room or reference"
    ordering = ["-pk"]

    seen, kept, stands = AllocationsInline.seen, AllocationsInline.kept, AllocationsInline.stands

    @admin.display(ordering="room__venue__name")
    def venue(self, row: Allocation) -> str:
        return row.room.venue.name

    @admin.display(description="because of")
    def cause(self, row: Allocation) -> str:
        return str(row.booking or row.blocking)


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    """The numbered record of everything that happened to rooms."""

    venue_path = "room__venue"
    sees = RECALLS
    list_display = ["moment", "room", "venue", "revision", "kind", "booking", "by"]
    list_filter = ["kind", ("room__venue", OwnFilter)]
    list_select_related = ["room__venue", "booking", "blocking", "guest", "by"]
    search_fields = ["room__name", "booking__reference"]
    search_help_text = "Room or reference"
    ordering = ["-pk"]
    fields = ["moment", "room", "revision", "kind", "booking", "blocking", "guest", "by", "was", "became"]
    readonly_fields = ["moment", "was", "became"]

    moment = ChangesInline.moment

    @admin.display(ordering="room__venue__name")
    def venue(self, row: Change) -> str:
        return row.room.venue.name

    @admin.display(description="before")
    def was(self, row: Change) -> str:
        return format_html("<pre>{}</pre>", json.dumps(row.before, indent=1))

    @admin.display(description="after")
    def became(self, row: Change) -> str:
        return format_html("<pre>{}</pre>", json.dumps(row.after, indent=1))

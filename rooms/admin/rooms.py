"""Rooms in the admin: found by venue, type and floor, divided into parts, archived and never lost."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from reservations import ReservationError
from rooms.admin.hours import RoomExceptionsInline, RoomHoursInline
from rooms.admin.many import Many
from rooms.admin.scope import EDITS, OwnFilter, may, offer_own
from rooms.admin.seen import OwnForm, OwnPage, OwnRows, OwnRowsFormSet
from rooms.admin.terms import WholeUniques
from rooms.models import Room, RoomPart
from rooms.operations import archiving


class BareRoomForm(WholeUniques, forms.ModelForm):  # type: ignore[type-arg]
    """A room, wherever it is edited; its venue is that of its type."""

    unique_by = frozenset({"venue", "archived_at"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "capacity" in self.fields and not self.instance.pk:
            self.fields["capacity"].required = False
            self.fields["capacity"].initial = None
            self.initial.pop("capacity", None)
            self.fields["capacity"].help_text = "Empty: as many as its type holds."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("type")
        if kind and not self.instance.pk:
            self.instance.venue = kind.venue
        if kind and cleaned.get("capacity", 0) is None:
            cleaned["capacity"] = kind.capacity
        return cleaned


class RoomForm(OwnForm, BareRoomForm):
    """A room on its own page, with the types of all the person's venues to choose from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_own(self, "type")


class PartsFormSet(OwnRowsFormSet):
    """The parts of one room: of the same venue, in no circle, and not while it is booked without them."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "part" not in form.fields:
            return
        rooms = Room.objects.filter(venue=self.instance.venue_id, archived_at=None).exclude(
            pk=self.instance.pk
        )
        if not hasattr(self, "_rooms"):
            self._rooms = [("", "---------"), *rooms.order_by("name").values_list("pk", "name")]
        form.fields["part"].queryset = rooms
        form.fields["part"].choices = self._rooms

    def clean(self) -> None:
        super().clean()
        if any(self.errors) or not self.instance.pk:
            return
        new = [
            form.cleaned_data["part"]
            for form in self.forms
            if form.has_changed() and form.cleaned_data.get("part") and not form.cleaned_data.get("DELETE")
        ]
        if not new:
            return
        try:
            archiving.require_may_join(new, whole=self.instance)
        except ReservationError as refusal:
            raise ValidationError(refusal.sentence) from refusal


class PartsInline(OwnRows):
    model = RoomPart
    fk_name = "whole"
    formset = PartsFormSet
    fields = ["part"]
    ordering = ["pk"]
    classes = ["collapse", "plain"]
    verbose_name_plural = "parts (taking this room takes them all)"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoomPart]:
        return super().get_queryset(request).select_related("whole", "part")


class InUse(admin.SimpleListFilter):
    """Rooms in use, unless the archive is asked for."""

    title = "use"
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("archived", "Archived"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Room]) -> QuerySet[Room]:
        if self.value() == "all":
            return queryset
        return queryset.filter(archived_at__isnull=self.value() != "archived")

    def choices(self, changelist: Any) -> Any:
        yield from (
            {**choice, "display": "In use"} if number == 0 else choice
            for number, choice in enumerate(super().choices(changelist))
        )


@admin.register(Room)
class RoomAdmin(Many, OwnPage):
    """Rooms of every kind."""

    form = RoomForm
    list_display = ["name", "type", "venue", "capacity", "floor", "has", "order", "in_use"]
    list_filter = [InUse, ("venue", OwnFilter), ("type", OwnFilter), "floor"]
    list_select_related = ["venue", "type"]
    search_fields = ["name", "floor", "type__name", "venue__name"]
    search_help_text = "Name, floor, type or venue"
    ordering = ["venue__name", "order", "name", "pk"]
    filter_horizontal = ["amenities"]
    actions = ["archive", "unarchive", "export_csv"]
    readonly_fields = ["venue", "in_use"]
    inlines = [PartsInline, RoomHoursInline, RoomExceptionsInline]
    fieldsets = [
        (None, {"fields": [("type", "name"), ("capacity", "floor")]}),
        ("Has", {"fields": ["amenities"]}),
        ("Place on boards and maps", {"fields": ["order", ("x", "y"), ("width", "depth")]}),
    ]

    def view_on_site(self, room: Room) -> str:
        return reverse("rooms:venue", args=[room.venue.slug])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        return super().get_queryset(request).prefetch_related("amenities")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = list(super().get_fieldsets(request, obj))
        return [(None, {"fields": [("venue", "in_use")]}), *sets] if obj else sets

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return self.inlines if obj else self.inlines[1:]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and (obj.changes.exists() or obj.allocations.exists()):
            return False  # History stays: such a room is archived.
        return super().has_delete_permission(request, obj)

    @admin.display(description="has")
    def has(self, room: Room) -> str:
        return ", ".join(amenity.name for amenity in room.amenities.all()) or "-"

    @admin.display(description="in use", boolean=True, ordering="archived_at")
    def in_use(self, room: Room) -> bool:
        return room.archived_at is None

    @admin.action(description="Archive: take off the boards, keep the history")
    def archive(self, request: HttpRequest, rooms: QuerySet[Room]) -> None:
        self._each(request, rooms, archiving.archive, "archived")

    @admin.action(description="Export as CSV, which can be imported again")
    def export_csv(self, request: HttpRequest, rooms: QuerySet[Room]) -> Any:
        return self.export(request, rooms)

    @admin.action(description="Put back into use")
    def unarchive(self, request: HttpRequest, rooms: QuerySet[Room]) -> None:
        self._each(request, rooms, archiving.unarchive, "back in use")

    def _each(
        self, request: HttpRequest, rooms: Iterable[Room], do: Callable[[Room], Room], done: str
    ) -> None:
        finished = []
        for room in rooms:
            if not may(request, EDITS, room.venue_id):
                self.message_user(request, f"You do not manage {room.venue}.", messages.ERROR)
                continue
            try:
                do(room)
            except ReservationError as refusal:
                self.message_user(request, refusal.sentence, messages.ERROR)
                continue
            self.log_change(request, room, done.capitalize() + ".")
            finished.append(room.name)
        if finished:
            self.message_user(request, f"{', '.join(finished)}: {done}.", messages.SUCCESS)

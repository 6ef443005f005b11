"""Displays in the admin: hung and switched off by the operations; whoever has one's address may look."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from rooms import operations
from rooms.admin.acting import Acting
from rooms.admin.scope import OwnFilter, Scoped, may
from rooms.models import Display
from rooms.operations.hanging import NAME
from rooms.texts import text


class DisplayForm(forms.ModelForm):  # type: ignore[type-arg]
    """A sign of a floor, of everything, or the panel beside a door."""

    acts = forms.ChoiceField(
        label="Buttons",
        choices=Display.Acts.choices,
        initial=Display.Acts.NOTHING,
        required=False,
        help_text="Of a door: what whoever stands there may do, without a log-in.",
    )

    class Meta:
        model = Display
        fields = ["venue", "name", "floor", "room", "acts"]

    def clean_name(self) -> str:
        problems: dict[str, list[str]] = {}
        name = text(self.cleaned_data["name"], "name", NAME, problems)
        if problems or not name:
            raise ValidationError(problems.get("name", ["Say where it hangs."]))
        return name

    def clean_acts(self) -> str:
        return str(self.cleaned_data["acts"] or Display.Acts.NOTHING)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        venue, room, floor = (cleaned.get(name) for name in ("venue", "room", "floor"))
        if venue is None:
            return cleaned
        if room is not None and (room.venue_id != venue.pk or floor):
            self.add_error("room", "Choose a room of the venue and no floor, or a floor and no room.")
        if floor and not venue.rooms.filter(floor=floor, archived_at=None).exists():
            self.add_error("floor", "There is no such floor.")
        if cleaned.get("acts", Display.Acts.NOTHING) != Display.Acts.NOTHING and room is None:
            self.add_error("acts", "Only the panel of a door has buttons.")
        self.instance.kind = Display.Kind.DOOR if room else Display.Kind.SIGN
        return cleaned


@admin.register(Display)
class DisplayAdmin(Acting):
    """Displays: another name or place is another display, with another address."""

    asks = chooses = "hang"
    form = DisplayForm
    change_form_template = "admin/rooms/display.html"
    list_display = ["name", "venue", "shows", "created_at", "is_on"]
    list_filter = [("venue", OwnFilter), "kind"]
    list_select_related = ["venue", "room"]
    search_fields = ["name", "venue__name", "room__name"]
    search_help_text = "Where it hangs, venue or room"
    ordering = ["venue__name", "name", "pk"]
    actions = ["switch_off"]
    add_view = Scoped.add_view  # nothing is locked for it

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["venue", "name", "floor", "room", "acts"]
        return [*shown, "link", "created_by", "created_at", "is_on"] if obj else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["link", "created_by", "created_at", "is_on"]

    def get_urls(self) -> list[URLPattern]:
        return [self.button("off", operations.revoke, "switched off"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        place = {name: asked[name] for name in ("name", "floor", "room", "acts")}
        made = operations.hang(asked["venue"], by=request.user, **place)
        obj.pk, obj.token, obj.created_at = made.pk, made.token, made.created_at

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        found = self.get_object(request, object_id)
        can = {"off": bool(found and found.revoked_at is None and may(request, self.sees, found.venue_id))}
        return super().change_view(request, object_id, form_url, {"can": can, **(extra_context or {})})

    @admin.display(description="shows")
    def shows(self, row: Display) -> str:
        return f"door of {row.room.name}" if row.room else f"sign of {row.floor or 'everything'}"

    @admin.display(description="on", boolean=True)
    def is_on(self, row: Display) -> bool:
        return row.revoked_at is None

    @admin.display(description="address")
    def link(self, row: Display) -> str:
        return format_html('<a href="{0}">{0}</a>', reverse("rooms:display", args=[row.token]))

    @admin.action(description="Switch off: their addresses show nothing any more")
    def switch_off(self, request: HttpRequest, rows: QuerySet[Display]) -> None:
        self.do_each(request, rows, operations.revoke, "switched off")

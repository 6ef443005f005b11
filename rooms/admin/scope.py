"""Whose venues the admin shows: each person's own by the table of accounts.roles, a superuser's all.

Lists, choices, filters, actions and addresses all narrow here; another venue's row does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, Field, ForeignKey, Model, QuerySet, TextField
from django.http import HttpRequest, HttpResponse

from accounts import roles
from accounts.looking import BearsAnyFilter, OnlyLooked
from rooms.models import Policy, Room, RoomType, Venue
from rooms.texts import text

SEES, EDITS = "see_titles", "edit_venue"  # actions of accounts.roles: anybody who works there; its managers
RECALLS = "see_history"

# How each table that a form may choose from says which venue a row belongs to.
PATHS: dict[type[Model], str] = {Venue: "pk", Room: "venue", RoomType: "venue", Policy: "venue"}

if TYPE_CHECKING:
    _Inline = admin.TabularInline[Any, Any]
else:
    _Inline = admin.TabularInline


def venues_where(request: HttpRequest, action: str) -> list[int] | None:
    """Return the venues at which the person may do the action; None means all there are."""
    user: Any = request.user
    if user.is_superuser:
        return None
    return [venue for venue in roles.roles_of(user) if roles.may(user, action, venue)]


def narrowed(rows: QuerySet[Any], request: HttpRequest, path: str, action: str) -> QuerySet[Any]:
    """Return the rows of venues at which the person may do the action."""
    venues = venues_where(request, action)
    return rows if venues is None else rows.filter(**{f"{path}__in": venues})


def may(request: HttpRequest, action: str, venue: int | None) -> bool:
    """Test whether the person may do the action at the venue; None asks whether they may anywhere."""
    if venue is not None:
        return roles.may(request.user, action, venue)
    venues = venues_where(request, action)
    return venues is None or bool(venues)


def venue_id(row: Any, path: str) -> int | None:
    """Return the venue a row belongs to; None while it belongs to none yet."""
    if path == "pk":
        return row.pk if isinstance(row, Venue) else None
    *steps, last = path.split("__")
    for step in steps:
        row = getattr(row, step)
    return getattr(row, f"{last}_id", None)


def is_key(value: Any) -> bool:
    """Test whether a text can be a row's key: one that no column holds is a 500 of the database's."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 19


class Many(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice of many rows, which answers to keys that cannot be any with a sentence."""

    def _check_values(self, value: Any) -> Any:
        odd = next((one for one in value if not is_key(one)), None)
        if odd is not None:
            raise ValidationError(self.error_messages["invalid_choice"], params={"value": str(odd)[:40]})
        return super()._check_values(value)  # type: ignore[misc]


class Text(forms.CharField):
    """A text in one spelling, without what nobody sees or what could mislead."""

    lines = False

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not typed:
            return typed
        problems: dict[str, list[str]] = {}
        clean = text(typed, "text", len(typed), problems, lines=self.lines)
        if problems:
            raise ValidationError(problems["text"])
        return clean or self.empty_value


class Lines(Text):
    """The same, of several lines."""

    lines = True


class Choosing:
    """Foreign keys offer only what belongs to the person's venues, and texts are such as can be shown."""

    chooses: ClassVar[str] = EDITS  # what the person may do where they choose

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        kind = {CharField: Text, TextField: Lines}.get(type(db_field))
        if kind is not None and not db_field.choices:
            kwargs = {"form_class": kind, **kwargs}
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        model = db_field.remote_field.model
        if model in PATHS:
            kwargs["queryset"] = narrowed(model._default_manager.all(), request, PATHS[model], self.chooses)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **kwargs, form_class=Many)  # type: ignore[misc]


class Scoped(Choosing, BearsAnyFilter):
    """A table whose rows belong to venues, found along `venue_path`.

    Django's own permissions are not asked: a role at a venue is the one thing that counts.
    """

    venue_path: ClassVar[str] = "venue"
    sees: ClassVar[str] = SEES
    edits: ClassVar[str] = EDITS
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return narrowed(super().get_queryset(request), request, self.venue_path, self.sees)

    def _may(self, request: HttpRequest, action: str, row: Any) -> bool:
        return may(request, action, None if row is None else venue_id(row, self.venue_path))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.sees, None)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.sees, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, self.edits, None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.edits, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.edits, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None and not self._may(request, RECALLS, row):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        context["recalls"] = row is not None and self._may(request, RECALLS, row)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_actions(self, request: HttpRequest) -> Any:
        # Many at once are never deleted: each has its own reasons why it may not be.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        venues = venues_where(request, self.edits)
        only = {"venue": venues[0]} if venues is not None and len(venues) == 1 else {}
        return {**only, **super().get_changeform_initial_data(request)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        sent = request.POST.copy()
        if "_selected_action" in sent:
            keys = filter(is_key, sent.getlist("_selected_action"))
            sent.setlist("_selected_action", list(keys))
            request.POST = sent  # type: ignore[assignment]
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title, **(extra_context or {})})


class ReadOnly(OnlyLooked, Scoped):
    """A table of own venues that nobody edits by hand."""


class ScopedInline(Choosing, _Inline):
    """Rows that are edited on the page of what they belong to, by whoever may edit that."""

    parent_path: ClassVar[str] = "venue"
    extra = 0

    def _edits(self, request: HttpRequest, parent: Any) -> bool:
        return may(request, EDITS, None if parent is None else venue_id(parent, self.parent_path))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # Whoever sees the page sees its rows.

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._edits(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._edits(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._edits(request, obj)


class OwnFilter(admin.RelatedFieldListFilter):
    """A filter that names only venues, types and rooms of the person's own."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, Any]]:
        model = field.remote_field.model
        rows = narrowed(model._default_manager.all(), request, PATHS[model], SEES)
        if model is not Venue:
            rows = rows.select_related("venue").order_by("venue__name", "name")
            return [(str(row.pk), f"{row.name}, {row.venue.name}") for row in rows]
        return [(str(row.pk), str(row)) for row in rows.order_by("name")]


def offer_own(form: Any, name: str, *, empty: str | None = "---------") -> None:
    """Let the form's field offer what is of the row's own venue, once it has one."""
    field = form.fields.get(name)
    if field is not None:
        if form.instance.pk:
            field.queryset = field.queryset.filter(venue=form.instance.venue_id)
        field.choices = grouped(field.queryset, empty=empty)


def grouped(rows: QuerySet[Any], *, empty: str | None = "---------") -> list[Any]:
    """Return the rows as choices, under the names of their venues."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows.select_related("venue").order_by("venue__name", "name", "pk"):
        found.setdefault(f"{row.venue.name} ({row.venue.timezone})", []).append((row.pk, str(row)))
    return [*([("", empty)] if empty is not None else []), *found.items()]

"""The rows of a venue on its own page: a page of them at a time, so that the thousandth room costs nothing.

A form of a thousand rooms would be refused for its size before anybody could read it. Whatever the number,
the page asks the same few queries, and all that can be sent at once stays below
DATA_UPLOAD_MAX_NUMBER_FIELDS.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any, ClassVar

from django import forms
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Model, QuerySet
from django.forms.models import modelformset_factory
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from rooms.admin.rows import Own, RowForm
from rooms.admin.scope import ScopedInline
from rooms.admin.seen import SeenRows
from rooms.models import Venue

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
CLOCK = forms.TimeInput(attrs={"type": "time"})


class RowsFormSet(SeenRows):
    """A page of a venue's rows."""

    path: ClassVar[str] = "venue"
    prefix_name: ClassVar[str]
    at_once: ClassVar[int]
    asked: ClassVar[QueryDict]  # the query of the page's address
    list_address: ClassVar[str] = ""
    removes: ClassVar[str]
    unique: ClassVar[str] = ""  # a field that no two rows share

    def __init__(self, *args: Any, instance: Venue, save_as_new: bool = False, **kwargs: Any) -> None:
        self.instance = instance
        self.currency = instance.currency  # before the form of the venue changes it
        rows: QuerySet[Any] = kwargs.pop("queryset")
        self.rows = rows.filter(**{self.path: instance}) if instance.pk else rows.none()
        super().__init__(*args, **kwargs, queryset=self.rows)  # type: ignore[misc]
        messages: dict[str, Any] = self.error_messages  # type: ignore[attr-defined]
        messages["too_many_forms"] = "%(num)d rows at once are the most: save, then add the rest."

    @classmethod
    def get_default_prefix(cls) -> str:
        return cls.prefix_name

    @cached_property
    def page(self) -> Page[Any]:
        """The rows of this page."""
        return Paginator(self.rows, self.at_once).get_page(self.asked.get(self.prefix_name))

    @property
    def before(self) -> str:
        """The address of the page before this one."""
        return self._turned(self.page.previous_page_number())

    @property
    def after(self) -> str:
        """The address of the page after this one."""
        return self._turned(self.page.next_page_number())

    def _turned(self, number: int) -> str:
        query = self.asked.copy()
        query[self.prefix_name] = str(number)
        return f"?{query.urlencode()}#{self.prefix_name}-group"

    def get_queryset(self) -> Any:
        if not self.is_bound and not hasattr(self, "_queryset"):
            self._queryset = list(self.page.object_list)
        return super().get_queryset()

    @property
    def empty_form(self) -> Any:
        """The row that the page adds more of: it begins as every new one does."""
        form: Any = self.form(
            auto_id=self.auto_id,
            prefix=self.add_prefix("__prefix__"),
            empty_permitted=True,
            use_required_attribute=False,
            renderer=self.renderer,  # type: ignore[attr-defined]
            instance=self.blank(),
            **self.get_form_kwargs(None),
        )
        self.add_fields(form, None)
        return form

    def blank(self) -> Any:
        model: Any = self.model
        return model(**{"venue": self.instance} if hasattr(model, "venue") else {})

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if isinstance(field, Own):
                field.offer(self._own(name, field))
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = f"{self.removes}{form.of}"

    def _own(self, name: str, field: Any) -> dict[str, Model]:
        """Return what the venue has to choose from."""
        if not hasattr(self, "_choices"):
            self._choices: dict[str, dict[str, Model]] = {}
        if name not in self._choices:
            rows = field.queryset.model.objects.filter(venue=self.instance.pk).order_by("name", "pk")
            self._choices[name] = {str(row.pk): row for row in rows}
        return self._choices[name]

    def clean(self) -> None:
        if not self.unique:
            return
        names: set[Any] = set()
        form: Any
        for form in self.forms:
            is_left_out = form.gone or form.cleaned_data.get("DELETE")
            name = None if is_left_out else form.cleaned_data.get(self.unique)
            if name and name in names:
                form.add_error(self.unique, "Another row has that name.")
            names.add(name)

    def save_new(self, form: Any, commit: bool = True) -> Any:
        if hasattr(form.instance, "venue_id"):
            form.instance.venue = self.instance  # It has a key only now, if it is new itself.
        return super().save_new(form, commit)


class _Checks(InlineModelAdminChecks):
    """Of a row, only the path to its venue is asked, which is no key to the venue itself for all."""

    def _check_exclude_of_parent_model(self, obj: Any, parent_model: Any) -> list[Any]:
        return []

    def _check_relation(self, obj: Any, parent_model: Any) -> list[Any]:
        return []


class Rows(ScopedInline):
    """Rows of a venue, `at_once` on a page; with those added, at most `most` in a save."""

    template = "admin/rooms/rows.html"
    formset: Any = RowsFormSet
    form = RowForm
    checks_class = _Checks
    parent_path = "pk"
    fields: ClassVar[Any]
    path: ClassVar[str] = "venue"
    prefix: ClassVar[str]
    at_once: ClassVar[int] = 10
    most: ClassVar[int] = 12
    about: ClassVar[str] = ""  # a sentence above the rows
    removes: ClassVar[str] = "Remove"
    also: ClassVar[list[tuple[str, str]]] = []  # other pages for the same: the name of the address, and words
    formfield_overrides = {models.TimeField: {"widget": CLOCK}, models.DateField: {"widget": DAY}}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fields, "seen"] if self._edits(request, obj) else self.read(request)

    def read(self, request: HttpRequest) -> list[str]:
        """Return what somebody sees who may not edit it."""
        return list(self.fields)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # What a row points at is edited above, and needs no window.
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **kwargs, form_class=Own)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        edits = self._edits(request, obj)
        found: Any = modelformset_factory(
            self.model, form=self.form, formset=self.formset,
            formfield_callback=partial(self.formfield_for_dbfield, request=request),
            fields=self.get_fields(request, obj), exclude=[*self.get_readonly_fields(request, obj)],
            extra=0, max_num=self.most if edits else 0, absolute_max=self.most, validate_max=edits,
            can_delete=self.can_delete and edits,
        )  # fmt: skip
        found.path, found.prefix_name, found.at_once = self.path, self.prefix, self.at_once
        found.asked, found.removes = request.GET, self.removes
        if obj is not None and self.has_registered_model:
            listing = reverse(f"admin:rooms_{self.opts.model_name}_changelist")
            found.list_address = f"{listing}?{self.path}__id__exact={obj.pk}"
        return found

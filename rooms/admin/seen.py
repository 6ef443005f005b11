"""A form that undoes nothing: what somebody else changed since it was shown is not changed back.

Each form carries a mark of what the row was when it was shown. What only looks changed because somebody else
changed it meanwhile is left alone, and what both changed is refused until it has been looked at.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db import DatabaseError
from django.forms.models import BaseInlineFormSet, BaseModelFormSet, InlineForeignKeyField
from django.http import HttpRequest

from reservations import ReservationError
from rooms.admin.scope import Scoped, ScopedInline, is_key

NOT_OURS = {"id", "seen", "DELETE"}  # fields of the form that are no columns to edit
log = logging.getLogger(__name__)


class Hidden(forms.CharField):
    """What the page sends along, and nobody types: it never counts as a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeenForm(forms.ModelForm):  # type: ignore[type-arg]
    """A row, which is written only if it was changed here, and nowhere else meanwhile."""

    seen = Hidden(required=False, max_length=40)
    gone = False  # somebody else removed the row since it was shown
    written: Sequence[str] = ()  # the columns that this form gives another value

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            stored = {name: self.fields[name] for name in self.columns}
            self.stands = _mark({name: self.get_initial_for_field(stored[name], name) for name in stored})
            self.initial["seen"] = self.stands

    @property
    def columns(self) -> list[str]:
        """The names of the columns that the form shows."""
        ours = {name: field for name, field in self.fields.items() if name not in NOT_OURS}
        return [name for name, field in ours.items() if not isinstance(field, InlineForeignKeyField)]

    def has_changed(self) -> bool:
        return super().has_changed() and not self._is_as_it_was_seen()

    def _post_clean(self) -> None:
        if self._is_overtaken():
            self._refuse()
            return
        if (self.instance.pk or self.gone) and not self.has_changed():
            # It is in the table as it is: nothing to check, nothing to ask, and nothing to tell of.
            self.changed_data: list[str] = []
            if self.gone:
                self.errors.clear()
                self.cleaned_data: dict[str, Any] = {}
            return
        if self.gone:
            self.add_error(None, "Somebody else has removed this meanwhile.")
            return
        before = dict(vars(self.instance))
        super()._post_clean()  # type: ignore[misc]
        now, columns = vars(self.instance), self.instance._meta.concrete_fields
        self.written = [one.name for one in columns if now.get(one.attname) != before.get(one.attname)]

    def _save_m2m(self) -> None:
        if self.has_changed():
            super()._save_m2m()  # type: ignore[misc]

    def write(self) -> Any:
        """Save what was changed here, and nothing else: the rest of the row may have gone on meanwhile."""
        self.instance.save(update_fields=self.written)
        return self.instance

    def _is_overtaken(self) -> bool:
        """Test whether what is changed or removed here is something else by now than what was shown."""
        if not self.instance.pk or self.stands == self._mark_sent():
            return False
        if self.cleaned_data.get("DELETE"):
            return not set(self.columns).isdisjoint(self.changed_data)
        return not self.errors and self.has_changed()

    def _refuse(self) -> None:
        """Say what is stored now, and take the same once more as from somebody who knows."""
        now, removes = "; ".join(self._differing()), self.cleaned_data.pop("DELETE", False)
        sent: Any = self.data.copy()  # type: ignore[attr-defined]
        sent[self.add_prefix("seen")] = self.stands
        if removes:
            # Who then keeps the row after all keeps it as it is stored.
            self.errors.clear()
            for name in self.columns:
                sent.setlist(self.add_prefix(name), [str(one) for one in _listed(self._stored(name))])
        wish = "remove it" if removes else "keep yours"
        self.add_error(None, f"Somebody else has changed this meanwhile: {now}. Save again to {wish}.")
        self.data = sent

    def _mark_sent(self) -> str:
        return str(self.data.get(self.add_prefix("seen")) or getattr(self, "stands", ""))

    def _is_as_it_was_seen(self) -> bool:
        """Test whether everything sent is what was shown, though it may be something else by now."""
        if not (self.instance.pk or self.gone) or not hasattr(self, "cleaned_data"):
            return False
        if self.errors and not self.gone:
            return False
        return _mark({name: self._sent(name) for name in self.columns}) == self._mark_sent()

    def _sent(self, name: str) -> Any:
        """Return a value that was sent; what a row pointed at may be gone with it, and is a key then."""
        if name in self.cleaned_data:
            return self.cleaned_data[name]
        typed, points = self[name].data, isinstance(self.fields[name], forms.ModelChoiceField)
        return int(typed) if points and is_key(typed) else typed

    def _differing(self) -> list[str]:
        """Return, for each field that says something else, what is stored now."""
        return [
            f"{self.fields[name].label or name} is “{self._in_words(name)}” now"
            for name in self.changed_data
            if name in self.columns
        ]

    def _in_words(self, name: str) -> str:
        choices = dict(getattr(self.fields[name], "choices", ()))
        told = [str(choices.get(one, choices.get(str(one), one))) for one in _listed(self._stored(name))]
        return ", ".join(told)

    def _stored(self, name: str) -> Any:
        """Return what is stored now, as the field shows it."""
        field = self.fields[name]
        return field.prepare_value(self.get_initial_for_field(field, name))


def _listed(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _mark(values: dict[str, Any]) -> str:
    """Return a short mark of the values; equal values, equal marks."""
    plain = [(name, _plain(value)) for name, value in sorted(values.items())]
    return hashlib.blake2b(repr(plain).encode(), digest_size=12).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [getattr(one, "pk", one) for one in value]
    return getattr(value, "pk", value)


class OwnForm(SeenForm):
    """A row on its own page."""

    refused = ""  # why what was sent was not kept, though every field of it is right

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.refused:
            self.add_error(None, self.refused)
        return cleaned


class OwnPage(Scoped):
    """A table whose rows have pages of their own, where two people may be at work."""

    form: Any = OwnForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = list(super().get_fieldsets(request, obj))
        if obj is None or not self.has_change_permission(request, obj):
            return sets
        (name, first), *others = sets
        return [(name, {**first, "fields": [*first["fields"], "seen"]}), *others]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refused = getattr(request, "refused", "")
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ReservationError as refusal:
            sentence = refusal.sentence
        except DatabaseError:
            log.warning("a %s was not saved", self.opts.verbose_name, exc_info=True)
            sentence = "Somebody else changed the same a moment ago. Look at it again, and save it again."
        # None of it was kept: it is shown as it was sent, with the reason.
        request.refused = sentence  # type: ignore[attr-defined]
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
        else:
            form.write()


class SeenRows(BaseModelFormSet):  # type: ignore[type-arg]
    """Rows with their marks; whatever was sent, each is looked for among those that there are."""

    def initial_form_count(self) -> int:
        count: int = super().initial_form_count()
        return max(0, min(count, self.total_form_count())) if self.is_bound else count

    def get_queryset(self) -> Any:
        """Return a row for each form; None for one that is not there, or never was of these."""
        if not self.is_bound:
            return super().get_queryset()
        if not hasattr(self, "_queryset"):
            self._queryset: list[Any] = self._sent()
        return self._queryset

    def _sent(self) -> list[Any]:
        keys = [self._key(n) for n in range(self.initial_form_count())]
        rows: Any = self.queryset
        found = rows.in_bulk([int(key) for key in keys if is_key(key)])
        return [found.get(int(key)) if is_key(key) else None for key in keys]

    def _key(self, number: int) -> str:
        return str(self.data.get(f"{self.add_prefix(number)}-id", ""))

    def blank(self) -> Any:
        """Return what a new row begins as."""
        return None

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        was_there = i < self.initial_form_count()
        row = self.get_queryset()[i] if was_there else None
        # Past Django's own, which would ask for each row, and take another's place for one that is gone.
        form: Any = super(BaseModelFormSet, self)._construct_form(  # type: ignore[misc]
            i, instance=row or self.blank(), **kwargs
        )
        # A new row has no key: one with a key that is not among these was there, or is somebody else's.
        form.gone = row is None and (was_there or bool(self.is_bound and self._key(i)))
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        super(BaseModelFormSet, self).add_fields(form, index)
        self._pk_field = form._meta.model._meta.pk
        form.fields["id"] = Hidden(required=False, initial=form.instance.pk)

    @property
    def kept(self) -> list[Any]:
        """The rows that there will be, where each form is right."""
        removed = self.deleted_forms
        return [form.instance for form in self.forms if form not in removed and form.cleaned_data]

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        return form.write()


class OwnRowsFormSet(BaseInlineFormSet, SeenRows):  # type: ignore[type-arg]
    """The rows that belong to one other."""


class OwnRows(ScopedInline):
    """Rows on the page of what they belong to, each with its mark."""

    form: Any = SeenForm
    formset: Any = OwnRowsFormSet

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_fields(request, obj), *(["seen"] if self._edits(request, obj) else [])]

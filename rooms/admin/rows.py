"""One row among many in a form: written only if it was changed here, and nowhere else meanwhile.

All of a venue's tables are in one form, so a save sends back rows that nobody meant to touch. Each row
carries a mark of what it was when it was shown: what only looks changed because somebody else changed it
meanwhile is left alone, and what both changed is refused until it has been looked at.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

NOT_OURS = {"id", "seen", "DELETE"}  # fields of the form that are no columns to edit


class Hidden(forms.CharField):
    """What the page sends along, and nobody types: it never counts as a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class Own(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice among rows of the venue, which are read once for the whole page."""

    _rows: dict[str, Model]

    def offer(self, rows: dict[str, Model]) -> None:
        """Take these rows and no others."""
        self._rows = rows
        self.choices = [("", self.empty_label or ""), *((key, str(row)) for key, row in rows.items())]

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        found = self._rows.get(str(value))
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """One row, which is written only if it was changed here, and nowhere else meanwhile."""

    seen = Hidden(required=False, max_length=40)
    gone = False  # somebody else removed the row since it was shown

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            stored = {name: self.fields[name] for name in self.columns}
            self.stands = _mark({name: self.get_initial_for_field(stored[name], name) for name in stored})
            self.initial["seen"] = self.stands
        self.of = f", {self.instance}" if self.instance.pk else f", new {self._meta.model._meta.verbose_name}"
        for name in self.columns:
            self.fields[name].widget.attrs["aria-label"] = f"{self.fields[name].label or name}{self.of}"

    @property
    def columns(self) -> list[str]:
        """The names of the columns that the form shows."""
        return [name for name in self.fields if name not in NOT_OURS]

    def has_changed(self) -> bool:
        return super().has_changed() and not self._is_as_it_was_seen()

    def _post_clean(self) -> None:
        if not self.has_changed():
            return  # It is in the table as it is: nothing to check, and nothing to ask.
        if self.gone:
            self.add_error(None, "Somebody else has removed this meanwhile.")
            return
        if self.instance.pk and not self.errors and self.stands != self._mark_sent():
            now = "; ".join(self._differing())
            self.add_error(
                None, f"Somebody else has changed this meanwhile: {now}. Save again to keep yours."
            )
            sent: Any = self.data.copy()  # type: ignore[attr-defined]
            sent[self.add_prefix("seen")] = self.stands
            self.data = sent
            return
        super()._post_clean()  # type: ignore[misc]

    def _mark_sent(self) -> str:
        return str(self.data.get(self.add_prefix("seen")) or getattr(self, "stands", ""))

    def _is_as_it_was_seen(self) -> bool:
        """Test whether everything sent is what was shown, though it may be something else by now."""
        if not (self.instance.pk or self.gone) or not hasattr(self, "cleaned_data") or self.errors:
            return False
        return _mark({name: self.cleaned_data.get(name) for name in self.columns}) == self._mark_sent()

    def _differing(self) -> list[str]:
        """Return, for each field that says something else, what is stored now."""
        return [
            f"{self.fields[name].label or name} is “{self._in_words(name)}” now"
            for name in self.changed_data
            if name in self.columns
        ]

    def _in_words(self, name: str) -> str:
        field = self.fields[name]
        value = field.prepare_value(self.get_initial_for_field(field, name))
        choices = dict(getattr(field, "choices", ()))
        told = [str(choices.get(one, choices.get(str(one), one))) for one in _listed(value)]
        return ", ".join(told)

    def write(self) -> Any:
        """Save what the form shows, and no more: the rest of the row may have gone on meanwhile."""
        self.instance.save(update_fields=self.columns)
        return self.instance


def _listed(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _mark(values: dict[str, Any]) -> str:
    """Return a short mark of the values; equal values, equal marks."""
    plain = [(name, getattr(value, "pk", value)) for name, value in sorted(values.items())]
    return hashlib.blake2b(repr(plain).encode(), digest_size=12).hexdigest()

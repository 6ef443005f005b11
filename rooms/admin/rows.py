"""One row among many in a form: all of a venue's tables are in one, and a save sends back every row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from rooms.admin.seen import SeenForm


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


class RowForm(SeenForm):
    """One row in a line of a table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = f", {self.instance}" if self.instance.pk else f", new {self._meta.model._meta.verbose_name}"
        for name in self.columns:
            self.fields[name].widget.attrs["aria-label"] = f"{self.fields[name].label or name}{self.of}"

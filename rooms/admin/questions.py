"""What a venue asks whoever books there, in the admin of its managers."""

from typing import Any

from django import forms
from django.contrib import admin

from rooms.admin.scope import OwnFilter
from rooms.admin.terms import EVERYTHING, OfTypeForm, StaysThere
from rooms.models import Question


class ChoicesField(forms.CharField):
    """Choices, one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "cols": 40, "placeholder": "Theater\nRound tables"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), self.prepare_value(data))


class QuestionForm(OfTypeForm):
    """One question, asked of everything at a venue or of one of its types."""

    choices = ChoicesField(required=False, help_text="One a line, where one of them is the answer.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"text", "help"} & self.fields.keys():
            self.fields[name].widget.attrs["size"] = 60


class InUse(admin.BooleanFieldListFilter):
    """Questions that are asked, or not any more; "By use", as of rooms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "use"


@admin.register(Question)
class QuestionAdmin(StaysThere):
    """Questions; what was answered stays with each booking, whatever becomes of them here."""

    form = QuestionForm
    list_display = ["text", "venue", "type", "kind", "required", "is_asked", "order"]
    list_filter = [("venue", OwnFilter), ("is_asked", InUse), "kind"]
    list_select_related = ["venue", "type"]
    search_fields = ["text", "venue__name"]
    search_help_text = "The question, or the name of its venue"
    ordering = ["venue__name", "order", "pk"]
    empty_value_display = EVERYTHING
    fields = ["venue", "type", "text", "help", "kind", "choices", "required", "order", "is_asked"]

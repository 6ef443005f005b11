"""Policies, and how much one guest may have, in the admin, in words that people use."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from reservations.spans import in_words
from rooms.admin.scope import OwnFilter, offer_own
from rooms.admin.seen import OwnForm, OwnPage
from rooms.models import Policy, Quota, VenueKind
from rooms.models.terms import cancellation_steps

YEAR = 366 * 24 * 60  # minutes: longer terms than the longest span mean nothing, and overflow calendars
BOUNDED = ("min_minutes", "max_minutes", "min_notice_minutes", "cancel_until_minutes", "no_show_minutes")
NIGHTS = {
    "check_in": "Say from when a room is its guest's, such as 15:00.",
    "check_out": "Say until when, such as 11:00.",
}
EVERYTHING = "everything there"  # what a quota or a question is for that is for no type of room


class OfTypeForm(OwnForm):
    """What holds for everything at a venue, or for one of its types of room."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_own(self, "type", empty=EVERYTHING)


class StaysThere(OwnPage):
    """The page of a row that stays at the venue it was made for."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["venue"] if obj else []


class WholeUniques:
    """Checks unique names although the form does not show every field they are unique by.

    Django skips such constraints in forms, and the database would answer with a 500.
    """

    unique_by: ClassVar[frozenset[str]] = frozenset({"venue"})

    def _get_validation_exclusions(self) -> set[str]:
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        known = self.instance.venue_id is not None  # type: ignore[attr-defined]
        return excluded - self.unique_by if known else excluded


class StepsField(forms.CharField):
    """Cancellation steps, one a line: hours before the start, and percent that come back."""

    widget = forms.Textarea(attrs={"rows": 3, "cols": 24, "placeholder": "48: 100\n24: 50"})

    def prepare_value(self, value: Any) -> Any:
        return (
            "\n".join(f"{hours}: {percent}" for hours, percent in value) if isinstance(value, list) else value
        )

    def clean(self, value: Any) -> Any:
        lines = [
            line.replace(":", " ").replace("%", " ").split() for line in super().clean(value).splitlines()
        ]
        try:
            steps = [[int(part) for part in line if len(part) <= 4] for line in lines if line]
        except ValueError as error:
            raise ValidationError("Write one step a line, such as 48: 100.") from error
        cancellation_steps(steps)
        return sorted(steps, reverse=True)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class BoundedForm(WholeUniques, forms.ModelForm):  # type: ignore[type-arg]
    """Terms, wherever they are edited; none of them is longer than calendars go."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in BOUNDED:
            if name in self.fields:
                self.fields[name].validators.append(_at_most_a_year)


class PolicyForm(OwnForm, BoundedForm):
    """The terms of types of room."""

    cancellation_steps = StepsField(
        required=False,
        help_text="One step a line: hours before the start, percent refunded. Empty: all of it.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        venue = cleaned.get("venue") or (self.instance.venue if self.instance.venue_id else None)
        if venue is not None and venue.kind == VenueKind.HOTEL:
            for name, sentence in NIGHTS.items():
                if name in cleaned and cleaned[name] is None:
                    self.add_error(name, sentence)
        return cleaned


def _at_most_a_year(minutes: int) -> None:
    if minutes > YEAR:
        raise ValidationError(f"At most {YEAR} minutes, which is a year.")


@admin.register(Policy)
class PolicyAdmin(StaysThere):
    """Policies, with the types that follow them."""

    form = PolicyForm
    list_display = ["name", "venue", "lengths", "notice", "approval", "hold", "types_text"]
    list_filter = [("venue", OwnFilter), "needs_approval"]
    list_select_related = ["venue"]
    search_fields = ["name", "venue__name"]
    search_help_text = "Name of the policy or its venue"
    ordering = ["venue__name", "name", "pk"]
    fieldsets = [
        (None, {"fields": [("venue", "name"), "needs_approval"]}),
        (
            "Lengths and notice",
            {
                "description": "In minutes, unless it says days.",
                "fields": [
                    ("step_minutes", "min_minutes", "max_minutes"),
                    ("min_notice_minutes", "max_advance_days"),
                ],
            },
        ),
        (
            "Buffers",
            {
                "description": "Minutes before and after, for cleaning; nobody else gets them.",
                "fields": [("buffer_before_minutes", "buffer_after_minutes")],
            },
        ),
        ("Holds", {"fields": [("hold_minutes", "max_renewals"), ("max_holds", "max_held_rooms")]}),
        ("Payment", {"fields": [("payment", "deposit_percent")]}),
        ("Cancellation", {"fields": ["cancel_until_minutes", "cancellation_steps", "no_show_minutes"]}),
        ("Nights", {"fields": [("check_in", "check_out")]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        *others, (name, nights) = super().get_fieldsets(request, obj)
        has_none = obj is not None and obj.venue.kind != VenueKind.HOTEL
        return [*others, (name, {**nights, "classes": ["collapse"] if has_none else []})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        return super().get_queryset(request).prefetch_related("types")

    @admin.display(description="length")
    def lengths(self, policy: Policy) -> str:
        most = f" to {in_words(policy.max_minutes)}" if policy.max_minutes else " or more"
        return f"{in_words(policy.min_minutes)}{most}"

    @admin.display(description="notice")
    def notice(self, policy: Policy) -> str:
        return in_words(policy.min_notice_minutes) if policy.min_notice_minutes else "none"

    @admin.display(description="approval", boolean=True)
    def approval(self, policy: Policy) -> bool:
        return policy.needs_approval

    @admin.display(description="hold")
    def hold(self, policy: Policy) -> str:
        return in_words(policy.hold_minutes)

    @admin.display(description="types")
    def types_text(self, policy: Policy) -> str:
        return ", ".join(kind.name for kind in policy.types.all()) or "none"


class QuotaForm(WholeUniques, OfTypeForm):
    """How much one guest may have, of all at a venue or of one of its types."""


@admin.register(Quota)
class QuotaAdmin(StaysThere):
    """How much one guest may have."""

    form = QuotaForm
    list_display = ["__str__", "venue", "type"]
    list_filter = [("venue", OwnFilter), "measure", "per"]
    list_select_related = ["venue", "type"]
    search_fields = ["venue__name", "type__name"]
    search_help_text = "Name of the venue or the type"
    ordering = ["venue__name", "type__name", "pk"]
    fields = ["venue", "type", ("most", "measure", "per")]

"""Types of room in the admin, and what they cost."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from rooms import money
from rooms.admin import amounts
from rooms.admin.scope import OwnFilter, grouped, offer_own
from rooms.admin.seen import OwnForm, OwnPage, OwnRows, OwnRowsFormSet, SeenForm
from rooms.admin.terms import WholeUniques
from rooms.admin.usual import USUAL
from rooms.models import Rate, RoomType, VenueKind
from rooms.models.venues import Weekday


class RateForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a type of room costs; `currency` is its venue's."""

    amount = amounts.AmountField(label="Price")
    most_a_day = amounts.AmountField(label="Most in 24 hours", required=False)
    weekdays = forms.TypedMultipleChoiceField(
        choices=[(day.value, day.label[:3]) for day in Weekday],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "weekdays"}),
        help_text="None is every day.",
    )

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_told = bool(currency)
        if "amount" in self.fields:
            self.speak(currency or _currency_of(self.instance))
        if "free_minutes" in self.fields:  # not on the page of who only reads
            self.fields["free_minutes"].required = False

    def speak(self, currency: str) -> None:
        """Take the amount in that currency."""
        amount = self.fields["amount"]
        assert isinstance(amount, amounts.AmountField)  # noqa: S101 -- declared above
        amount.speak(currency)
        amount.help_text = f"In {currency}, such as {amount.widget.attrs['placeholder']}."
        most = self.fields.get("most_a_day")
        if isinstance(most, amounts.AmountField):
            most.speak(currency)
            most.help_text = "By the hour, counted from the start. Empty: no limit."

    def _clean_fields(self) -> None:
        # The type says the currency, and the currency what a valid amount is: the type is looked at first.
        if "type" in self.fields and "amount" in self.fields and not self.is_told:
            chosen = self.fields["type"].widget.value_from_datadict(
                self.data, self.files, self.add_prefix("type")
            )
            try:
                kind = self.fields["type"].clean(chosen)
            except ValidationError:
                kind = None
            if kind is not None:
                self.speak(kind.venue.currency)
        super()._clean_fields()  # type: ignore[misc]

    def clean_free_minutes(self) -> int:
        return self.cleaned_data["free_minutes"] or 0

    def clean_weekdays(self) -> list[int]:
        days: list[int] = self.cleaned_data["weekdays"]
        return [] if len(days) == len(Weekday) else sorted(days)


def _currency_of(rate: Rate) -> str:
    return rate.type.venue.currency if rate.type_id else "EUR"


class RateLine(SeenForm, RateForm):
    """A price on the page of its type."""


class RatePage(OwnForm, RateForm):
    """A price on its own page."""


class RateFormSet(OwnRowsFormSet):
    """Rates of one type, in the currency of its venue."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        venue = self.instance.venue if self.instance.venue_id else None
        return {**super().get_form_kwargs(index), "currency": venue.currency if venue else "EUR"}


READ = {"amount": "price", "most_a_day": "cap"}
"""What whoever only reads sees instead of what is typed."""


def price_of(rate: Rate) -> str:
    """Return what a unit costs, in words."""
    return money.in_words(rate.amount, rate.type.venue.currency)


def cap_of(rate: Rate) -> str:
    """Return what 24 hours cost at most, in words."""
    return (
        "no limit" if rate.most_a_day is None else money.in_words(rate.most_a_day, rate.type.venue.currency)
    )


class RateInline(OwnRows):
    """The rates on the page of a type."""

    model = Rate
    form = RateLine
    formset = RateFormSet
    extra = 0
    fields = [
        *("name", "amount", "unit", "free_minutes", "most_a_day", "from_time", "until_time"),
        *("weekdays", "starts_on", "ends_on", "min_units", "priority"),
    ]
    readonly_fields = ["price", "cap"]
    ordering = ["-priority", "pk"]
    classes = ["plain"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rate]:
        return super().get_queryset(request).select_related("type__venue")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return fields if self._edits(request, obj) else [READ.get(name, name) for name in fields]

    @admin.display(description="price")
    def price(self, rate: Rate) -> str:
        return price_of(rate)

    @admin.display(description="most in 24 hours")
    def cap(self, rate: Rate) -> str:
        return cap_of(rate)


@admin.register(Rate)
class RateAdmin(OwnPage):
    """Rates of all types, the one that wins first."""

    form = RatePage
    venue_path = "type__venue"
    list_display = ["name", "type", "venue", "price", "unit", "days", "season", "min_units", "priority"]
    list_filter = [("type__venue", OwnFilter), ("type", OwnFilter), "unit"]
    list_select_related = ["type__venue"]
    search_fields = ["name", "type__name", "type__venue__name"]
    search_help_text = "Name of the rate, its type or its venue"
    ordering = ["type__venue__name", "type__name", "-priority", "pk"]
    fieldsets = [
        (None, {"fields": ["type", ("name", "priority")]}),
        ("Price", {"fields": [("amount", "unit"), "min_units"]}),
        ("By the hour", {"fields": [("free_minutes", "most_a_day")]}),
        ("When", {"fields": ["weekdays", ("from_time", "until_time"), ("starts_on", "ends_on")]}),
    ]
    readonly_fields = ["price", "cap"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.readonly_fields, *(["type"] if obj else [])]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sets
        when = sets[-1][1]["fields"]
        return [
            sets[0],
            ("Price", {"fields": [("price", "unit"), "min_units"]}),
            ("By the hour", {"fields": [("free_minutes", "cap")]}),
            ("When", {"fields": when}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "type" in form.base_fields:
            field: Any = form.base_fields["type"]
            field.queryset = field.queryset.select_related("venue")
            field.choices = grouped(field.queryset)
        return form

    @admin.display(ordering="type__venue__name")
    def venue(self, rate: Rate) -> str:
        return rate.type.venue.name

    @admin.display(ordering="amount")
    def price(self, rate: Rate) -> str:
        return price_of(rate)

    @admin.display(description="most in 24 hours")
    def cap(self, rate: Rate) -> str:
        return cap_of(rate)

    @admin.display(description="days")
    def days(self, rate: Rate) -> str:
        return ", ".join(Weekday(day).label[:3] for day in rate.weekdays) or "every day"

    @admin.display(description="season")
    def season(self, rate: Rate) -> str:
        if not (rate.starts_on or rate.ends_on):
            return "all year"
        return f"{rate.starts_on or '…'} to {rate.ends_on or '…'}"


class TypeForm(WholeUniques, OwnForm):
    """A type of room; its venue is that of the policy it follows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_own(self, "policy")
        if "unit" in self.fields and not self.instance.pk:
            self._begin()

    def _begin(self) -> None:
        """Begin as is usual where all the policies are; elsewhere the unit is to be chosen."""
        policies: Any = self.fields["policy"]
        kinds = set(policies.queryset.order_by().values_list("venue__kind", flat=True).distinct())
        unit: Any = self.fields["unit"]
        if len(kinds) == 1:
            found = USUAL[VenueKind(kinds.pop())]
            unit.initial, self.fields["noun"].initial = found.unit, found.noun
        else:
            unit.initial, unit.choices = "", [("", "Choose how it is let"), *unit.choices]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.instance.pk and cleaned.get("policy"):
            self.instance.venue = cleaned["policy"].venue
        return cleaned


@admin.register(RoomType)
class RoomTypeAdmin(OwnPage):
    """Types of room with their terms and what they cost."""

    form = TypeForm
    inlines = [RateInline]
    list_display = ["name", "venue", "noun", "capacity", "unit", "policy", "rooms_count", "from_price"]
    list_filter = [("venue", OwnFilter), "unit"]
    list_select_related = ["venue", "policy"]
    search_fields = ["name", "venue__name"]
    search_help_text = "Name of the type or its venue"
    ordering = ["venue__name", "name", "pk"]
    fields = [("name", "noun"), ("capacity", "unit"), "policy"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoomType]:
        rows: QuerySet[RoomType] = super().get_queryset(request).annotate(number=Count("rooms"))
        return rows.prefetch_related("rates")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*(["venue"] if obj else []), *self.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["venue"]

    @admin.display(description="rooms", ordering="number")
    def rooms_count(self, kind: RoomType) -> int:
        return kind.number  # type: ignore[attr-defined, no-any-return]

    @admin.display(description="from")
    def from_price(self, kind: RoomType) -> str:
        rates = sorted(kind.rates.all(), key=lambda rate: rate.amount)
        if not rates:
            return "free"
        return f"{money.in_words(rates[0].amount, kind.venue.currency)} {rates[0].get_unit_display()}"

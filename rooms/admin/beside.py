"""What stands beside a venue on its page: types, policies, prices, rooms, by the rules of their own pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from rooms.admin import usual
from rooms.admin.paging import Rows, RowsFormSet
from rooms.admin.rooms import BareRoomForm
from rooms.admin.rows import RowForm
from rooms.admin.terms import EVERYTHING, BoundedForm, WholeUniques
from rooms.admin.types import RateAdmin, RateForm
from rooms.models import Policy, Quota, Rate, Room, RoomType
from rooms.operations import archiving


class NamedSet(RowsFormSet):
    """Rows of which no two at a venue have one name."""

    unique = "name"


class TypesSet(NamedSet):
    """Types of room, which begin as is usual there."""

    def blank(self) -> RoomType:
        found = usual.at(self.instance)
        return RoomType(venue=self.instance, unit=found.unit, noun=found.noun)


class TypeRow(WholeUniques, RowForm):
    """A type of room, of the venue whose page this is."""


class TypesInline(Rows):
    model = RoomType
    prefix = "types"
    form = TypeRow
    formset = TypesSet
    fields = ["name", "noun", "capacity", "unit", "policy"]
    ordering = ["name", "pk"]
    at_once, most = 8, 12
    can_delete = False  # On its own page, which says what would go with it.
    show_change_link = True
    verbose_name_plural = "types of room"
    about = "What is sold: how many it holds, by which unit of time, on which terms."

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoomType]:
        return super().get_queryset(request).select_related("policy")


class PoliciesSet(NamedSet):
    """Policies, which begin as is usual there, also where a row does not show it."""

    def blank(self) -> Policy:
        return Policy(venue=self.instance, **usual.at(self.instance).terms)


class PolicyRow(RowForm, BoundedForm):
    """The terms of a venue, as far as they fit beside each other."""


class PoliciesInline(Rows):
    model = Policy
    prefix = "policies"
    form = PolicyRow
    formset = PoliciesSet
    fields = [
        "name",
        "needs_approval",
        "min_minutes",
        "max_minutes",
        "min_notice_minutes",
        "max_advance_days",
    ]
    ordering = ["name", "pk"]
    at_once, most = 8, 10
    can_delete = False  # On its own page, which says what would go with it.
    show_change_link = True
    about = "Buffers, holds, payment and cancellation are on the page of each."


class QuotaRow(WholeUniques, RowForm):
    """How much one guest may have, of the venue whose page this is."""


class QuotasFormSet(RowsFormSet):
    """Quotas of which no two are of one kind."""

    def clean(self) -> None:
        super().clean()
        kinds: set[tuple[Any, ...]] = set()
        form: Any
        for form in self.forms:
            sent = {} if form.gone else form.cleaned_data
            kind = tuple(sent.get(name) for name in ("type", "measure", "per"))
            if not sent or sent.get("DELETE"):
                continue
            if kind in kinds:
                form.add_error(None, "Another row is a quota of that kind.")
            kinds.add(kind)


class QuotasInline(Rows):
    model = Quota
    prefix = "quotas"
    form = QuotaRow
    formset = QuotasFormSet
    fields = ["most", "measure", "per", "type"]
    ordering = ["type__name", "pk"]
    at_once, most = 4, 5
    show_change_link = True
    about = (
        "How much one guest may have, by the calendar here. Who works here may book more, for guests too; "
        "what a guest has already stays."
    )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **kwargs, empty_label=EVERYTHING)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quota]:
        return super().get_queryset(request).select_related("type")


class RateRow(RowForm, RateForm):
    """A price of one of the venue's types; whose it is, stays."""

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, currency=currency, **kwargs)
        if "type" in self.fields:
            self.fields["type"].disabled = bool(self.instance.pk)
            self.fields["amount"].label = f"Price in {currency}"


class RatesFormSet(RowsFormSet):
    """Rates in the currency that the venue had when they were shown."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "currency": self.currency}


class RatesInline(Rows):
    model = Rate
    prefix = "rates"
    path = "type__venue"
    form = RateRow
    formset = RatesFormSet
    fields = [
        *("type", "name", "amount", "unit", "weekdays", "min_units", "priority"),
        *("starts_on", "ends_on", "from_time", "until_time", "free_minutes", "most_a_day"),
    ]
    readonly_fields = ["price", "days"]
    ordering = ["type__name", "-priority", "pk"]
    at_once, most = 10, 12
    show_change_link = True
    classes = ["cards"]
    verbose_name = "price"
    verbose_name_plural = "prices"
    about = "The highest priority that fits sets the price. A type without any price is free."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rate]:
        return super().get_queryset(request).select_related("type__venue")

    def read(self, request: HttpRequest) -> list[str]:
        return ["type", "name", "price", "unit", "days", "starts_on", "ends_on", "from_time", "until_time"]

    price, days = RateAdmin.price, RateAdmin.days


class RoomRow(RowForm, BareRoomForm):
    """A room in use, as far as it fits in a line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "capacity" in self.fields and not self.instance.pk:
            self.fields["capacity"].widget.attrs["placeholder"] = "as its type"


class RoomsFormSet(NamedSet):
    """Rooms are not deleted here but archived, which is refused while they have bookings to come."""

    def delete_existing(self, obj: Room, commit: bool = True) -> None:
        archiving.archive(obj)

    def save_existing_objects(self, commit: bool = True) -> Any:
        saved = super().save_existing_objects(commit)
        self.changed_objects += [(room, ["archived"]) for room in self.deleted_objects]
        self.deleted_objects = []
        return saved


class RoomsInline(Rows):
    model = Room
    prefix = "rooms"
    form = RoomRow
    formset = RoomsFormSet
    fields = ["name", "type", "capacity", "floor", "order"]
    ordering = ["order", "name", "pk"]
    at_once, most = 20, 25
    show_change_link = True
    verbose_name_plural = "rooms"
    about = "In use, in the order of the board. What a room has, its parts and its own hours are on its page."
    removes = "Archive"
    also = [("admin:rooms_room_many", "Add many"), ("admin:rooms_room_import", "Import")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Room]:
        return super().get_queryset(request).filter(archived_at=None).select_related("type")

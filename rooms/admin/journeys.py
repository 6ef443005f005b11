"""Routes in the admin: their stops, fares and timetable on one page; departures are only looked at.

A route belongs to whose vehicles run on it, by its timetable. It may be served by vehicles of several
managers: it is seen by whoever works on one of them, and edited by who manages them all. Whoever manages a
vehicle begins one, with a rule by which that vehicle runs on it; without any it would be nobody's.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from reservations import ReservationError
from reservations.spans import counted
from rooms import money, operations
from rooms.admin.fares import FareLine, currency_of
from rooms.admin.scope import EDITS, SEES, OwnFilter, ReadOnly, narrowed, venues_where
from rooms.admin.seen import OwnPage, OwnRows, OwnRowsFormSet
from rooms.admin.stops import StopLine, Stops, zone_of
from rooms.models import Departure, Fare, Route, Stop, Timetable, Venue, VenueKind

AHEAD = 30  # days for which departures are generated


def may_with_route(request: HttpRequest, action: str, route: Route | None) -> bool:
    """Test whether the person may see the route, or edit it: there they manage all that run on it.

    Of no route yet, whether they see or manage any vehicle.
    """
    venues = venues_where(request, action)
    if venues is None:
        return True
    if route is None or route.pk is None:
        return Venue.objects.filter(pk__in=venues, kind=VenueKind.VEHICLE).exists()
    serving = set(route.timetables.values_list("vehicle", flat=True))
    return bool(serving & set(venues)) if action == SEES else bool(serving) and serving <= set(venues)


class OfRoute(OwnRows):
    """Rows on the page of a route, edited by whoever edits that."""

    classes = ["plain"]

    def _edits(self, request: HttpRequest, parent: Any) -> bool:
        return may_with_route(request, EDITS, parent)


class Rules(OwnRowsFormSet):
    """The rules of a timetable, by which a route belongs to somebody."""

    needs_one = True

    def clean(self) -> None:
        super().clean()
        if any(form.errors for form in self.forms):
            return
        if self.needs_one and not self.kept:
            raise ValidationError(
                "Keep a rule by which a vehicle of yours runs: a route belongs to who runs it."
            )
        currencies = sorted({rule.vehicle.currency for rule in self.kept})
        if len(currencies) > 1:
            raise ValidationError(
                f"A fare is one amount, and these vehicles sell in {' and '.join(currencies)}: "
                "make a route for each currency."
            )


class StopInline(OfRoute):
    model = Stop
    form = StopLine
    formset = Stops
    fields = ["position", "place", "station", "platform", "timezone", "arrives", "departs"]
    verbose_name_plural = "stops, in minutes from the first departure (what runs already keeps its times)"


class FareInline(OfRoute):
    model = Fare
    form = FareLine
    fields = ["type_name", "first", "last", "amount", "percents"]
    readonly_fields = ["price"]
    ordering = ["type_name", "first", "last"]
    verbose_name_plural = "fares, for a leg, for a way, or wherever one gets on"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fare]:
        return super().get_queryset(request).prefetch_related("route__timetables__vehicle")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_fields(request, obj)
        return (
            fields if self._edits(request, obj) else ["price" if one == "amount" else one for one in fields]
        )

    @admin.display(description="amount")
    def price(self, fare: Fare) -> str:
        currency = fare.route.currency
        return money.in_words(fare.amount, currency) if currency else "unknown"


class TimetableInline(OfRoute):
    model = Timetable
    formset = Rules
    fields = ["vehicle", "departs", "weekdays", "starts_on", "ends_on"]
    ordering = ["departs"]
    verbose_name = "rule"
    verbose_name_plural = "timetable, by the clocks of the first stop"

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if request.user.is_superuser else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        rules = super().get_formset(request, obj, **kwargs)
        rules.needs_one = not request.user.is_superuser  # type: ignore[attr-defined]
        return rules

    def get_queryset(self, request: HttpRequest) -> QuerySet[Timetable]:
        # Who edits the route manages all that run on it; who only sees it learns of no others.
        return narrowed(super().get_queryset(request), request, "vehicle", SEES)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "vehicle":
            field.queryset = field.queryset.filter(kind=VenueKind.VEHICLE).order_by("name")
        return field


@admin.register(Route)
class RouteAdmin(OwnPage):
    """Routes with all that makes them run."""

    list_display = ["name", "mode", "operator", "stops_text"]
    list_filter = ["mode"]
    search_fields = ["name", "operator", "stops__place"]
    search_help_text = "Name, operator or a place"
    ordering = ["name", "pk"]
    fields = ["slug", "name", "mode", "operator", "days_ahead"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [StopInline, FareInline, TimetableInline]
    actions = ["generate"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Route]:
        rows = Route.objects.prefetch_related("stops")
        return narrowed(rows, request, "timetables__vehicle", SEES).distinct()

    def _may(self, request: HttpRequest, action: str, row: Any) -> bool:
        return may_with_route(request, action, row)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_with_route(request, SEES, None)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_with_route(request, EDITS, None)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        route = obj if obj and obj.pk else None
        if isinstance(inline, FareInline):
            kwargs["form_kwargs"] = {"currency": currency_of(request, route)}
        if isinstance(inline, StopInline):
            kwargs["form_kwargs"] = {"zone": zone_of(request, route)}
        return kwargs

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        made = 0
        while more := operations.plan_ahead(route=form.instance.pk):
            made += more
        if made:
            self.message_user(request, f"{counted(made, 'departure')} planned anew.", messages.SUCCESS)

    @admin.display(description="stops")
    def stops_text(self, route: Route) -> str:
        return ", ".join(stop.place for stop in route.stops.all()) or "none"

    @admin.action(description=f"Generate the departures of the next {AHEAD} days")
    def generate(self, request: HttpRequest, routes: QuerySet[Route]) -> None:
        first = datetime.now(UTC).date()
        made = 0
        for route in routes:
            if not may_with_route(request, EDITS, route):
                self.message_user(request, f"{route} is not yours to run.", messages.ERROR)
                continue
            try:
                made += operations.generate_departures(first, first + timedelta(days=AHEAD), route=route.pk)
            except ReservationError as refusal:
                self.message_user(request, f"{route}: {refusal.sentence}", messages.ERROR)
        self.message_user(request, f"{made} departures are new.", messages.SUCCESS)


@admin.register(Departure)
class DepartureAdmin(ReadOnly):
    """Departures: late ones are told, planned anew and cancelled at the desk, which tells the passengers."""

    venue_path = "vehicle"
    list_display = ["leaves", "route", "vehicle", "state", "late", "desk"]
    list_filter = ["state", ("vehicle", OwnFilter)]
    list_select_related = ["route", "vehicle"]
    search_fields = ["route__name", "vehicle__name"]
    search_help_text = "Route or vehicle"
    date_hierarchy = "service_date"
    ordering = ["-starts_at", "-pk"]
    fields = ["route", "vehicle", "service_date", "starts_at", "ends_at", "state", "late", "desk"]
    readonly_fields = ["late", "desk"]

    @admin.display(description="leaves", ordering="starts_at")
    def leaves(self, row: Departure) -> str:
        at = row.starts_at.astimezone(row.vehicle.zone)
        return f"{at:%a} {at.day} {at:%b %Y, %H:%M}"

    @admin.display(description="late")
    def late(self, row: Departure) -> str:
        return f"{row.delay_minutes} min: {row.delay_note}".rstrip(": ") if row.delay_minutes else ""

    @admin.display(description="desk")
    def desk(self, row: Departure) -> str:
        return format_html(
            '<a href="{}">Run it</a>', reverse("rooms:desk_departure", args=[row.vehicle.slug, row.pk])
        )

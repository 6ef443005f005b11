"""Bookings in the admin: found, made for guests, moved, decided on and cancelled, all by the operations."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join

from reservations import ReservationError
from rooms import money, operations
from rooms.admin import wishing
from rooms.admin.acting import Acting
from rooms.admin.audit import AllocationsInline, ChangesInline
from rooms.admin.many import table
from rooms.admin.scope import OwnFilter
from rooms.admin.words import in_lines, in_words
from rooms.forms import edges
from rooms.models import Booking, Room, Unit
from rooms.queries import bookings as queries
from rooms.queries.cancelling import state_at
from rooms.queries.terms import terms_of_venue
from rooms.sql import database_now
from rooms.views.answers import rooms_text
from rooms.views.telling import STATE_NAMES, what_may

BUTTONS = ("approve", "decline", "cancel")
DONE = {"approve": "approved", "decline": "declined", "cancel": "cancelled"}


class When(admin.SimpleListFilter):
    """What is on now, what comes, what is over."""

    title = "time"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "On now"), ("coming", "Now and to come"), ("over", "Over")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        now = database_now()
        over = Q(ends_at__lte=now)
        keeps = Q(state__in=["pending", "confirmed", "checked_in"])
        match self.value():
            case "now":
                return queryset.filter(keeps & ~over, starts_at__lte=now)
            case "coming":
                return queryset.filter(keeps & ~over)
            case "over":
                return queryset.filter(over)
        return queryset


@admin.register(Booking)
class BookingAdmin(Acting):
    """Bookings of every kind; what is shown here was written by the operations."""

    wish_form = wishing.BookForm
    change_form_template = "admin/rooms/booking.html"
    list_display = ["reference", "state_badge", "when_lines", "where", "what", "price_text"]
    list_filter = [When, "state", ("venue", OwnFilter)]
    list_select_related = ["venue", "guest"]
    search_fields = ["reference", "title", "guest__email", "guest__name"]
    search_help_text = "Reference, title, or the guest's name or e-mail address"
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-pk"]
    actions = ["approve_all", "decline_all", "cancel_all", "export_csv"]
    inlines = [AllocationsInline, ChangesInline]
    fields = [
        ("reference", "state_badge"),
        "venue",
        "rooms",
        "when",
        "guest",
        "title",
        "party",
        "note",
        "answers_given",
        "price_lines",
        "expires",
        ("booked_by", "created"),
    ]  # fmt: skip -- as the page shows them
    readonly_fields = ["state_badge", "rooms", "when", "answers_given", "price_lines", "expires", "created"]

    def rooms_of(self, request: HttpRequest) -> QuerySet[Room]:
        # A seat is had by the leg, which no span says: it could be chosen here and would be refused.
        return super().rooms_of(request).exclude(type__unit=Unit.LEG)

    def view_on_site(self, booking: Booking) -> str:
        return reverse("rooms:booking", args=[booking.reference])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        rows: QuerySet[Booking] = super().get_queryset(request).annotate(now=Now())
        return rows.prefetch_related("allocations__room")

    def get_urls(self) -> list[URLPattern]:
        buttons = [self.button(name, getattr(operations, name), DONE[name]) for name in BUTTONS]
        moving = path(
            "<path:object_id>/move/", self.admin_site.admin_view(self.move_view), name="rooms_booking_move"
        )
        return [moving, *buttons, *super().get_urls()]

    def said(self, request: HttpRequest, name: str) -> dict[str, Any]:
        return {"reason": request.POST.get("reason", "")} if name == "decline" else {}

    def take(self, request: HttpRequest, wanted: dict[str, Any]) -> Booking:
        details = operations.Details(
            title=wanted["title"], party=wanted["party"], note=wanted["note"], guest=wanted["guest"]
        )
        return operations.book(
            list(wanted["rooms"]), wanted["span"], by=request.user, details=details, key=wanted["key"]
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        booking = self.get_object(request, object_id)
        can = (
            what_may(request.user, booking, database_now(), terms_of_venue(booking.venue)) if booking else {}
        )
        context = {"can": can, "title": f"Booking {booking}", "subtitle": None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Ask where to and when to, and move the booking there."""
        booking: Booking | None = self.found(request, object_id)
        if booking is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        rooms = self.rooms_of(request).filter(venue=booking.venue_id)
        form: wishing.WishForm
        if request.method == "POST":
            form = wishing.MoveForm(rooms, request.POST)
            if form.is_valid() and self._moved(request, booking, form):
                return HttpResponseRedirect(self.address(booking))
        else:
            kept = booking.allocations.filter(active=True).values_list("room", flat=True)
            span = edges(booking.starts_at, booking.ends_at, booking.venue.zone)
            form = wishing.MoveForm(rooms, initial={"rooms": list(kept), **span})
        return wishing.page(request, self, form, title=f"Move booking {booking}", original=booking)

    def _moved(self, request: HttpRequest, booking: Booking, form: wishing.WishForm) -> bool:
        span, rooms = form.cleaned_data["span"], list(form.cleaned_data["rooms"])
        try:
            operations.move(booking, by=request.user, span=span, rooms=rooms)
        except ReservationError as refusal:
            form.show(refusal)
            return False
        self.log_change(request, booking, "Moved.")
        self.message_user(request, f"{booking} moved.")
        return True

    @admin.action(description="Approve")
    def approve_all(self, request: HttpRequest, bookings: QuerySet[Booking]) -> None:
        self.do_each(request, bookings, operations.approve, "approved")

    @admin.action(description="Export as CSV")
    def export_csv(self, request: HttpRequest, bookings: QuerySet[Booking]) -> Any:
        # Of keys, and not of the list as it is: a list is ordered and joined for people.
        chosen = queries.bookings().filter(pk__in=bookings.order_by().values("pk"))
        return table(queries.HEAD, queries.rows(chosen), "bookings")

    @admin.action(description="Decline …")
    def decline_all(self, request: HttpRequest, bookings: QuerySet[Booking]) -> Any:
        if asked := self.ask_first(request, bookings, "decline_all", "Decline these requests?", why=True):
            return asked
        decline = partial(operations.decline, **self.said(request, "decline"))
        return self.do_each(request, bookings, decline, "declined")

    @admin.action(description="Cancel …")
    def cancel_all(self, request: HttpRequest, bookings: QuerySet[Booking]) -> Any:
        if asked := self.ask_first(request, bookings, "cancel_all", "Cancel these bookings?"):
            return asked
        return self.do_each(request, bookings, operations.cancel, "cancelled")

    @admin.display(description="when", ordering="starts_at")
    def when(self, booking: Booking) -> str:
        return in_words(booking.starts_at, booking.ends_at, booking.venue.zone)

    @admin.display(description="when", ordering="starts_at")
    def when_lines(self, booking: Booking) -> str:
        return in_lines(booking.starts_at, booking.ends_at, booking.venue.zone)

    @admin.display(description="rooms")
    def rooms(self, booking: Booking) -> str:
        return rooms_text(booking)

    @admin.display(description="where", ordering="venue__name")
    def where(self, booking: Booking) -> str:
        return format_html('{}<br><span class="quiet">{}</span>', rooms_text(booking), booking.venue.name)

    @admin.display(description="what and for whom", ordering="title")
    def what(self, booking: Booking) -> str:
        whom = str(booking.guest) if booking.guest else "nobody"
        return format_html('{}<br><span class="quiet">{}</span>', booking.title or "-", whom)

    @admin.display(description="state", ordering="state")
    def state_badge(self, booking: Booking) -> str:
        # The database's own clock, read with the row: asked for row by row, it is a query each.
        state = state_at(booking, booking.now)  # type: ignore[attr-defined]
        return format_html('<span class="badge badge-{}">{}</span>', state, STATE_NAMES[state])

    @admin.display(description="price", ordering="price")
    def price_text(self, booking: Booking) -> str:
        return money.in_words(booking.price, booking.currency) if booking.price else "-"

    @admin.display(description="price")
    def price_lines(self, booking: Booking) -> str:
        lines = [
            (line["text"], money.as_text(line["amount"], booking.currency))
            for line in booking.lines
            if isinstance(line, dict)
        ]
        total = self.price_text(booking)
        return format_html(
            "{}{}", total, format_html_join("", '<br><span class="quiet">{}: {}</span>', lines)
        )

    @admin.display(description="answers")
    def answers_given(self, booking: Booking) -> str:
        lines = [(one.text, one.words) for one in booking.answered]
        return format_html_join("", '<div><span class="quiet">{}</span> {}</div>', lines) or "-"

    @admin.display(description="held until")
    def expires(self, booking: Booking) -> str:
        if booking.expires_at is None:
            return "-"
        return f"{booking.expires_at.astimezone(booking.venue.zone):%H:%M:%S on %a %d %b %Y}"

    @admin.display(description="made")
    def created(self, booking: Booking) -> str:
        return f"{booking.created_at.astimezone(booking.venue.zone):%a %d %b %Y, %H:%M}"

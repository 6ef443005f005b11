"""What bookings and blockings share in the admin: read here, changed by operations, refused in words."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from reservations import ReservationError
from rooms.admin import wishing
from rooms.admin.scope import ReadOnly, is_key, may, narrowed, venues_where
from rooms.models import Room, Venue

MOST = 5  # refusals told one by one


class Acting(ReadOnly):
    """Rows that only operations write."""

    asks = "book_for_others"  # the action of accounts.roles that adding takes
    wish_form: type[wishing.WishForm] = wishing.WishForm
    take: Callable[..., Any]  # (request, wanted): asks the operations for what the form says

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request, self.asks, None)

    def rooms_of(self, request: HttpRequest) -> QuerySet[Room]:
        """Return the rooms that the person may ask for."""
        return narrowed(Room.objects.filter(archived_at=None), request, "venue", self.asks)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Not Django's own: that would wrap the operation in a transaction, and its locks would outlast it.
        if not self.has_add_permission(request):
            raise PermissionDenied
        rooms = self.rooms_of(request)
        title = f"Add {self.opts.verbose_name}"
        if request.method != "POST":
            form = self.wish_form(rooms, initial=wishing.initial(request, rooms))
            return wishing.page(request, self, form, title=title)
        form = self.wish_form(rooms, request.POST)
        if form.is_valid():
            try:
                made = self.take(request, form.cleaned_data)
            except ReservationError as refusal:
                form.show(refusal)
            else:
                self.log_addition(request, made, "Added.")
                self.message_user(request, f"Added {made}.", messages.SUCCESS)
                return HttpResponseRedirect(self.address(made))
        return wishing.page(request, self, form, title=title)

    def address(self, row: Any) -> str:
        """Return the address of the row's own page."""
        return reverse(f"admin:rooms_{self.opts.model_name}_change", args=[row.pk])

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row, if it belongs to a venue of the person's."""
        row = self.get_object(request, object_id)
        if row is not None and not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def button(self, name: str, do: Callable[..., Any], done: str) -> URLPattern:
        """Return the address of a button on the row's page."""

        def view(request: HttpRequest, object_id: str) -> HttpResponseBase:
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            row = self.found(request, object_id)
            if row is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
            self.do_each(request, [row], partial(do, **self.said(request, name)), done)
            return HttpResponseRedirect(self.address(row))

        model = self.opts.model_name
        return path(
            f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"rooms_{model}_{name}"
        )

    def said(self, request: HttpRequest, name: str) -> dict[str, Any]:
        """Return what a button's form says beside being pressed."""
        return {}

    def do_each(self, request: HttpRequest, rows: Iterable[Any], do: Callable[..., Any], done: str) -> None:
        """Do it with each row, and say what was done and what was refused, and why."""
        finished, refused = [], []
        for row in rows:
            try:
                do(row, by=request.user)
            except ReservationError as refusal:
                refused.append(f"{row}: {refusal.sentence}")
                continue
            self.log_change(request, row, done.capitalize() + ".")
            finished.append(str(row))
        for sentence in refused[:MOST]:
            self.message_user(request, sentence, messages.ERROR)
        if len(refused) > MOST:
            self.message_user(request, f"{len(refused) - MOST} more were refused.", messages.ERROR)
        if finished:
            told = finished[0] if len(finished) == 1 else str(len(finished))
            self.message_user(request, f"{told} {done}.", messages.SUCCESS)

    def ask_first(
        self, request: HttpRequest, rows: QuerySet[Any], action: str, question: str, *, why: bool = False
    ) -> TemplateResponse | None:
        """Return a page that asks whether this is meant, and perhaps why, until it has been answered."""
        if request.POST.get("sure"):
            return None
        facts = {
            **self.admin_site.each_context(request),
            "title": question,
            "opts": self.opts,
            "rows": rows[:200],
            "chosen": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
            "action": action,
            "why": why,
        }
        return TemplateResponse(request, "admin/rooms/sure.html", facts)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # A day is the venue's day, where only one venue is looked at; the page is drawn before the zone ends.
        with timezone.override(self._zone(request)):
            response = super().changelist_view(request, extra_context)
            return response.render() if isinstance(response, TemplateResponse) else response

    def _zone(self, request: HttpRequest) -> ZoneInfo | str:
        chosen = request.GET.get("venue__id__exact", "")
        venues = venues_where(request, self.sees)
        if not is_key(chosen):
            chosen = str(venues[0]) if venues is not None and len(venues) == 1 else ""
        if not chosen or (venues is not None and int(chosen) not in venues):
            return "UTC"
        found = Venue.objects.filter(pk=int(chosen)).first()
        return found.zone if found else "UTC"

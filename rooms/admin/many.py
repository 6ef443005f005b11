"""Many rooms at once in the admin: by a pattern of names, from a table, and into one."""

import io
import itertools
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from reservations import Invalid
from reservations.spans import counted
from rooms import spreadsheets
from rooms.admin.scope import EDITS, Scoped, grouped, may, narrowed, venues_where
from rooms.models import Room, RoomType, Venue
from rooms.operations import importing, numbering

SHOWN = 20  # lines that were refused
LARGEST = 1_000_000  # bytes of a table; a longer one is for `manage.py import_rooms`


class ManyForm(forms.Form):
    """Rooms of one type, by a pattern of their names."""

    type = forms.ModelChoiceField(RoomType.objects.none(), label="Type of room")
    names = forms.CharField(
        max_length=2_000, help_text="Such as 201-240, or 101-120, 201-220, Penthouse.", label="Names"
    )
    capacity = forms.IntegerField(
        required=False, min_value=1, max_value=32_767, help_text="As the type says, if left empty."
    )
    floor = forms.CharField(required=False, max_length=20)

    def __init__(self, types: QuerySet[RoomType], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["type"]
        field.queryset = types
        field.choices = grouped(types)

    def clean_names(self) -> list[str]:
        try:
            return numbering.names_of(self.cleaned_data["names"])
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal

    def rows(self) -> list[tuple[int, dict[str, str]]]:
        """Return a row for each room, as a table would have it."""
        kind, told = self.cleaned_data["type"], self.cleaned_data
        shared = {"venue": kind.venue.slug, "type": kind.name, "floor": told["floor"]}
        if told["capacity"]:
            shared["capacity"] = str(told["capacity"])
        return [(number, {**shared, "name": name}) for number, name in enumerate(told["names"], 1)]


class TableForm(forms.Form):
    """A table of rooms, as `manage.py import_rooms` takes it."""

    file = forms.FileField(
        label="Table (CSV)", help_text=f"Its first line names its columns: {', '.join(importing.COLUMNS)}."
    )
    try_only = forms.BooleanField(
        label="Only try: check everything and write nothing", required=False, initial=True
    )

    def clean_file(self) -> list[tuple[int, dict[str, str]]]:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The table is too large: manage.py import_rooms takes any.")
        try:
            return importing.rows_of(io.StringIO(file.read().decode("utf-8-sig"), newline=""))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This is no CSV in UTF-8.") from error
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal


class Many(Scoped):
    """Mixed into rooms: addresses and an action for many of them."""

    change_list_template = "admin/rooms/room_list.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("many/", wrap(self.many_view), name="rooms_room_many"),
            path("import/", wrap(self.import_view), name="rooms_room_import"),
            *super().get_urls(),
        ]

    def many_view(self, request: HttpRequest) -> HttpResponse:
        """Add many rooms of a type, all of them or none."""
        self._require_editor(request)
        types = narrowed(RoomType.objects.all(), request, "venue", EDITS)
        form = ManyForm(types, request.POST or None)
        if form.is_valid():
            problems = self._added(request, form)
            if not problems:
                return HttpResponseRedirect(reverse("admin:rooms_room_changelist"))
            for problem in problems[:SHOWN]:
                form.add_error("names", problem)
        return self._page(request, form, "Add many rooms")

    def _added(self, request: HttpRequest, form: ManyForm) -> list[str]:
        rows = form.rows()
        known = Room.objects.filter(
            venue=form.cleaned_data["type"].venue_id, archived_at=None, name__in=form.cleaned_data["names"]
        )
        if there := list(known.order_by("name").values_list("name", flat=True)[:SHOWN]):
            return [f"There are rooms of these names: {', '.join(there)}."]
        tried = importing.import_rooms(rows, dry_run=True)
        if tried.refused:
            return [f"{rows[line - 1][1]['name']}: {why}" for line, why in tried.refused]
        tally = importing.import_rooms(rows)
        self.message_user(request, f"{counted(tally.added, 'room')} added.", messages.SUCCESS)
        return [f"{rows[line - 1][1]['name']}: {why}" for line, why in tally.refused]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take rooms in from a table; of venues that are not theirs, every row is refused."""
        self._require_editor(request)
        form = TableForm(request.POST or None, request.FILES or None)
        refused: list[str] = []
        if form.is_valid():
            mine, others = self._split(request, form.cleaned_data["file"])
            only_try = form.cleaned_data["try_only"]
            tally = importing.import_rooms(mine, dry_run=only_try)
            told = sorted([*tally.refused, *others])
            refused = [f"Line {line}: {why}" for line, why in told[:SHOWN]]
            would = "would be " if only_try else ""
            counts = f"{counted(tally.added, 'room')} {would}added, {tally.changed} {would}changed"
            sentence = f"{counts}, {len(told)} refused."
            self.message_user(request, sentence, messages.WARNING if told else messages.SUCCESS)
            if not refused and not only_try:
                return HttpResponseRedirect(reverse("admin:rooms_room_changelist"))
        return self._page(request, form, "Import rooms", refused=refused)

    def _split(
        self, request: HttpRequest, rows: list[tuple[int, dict[str, str]]]
    ) -> tuple[list[tuple[int, dict[str, str]]], list[tuple[int, str]]]:
        venues = venues_where(request, EDITS)
        if venues is None:
            return rows, []
        slugs = set(Venue.objects.filter(pk__in=venues).values_list("slug", flat=True))
        mine = [(line, row) for line, row in rows if row.get("venue", "").strip() in slugs]
        known = {line for line, _ in mine}
        # In the words of a venue that is not there: nobody learns here which others there are.
        return mine, [
            (line, importing.no_such_type(row.get("type", ""), row.get("venue", "")))
            for line, row in rows
            if line not in known
        ]

    def _require_editor(self, request: HttpRequest) -> None:
        if not may(request, EDITS, None):
            raise PermissionDenied

    def _page(
        self, request: HttpRequest, form: forms.Form, title: str, refused: list[str] | None = None
    ) -> TemplateResponse:
        facts = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "refused": refused or [],
        }
        return TemplateResponse(request, "admin/rooms/many.html", facts)

    def export(self, request: HttpRequest, rooms: QuerySet[Room]) -> StreamingHttpResponse:
        """Give the rooms as a table that can be imported again."""
        found = (
            rooms.select_related("venue", "type").prefetch_related("amenities").order_by("venue__slug", "pk")
        )
        return table(importing.COLUMNS, _rows(found), "rooms")


def _rows(rooms: QuerySet[Room]) -> Iterator[list[Any]]:
    for one in rooms.iterator(chunk_size=500):
        has = ";".join(sorted(amenity.slug for amenity in one.amenities.all()))
        place = [one.capacity, one.floor, has, one.order, one.x, one.y, one.width, one.depth]
        yield [one.venue.slug, one.type.name, one.name, *place]


def table(head: Any, rows: Any, name: str) -> StreamingHttpResponse:
    """Return a table as a file, line by line."""
    lines = spreadsheets.lines(head, rows)
    response = StreamingHttpResponse(
        itertools.chain([spreadsheets.BYTE_ORDER], lines), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

"""Opening hours in the admin: a venue's own, and those of a room that keeps others."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from rooms.admin.paging import Rows
from rooms.admin.seen import OwnRows, OwnRowsFormSet
from rooms.models import OpeningException, OpeningHours


class RoomsOwn(OwnRowsFormSet):
    """Hours of a room: they belong to its venue too."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        form.instance.venue_id = self.instance.venue_id
        return super().save_new(form, commit)


class VenuesOwn(Rows):
    """Hours on the page of a venue, less those of single rooms."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(room=None)


class HoursInline(VenuesOwn):
    model = OpeningHours
    prefix = "opening_hours"
    fields = ["weekday", "opens", "closes"]
    ordering = ["weekday", "opens", "pk"]
    at_once, most = 21, 24
    verbose_name = "opening"
    verbose_name_plural = "opening hours"
    about = "None at all: always open. Closing at or before opening is the next day."


class ExceptionsInline(VenuesOwn):
    model = OpeningException
    prefix = "opening_exceptions"
    fields = ["date", "opens", "closes", "reason"]
    ordering = ["-date", "opens", "pk"]
    at_once, most = 10, 14
    verbose_name = "date"
    verbose_name_plural = "dates with other hours"
    about = "The latest first. Without hours it is closed that day."


class RoomHoursInline(OwnRows):
    model = OpeningHours
    fk_name = "room"
    formset = RoomsOwn
    fields = ["weekday", "opens", "closes"]
    ordering = ["weekday", "opens"]
    classes = ["collapse", "plain"]
    verbose_name = "opening"
    verbose_name_plural = "hours of its own (none: the venue's)"


class RoomExceptionsInline(OwnRows):
    model = OpeningException
    fk_name = "room"
    formset = RoomsOwn
    fields = ["date", "opens", "closes", "reason"]
    ordering = ["date", "opens"]
    classes = ["collapse", "plain"]
    verbose_name = "date"
    verbose_name_plural = "dates with hours of its own (no hours: closed that day)"

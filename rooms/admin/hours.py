"""Opening hours in the admin: a venue's own, and those of a room that keeps others."""

from collections.abc import Iterable
from datetime import time
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from rooms.admin.paging import Rows, RowsFormSet
from rooms.admin.seen import OwnRows, OwnRowsFormSet
from rooms.models import OpeningException, OpeningHours

DAY = 24 * 60  # minutes
WEEK = 7 * DAY


class Apart:
    """Rows that say when it is open, of which no two say it of one time.

    Two that did so before anybody looked at them here are no reason to refuse others.
    """

    model: ClassVar[Any]

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]
        forms: list[Any] = self.forms  # type: ignore[attr-defined]
        if any(form.errors for form in forms):
            return
        kept: list[Any] = self.kept  # type: ignore[attr-defined]
        changed = {id(form.instance) for form in forms if form.has_changed()}
        rows = [*kept, *self._elsewhere()]
        for row in (one for one in kept if id(one) in changed):
            for other in rows:
                if other is not row and _meet(row, other):
                    raise ValidationError(f"These say different things of one time: {row}, and {other}.")

    def _elsewhere(self) -> Iterable[Any]:
        """Return the rows that are not on this page."""
        return ()


def _meet(one: Any, other: Any) -> bool:
    """Test whether the two rows share a minute, or say of one date that it is closed and that it is not."""
    if isinstance(one, OpeningHours):
        first, second = one.weekday * DAY, other.weekday * DAY
        return (
            _overlap(first, one, second, other)
            or _overlap(first + WEEK, one, second, other)
            or (_overlap(first, one, second + WEEK, other))
        )
    if one.date == other.date and None in (one.opens, other.opens):
        return True
    if None in (one.opens, other.opens):
        return False
    return _overlap(one.date.toordinal() * DAY, one, other.date.toordinal() * DAY, other)


def _overlap(first: int, one: Any, second: int, other: Any) -> bool:
    begin, then = first + _minute(one.opens), second + _minute(other.opens)
    return begin < then + _length(other) and then < begin + _length(one)


def _length(row: Any) -> int:
    # Closing at or before opening is the next day.
    return (_minute(row.closes) - _minute(row.opens)) % DAY or DAY


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


class RoomsOwn(Apart, OwnRowsFormSet):
    """Hours of a room: they belong to its venue too."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        form.instance.venue_id = self.instance.venue_id
        return super().save_new(form, commit)


class VenuesOwnSet(Apart, RowsFormSet):
    """Hours of a venue, a page of them."""

    def _elsewhere(self) -> Iterable[Any]:
        return self.rows.exclude(pk__in=[form.instance.pk for form in self.forms if form.instance.pk])


class VenuesOwn(Rows):
    """Hours on the page of a venue, less those of single rooms."""

    formset = VenuesOwnSet

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

"""What the page of a series says of its dates: a few at a time, each with what can be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator

from reservations import lifecycle
from rooms import forms, permissions
from rooms.models import Allocation, Booking
from rooms.queries.series import Date, dates_of, policies_on, refusal_of
from rooms.queries.terms import VenueTerms, without_parts
from rooms.queries.words import span_in_words

PAGE = 10


def dates_page(
    found: Booking,
    rows: Sequence[Allocation],
    terms: VenueTerms,
    user: Any,
    asked: Mapping[str, Any],
    *,
    now: datetime,
) -> Page[dict[str, Any]] | None:
    """Return a page of the dates of a series; None of a booking that is none.

    Which page, and of which date the form to move it is open, the address or the form that was sent says.
    Without either it is the page of the next date.
    """
    if not found.recurrence:
        return None
    dates = dates_of(rows)
    paginator = Paginator(dates, PAGE)
    opened = asked.get("date", "")
    upcoming = next((place for place, date in enumerate(dates) if _lies_ahead(date, now)), 0)
    place = next((place for place, date in enumerate(dates) if str(date.number) == opened), upcoming)
    page: Page[Any] = paginator.get_page(asked.get("page") or place // PAGE + 1)
    reader = _Reader(
        found=found,
        terms=terms,
        names={row.room_id: row.room.name for row in rows},
        staff=permissions.is_staff(user, found.venue_id),
        approves=permissions.may_approve(user, found.venue_id),
        now=now,
        opened=str(opened),
    )
    page.object_list = [reader.told(date) for date in page.object_list]
    return page


def close(page: Page[dict[str, Any]]) -> None:
    """Offer nothing that could be done with the dates: the reader only looks."""
    for date in page.object_list:
        date.update(may_skip=False, may_move=False, may_return=False, form=None)


def _lies_ahead(date: Date, now: datetime) -> bool:
    return date.span.end is None or date.span.end > now


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who looks at which series, and when."""

    found: Booking
    terms: VenueTerms
    names: Mapping[int, str]
    staff: bool
    approves: bool
    now: datetime
    opened: str

    def told(self, date: Date) -> dict[str, Any]:
        """Return what the page says of a date, and what can be done with it."""
        rooms = without_parts(self.terms, date.rooms)
        changes = (self.found.state, "move") in lifecycle.MOVES and date.span.start > self.now
        moves = changes and (self.approves or not self._was_approved(date))
        refusal = refusal_of(self.found, date, self.terms, staff=self.staff, now=self.now)
        return {
            "number": date.number,
            "start": date.span.start,
            "end": date.span.end,
            "words": span_in_words(date.span.start, date.span.end, self.terms.zone),
            "rooms": ", ".join(self.names[room] for room in rooms),
            "is_out": not date.active,
            "is_over": not _lies_ahead(date, self.now),
            "may_skip": changes and date.active and refusal is None,
            "may_move": moves and date.active,
            "may_return": moves and not date.active,
            "form": _form(date, rooms, self.terms) if moves and self.opened == str(date.number) else None,
        }

    def _was_approved(self, date: Date) -> bool:
        """Test whether the venue granted the date: only its staff moves it then."""
        granted = self.found.state == lifecycle.CONFIRMED
        return granted and any(policy.needs_approval for policy in policies_on(date, self.terms))


def _form(date: Date, rooms: Sequence[int], terms: VenueTerms) -> forms.SpanForm:
    """Return the form that moves a date; of several rooms at once, only its time."""
    edges = forms.edges(date.span.start, date.span.end, terms.zone)
    form = forms.SpanForm(terms, initial={**edges, "room": rooms[0]})
    if len(rooms) > 1:
        del form.fields["room"]
    return form

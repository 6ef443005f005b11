"""Several events at once: the form, a room and a time for each by now, and the booking of them all."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from reservations import Invalid, ReservationError, Span, iso
from reservations.agenda import MOST
from reservations.spans import counted
from rooms import forms, money, operations, permissions
from rooms.models import Booking, Room, Unit, Venue
from rooms.operations import Details, Taking
from rooms.queries.agendas import Event, Found, Placed, find
from rooms.queries.availability import next_free
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import height_of
from rooms.sql import database_now
from rooms.views import asking, by_the_hour
from rooms.views.answers import answering, with_retry
from rooms.views.pictures import picture_of

AT_FIRST = 4  # rows of the form that are open from the start
LONGEST_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it was typed."""

    title: str = ""
    minutes: str = ""
    party: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed that says there is an event."""
        return not (self.title.strip() or self.minutes.strip())


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, with a plan once it is filled in; or book the plan, all of it or nothing."""
    found, terms, fields = by_the_hour.opened(request, slug)
    if request.method != "POST":
        return render(request, "rooms/agenda.html", _page(request, found, terms, fields, None))
    try:
        made = _make(request.user, found, fields)
    except ReservationError as refusal:
        context = _page(request, found, terms, fields, refusal)
        return with_retry(render(request, "rooms/agenda.html", context, status=refusal.status), refusal)
    asked_for = any(one.state == "pending" for one in made)
    messages.success(request, f"{counted(len(made), 'event')} {'asked for' if asked_for else 'booked'}.")
    return HttpResponseRedirect(reverse("rooms:bookings"), status=303)


def _make(user: Any, found: Venue, fields: asking.Asked) -> list[Booking]:
    rows, key = rows_in(fields), fields.one("key")
    if not isinstance(key, str):
        raise asking.invalid("key", "An idempotency key is a text.")
    takings = [_taking(place, rows, found, fields) for place in fields.many("place")[: MOST + 1]]
    return operations.book_together(takings, by=user, key=key)


def _taking(place: Any, rows: Sequence[Row], found: Venue, fields: asking.Asked) -> Taking:
    number, _, rest = str(place).partition(" ")
    room, _, times = rest.partition(" ")
    start, _, end = times.partition(" ")
    row = rows[asking.whole(number, "place", most=len(rows) - 1)]
    span = Span(*(asking.moment(one, "place", found.zone) for one in (start, end)))
    event = event_of(row)
    answers = asking.answers_in(fields)
    details = Details(title=event.title, party=event.party, note=fields.one("note"), answers=answers)
    return Taking(Room(pk=asking.whole(room, "place"), venue_id=found.pk), span, details)


def rows_in(fields: asking.Asked) -> list[Row]:
    """Return every row of the form, as it was typed."""
    columns = [list(map(str, fields.many(name)[:MOST])) for name in ("title", "minutes", "party")]
    length = max(map(len, columns))
    return [Row(*cells) for cells in zip(*(one + [""] * (length - len(one)) for one in columns), strict=True)]


def event_of(row: Row) -> Event:
    """Return what the row says.

    :raises Invalid: if it says none; under the row's own fields
    """
    minutes = asking.whole(row.minutes, "minutes", least=1, most=LONGEST_MINUTES)
    party = asking.whole(row.party or 1, "party", least=1, most=10_000)
    return Event(timedelta(minutes=minutes), party, row.title)


def _page(
    request: HttpRequest,
    found: Venue,
    terms: VenueTerms,
    fields: asking.Asked,
    refusal: ReservationError | None,
) -> dict[str, Any]:
    now = database_now()
    height = height_of(terms)  # first: what comes while the rest is read is news
    rows = rows_in(fields)
    details = forms.DetailsForm(data=forms.as_sent(fields.values) if request.method == "POST" else None)
    for name in ("title", "party"):
        del details.fields[name]
    details.ask(forms.asked_of_one(terms), optional=permissions.is_staff(request.user, terms.id))
    if isinstance(refusal, Invalid):
        details.show(refusal)
    seen, wrong = _plan(rows, fields, terms, request.user, now)
    return {
        "venue": found,
        "zone_label": found.zone_label,
        "rows": rows + [Row() for _ in range(MOST - len(rows))],
        "at_first": max(AT_FIRST, len([one for one in rows if not one.is_empty])),
        "window": {name: by_the_hour.typed(fields.one(name), name, terms) for name in ("start", "end")}
        if fields.one("start")
        else _usual(terms, now),
        "apart": bool(fields.one("apart")),
        "longest": LONGEST_MINUTES,
        "details": details,
        "key": uuid.uuid4().hex,
        "refusal": refusal,
        "wrong_sentence": wrong,
        **seen,
        "data": by_the_hour.live_of(found, now, height),
    }


def _plan(
    rows: list[Row], fields: asking.Asked, terms: VenueTerms, user: Any, now: datetime
) -> tuple[dict[str, Any], str]:
    """Return the plan for what is typed, or what is wrong with it; neither while nothing is."""
    wanted: dict[int, Event] = {}
    for number, row in enumerate(rows):
        if row.is_empty:
            continue
        try:
            wanted[number] = event_of(row)
        except Invalid as problem:
            row.problems.extend(text for texts in problem.field_errors.values() for text in texts)
    if any(row.problems for row in rows) or not (wanted and fields.one("start")):
        return {"plan": None}, ""
    try:
        window = asking.span_of(fields, terms.zone)
        found = find(
            terms, list(wanted.values()), window, apart=bool(fields.one("apart")), reader=user, now=now
        )
    except Invalid as problem:
        return {"plan": None}, problem.sentence
    return {"plan": _told(found, list(wanted), rows, terms)}, ""


def _told(found: Found, numbers: list[int], rows: list[Row], terms: VenueTerms) -> dict[str, Any]:
    """Return the plan as the page prints it: by day, with a picture of each."""
    places = [_place(one, numbers, rows, terms) for one in found.placed]
    total = sum(one.quote.total for one in found.placed)
    return {
        "days": [
            {"date": day, "places": own, "picture": picture_of(own)}
            for day, some in groupby(places, key=lambda place: place["start"].date())
            for own in [list(some)]
        ],
        "number": len(places),
        "left": [
            {"title": rows[numbers[one]].title or f"Event {one + 1}", "sentence": why}
            for one, why in found.left.items()
        ],
        "may_book": found.is_whole,
        "needs_approval": any(one.room.policy.needs_approval for one in found.placed),
        "total_text": money.as_text(total, terms.currency) if total else "",
    }


def _place(one: Placed, numbers: list[int], rows: list[Row], terms: VenueTerms) -> dict[str, Any]:
    end = one.span.end or one.span.start
    number = numbers[one.event]
    return {
        "title": rows[number].title or f"Event {one.event + 1}",
        "room": one.room,
        "start": one.span.start.astimezone(terms.zone),
        "end": end.astimezone(terms.zone),
        "value": f"{number} {one.room.id} {iso(one.span.start)} {iso(end)}",
        "price_text": money.as_text(one.quote.total, terms.currency) if one.quote.total else "",
    }


def _usual(terms: VenueTerms, now: datetime) -> dict[str, str]:
    """Return from when to when a new agenda is looked for: the next hours in which any room can be had."""
    by_hour = [room for room in terms.rooms.values() if room.unit == Unit.HOUR]
    whole = now + (now.astimezone(terms.zone).replace(minute=0, second=0, microsecond=0) - now) % forms.HOUR
    first = next_free(by_hour[0], terms, forms.HOUR, after=whole, now=now)
    start = first.start if first else whole
    return {"start": forms.wall(start, terms.zone), "end": forms.wall(start + 8 * forms.HOUR, terms.zone)}

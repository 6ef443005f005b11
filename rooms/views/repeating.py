"""Book a series: the form, what would become of each of its dates by now, and the booking of it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from reservations import Invalid, ReservationError, Span
from reservations import recurrence as rules
from reservations.recurring import parse
from rooms import forms, money, operations, permissions
from rooms.models import Booking, Room, Unit, Venue
from rooms.operations import Details, Repeated
from rooms.queries.availability import next_free
from rooms.queries.offers_of_series import alternatives
from rooms.queries.previewing import Previewed, preview
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import height_of
from rooms.sql import database_now
from rooms.views import asking, by_the_hour
from rooms.views.answers import address_of, answering, with_retry
from rooms.views.asking_series import Wanted, wanted_of
from rooms.wishes import wish


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form with every date of the series; or book it, all of it or nothing."""
    found, terms, fields = by_the_hour.opened(request, slug)
    if request.method != "POST":
        return render(request, "rooms/series.html", _page(request, found, terms, fields, None))
    try:
        made = _make(request.user, found, terms, fields)
    except ReservationError as refusal:
        context = _page(request, found, terms, fields, refusal)
        return with_retry(render(request, "rooms/series.html", context, status=refusal.status), refusal)
    return HttpResponseRedirect(address_of(made), status=303)


def _make(user: Any, found: Venue, terms: VenueTerms, fields: asking.Asked) -> Booking:
    wanted = wanted_of(terms, fields)
    [room] = asking.rooms_named(asking.Asked({}, {"room": [wanted.room.id]}), found)
    key = fields.one("key")
    if not isinstance(key, str):
        raise asking.invalid("key", "An idempotency key is a text.")
    return operations.book(room, wanted.repeated(found.pk), by=user, details=asking.details(fields), key=key)


def _page(
    request: HttpRequest,
    found: Venue,
    terms: VenueTerms,
    fields: asking.Asked,
    refusal: ReservationError | None,
) -> dict[str, Any]:
    now = database_now()
    height = height_of(terms)  # first: what comes while the rest is read is news
    is_sent = request.method == "POST" or "repeats" in fields.values
    form = forms.series_form(terms, fields.values, _edges(terms, fields, now), sent=is_sent)
    seen: dict[str, Any] = {"preview": None}
    wrong = refusal
    if "repeats" in fields.values:
        try:
            seen = _preview(wanted_of(terms, fields), request.user, terms, now)
        except ReservationError as problem:
            wrong = wrong or problem
    if wrong is not None:
        form.show(wrong)
    return {
        "venue": found,
        "zone_label": found.zone_label,
        "form": form,
        "details": _details(request, terms, fields, wrong),
        "key": uuid.uuid4().hex,
        "wrong_sentence": wrong.sentence if wrong else "",
        **seen,
        "data": by_the_hour.live_of(found, now, height),
    }


def _details(
    request: HttpRequest, terms: VenueTerms, fields: asking.Asked, wrong: ReservationError | None
) -> forms.DetailsForm:
    form = forms.DetailsForm(data=forms.as_sent(fields.values) if request.method == "POST" else None)
    form.ask(forms.asked_of_one(terms), optional=permissions.is_staff(request.user, terms.id))
    if request.method == "POST" and isinstance(wrong, Invalid):
        form.show(wrong)
    return form


def _edges(terms: VenueTerms, fields: asking.Asked, now: datetime) -> dict[str, str]:
    """Return what the fields of the first date hold: what was typed, or the first hour that is free."""
    typed = {name: by_the_hour.typed(fields.one(name), name, terms) for name in ("start", "end")}
    if "repeats" in fields.values or any(typed.values()):
        return typed
    first = _first_free(terms, str(fields.one("room")), now)
    return (
        {"start": forms.wall(first.start, terms.zone), "end": forms.wall(first.end, terms.zone)}
        if first
        else {}
    )


def _first_free(terms: VenueTerms, chosen: str, now: datetime) -> Span | None:
    """Return the first hour that the room is free, or as long as its terms want.

    Of no room chosen, it is the first, as the form shows it.
    """
    by_hour = [room for room in terms.rooms.values() if room.unit == Unit.HOUR]
    room = next((room for room in by_hour if str(room.id) == chosen), by_hour[0])
    minutes = max(60, room.policy.min_minutes)
    length = timedelta(minutes=min(minutes, room.policy.max_minutes or minutes))
    whole = now + (now.astimezone(terms.zone).replace(minute=0, second=0, microsecond=0) - now) % forms.HOUR
    return next_free(room, terms, length, after=whole, now=now)


def _preview(wanted: Wanted, user: Any, terms: VenueTerms, now: datetime) -> dict[str, Any]:
    otherwise = {**dict.fromkeys(wanted.out), **wanted.elsewhere}
    dates = preview(wanted.series, wanted.room, terms, otherwise, now=now, reader=user)
    wrong = [one for one in dates if one.problem]
    taking = [one for one in dates if not one.is_out]
    total = sum(one.amount for one in taking)
    return {
        "preview": dates,
        "wanted": wanted,
        "taking": len(taking),
        "wrong": len(wrong),
        "may_book": bool(taking) and not wrong,
        "total_text": money.as_text(total, terms.currency) if total else "",
        "needs_approval": any(one.room.policy.needs_approval for one in taking),
        "offers": _offers(wanted, wrong, user, terms, now),
        "without_wrong": wanted.without({one.date for one in wrong}).query,
        "is_some_left": len(wrong) < len(taking),
    }


def _elsewhere(wanted: Wanted, wrong: Sequence[Previewed]) -> list[dict[str, Any]]:
    """Return the way to have each date that cannot be had in another room, if there is one for each."""
    best = {one.date: next((room for room in one.choices if room != one.room), None) for one in wrong}
    found = {day: room for day, room in best.items() if room is not None}
    if len(found) < len(wrong):
        return []
    named = {room.name for room in found.values()}
    where = min(named) if len(named) == 1 else "other rooms"
    sentence = f"That date in {where}" if len(found) == 1 else f"Those {len(found)} dates in {where}"
    return [
        {
            "sentence": sentence,
            "query": replace(wanted, elsewhere={**wanted.elsewhere, **found}).query,
            "of_dates": True,
        }
    ]


def _offers(
    wanted: Wanted, wrong: Sequence[Previewed], user: Any, terms: VenueTerms, now: datetime
) -> list[dict[str, Any]]:
    """Return where or when else it could be had; where a quota alone says no, that is nowhere."""
    if all(one.is_over for one in wrong):
        return []
    return [*_elsewhere(wanted, wrong), *_as_a_whole(wanted, user, terms, now)]


def _as_a_whole(wanted: Wanted, user: Any, terms: VenueTerms, now: datetime) -> list[dict[str, Any]]:
    """Return where or when else all of it could be had, as addresses of this page."""
    room = Room(pk=wanted.room.id, venue_id=terms.id)
    asked = wish(room, Repeated(wanted.span, wanted.text), by=user, details=Details())
    asked = replace(asked, series=rules.series(wanted.text, wanted.span, terms.zone))
    return [
        {"sentence": offer["sentence"], "query": _as_offered(wanted, offer, terms).query, "of_dates": False}
        for offer in alternatives(asked, now=now)
        if parse(offer["recurrence"]).excluded == set(wanted.out)  # less dates is a press of its own
    ]


def _as_offered(wanted: Wanted, offer: Mapping[str, Any], terms: VenueTerms) -> Wanted:
    span = Span(datetime.fromisoformat(offer["start"]), datetime.fromisoformat(offer["end"]))
    return replace(wanted, room=terms.rooms[offer["rooms"][0]], span=span, elsewhere={})

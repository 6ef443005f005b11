"""What the page of a booking by the night tells: its nights, what others cost, and the way to come again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reservations import Invalid, Span, lifecycle, nights, policies
from rooms import money
from rooms.models import Allocation, Booking, Unit
from rooms.moves import moved
from rooms.queries.availability import free_candidates, quote_of
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.words import stay_in_words
from rooms.views import asking
from rooms.views.moving import approval_in_words, difference
from rooms.views.stay_forms import DatesForm

NONE = "This booking is not by the night."


def dates_of(found: Booking, terms: VenueTerms) -> tuple[date, date] | None:
    """Return the dates of arrival and departure; of a booking without an end, none."""
    if found.ends_at is None or found.recurrence:
        return None
    arrive, depart = (edge.astimezone(terms.zone).date() for edge in (found.starts_at, found.ends_at))
    return (arrive, depart) if arrive < depart else None


def words_of(found: Booking) -> str:
    """Return a hotel's booking as its nights, of any other nothing; the venue was read with it."""
    if found.venue.kind != "hotel" or found.ends_at is None or found.recurrence:
        return ""
    arrive, depart = (edge.astimezone(found.venue.zone).date() for edge in (found.starts_at, found.ends_at))
    return stay_in_words(arrive, depart) if arrive < depart else ""


def stay_of(
    found: Booking,
    rows: Sequence[Allocation],
    terms: VenueTerms,
    address: Mapping[str, Any],
    *,
    mover: Any,
    now: datetime,
) -> dict[str, Any] | None:
    """Return what the page says of the nights; None of a booking that is not by the night.

    :param mover: who may move it, and is told what that comes to; None where nobody may
    """
    rooms, dates = _rooms_by_night(rows, terms), dates_of(found, terms)
    if not rooms or dates is None:
        return None
    arrive, depart = dates
    told: dict[str, Any] = {
        "words": stay_in_words(arrive, depart),
        "title": terms.name,
        "types": ", ".join(f"{room.type_name} {room.name}" for room in rooms),
        "again": _again(found, rooms, dates, terms, now),
    }
    if mover is None:
        return told
    form = DatesForm({"arrive": address.get("arrive", arrive), "depart": address.get("depart", depart)})
    chosen = (form.cleaned_data["arrive"], form.cleaned_data["depart"]) if form.is_valid() else dates
    offer = None if chosen == dates else _offer(found, rooms, chosen, terms, by=mover, now=now)
    return {**told, "form": form, "offer": offer}


def other_rooms(
    found: Booking, rows: Sequence[Allocation], terms: VenueTerms, now: datetime
) -> list[dict[str, Any]]:
    """Return for each room where its guests may be moved to, the same type and price first.

    Only the staff choose among rooms of a type: guests book the type.
    """
    rooms = _rooms_by_night(rows, terms)
    span = Span(found.starts_at, found.ends_at)
    price_of = {one.id: quote_of(one, terms, span).total for one in terms.rooms.values()}
    told = []
    for room in rooms:
        kept = [one for one in rooms if one.id != room.id]
        least = found.party - sum(one.capacity for one in kept)
        wanted = [one.id for one in terms.rooms.values() if one.unit == Unit.NIGHT and one.capacity >= least]
        free = free_candidates(terms, wanted, policies.blocked(span, room.policy), now=now)
        choices = []
        for one in (terms.rooms[candidate.id] for candidate in free):
            more = price_of[one.id] + sum(price_of[other.id] for other in kept) - found.price
            words = f"{one.name}, {one.type_name}: {difference(more, terms.currency)}"
            choices.append(((one.type_id != room.type_id, abs(more), one.order, one.name), one.id, words))
        if choices:
            to = [{"id": key, "words": words} for _, key, words in sorted(choices)]
            told.append({"id": room.id, "name": room.name, "kept": [one.id for one in kept], "to": to})
    return told


def _rooms_by_night(rows: Sequence[Allocation], terms: VenueTerms) -> list[RoomTerms]:
    known = [terms.rooms[row.room_id] for row in rows if row.room_id in terms.rooms]
    return known if known and all(room.unit == Unit.NIGHT for room in known) else []


def _again(
    found: Booking, rooms: Sequence[RoomTerms], dates: tuple[date, date], terms: VenueTerms, now: datetime
) -> str:
    """Return the way to the same types for as many nights, from tomorrow on."""
    arrive = now.astimezone(terms.zone).date() + timedelta(days=1)
    query = {"arrive": arrive, "depart": arrive + (dates[1] - dates[0]), "guests": found.party}
    counts = Counter(room.type_id for room in rooms)
    query |= {f"type_{key}": count for key, count in counts.items()}
    return f"{reverse('rooms:venue', args=[terms.slug])}?{urlencode(query)}"


def _offer(
    found: Booking,
    rooms: Sequence[RoomTerms],
    chosen: tuple[date, date],
    terms: VenueTerms,
    *,
    by: Any,
    now: datetime,
) -> dict[str, Any]:
    """Return what the nights that are chosen come to."""
    span = nights.stay_span(*chosen, rooms[0].policy, terms.zone)
    place = [room.id for room in rooms]
    there = moved(found, terms, place, (span, place), by=by, now=now)
    return {
        "arrive": chosen[0],
        "depart": chosen[1],
        "words": stay_in_words(*chosen),
        "price_text": money.as_text(there.price, terms.currency),
        "difference": difference(there.more, terms.currency),
        "approval": approval_in_words(there),
        "asks": there.state == lifecycle.PENDING,
    }


def span_chosen(fields: asking.Asked, found: Booking, terms: VenueTerms) -> Span:
    """Return the span between check-in and check-out on the dates that a form gives.

    :raises Invalid: if these are no dates, or the booking is not by the night
    """
    rooms = _rooms_by_night(list(found.allocations.filter(active=True)), terms)
    if not rooms:
        raise Invalid(NONE)
    form = DatesForm({name: fields.one(name) for name in ("arrive", "depart")})
    if not form.is_valid():
        errors = {name: list(map(str, told)) for name, told in form.errors.items()}
        raise Invalid(next(iter(errors.values()))[0], field_errors=errors)
    asked = form.cleaned_data
    return nights.stay_span(asked["arrive"], asked["depart"], rooms[0].policy, terms.zone)

"""How much of a venue's quotas a guest has used: read in one statement, and only where there are quotas."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts import roles
from reservations import PolicyViolation, Span, quotas
from reservations.lifecycle import KEEPS_ROOM
from reservations.quotas import Count, Quota, Standing, Use
from rooms.models import Allocation
from rooms.queries.terms import RoomTerms, VenueTerms, without_parts

Asked = tuple[Span, Sequence[int]]
"""One date that somebody asks for, with its rooms, less parts that come with a whole."""

Date = tuple[int, int | None]
"""One date of a booking that is there: the id of the booking, and of a series the number of the date."""


@dataclass(frozen=True, slots=True)
class Used:
    """What a guest has used of each quota around some dates, as of an instant."""

    now: datetime
    counts: dict[Quota, Count] = field(default_factory=dict)
    own: Sequence[Use] = ()  # what the booking that moves gives up

    def refusal(self, date: Hashable, asked: Asked, terms: VenueTerms) -> PolicyViolation | None:
        """Return why this date is more than one of the quotas leaves; None if it is not."""
        wanted = _uses(date, asked, terms) if self.counts else []
        refused = (count.refusal(wanted, self.own) for count in self.counts.values())
        return next((one for one in refused if one is not None), None)

    def add(self, date: Hashable, asked: Asked, terms: VenueTerms) -> None:
        """Count this date of a series too, so that the next one meets it."""
        for count in self.counts.values():
            count.add(_uses(date, asked, terms))


def quotas_on(terms: VenueTerms, rooms: Iterable[int]) -> tuple[Quota, ...]:
    """Return the quotas that a booking of the rooms counts for; most venues have none."""
    return tuple(dict.fromkeys(quota for room in rooms for quota in terms.rooms[room].quotas))


def is_bound(reader: Any, venue_id: int) -> bool:
    """Test whether quotas are about this person: a guest who is logged in, and does not work there."""
    known = bool(getattr(reader, "is_authenticated", False))
    return known and not roles.may(reader, "exceed_quota", venue_id)


def used_by(
    guest: int, terms: VenueTerms, asked: Sequence[Asked], *, now: datetime, besides: Date | None = None
) -> Used:
    """Return what the guest has used of the quotas on these dates, in one statement; in none if none are.

    :param besides: a date that moves: it is not counted, and may take as much again
    """
    limits = quotas_on(terms, {room for _, rooms in asked for room in rooms})
    if not limits:
        return Used(now)
    around = quotas.reach(limits, [span for span, _ in asked], terms.zone, now)
    uses = _had(guest, terms, around, now)
    own = [use for use in uses if use.date == besides]
    others = [use for use in uses if use.date != besides]
    counts = {quota: Count(quota, others, zone=terms.zone, now=now) for quota in limits}
    return Used(now, counts, own)


def left_for(
    reader: Any, terms: VenueTerms, asked: Asked, *, now: datetime, besides: Date | None = None
) -> Used:
    """Return what the reader has used of the quotas on these rooms then; nothing, if none is about them."""
    if not quotas_on(terms, asked[1]) or not is_bound(reader, terms.id):
        return Used(now)
    return used_by(reader.pk, terms, [asked], now=now, besides=besides)


def reached(
    room: RoomTerms, terms: VenueTerms, span: Span, reader: Any, *, now: datetime
) -> list[PolicyViolation]:
    """Return why the reader cannot have the room for the span, if that is a quota; to visitors, nothing."""
    asked = (span, [room.id])
    refusal = left_for(reader, terms, asked, now=now).refusal(None, asked, terms)
    return [refusal] if refusal else []


def reached_by_type(
    rooms: Iterable[RoomTerms], terms: VenueTerms, span: Span, reader: Any, *, now: datetime
) -> dict[int, list[PolicyViolation]]:
    """Return for each type of these rooms of which the reader can have none because of a quota, why not."""
    first = {room.type_id: room.id for room in rooms if room.quotas}
    used = left_for(reader, terms, (span, list(first.values())), now=now)
    refused = {kind: used.refusal(None, (span, [room]), terms) for kind, room in first.items()}
    return {kind: [refusal] for kind, refusal in refused.items() if refusal is not None}


def standings(
    rooms: Iterable[RoomTerms], terms: VenueTerms, span: Span, reader: Any, *, now: datetime
) -> list[Standing]:
    """Return how much of each quota on the rooms the reader has used around the span; of none, nothing."""
    limited = [room.id for room in rooms if room.quotas]
    used = left_for(reader, terms, (span, limited), now=now)
    return [count.standing(span.start) for count in used.counts.values()]


def _uses(date: Hashable, asked: Asked, terms: VenueTerms) -> list[Use]:
    span, rooms = asked
    return [Use(date, own.type_id, own.unit, span) for own in (terms.rooms[room] for room in rooms)]


def _had(guest: int, terms: VenueTerms, around: Span, now: datetime) -> list[Use]:
    """Return every room that the guest had or has around then, date by date, less parts of a whole."""
    rows = Allocation.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=around.start),
        Q(expires_at=None) | Q(expires_at__gt=now),
        booking__guest=guest,
        booking__venue=terms.id,
        booking__state__in=quotas.COUNTED,
        state__in=quotas.COUNTED,
    )
    if around.end is not None:
        rows = rows.filter(booking__starts_at__lt=around.end, starts_at__lt=around.end)
    columns = ("booking_id", "occurrence", "room_id", "room__type_id", "room__type__unit")
    spans = ("starts_at", "ends_at", "booking__metered", "booking__state")
    dates: defaultdict[Hashable, dict[int, Use]] = defaultdict(dict)
    for booking, occurrence, room, kind, unit, start, end, metered, state in rows.values_list(
        *columns, *spans
    ):
        # Taken until it is released: an end that is known is only where somebody else comes.
        is_open = metered and state in KEEPS_ROOM
        date = (booking, occurrence)
        dates[date][room] = Use(date, kind, unit, Span(start, None if is_open else end))
    return [found[room] for found in dates.values() for room in without_parts(terms, found)]

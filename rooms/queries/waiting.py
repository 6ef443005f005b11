"""One's own places in queues: what each waits for, how many are before it, and what became of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from reservations import Span
from rooms.models import Venue, WaitlistEntry
from rooms.queries.terms import VenueTerms, terms_of_venues

State = WaitlistEntry.State
MOST_LISTED = 50
MOST_AHEAD = 1_000  # places that are counted before one's own
COMPARED = ("venue", "departure", "type", "rooms", "starts_at", "ends_at", "first", "last", "state")
TOLD_FOR = timedelta(days=3)  # after its time would have begun, an entry that ended is not listed any more


def places(user: Any) -> QuerySet[WaitlistEntry]:
    """Return every place in a queue that the person has or had, the newest first."""
    return WaitlistEntry.objects.filter(guest=user).select_related("venue", "booking").order_by("-pk")


def listed(user: Any, *, now: datetime) -> list[WaitlistEntry]:
    """Return what the person waits for, the next to begin first, and what ended lately without them."""
    lately = Q(state=State.ENDED, starts_at__gt=now - TOLD_FOR)
    found = WaitlistEntry.objects.filter(lately | Q(state=State.WAITING), guest=user)
    found = found.select_related("venue", "type", "departure__route").prefetch_related("departure__calls")
    return list(found.order_by("state", "starts_at", "pk")[:MOST_LISTED])


def waiting_at(venue: Venue, *, now: datetime) -> tuple[list[WaitlistEntry], int]:
    """Return who waits at the venue, the next to begin first and then who came first; and how many do."""
    found = WaitlistEntry.objects.filter(venue=venue, state=State.WAITING, ends_at__gt=now)
    listed = found.select_related("venue", "guest", "type", "departure__route")
    first = list(listed.prefetch_related("departure__calls").order_by("starts_at", "pk")[:MOST_LISTED])
    return first, len(first) if len(first) < MOST_LISTED else found.count()


def ahead_of(entries: Iterable[WaitlistEntry]) -> dict[int, int]:
    """Return for each entry that waits how many wait before it for what would do for it, in one query.

    Of a line that is longer than MOST_AHEAD, nobody is told more than that.
    """
    waiting = [entry for entry in entries if entry.state == State.WAITING]
    if not waiting:
        return {}
    near = Q()
    for entry in waiting:
        near |= Q(
            venue=entry.venue_id,
            starts_at__lt=entry.ends_at,
            ends_at__gt=entry.starts_at,
            pk__lt=entry.pk,
        )
    rows = WaitlistEntry.objects.filter(near, state=State.WAITING).only(*COMPARED)
    before = list(rows.order_by("pk")[:MOST_AHEAD])
    do = _Rooms({one.id: one for one in terms_of_venues(list({entry.venue for entry in waiting}))})
    return {entry.pk: sum(_competes(other, entry, do) for other in before) for entry in waiting}


class _Rooms:
    """Which rooms would do for an entry, those that are taken with them included; worked out once each."""

    def __init__(self, terms: Mapping[int, VenueTerms]) -> None:
        self._terms, self._known = terms, dict[tuple[Any, ...], set[int]]()

    def of(self, entry: WaitlistEntry) -> set[int]:
        wanted = entry.venue_id, entry.type_id, tuple(entry.rooms)
        if wanted not in self._known:
            rooms = self._terms[entry.venue_id].rooms
            named = [room for room in entry.rooms if room in rooms]
            if entry.type_id is not None:
                named = [room.id for room in rooms.values() if room.type_id == entry.type_id]
            self._known[wanted] = {near for room in named for near in (room, *rooms[room].parts)}
        return self._known[wanted]


def _competes(other: WaitlistEntry, entry: WaitlistEntry, do: _Rooms) -> bool:
    if other.pk >= entry.pk or other.venue_id != entry.venue_id or other.departure_id != entry.departure_id:
        return False
    if entry.departure_id is not None:
        return other.type_id == entry.type_id and _ways_meet(other, entry)
    one, its = Span(other.starts_at, other.ends_at), Span(entry.starts_at, entry.ends_at)
    return one.overlaps(its) and not do.of(other).isdisjoint(do.of(entry))


def _ways_meet(one: WaitlistEntry, other: WaitlistEntry) -> bool:
    return (one.first or 0) < (other.last or 0) and (other.first or 0) < (one.last or 0)

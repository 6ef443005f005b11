"""Take rooms out of use and back, and into others, under their lock, so that no booking slips in between."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q, QuerySet

from reservations import IllegalTransition, Invalid, Unavailable
from rooms.models import Allocation, Room
from rooms.operations._writing import lock, writes
from rooms.queries.parts import wholes_of
from rooms.queries.words import span_in_words


def to_come(rooms: Iterable[int], *, now: datetime) -> QuerySet[Allocation]:
    """Return what still takes one of the rooms, or will, soonest first."""
    rows = Allocation.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), room__in=list(rooms), active=True)
    return rows.exclude(expires_at__lte=now).order_by("starts_at", "pk")


@writes
def archive(also: frozenset[int], room: Room, *, allowed: Callable[[], None] = lambda: None) -> Room:
    """Take a room off every board; what it has seen stays.

    :param allowed: refuses who may not, under the lock of the room

    :raises Unavailable: if it has bookings or blockings to come
    """
    locked = lock({room.pk, *also})
    allowed()
    fresh = Room.objects.select_related("venue").get(pk=room.pk)
    if fresh.archived_at is not None:
        raise IllegalTransition(f"{fresh} is archived already.", state="archived", move="archive")
    rows = to_come([fresh.pk], now=locked.now)
    if first := rows.first():
        number = rows.count()
        when = span_in_words(first.starts_at, first.ends_at, fresh.venue.zone)
        what = "1 booking or blocking" if number == 1 else f"{number} bookings or blockings"
        raise Unavailable(f"{fresh} has {what} to come, the first on {when}. Move or cancel them first.")
    fresh.archived_at = locked.now
    fresh.save(update_fields=["archived_at"])
    return fresh


@writes
def unarchive(also: frozenset[int], room: Room) -> Room:
    """Put an archived room back on its board.

    :raises Unavailable: if another room has its name by now, or a room it is part of is booked without it
    """
    above = wholes_of(room.pk)
    locked = lock({room.pk, *above, *also})
    fresh = Room.objects.select_related("venue").get(pk=room.pk)
    if fresh.archived_at is None:
        raise IllegalTransition(f"{fresh} is in use.", state="in_use", move="unarchive")
    if Room.objects.filter(venue=fresh.venue, name=fresh.name, archived_at=None).exists():
        raise Unavailable(f"There is another {fresh} at {fresh.venue} now. Rename one of them first.")
    _require_unbooked(above, joining=fresh, now=locked.now)
    fresh.archived_at = None
    fresh.save(update_fields=["archived_at"])
    return fresh


def require_may_join(parts: Sequence[Room], *, whole: Room) -> None:
    """Refuse new parts of a room that are above it, or that its bookings would not keep from others.

    Until the transaction ends nobody books the room, nor what it is part of.

    :raises Invalid: if the room is part of one of them
    :raises Unavailable: if the room, or one above it, has anything to come
    """
    locked = lock({whole.pk, *wholes_of(whole.pk), *(part.pk for part in parts)})
    wholes = {whole.pk, *wholes_of(whole.pk)}  # read again: a rival may have made it a part of one of these
    for part in parts:
        if part.pk in wholes:
            raise Invalid(f"{whole} is part of {part} already.")
        _require_unbooked(wholes, joining=part, now=locked.now)


def _require_unbooked(wholes: Collection[int], *, joining: Room, now: datetime) -> None:
    if booked := to_come(wholes, now=now).select_related("room").first():
        raise Unavailable(
            f"{booked.room} has bookings to come that do not include {joining}: cancel or move them first."
        )
    # Whoever waits for their lock has read the old parts, and reads anew where a room was written to.
    Room.objects.filter(pk__in=wholes).update(revision=F("revision"))

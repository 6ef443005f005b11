"""What is taken when: the rooms of a venue with their revisions and allocations, of one instant.

One statement reads rooms and allocations together, so the revisions are those of the rows beside them:
a board that starts from here misses nothing and shows nothing twice (architecture §4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reservations import Span
from reservations.lifecycle import kind_of
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.sql import aware, database_now, fetch, instant, one_of, reaches_into


@dataclass(frozen=True, slots=True)
class Taken:
    """One allocation as boards show it; `kind` is held, pending, booked, occupied or blocked."""

    id: int
    room: int
    start: datetime
    end: datetime | None
    kind: str
    expires_at: datetime | None
    blocks_from: datetime
    blocks_until: datetime | None
    booking: int | None
    part: int | None = None  # on the row of a divisible room: the part that is taken


@dataclass(frozen=True, slots=True)
class RoomTimeline:
    """One room: how often it has changed, and what is taken in the span that was asked about."""

    id: int
    revision: int
    taken: list[Taken] = field(default_factory=list)


COLUMNS = (
    "room.id, room.revision, taken.id, taken.starts_at, taken.ends_at, taken.state, taken.expires_at, "
    "taken.blocks_from, taken.blocks_until, taken.booking_id"
)


def timeline(
    terms: VenueTerms, span: Span, *, rooms: Iterable[int] | None = None, now: datetime | None = None
) -> dict[int, RoomTimeline]:
    """Return each room's revision and what is taken in the span, by room id; all rooms unless some are named.

    A hold that has run out is not taken. A divisible room shows what of its parts is taken.
    """
    return _timelines(terms.rooms if rooms is None else rooms, terms.rooms, span, now)


def timelines(
    rooms: Iterable[RoomTerms], span: Span, *, now: datetime | None = None
) -> dict[int, RoomTimeline]:
    """Return the same of rooms of several venues, in one statement."""
    known = {room.id: room for room in rooms}
    return _timelines(known, known, span, now)


def _timelines(
    rooms: Iterable[int], known: Mapping[int, RoomTerms], span: Span, now: datetime | None
) -> dict[int, RoomTimeline]:
    wanted = list(rooms)
    asked = {*wanted, *(part for room in wanted if room in known for part in known[room].parts)}
    found = _read(asked, span, now or database_now())
    for room in wanted:
        if room in found and room in known and known[room].parts:
            _show_parts(found, room, known[room].parts)
    return {room: found[room] for room in wanted if room in found}


def _show_parts(found: dict[int, RoomTimeline], whole: int, parts: Iterable[int]) -> None:
    """Add to the whole's row what of its parts is taken by itself, and not with the whole."""
    own = {row.booking for row in found[whole].taken if row.booking is not None}
    for part in parts:
        for row in found[part].taken if part in found else ():
            if row.booking not in own and row.part is None and not _covered(row, found[whole].taken):
                values = {name: getattr(row, name) for name in Taken.__slots__}
                found[whole].taken.append(Taken(**{**values, "room": whole, "part": part}))
    found[whole].taken.sort(key=lambda row: row.start)


def _covered(row: Taken, shown: list[Taken]) -> bool:
    """Test whether the whole itself is taken at that time, as it is when a blocking took both."""
    return any(own.part is None and own.start == row.start and own.end == row.end for own in shown)


def _read(rooms: Iterable[int], span: Span, now: datetime) -> dict[int, RoomTimeline]:
    which, room_params = one_of("room.id", rooms)
    reaches, params = reaches_into(span, "taken", "room.id")
    rows = fetch(
        f"SELECT {COLUMNS} FROM rooms_room AS room LEFT JOIN rooms_allocation AS taken "  # noqa: S608 -- no input in it
        f"ON taken.room_id = room.id AND taken.active AND {reaches} "
        "AND (taken.expires_at IS NULL OR taken.expires_at > %s) "
        f"WHERE {which} ORDER BY room.id, taken.starts_at",
        [*params, instant(now), *room_params],
    )
    found: dict[int, RoomTimeline] = {}
    for room, revision, *row in rows:
        own = found.setdefault(room, RoomTimeline(room, revision))
        if row[0] is not None:
            own.taken.append(_taken(room, row))
    return found


def _taken(room: int, row: list[Any]) -> Taken:
    key, start, end, state, expires_at, blocks_from, blocks_until, booking = row
    return Taken(
        id=key,
        room=room,
        start=aware(start),  # type: ignore[arg-type]
        end=aware(end),
        kind=kind_of(state),
        expires_at=aware(expires_at),
        blocks_from=aware(blocks_from),  # type: ignore[arg-type]
        blocks_until=aware(blocks_until),
        booking=booking,
    )


def revisions(venues: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return for each venue the stamp of its terms and the sum of its rooms' revisions."""
    which, params = one_of("venue.id", venues)
    rows = fetch(
        "SELECT venue.id, venue.terms_stamp, COALESCE(SUM(room.revision), 0) FROM rooms_venue AS venue "  # noqa: S608
        "LEFT JOIN rooms_room AS room ON room.venue_id = venue.id AND room.archived_at IS NULL "
        f"WHERE {which} GROUP BY venue.id, venue.terms_stamp",
        params,
    )
    return {venue: (stamp, int(total)) for venue, stamp, total in rows}


def height_of(terms: VenueTerms) -> int:
    """Return the sum of the revisions of the rooms that these terms know."""
    total = revisions([terms.id])[terms.id][1]
    return total - sum(revisions_of(terms.hidden).values()) if terms.hidden else total


def revisions_of(rooms: Iterable[int]) -> dict[int, int]:
    """Return the revision of each of these rooms that is in use."""
    which, params = one_of("id", rooms)
    sql = f"SELECT id, revision FROM rooms_room WHERE {which} AND archived_at IS NULL"  # noqa: S608 -- no input in it
    return dict(fetch(sql, params))


def room_revisions(venue_id: int) -> dict[int, int]:
    """Return the revision of each room of the venue."""
    return dict(
        fetch("SELECT id, revision FROM rooms_room WHERE venue_id = %s AND archived_at IS NULL", [venue_id])
    )

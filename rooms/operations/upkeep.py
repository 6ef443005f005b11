"""Keep rooms out of use for a while, and put them back into use."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reservations import IllegalTransition, Invalid, NotFound, Span
from rooms import permissions
from rooms.models import Allocation, Blocking, Room
from rooms.operations import _standing
from rooms.operations._writing import Happening, lock, picture, record, writes
from rooms.operations.holding import lock_with_terms, touched
from rooms.queries.terms import VenueTerms, terms_knowing, terms_of, with_parts
from rooms.texts import text
from rooms.wishes import named, require_span


def block(
    rooms: Room | Sequence[Room], span: Span, *, by: Any, reason: str = "maintenance", note: str = "",
    now: datetime | None = None,
) -> Blocking:  # fmt: skip
    """Take rooms, with their parts, out of use for the span: by the staff, and who may `edit` them all.

    :raises Unavailable: if somebody has a booking there in that time: move it first
    """
    venue_id, wanted = named(rooms)
    require_span(span)
    permissions.require_may_change(by, venue_id, wanted, "take rooms out of use")
    problems: dict[str, list[str]] = {}
    note = text(note, "note", 200, problems)
    if reason not in Blocking.Reason.values:
        problems["reason"] = [f"A reason is one of: {', '.join(Blocking.Reason.values)}."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    draft = Blocking(
        venue_id=venue_id,
        reason=reason,
        note=note,
        starts_at=span.start,
        ends_at=span.end,
        created_by=by,
    )
    return _block(draft, wanted, span, now=now)


@writes
def _block(
    also: frozenset[int], draft: Blocking, rooms: tuple[int, ...], span: Span, *, now: datetime | None
) -> Blocking:
    terms = terms_knowing(draft.venue_id, rooms)
    locked = lock_with_terms(also, rooms, terms)
    # Again under the lock, under which rights are given and taken.
    permissions.require_may_change(draft.created_by, draft.venue_id, rooms, "take rooms out of use")
    draft.created_at = now or locked.now
    taken = with_parts(terms, rooms)
    _standing.make_way(dict.fromkeys(taken, span), terms, locked=locked, now=draft.created_at)
    draft.pk = None
    draft.save(force_insert=True)
    allocations = [
        Allocation(
            room_id=room, blocking=draft, starts_at=span.start, ends_at=span.end,
            blocks_from=span.start, blocks_until=span.end, state="blocked", active=True,
        )
        for room in taken
    ]  # fmt: skip
    Allocation.objects.bulk_create(allocations)
    after = picture(allocations[0])
    happenings = [
        Happening(room, "blocked", blocking=draft, after=after if room in taken else {})
        for room in touched(terms, rooms)
    ]
    record(happenings, locked=locked, by=draft.created_by, now=draft.created_at)
    return draft


def _themselves(terms: VenueTerms, rooms: set[int]) -> set[int]:
    """Return the rooms that were named, without the parts that went out of use with them."""
    parts = {part for room in rooms if room in terms.rooms for part in terms.rooms[room].parts}
    return rooms - parts


@writes
def unblock(also: frozenset[int], blocking: Blocking, *, by: Any, now: datetime | None = None) -> Blocking:
    """Put rooms back into use: for the venue's staff, and who may `edit` them all."""
    rows = Allocation.objects.filter(blocking=blocking, active=True).order_by("room_id")
    terms = terms_of(blocking.venue_id)
    # Also those that are back in use: who asks twice is told so, and not that they may not.
    rooms = set(Allocation.objects.filter(blocking=blocking).values_list("room_id", flat=True))
    above = touched(terms, [room for room in rooms if room in terms.rooms])
    locked = lock({*rooms, *above, *also})
    asked = _themselves(terms, rooms)
    permissions.require_may_change(by, blocking.venue_id, asked, "put rooms back into use")
    fresh = Blocking.objects.filter(pk=blocking.pk).first()
    if fresh is None:
        raise NotFound("There is no such blocking.")
    if fresh.lifted_at is not None:
        raise IllegalTransition("These rooms are back in use already.", state="lifted", move="unblock")
    fresh.lifted_at = now or locked.now
    fresh.save(update_fields=["lifted_at"])
    before = {row.room_id: picture(row) for row in rows.all()}
    rows.update(state="lifted", active=False)
    happenings = [
        Happening(
            room,
            "unblocked",
            blocking=fresh,
            before=before.get(room, {}),
            after={"state": "lifted"} if room in before else {},
        )
        for room in sorted({*rooms, *above})
    ]
    record(happenings, locked=locked, by=by, now=fresh.lifted_at)
    return fresh

"""Give and take the rights in a room: what everybody may there, and who may more."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts import roles
from reservations import Forbidden, Invalid, NotFound
from reservations.rights import ARCHIVE, EDIT, TAKES, VERBS, greatest
from rooms import permissions
from rooms.models import Room, RoomRight, VenueKind
from rooms.operations._writing import lock, writes
from rooms.queries.participants import owners_of

MOST = 200  # people with rights in one room
LONGEST = 254  # characters of an address
SEATS = "Seats have no rights of their own: everybody who sees the departure books them."


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be in a room: how much everybody may, or None for as it is; and the verbs of each address.

    No verbs at all take what its owner has away. With `only`, nobody else keeps any.
    """

    everybody: str | None = None
    people: Mapping[str, Iterable[str]] = field(default_factory=dict)
    only: bool = False


def give_rights(room: Room, given: Given, *, by: Any, now: datetime | None = None) -> Room:
    """Give and take rights in the room; only who may `edit_venue` does, and all of it or nothing is done.

    :raises Invalid: if there is no such verb, too many have rights, or an address is nobody's
    """
    _require_may_give(room, by)
    if given.everybody is not None and given.everybody not in TAKES:
        raise _invalid("everybody", f"What everybody may is one of: {', '.join(TAKES)}.")
    verbs = {_address(address): set(own) for address, own in given.people.items()}
    if any(not own <= VERBS.keys() for own in verbs.values()):
        raise _invalid("people", f"The verbs are {', '.join(VERBS)}.")
    if len(verbs) > MOST:
        raise _invalid("people", f"At most {MOST} people have rights in one room.")
    known = _people(verbs, room)
    wanted = {known[address]: own for address, own in verbs.items()}
    return _give(room, wanted, given, by=by, now=now)


def copy_rights(room: Room, source: Room, *, by: Any, now: datetime | None = None) -> Room:
    """Let the room have the rights of another of its venue, and no others."""
    _require_may_give(room, by)
    return _copy(room, source, by=by, now=now)


@writes
def _copy(also: frozenset[int], room: Room, source: Room, *, by: Any, now: datetime | None) -> Room:
    # Under the locks of both: what is taken away there meanwhile is not given here.
    locked = lock({room.pk, source.pk, *also})
    fresh = Room.objects.filter(pk=source.pk, venue=room.venue_id, archived_at=None).first()
    if fresh is None:
        raise NotFound("There is no such room here.")
    wanted = {row.person_id: set(row.verbs) for row in RoomRight.objects.filter(room=fresh)}
    return _write(room, wanted, Given(fresh.everybody, only=True), by=by, now=now or locked.now)


def _require_may_give(room: Room, by: Any) -> None:
    permissions.require_person(by)
    if by is not permissions.SYSTEM and not roles.may(by, "edit_venue", room.venue_id):
        raise Forbidden("Only the venue's managers may give and take rights.")
    if room.venue.kind == VenueKind.VEHICLE:
        raise Invalid(SEATS)


def _address(written: Any) -> str:
    address = written.strip().lower() if isinstance(written, str) else ""
    if not (address and address.isprintable() and len(address) <= LONGEST):
        raise _invalid("people", "One of these is no e-mail address.")
    return address


def _people(addresses: Collection[str], room: Room) -> dict[str, int]:
    """Return whose addresses these are; who gives rights may book for people too, and so learns as much.

    Whoever may not log in, or has not confirmed the address, is given none anew; those that they have here
    can be changed, and taken away.
    """
    own = RoomRight.objects.filter(room=room, person__email__in=addresses)
    found = owners_of(addresses) | dict(own.values_list("person__email", "person"))
    missing = [address for address in addresses if address not in found]
    if missing:
        more = f", and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise _invalid("people", f"Nobody has an account whose confirmed address is {missing[0]}{more}.")
    return found


def _invalid(name: str, sentence: str) -> Invalid:
    return Invalid(sentence, field_errors={name: [sentence]})


@writes
def _give(
    also: frozenset[int],
    room: Room,
    wanted: Mapping[int, set[str]],
    given: Given,
    *,
    by: Any,
    now: datetime | None,
) -> Room:
    # Under the lock of the room, as bookings of it are: whoever books next, books by these rights.
    locked = lock({room.pk, *also})
    return _write(room, wanted, given, by=by, now=now or locked.now)


def _write(room: Room, wanted: Mapping[int, set[str]], given: Given, *, by: Any, now: datetime) -> Room:
    fresh = Room.objects.filter(pk=room.pk, archived_at=None).select_related("venue").first()
    if fresh is None:
        raise NotFound("There is no such room here.")
    own = RoomRight.objects.filter(room=fresh)
    gone = own.exclude(person__in=wanted) if given.only else own.none()
    gone.delete()
    own.filter(person__in=[person for person, verbs in wanted.items() if not verbs]).delete()
    RoomRight.objects.bulk_create(
        [_right(fresh, person, verbs, by, now) for person, verbs in sorted(wanted.items()) if verbs],
        update_conflicts=True,
        unique_fields=["room", "person"],
        update_fields=["take", "change", "given_by", "given_at"],
    )
    if own.count() > MOST:
        raise _invalid("people", f"At most {MOST} people have rights in one room.")
    fresh.everybody = fresh.everybody if given.everybody is None else given.everybody
    fresh.save(update_fields=["everybody"])  # the terms of its venue have changed: boards are drawn afresh
    return fresh


def _right(room: Room, person: int, verbs: Iterable[str], by: Any, now: datetime) -> RoomRight:
    return RoomRight(
        room=room,
        person_id=person,
        take=greatest(verbs, of=TAKES),
        change=greatest(verbs, of=(EDIT, ARCHIVE)),
        given_by=by,
        given_at=now,
    )

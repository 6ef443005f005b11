"""Watch a room, and watch it no more: what happens there is told by others, after the fact (0025)."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from reservations import Invalid, NotFound, PolicyViolation
from rooms import events, permissions
from rooms.models import Room, VenueKind, Watch
from rooms.queries.watching import may_see
from rooms.sql import database_now

MOST = 50  # rooms that one person watches
SEATS = "Seats are not watched one by one: watch the departure on its page."
FULL = f"You watch {MOST} rooms, and more cannot be watched. Remove one first."


@transaction.atomic
def watch(room: int, *, by: User, by_mail: bool | None = None) -> Watch:
    """Let the person hear of what happens in the room; once, however often it is asked for.

    :param by_mail: whether mail tells of it as well; None leaves it as it is, and that is no at first
    :raises NotFound: if they may not see the room, or it is there no more
    :raises Invalid: if it is a seat
    :raises PolicyViolation: if they watch as many rooms as one may
    """
    permissions.require_person(by)
    # Whoever asks twice at once waits here, so that nobody comes to watch one room too many; and an account
    # that was closed meanwhile, which waits here as well, is one by this row alone.
    by = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    permissions.require_person(by)
    seen = Room.objects.select_related("venue").filter(pk=room, archived_at=None).first()
    if seen is None or not may_see(by, seen):
        raise NotFound("There is no such room here.")
    if seen.venue.kind == VenueKind.VEHICLE:
        raise Invalid(SEATS, field_errors={"room": [SEATS]})
    known = Watch.objects.filter(person=by, room=seen).first()
    if known is None:
        return _begin(seen, by, by_mail=bool(by_mail))
    if by_mail is not None and by_mail != known.by_mail:
        # What happened while no mail was wanted is not mailed afterwards.
        known.by_mail, known.mailed = by_mail, max(known.mailed, seen.revision)
        known.save(update_fields=["by_mail", "mailed"])
    return known


def _begin(room: Room, by: User, *, by_mail: bool) -> Watch:
    if Watch.objects.filter(person=by).count() >= MOST:
        raise PolicyViolation(FULL, rule="watches")
    begun = Watch.objects.create(
        person=by, room=room, by_mail=by_mail, created_at=database_now(), mailed=room.revision
    )
    _tell(by)
    return begun


@transaction.atomic
def unwatch(room: int, *, by: User) -> bool:
    """Let the person hear no more of the room, and tell whether they did."""
    permissions.require_person(by)
    gone, _ = Watch.objects.filter(person=by, room=room).delete()
    if gone:
        _tell(by)
    return bool(gone)


def note_mailed(upto: Mapping[str, int]) -> None:
    """Note up to which revision of its room mail has told of each watch, by the watches' ids; never back."""
    for key, revision in upto.items():
        Watch.objects.filter(pk=key, mailed__lt=revision).update(mailed=revision)


def mail_no_more(person: User) -> int:
    """Let no mail tell the person of any room, and return of how many it did; they stay watched.

    Asked for by a link in such a mail, too, so nobody needs to be logged in.
    """
    return Watch.objects.filter(person=person, by_mail=True).update(by_mail=False)


def _tell(person: User) -> None:
    """Let every open page of the person know that they watch other rooms now."""
    change = events.Changed(guests=frozenset([person.pk]))
    transaction.on_commit(lambda: events.changed.tell(change), robust=True)

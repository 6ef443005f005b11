"""Mail about rooms that are watched: everything since the last such letter, every few minutes at most.

A notice only says that something is owed. What it tells is read when it is sent, so that all that came
meanwhile is in it, and again when it is tried again. Each watch remembers up to which revision of its room
mail has told; it goes on once a server has the letter, or may have it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, QuerySet

from notifications.mail import digests
from notifications.mail.letters import Letter
from notifications.mail.queries import preference_of
from notifications.models import MailPreference, Notice
from rooms import operations
from rooms.models import Change, Watch
from rooms.sql import database_now

GATHER = timedelta(seconds=30)  # in which what belongs together mostly happens
PAUSE = timedelta(minutes=5)  # from one letter to the next
State = Notice.State


def owe_watchers(changes: Iterable[Change], *, now: datetime | None = None) -> int:
    """Write that letters are owed to those who watch these rooms by mail, and return to how many.

    One notice waits for each of them, however much happens: whoever has one already is told by that.
    """
    told = list(changes)
    watches = Watch.objects.filter(room__in={change.room_id for change in told}, by_mail=True)
    by_room: dict[int, list[Change]] = {}
    for change in told:
        by_room.setdefault(change.room_id, []).append(change)
    unwanted = MailPreference.objects.filter(watching=False, user=OuterRef("person"))
    people = {
        person
        for person, room in watches.exclude(Exists(unwanted)).values_list("person", "room")
        if any(person not in (change.by_id, change.guest_id) for change in by_room[room])
    }
    if not people:
        return 0
    own = Notice.objects.filter(kind=Notice.Kind.WATCHED, recipient__in=people)
    people -= set(own.filter(state=State.WAITING).values_list("recipient", flat=True))
    latest = dict(own.values_list("recipient").annotate(latest=Max("sent_at")).order_by())
    moment = now or database_now()
    Notice.objects.bulk_create(_notice(person, latest.get(person), moment) for person in sorted(people))
    return len(people)


def _notice(person: int, sent: datetime | None, now: datetime) -> Notice:
    due = max(now + GATHER, sent + PAUSE) if sent else now + GATHER
    return Notice(
        kind=Notice.Kind.WATCHED,
        letter={"upto": {}},
        at=now,
        recipient_id=person,
        created_at=now,
        next_at=due,
    )


def prepare(mine: QuerySet[Notice], notice: Notice, *, now: datetime) -> Letter | None:
    """Return the letter with all that happened since the last, or None if there is nothing to send now.

    :param mine: the notice itself, while the claim on it holds
    """
    person = notice.recipient
    own = Notice.objects.filter(kind=Notice.Kind.WATCHED, recipient=person, sent_at__gt=now - PAUSE)
    lately = own.order_by("-sent_at").values_list("sent_at", flat=True).first()
    if lately is not None:  # two clocks owed one each: the other went first
        mine.update(state=State.WAITING, next_at=lately + PAUSE)
        return None
    digest = digests.of(person.pk)
    is_wanted = person.is_active and preference_of(person).watching
    if is_wanted and digest.news:
        mine.update(letter={"upto": digest.upto})
        return digests.letter(notice, digest)
    why = "There is nothing to tell any more." if is_wanted else "It is switched off in the profile."
    mine.update(letter={"upto": digest.upto}, state=State.SKIPPED, error=why)
    go_on(notice.pk)
    return None


def go_on(notice: int) -> None:
    """Let what the letter told be told no more."""
    found = Notice.objects.filter(pk=notice, kind=Notice.Kind.WATCHED).values_list("letter", flat=True)
    operations.note_mailed((found.first() or {}).get("upto", {}))

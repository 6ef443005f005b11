"""Mail about rooms that are watched: everything since the last such letter, every few minutes at most.

A notice only says that something is owed. What it tells is read when it is sent, so that all that came
meanwhile is in it, and again when it is tried again. Each watch remembers up to which revision of its room
mail has told; it goes on once a server has the letter, or may have it, or will never take it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from notifications.mail import digests
from notifications.mail.letters import Letter
from notifications.models import Notice
from rooms import operations
from rooms.models import Change, Watch
from rooms.queries.watching import may_be_news, that_are_news
from rooms.sql import database_now

GATHER = timedelta(seconds=30)  # in which what belongs together mostly happens
PAUSE = timedelta(minutes=5)  # from one letter to the next
State = Notice.State
TRIED = (State.SENT, State.UNSURE, State.GIVEN_UP)
TOLD_AT = Coalesce("sent_at", "handed_at", "created_at")


def owe_watchers(changes: Iterable[Change], *, now: datetime | None = None) -> int:
    """Write that letters are owed to those who watch these rooms by mail, and return to how many.

    One notice waits for each of them, however much happens: whoever has one already is told by that.
    """
    told = [one for one in changes if may_be_news(one)]
    watches = Watch.objects.filter(room__in={change.room_id for change in told}, by_mail=True)
    pairs = list(watches.values_list("person", "room")) if told else []
    rooms = {room for _, room in pairs}
    by_room: dict[int, list[Change]] = {}
    for change in that_are_news(one for one in told if one.room_id in rooms):
        by_room.setdefault(change.room_id, []).append(change)
    people = {
        person
        for person, room in pairs
        if any(person not in (change.by_id, change.guest_id) for change in by_room.get(room, ()))
    }
    return _owe(people, now or database_now()) if people else 0


def _owe(people: set[int], now: datetime) -> int:
    own = Notice.objects.filter(kind=Notice.Kind.WATCHED, recipient__in=people)
    people = people - set(own.filter(state=State.WAITING).values_list("recipient", flat=True))
    # Whatever came of it: a mailbox that refuses every letter is not tried more often than others.
    lately = own.filter(created_at__gt=now - GATHER - PAUSE).annotate(told_at=TOLD_AT)
    latest = dict(lately.values_list("recipient").annotate(latest=Max("told_at")).order_by())
    Notice.objects.bulk_create(_notice(person, latest.get(person), now) for person in sorted(people))
    return len(people)


def _notice(person: int, latest: datetime | None, now: datetime) -> Notice:
    due = max(now + GATHER, latest + PAUSE) if latest else now + GATHER
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
    person = notice.reader
    own = Notice.objects.filter(kind=Notice.Kind.WATCHED, recipient=person, state__in=TRIED)
    lately = own.annotate(told_at=TOLD_AT).aggregate(latest=Max("told_at"))["latest"]
    if lately is not None and lately > now - PAUSE:  # two clocks owed one each, or it had to wait
        mine.update(state=State.WAITING, next_at=lately + PAUSE)
        return None
    digest = digests.of(person.pk)
    if person.is_active and digest.news:
        mine.update(letter={"upto": digest.upto})
        return digests.letter(notice, digest)
    why = "There is nothing to tell any more."
    mine.update(letter={"upto": digest.upto}, state=State.SKIPPED, error=why)
    go_on(Notice.objects.filter(pk=notice.pk))
    return None


def go_on(notice: QuerySet[Notice]) -> None:
    """Let what the letter told be told no more, if it is about rooms that are watched."""
    found = notice.filter(kind=Notice.Kind.WATCHED).values_list("letter", flat=True)
    operations.note_mailed((found.first() or {}).get("upto", {}))

"""Mail to those who are invited to a booking: what has changed for them since the letter before.

A notice only says that something may be owed. What it tells is read when it is sent: how the booking is now,
against how the last letter told of it. So several changes come in one letter, a change that was taken back in
none, and who was invited and uninvited within half a minute hears nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from notifications.mail import invitations
from notifications.mail.letters import Letter
from notifications.mail.queries import preference_of
from notifications.models import Notice
from reservations import inviting, lifecycle
from rooms.models import Change, Participant
from rooms.models.changes import PEOPLE
from rooms.operations import note_told
from rooms.sql import database_now

GATHER = timedelta(seconds=30)  # in which what belongs together mostly happens
PAUSE = timedelta(minutes=5)  # from one letter to the next
OF_ALL = ("moved", "cancelled", "declined", "expired", "no_show")
"""Kinds of changes of which everybody hears who is invited; of a change of people, those people."""
State = Notice.State


def owe_participants(changes: Iterable[Change], *, now: datetime | None = None) -> int:
    """Write that letters are owed to those who are invited to these bookings, and return to how many.

    One notice waits for each of them, however much happens.
    """
    bookings, people = set(), set()
    for change in changes:
        was_held = (change.before or change.after).get("state") == lifecycle.HELD
        if change.kind in OF_ALL and not was_held:
            bookings.add(change.booking_id)
        elif change.kind in PEOPLE[:2]:
            people.update(change.after.get("participants", ()))
    if not bookings and not people:
        return 0
    invited = Participant.objects.filter(Q(booking__in=bookings) | Q(pk__in=people), mails=True)
    invited = invited.exclude(answer=inviting.DECLINED)
    # Who was uninvited and has heard so, or was never told anything, is told nothing of what follows.
    invited = invited.filter(Q(uninvited_at=None) | Q(told_at__isnull=False))
    waiting = Notice.objects.filter(participant__in=invited, state=State.WAITING).values("participant")
    wanted = list(invited.exclude(pk__in=waiting).order_by("pk"))
    moment = now or database_now()
    notices = [_notice(one, moment) for one in wanted]
    Notice.objects.bulk_create(notices)
    return len(notices)


def _notice(participant: Participant, now: datetime) -> Notice:
    last = participant.told_at
    return Notice(
        kind=Notice.Kind.INVITED,
        letter={},
        at=now,
        participant=participant,
        created_at=now,
        next_at=max(now + GATHER, last + PAUSE) if last else now + GATHER,
    )


def prepare(mine: QuerySet[Notice], notice: Notice, *, now: datetime) -> Letter | None:
    """Return the letter with what is new to them, or None if there is nothing to tell.

    :param mine: the notice itself, while the claim on it holds
    """
    participant = notice.participant
    if participant is None:
        raise TypeError(f"Notice {notice.pk} goes to nobody who is invited.")
    if participant.told_at is not None and participant.told_at > now - PAUSE:  # it was owed meanwhile
        mine.update(state=State.WAITING, next_at=participant.told_at + PAUSE)
        return None
    told = invitations.told_to(participant, now=now)
    why = "There is nothing to tell any more." if told is None else _unwanted(participant)
    if told is None or why:
        mine.update(state=State.SKIPPED, error=why)
        return None
    mine.update(letter=told.kept)
    return invitations.letter(notice, told)


def _unwanted(participant: Participant) -> str:
    """Return why they do not want it; nothing where they do."""
    if not participant.mails:
        return "They want no mail about this booking."
    person = participant.person
    if person is not None and not (person.is_active and preference_of(person).invitations):
        return "It is switched off in the profile."
    return ""


def go_on(notice: QuerySet[Notice], *, now: datetime) -> None:
    """Note what the letter told, if it went to who is invited, so that it is told no more."""
    found = notice.filter(kind=Notice.Kind.INVITED).values_list("participant", "letter").first()
    if found is not None and found[0] is not None and found[1]:
        note_told(found[0], found[1], now=now)

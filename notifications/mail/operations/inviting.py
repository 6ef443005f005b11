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
LONGEST_PAUSE = timedelta(days=1)  # of changes, for who never answered: they did not ask to be kept up
DOUBLINGS = 10  # after which it is the longest
MOVED = "moved"
OF_ALL = (MOVED, "approved", "cancelled", "declined", "expired", "no_show")
"""Kinds of changes of which everybody hears who is invited; of a change of people, those people."""
INVITING = PEOPLE[:2]
"""Who is invited, or no longer, hears so; and who said no and comes after all, of what they missed."""

State = Notice.State


def owe_participants(changes: Iterable[Change], *, now: datetime | None = None) -> int:
    """Write that letters are owed to those who are invited to these bookings, and return to how many.

    One notice waits for each of them, however much happens.
    """
    bookings, people = set(), set()
    urgent: set[int | None] = set()
    for change in changes:
        was_held = (change.before or change.after).get("state") == lifecycle.HELD
        if change.kind in OF_ALL and not was_held:
            bookings.add(change.booking_id)
            urgent.update([change.booking_id] if change.kind != MOVED else ())
        elif change.kind in INVITING or change.after.get("answer") == inviting.ACCEPTED:
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
    _hasten(Q(participant__booking__in=urgent) | Q(participant__in=people), moment)
    soon = [one.pk in people or one.booking_id in urgent for one in wanted]
    notices = [_notice(one, moment, moved=not is_soon) for one, is_soon in zip(wanted, soon, strict=True)]
    Notice.objects.bulk_create(notices)
    return len(notices)


def _hasten(whose: Q, now: datetime) -> None:
    """Let nobody hear of a cancellation only when the long pause between changes is over."""
    slow = Notice.objects.filter(whose, kind=Notice.Kind.INVITED, state=State.WAITING, error="")
    slow.filter(next_at__gt=now + GATHER).update(next_at=now + GATHER)  # before it leaves, PAUSE is kept


def _pause(participant: Participant, *, moved: bool) -> timedelta:
    """Return how long nothing more is written to them: of changes ever longer to who does not answer."""
    if not moved or participant.answer != inviting.INVITED:
        return PAUSE
    number = min(int((participant.told or {}).get("moves", 0)), DOUBLINGS)
    return min(PAUSE * (1 << number), LONGEST_PAUSE)


def _notice(participant: Participant, now: datetime, *, moved: bool) -> Notice:
    last, pause = participant.told_at, _pause(participant, moved=moved)
    return Notice(
        kind=Notice.Kind.INVITED,
        letter={},
        at=now,
        participant=participant,
        created_at=now,
        next_at=max(now + GATHER, last + pause) if last else now + GATHER,
    )


def prepare(mine: QuerySet[Notice], notice: Notice, *, now: datetime) -> Letter | None:
    """Return the letter with what is new to them, or None if there is nothing to tell.

    :param mine: the notice itself, while the claim on it holds
    """
    participant = notice.participant
    if participant is None:
        raise TypeError(f"Notice {notice.pk} goes to nobody who is invited.")
    told = invitations.told_to(participant, now=now)
    pause = _pause(participant, moved=told is not None and told.what == invitations.MOVED)
    if told is not None and participant.told_at is not None and participant.told_at > now - pause:
        mine.update(state=State.WAITING, next_at=participant.told_at + pause)
        return None
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

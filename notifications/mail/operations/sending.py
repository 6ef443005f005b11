"""Send what is due: claim it, say what is to be sent, mark it as handed over, and write down what came of it.

A claim is a lease. Whoever dies with it before the letter's last line went out leaves a letter that is sent a
little later. After that line nobody can know whether the server has it, and so it is not sent again
(docs/decisions/0014): it stays behind as unsure, for a person to decide on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from notifications.backoff import pause
from notifications.mail import letters, queries
from notifications.mail.letters import Letter
from notifications.mail.operations import inviting, of_accounts, watching
from notifications.mail.outcome import Outcome
from notifications.models import Notice
from rooms.sql import database_now

LEASE = timedelta(minutes=3)  # longer than a conversation of steps that may take ten seconds each
FIRST_PAUSE, LONGEST_PAUSE = 4.0, 300.0  # seconds
PATIENCE = timedelta(days=3)  # as long as mail servers themselves try
State = Notice.State


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter that is this process's to send until the lease ends; `attempt` counts from 1."""

    id: int
    attempt: int


def claim(*, now: datetime | None = None) -> Claim | None:
    """Take a letter that is due, if there is one: the earliest of its booking."""
    moment = now or database_now()
    while (one := queries.due(now=moment)) is not None:
        # One statement decides between two clocks: the second finds another number of attempts, or that
        # the first, whose lease has just ended, hands it over all the same.
        same = {"attempts": one.attempts, "state": one.state, "handed_at": one.handed_at}
        still = Notice.objects.filter(pk=one.pk, **same)
        if one.state == State.SENDING and one.handed_at is not None:
            with transaction.atomic():
                if still.update(state=State.UNSURE, error="The server may have it: nobody heard its answer."):
                    watching.go_on(Notice.objects.filter(pk=one.pk))
                    of_accounts.leave_out(Notice.objects.filter(pk=one.pk))
                    inviting.go_on(Notice.objects.filter(pk=one.pk), now=moment)
        elif still.update(state=State.SENDING, attempts=F("attempts") + 1, next_at=moment + LEASE):
            return Claim(one.pk, one.attempts + 1)
    return None


def prepare(claimed: Claim, *, now: datetime | None = None) -> Letter | None:
    """Return the letter, or None if there is nothing to send any more: not wanted, or no longer true."""
    known = Notice.objects.select_related("booking__venue", "recipient", "participant")
    notice = known.filter(pk=claimed.id, state=State.SENDING, attempts=claimed.attempt).first()
    if notice is None:
        return None
    if notice.kind == Notice.Kind.WATCHED:
        return watching.prepare(_mine(claimed), notice, now=now or database_now())
    if notice.kind == Notice.Kind.INVITED:
        return inviting.prepare(_mine(claimed), notice, now=now or database_now())
    if notice.kind == Notice.Kind.ACCOUNT:
        return of_accounts.prepare(_mine(claimed), notice, now=now or database_now())
    return _told(claimed, notice, now) if notice.letter is None else _written(claimed, notice)


def _written(claimed: Claim, notice: Notice) -> Letter | None:
    """Return a letter that says what was written when it was owed."""
    if notice.reader.is_active:
        return letters.as_written(notice)
    _mine(claimed).update(state=State.SKIPPED, error="There is nobody to tell any more.")
    return None


def _told(claimed: Claim, notice: Notice, now: datetime | None) -> Letter | None:
    """Return a letter that tells what happened to a booking."""
    story = queries.story_of(notice)
    if not (notice.reader.is_active and queries.is_still_true(story, now=now or database_now())):
        _mine(claimed).update(state=State.SKIPPED, error="There is nothing to tell any more.")
        return None
    if not queries.wants(story):
        _mine(claimed).update(state=State.SKIPPED, error="It is switched off in the profile.")
        return None
    return letters.letter(story)


def handing_over(claimed: Claim, *, now: datetime | None = None) -> bool:
    """Note that the letter's last line goes out now; False if somebody else has it by now."""
    return bool(_mine(claimed).update(handed_at=now or database_now()))


@transaction.atomic
def settle(claimed: Claim, outcome: Outcome, *, now: datetime | None = None) -> None:
    """Write down what came of it: sent, to be tried again, refused for good, or nobody knows."""
    moment = now or database_now()
    mine = _mine(claimed)
    over = outcome.is_final or mine.filter(created_at__lte=moment - PATIENCE).exists()
    if outcome.is_sent or outcome.is_unsure or over:
        # Of one that is refused for good, too: what it told would be refused again, with all that follows.
        watching.go_on(mine)
        of_accounts.leave_out(mine)
    if outcome.is_sent or outcome.is_unsure:
        inviting.go_on(mine, now=moment)  # what never arrived is told with the next letter
    if outcome.is_sent:
        mine.update(state=State.SENT, sent_at=moment, error="")
        if claimed.attempt > 1:
            # The server is back: nothing that failed meanwhile has to sit out its pause.
            waiting = Notice.objects.filter(state=State.WAITING, attempts__gt=0, next_at__gt=moment)
            waiting.update(next_at=moment)
    elif outcome.is_unsure:
        mine.update(state=State.UNSURE, error=outcome.error[:200])
    else:
        wait = timedelta(seconds=pause(claimed.attempt, first=FIRST_PAUSE, longest=LONGEST_PAUSE))
        mine.update(
            state=State.GIVEN_UP if over else State.WAITING,
            next_at=moment + wait,
            handed_at=None,
            error=outcome.error[:200],
        )


def _mine(claimed: Claim) -> QuerySet[Notice]:
    """Return the letter while the claim holds: whoever lost it has nothing to say about it any more."""
    return Notice.objects.filter(pk=claimed.id, attempts=claimed.attempt, state=State.SENDING)

"""Send what is due: claim it, say what is to be sent, and write down what came of it.

A claim is a lease: whoever dies with it leaves a delivery that is due again a minute later, with the same
id. That, and nothing else, is when a receiver may get something twice.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from notifications import email, messages, queries, rights
from notifications.backoff import pause
from notifications.delivery import Outcome
from notifications.models import PENDING, Delivery, Webhook
from rooms.queries.rights import hidden_at
from rooms.sql import database_now

LEASE = timedelta(seconds=60)  # a delivery takes ten, and as long as a name takes to be resolved
EACH = 4  # of one webhook at once
FIRST_PAUSE, LONGEST_PAUSE = 4.0, 3_600.0  # seconds: twice the last one after each failure
SHORTEST_PAUSE = 1.0
PATIENCE = timedelta(hours=24)  # for one delivery, and for a webhook without any success
OUTAGE = timedelta(minutes=1)  # of failing after which a success brings all waiting ones forward
GONE = 410


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is this process's to send until the lease ends; `attempt` counts from 1."""

    id: int
    webhook: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent where, and signed with what."""

    url: str
    secret: str
    id: str
    body: bytes


def claim(*, busy: Mapping[int, int], now: datetime | None = None) -> Claim | None:
    """Take a delivery that is due, if there is one: the earliest of its booking.

    :param busy: how many each webhook has under way in this process
    """
    moment = now or database_now()
    while (one := queries.due(now=moment, each=EACH, busy=busy)) is not None:
        # One statement decides between two clocks: the second finds another number of attempts.
        still = Delivery.objects.filter(pk=one.id, attempts=one.attempts, state__in=PENDING)
        if still.update(state=Delivery.State.SENDING, attempts=F("attempts") + 1, next_at=moment + LEASE):
            return Claim(one.id, one.webhook, one.attempts + 1)
    return None


def prepare(claimed: Claim, *, now: datetime | None = None) -> Message | None:
    """Return what to send, as the owner's rights are now; None if there is nothing to send any more."""
    known = Delivery.objects.select_related(
        "webhook__owner", "webhook__venue", "change__room__venue", "change__booking"
    )
    delivery = known.filter(pk=claimed.id, state=Delivery.State.SENDING, attempts=claimed.attempt).first()
    if delivery is None:
        return None
    webhook, change = delivery.webhook, delivery.change
    if not rights.may_hear(webhook.owner, webhook.venue):
        _disable(webhook.pk, Webhook.Why.NOT_ALLOWED, now=now or database_now())
        return None
    if change is not None and not rights.may_hear_of(webhook, change.booking):
        _give_up(claimed, "This is not your booking any more.")
        return None
    hidden = hidden_at(webhook.venue, webhook.owner) if change is not None and webhook.venue else ()
    if change is not None and change.room_id in hidden:
        _give_up(claimed, "This room is not yours to see any more.")
        return None
    told = messages.message(delivery, knows=rights.knows_bookings(webhook.owner, webhook))
    return Message(webhook.url, webhook.secret, str(delivery.uuid), messages.encoded(told))


def settle(claimed: Claim, outcome: Outcome, *, now: datetime | None = None) -> None:
    """Write down what came of a delivery, and what follows for its webhook."""
    moment = now or database_now()
    if outcome.is_delivered:
        _delivered(claimed, outcome, moment)
    else:
        _failed(claimed, outcome, moment)


def _delivered(claimed: Claim, outcome: Outcome, now: datetime) -> None:
    Delivery.objects.filter(pk=claimed.id).update(
        state=Delivery.State.DELIVERED, delivered_at=now, status=outcome.status, error=""
    )
    troubled = Webhook.objects.filter(pk=claimed.webhook).exclude(failing_since=None, rests_until=None)
    since = troubled.values_list("failing_since", flat=True).first()
    if troubled.update(failing_since=None, rests_until=None) and since and since <= now - OUTAGE:
        # It is back: nothing that failed meanwhile has to sit out its pause. Not after each success, though:
        # one message that the receiver chokes on would be sent again with each one that it takes.
        waiting = Delivery.objects.filter(webhook=claimed.webhook, state=Delivery.State.WAITING)
        waiting.filter(next_at__gt=now).update(next_at=now)


def _failed(claimed: Claim, outcome: Outcome, now: datetime) -> None:
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=claimed.webhook).first()
        mine = Delivery.objects.filter(pk=claimed.id, attempts=claimed.attempt, state=Delivery.State.SENDING)
        delivery = mine.first()
        if webhook is None or delivery is None:
            return  # Unsubscribed, disabled, or claimed by another since: it is theirs to judge.
        wait = _pause(claimed.attempt, outcome)
        is_ping = delivery.change_id is None
        over = is_ping or delivery.created_at + PATIENCE <= now
        mine.update(
            state=Delivery.State.GIVEN_UP if over else Delivery.State.WAITING,
            next_at=now + wait,
            status=outcome.status,
            error=outcome.error,
        )
        if outcome.status == GONE:
            _disable(webhook.pk, Webhook.Why.GONE, now=now)
        elif not is_ping:
            _note_failure(webhook, outcome, wait, now)


def _note_failure(webhook: Webhook, outcome: Outcome, wait: timedelta, now: datetime) -> None:
    webhook.failing_since = webhook.failing_since or now
    if webhook.failing_since + PATIENCE <= now:
        _disable(webhook.pk, Webhook.Why.FAILING, now=now)
    if outcome.retry_after is not None:
        webhook.rests_until = now + wait
    webhook.save(update_fields=["failing_since", "rests_until"])


def _pause(attempt: int, outcome: Outcome) -> timedelta:
    """Return how long to wait: as long as the receiver asked, or longer with each attempt."""
    if outcome.retry_after is not None:
        asked = min(max(outcome.retry_after, SHORTEST_PAUSE), LONGEST_PAUSE)
        return timedelta(seconds=asked + random.uniform(0, 1))  # noqa: S311 -- jitter, not a secret
    waited = pause(attempt, first=FIRST_PAUSE, longest=LONGEST_PAUSE, shortest=SHORTEST_PAUSE)
    return timedelta(seconds=waited)


def _give_up(claimed: Claim, why: str) -> None:
    Delivery.objects.filter(pk=claimed.id, state__in=PENDING).update(state=Delivery.State.GIVEN_UP, error=why)


@transaction.atomic
def _disable(webhook: int, why: Webhook.Why, *, now: datetime) -> None:
    """Send nothing more to the webhook until its owner enables it, and tell them once."""
    if not Webhook.objects.filter(pk=webhook, disabled_at=None).update(disabled_at=now, disabled_because=why):
        return
    Delivery.objects.filter(webhook=webhook, state__in=PENDING).update(state=Delivery.State.GIVEN_UP)
    transaction.on_commit(lambda: email.tell_of_disabled(webhook), robust=True)

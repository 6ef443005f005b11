"""What tests of mail share: a beat of the clock for letters, and pauses that are over."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import vobject

from accounts import events
from notifications.crew import Crew
from notifications.mail import operations
from notifications.mail.carrying import LETTERS
from notifications.mail.outcome import Outcome
from notifications.models import Notice
from rooms import operations as rooms

OF_ACCOUNTS = "letters of accounts leave at once"
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


def deliver(size=4):
    """Tell what happened, and send every letter that is due."""
    while rooms.tell():
        pass
    crew = Crew(size, LETTERS)
    crew.wake()
    assert crew.rest(30)


@contextmanager
def post_at_once():
    """Let letters of accounts leave as they are owed, by the thread whose transaction they are in."""

    def send(**kwargs):
        while (claimed := operations.claim()) is not None:
            operations.prepare(claimed).as_message().send()
            operations.settle(claimed, Outcome())

    events.owed.connect(send, weak=False, dispatch_uid=OF_ACCOUNTS)
    yield
    events.owed.disconnect(dispatch_uid=OF_ACCOUNTS)


def later():
    """Let every pause be over, and send again."""
    Notice.objects.filter(state="waiting").update(next_at=LONG_AGO)
    deliver()


def states():
    return list(Notice.objects.order_by("pk").values_list("kind", "state"))


def event_of(letter):
    """Return the one event in a letter's calendar part, and its method, by a parser that is not ours."""
    [(content, _)] = [part for part in letter.alternatives if part[1].startswith("text/calendar")]
    return event_in(content)


def event_in(content):
    """Return the method and the one event of a calendar."""
    calendar = vobject.readOne(content)
    [event] = calendar.vevent_list
    return calendar.method.value, event


def events_in(content):
    """Return the events of a calendar as (summary, location)."""
    calendar = vobject.readOne(content)
    return [(event.summary.value, event.location.value) for event in getattr(calendar, "vevent_list", [])]

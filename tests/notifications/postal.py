"""What tests of mail share: a beat of the clock for letters, and pauses that are over."""

from datetime import UTC, datetime, timedelta

from notifications.crew import Crew
from notifications.mail.carrying import LETTERS
from notifications.models import Notice
from rooms import operations as rooms

LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


def deliver(size=4):
    """Tell what happened, and send every letter that is due."""
    while rooms.tell():
        pass
    crew = Crew(size, LETTERS)
    crew.wake()
    assert crew.rest(30)


def later():
    """Let every pause be over, and send again."""
    Notice.objects.filter(state="waiting").update(next_at=LONG_AGO)
    deliver()


def states():
    return list(Notice.objects.order_by("pk").values_list("kind", "state"))

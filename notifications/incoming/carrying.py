"""How the crew of calendars carries one: asked for without a connection to the database, then entered."""

import logging

from django.db import connection

from notifications.crew import Work
from notifications.incoming import fetching, operations
from notifications.incoming.fetching import Answer
from notifications.incoming.operations import Claim
from reservations import ReservationError

log = logging.getLogger(__name__)


def carry(claimed: Claim) -> None:
    """Read one claimed calendar, and enter what it says."""
    asked = operations.prepare(claimed)
    connection.close()
    answer: Answer | None = None
    if asked is not None:
        answer = fetching.get(asked.url, etag=asked.etag, last_modified=asked.last_modified)
    try:
        operations.settle(claimed, answer)
    except ReservationError as refusal:
        operations.note_failure(claimed, refusal.sentence)
    except Exception:
        # A mistake of ours must not be made every minute for ever: like a calendar's, it counts.
        log.exception("Calendar %s could not be entered.", claimed.id)
        operations.note_failure(claimed, "Something went wrong here. It has been written down.")


CALENDARS = Work(
    name="calendar",
    claim=lambda busy: operations.claim(busy=busy),
    carry=carry,
    line=lambda claimed: claimed.venue,
)

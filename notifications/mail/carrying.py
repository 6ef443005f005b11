"""How the crew of letters carries one: prepared, handed to the mail server, and written down."""

import logging

from django.db import connection

from notifications.crew import Work
from notifications.mail import operations, post
from notifications.mail.operations import Claim
from notifications.mail.outcome import Outcome

log = logging.getLogger(__name__)


def carry(claimed: Claim) -> None:
    """Send one claimed letter, and write down what came of it."""
    try:
        outcome = _sent(claimed)
    except Exception:
        # A mistake of ours must not be made every minute for ever: like a server's, it counts.
        log.exception("Notice %s could not be sent.", claimed.id)
        outcome = Outcome("Something went wrong here. It has been written down.")
    if outcome is not None:
        operations.settle(claimed, outcome)


def _sent(claimed: Claim) -> Outcome | None:
    letter = operations.prepare(claimed)
    connection.close()
    if letter is None:
        return None

    def mark() -> bool:
        still_ours = operations.handing_over(claimed)
        connection.close()
        return still_ours

    return post.hand_over(letter.as_message(), mark)


LETTERS = Work(
    name="letter", claim=lambda busy: operations.claim(), carry=carry, line=lambda claimed: claimed.id
)

"""What the clock does for money, once a second: send what is owed, ask what nothing is heard of."""

import logging

from payments import operations
from payments.gateways import sandbox
from rooms.sql import database_now

log = logging.getLogger(__name__)


def deliver_sandbox() -> None:
    """Let the sandbox's banks answer, and its webhooks arrive as they would by HTTP."""
    now = database_now()
    sandbox.answer_late(now=now)
    for event, body, headers in sandbox.due_webhooks(now=now):
        try:
            operations.receive(sandbox.SandboxGateway.name, body, headers)
        except Exception:
            log.exception("A webhook of the sandbox could not be read; it is sent again.")
            continue
        sandbox.sent(event, now=now)


def chase() -> None:
    """Ask about payments of which nothing is heard."""
    operations.chase()


def send_refunds() -> None:
    """Send what is owed back."""
    operations.send_refunds()

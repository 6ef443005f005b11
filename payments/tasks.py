"""What the clock does for money, once a second: send what is owed, ask what nothing is heard of."""

import logging
import threading

from django.db import connections

from payments import operations, queries
from payments.gateways import sandbox
from rooms.sql import database_now

log = logging.getLogger(__name__)
_busy = threading.Lock()


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


def collect() -> None:
    """Have what is owed sent, and asked about what nothing is heard of, beside the clock's own thread.

    A bank may take its time, and the clock has holds to let go. One thread at once; should it be killed with
    a call under way, the same call is made again, with the same key.
    """
    if queries.anything_due(now=database_now()) and _busy.acquire(blocking=False):
        threading.Thread(target=_collect, name="cashier", daemon=True).start()


def _collect() -> None:
    try:
        operations.chase()
        operations.send_refunds()
    except Exception:
        log.exception("Payments could not be looked after; that is tried again.")
    finally:
        connections.close_all()
        _busy.release()

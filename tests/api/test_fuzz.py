"""The document held to what is answered: schemathesis asks thousands of things, sensible and not.

Whatever it asks: no 5xx, no status, header or body that the document does not tell of, and what the document
forbids is refused. The calls go through the WSGI application in this process, as staff, as a guest and as
nobody.
"""

import os
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks

from reservations_site.wsgi import application
from tests.api.programs import hour
from tests.worlds import hall, hotel, room

EXAMPLES = int(os.environ.get("FUZZ", "12"))  # of each endpoint, twice; FUZZ=3000 for a night
READERS = ("staff", "guest", "nobody")  # who ask by turns
schema: Any = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
ASKED: Counter[str] = Counter()
# A refusal by the terms, of an order of instants or of somebody else's thing is none of the schema's:
# what it takes to be positive data may still be refused with a documented status.
LEFT_OUT = [checks.positive_data_acceptance] if hasattr(checks, "positive_data_acceptance") else []


@pytest.fixture(autouse=True)
def _calm(settings):
    settings.API_THROTTLE_USER = settings.API_THROTTLE_ADDRESS = 0
    settings.API_THROTTLE_TOKEN_ADDRESS = settings.API_THROTTLE_TOKEN_ACCOUNT = 0


@pytest.fixture
def readers(venue, staff, guest, aurora, birch):
    """A venue where something happens, and who asks about it."""
    hall(venue)
    room(hotel(), "101")
    held = guest.book(aurora, hour(0), hold=True)["reference"]
    blocking = staff.post("venues/office/blockings", {"rooms": [birch.pk], **hour(5)}).told["id"]
    known = {"slug": "office", "reference": held, "id": blocking, "report": "revenue"}
    # Keep the test's connection open: a server closes its own after each request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield dict(zip(READERS, (staff, guest, None), strict=True)), known
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("is_there", [False, True], ids=["anything", "what is there"])
@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=os.environ.get("FUZZ") is None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_as_the_document_says(case, readers, is_there):
    programs, known = readers
    reader = READERS[ASKED.total() % 3]
    ASKED[reader] += 1
    if is_there and not _is_wrong(case, "path"):
        case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
    headers = {"Accept-Encoding": "identity"}  # the transport in this process does not unpack
    if programs[reader] is not None and not _is_wrong(case, "header") and "logout" not in case.path:
        headers["Authorization"] = f"Bearer {programs[reader].pair.access}"

    case.call_and_validate(headers=headers, excluded_checks=LEFT_OUT)


def _is_wrong(case, part):
    """Test whether this part of the call was made wrong on purpose."""
    return any(found.value == part and how.mode.is_negative for found, how in case.meta.components.items())


def test_asked_thousands_of_things():
    if not ASKED:
        pytest.skip("nothing was asked in this process")
    assert min(ASKED[reader] for reader in READERS) >= 20 * EXAMPLES

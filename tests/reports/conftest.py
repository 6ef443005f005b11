"""Arbitrary weeks, by seed."""

import pytest
from django.db import connection

from tests.reports.arbitrary import Weeks

SEEDS = range(2) if connection.vendor == "sqlite" else range(2, 4)  # each database has weeks of its own


@pytest.fixture(params=SEEDS, ids="seed {}".format)
def weeks(request, db):
    return Weeks(request.param)

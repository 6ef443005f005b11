"""Arbitrary weeks, by seed."""

import pytest

from tests.reports.arbitrary import Weeks


@pytest.fixture(params=range(3), ids="seed {}".format)
def weeks(request, db):
    return Weeks(request.param)

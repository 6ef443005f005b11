"""A report that takes too long is refused with what to do about it; it never ends in an error of ours."""

import pytest
from django.db import connection

from reports import sql
from reservations import Unready
from rooms.sql import fetch


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no limit of time")
def test_a_statement_that_takes_too_long_is_refused(db, monkeypatch):
    monkeypatch.setattr(sql, "PATIENCE", sql.PATIENCE.replace("30000", "50"))

    with pytest.raises(Unready), sql.patient():
        fetch("SELECT pg_sleep(5)")

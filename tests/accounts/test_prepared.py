"""A prepared statement answers as any other, and fails as any other."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection, transaction
from django.db.utils import DataError, IntegrityError
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.prepared import Prepared
from accounts.sql import on_postgres

pytestmark = [
    pytest.mark.django_db(transaction=True),  # for in another transaction it goes psycopg's way
    pytest.mark.skipif(not on_postgres(), reason="SQLite prepares by itself"),
]
ECHO = Prepared(
    "echo", "SELECT %(number)s::bigint, %(text)s::text, %(moment)s::timestamptz, %(number)s::bigint + 1"
)
SAID = {"number": 70_000, "text": "né'; --", "moment": datetime(2026, 11, 23, 9, tzinfo=UTC)}


def test_gives_back_what_it_was_given_each_time():
    heard = [(70_000, "né'; --", SAID["moment"], 70_001)]

    assert ECHO.fetch(SAID) == ECHO.fetch(SAID) == heard
    assert ECHO.fetch(SAID | {"text": None}) == [(70_000, None, SAID["moment"], 70_001)]
    with transaction.atomic():
        assert ECHO.fetch(SAID) == heard


def test_takes_part_in_the_transaction_around_it():
    add = Prepared("add", "UPDATE accounts_user SET name = %(name)s RETURNING name")
    User.objects.create_user("guest@example.com", None)
    add.fetch({"name": "Once"})

    with transaction.atomic():
        add.fetch({"name": "Never"})
        transaction.set_rollback(True)

    assert User.objects.get().name == "Once"
    assert add.fetch({"name": "Again"}) == [("Again",)]  # though the rollback made the server forget it


def test_is_seen_by_who_counts_statements():
    with CaptureQueriesContext(connection) as seen:
        ECHO.fetch(SAID)

    assert len(seen) == 1


def test_is_refused_with_the_words_of_the_database():
    twice = Prepared(
        "twice", "INSERT INTO accounts_user SELECT * FROM accounts_user WHERE email = %(email)s RETURNING id"
    )
    User.objects.create_user("guest@example.com", None)

    with pytest.raises(IntegrityError, match="accounts_user_pkey"):
        twice.fetch({"email": "guest@example.com"})
    with pytest.raises(DataError):
        ECHO.fetch(SAID | {"text": "\0"})
    assert ECHO.fetch(SAID)


def test_goes_on_after_the_server_went_away():
    end = Prepared("end", "SELECT pg_terminate_backend(%(own)s::int)")
    ECHO.fetch(SAID)

    with pytest.raises(OperationalError):
        end.fetch({"own": connection.connection.info.backend_pid})
    with pytest.raises(OperationalError):
        ECHO.fetch(SAID)
    connection.close_if_unusable_or_obsolete()

    assert ECHO.fetch(SAID)

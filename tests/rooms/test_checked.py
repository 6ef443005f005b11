"""Conditions that one trigger of a table asks are as good as CHECKs: they come, go and speak as one."""

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader

from rooms.checked import Checked
from rooms.models import Booking
from rooms.sql import on_postgres
from tests.worlds import NOW, at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not on_postgres(), reason="SQLite has them as CHECKs, which it keeps itself"),
]


def states_around(operation):
    """Return the migrations' models before and after an operation."""
    before = MigrationLoader(connection).project_state()
    after = before.clone()
    operation.state_forwards("rooms", after)
    return before, after


def booked(place, guest, **values):
    """Write a booking by hand, as no operation would."""
    usual = {
        "state": "confirmed",
        "starts_at": at(9),
        "ends_at": at(10),
        "currency": "EUR",
        "created_at": NOW,
    }
    reference = f"N{Booking.objects.count()}"
    with transaction.atomic():
        return Booking.objects.create(
            **usual | {"reference": reference, "venue_id": place.venue_id, "guest": guest} | values
        )


class TestConditionsInATrigger:
    @pytest.fixture
    def short(self):
        """A condition more, as a later migration adds it."""
        return Checked(condition=models.Q(title=""), name="a_title_is_short")

    def test_are_joined_by_one_that_is_added_and_left_by_one_that_is_removed(self, short, aurora, guest):
        add = migrations.AddConstraint("booking", short)
        before, after = states_around(add)
        with connection.schema_editor() as editor:
            add.database_forwards("rooms", editor, before, after)

        with pytest.raises(IntegrityError, match="a_title_is_short"):
            booked(aurora, guest, title="Long")
        with pytest.raises(IntegrityError, match="a_price_is_not_negative"):
            booked(aurora, guest, price=-1)

        with connection.schema_editor() as editor:
            add.database_backwards("rooms", editor, after, before)
        assert booked(aurora, guest, title="Long")
        with pytest.raises(IntegrityError, match="a_price_is_not_negative"):
            booked(aurora, guest, price=-1)

    def test_are_not_added_where_a_row_breaks_them(self, short, aurora, guest):
        booked(aurora, guest, title="Long")
        add = migrations.AddConstraint("booking", short)
        before, after = states_around(add)

        with pytest.raises(IntegrityError, match="a_title_is_short"), connection.schema_editor() as editor:
            add.database_forwards("rooms", editor, before, after)

    def test_say_as_a_check_does_which_one_is_broken(self, aurora, guest):
        with pytest.raises(IntegrityError) as refused:
            booked(aurora, guest, party=0)

        said = refused.value.__cause__.diag
        assert (said.sqlstate, said.constraint_name) == ("23514", "a_party_has_at_least_one")
        assert (said.schema_name, said.table_name) == ("public", "rooms_booking")

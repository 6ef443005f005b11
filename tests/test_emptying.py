"""What a test that commits leaves to the next one: nothing."""

from django.apps import apps
from django.core.management import call_command

from reservations import Span
from rooms import operations
from tests.worlds import NOW, at, hall, office, person

KEPT = {"django_content_type", "auth_permission"}


def rows():
    """Return the tables that have rows."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in models if model._base_manager.exists()}


def test_flush_leaves_only_what_follows_from_the_models(transactional_db):
    whole = hall(office(hours=None))["Grand Hall"]
    operations.book(whole, Span(at(9), at(10)), by=person("guest"), now=NOW)
    assert rows() > KEPT | {
        "rooms_allocation",
        "rooms_booking",
        "rooms_change",
        "rooms_roompart",
        "accounts_user",
    }

    call_command("flush", verbosity=0, interactive=False)

    assert rows() == KEPT

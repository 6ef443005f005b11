"""A departure that is late, or does not run: one letter to each booking, with what and why."""

import pytest

from notifications.mail import letters
from notifications.mail.queries import story_of
from notifications.models import Notice
from rooms import operations
from tests.travel import departure, ride
from tests.worlds import NOW, person, works_at

pytestmark = pytest.mark.django_db


def test_every_passenger_is_told_once_how_late_and_why():
    run, guest = departure(), person("guest")
    operations.book_seats(ride(run, "1A", "1B", kinds=("adult", "child")), by=guest, now=NOW)
    operations.tell()
    operations.delay(run, 25, note="Snow", by=works_at(person("operator"), run.vehicle), now=NOW)

    operations.tell()

    [notice] = Notice.objects.filter(kind="delayed")
    letter = letters.letter(story_of(notice))
    assert letter.to == guest.email
    assert "It is about 25 minutes late: Snow." in letter.text


def test_every_passenger_is_told_that_it_does_not_run_and_that_nothing_is_owed():
    run, guest = departure(), person("guest")
    operations.book_seats(ride(run, "1A", "1B"), by=guest, now=NOW)
    operations.tell()
    operations.call_off(run, note="Snow", by=works_at(person("operator"), run.vehicle), now=NOW)

    operations.tell()

    [notice] = Notice.objects.filter(kind="cancelled")
    letter = letters.letter(story_of(notice))
    assert letter.to == guest.email
    assert "The departure does not run: Snow. Nothing is owed for it" in " ".join(letter.text.split())

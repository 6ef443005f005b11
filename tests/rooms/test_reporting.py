"""What payments did is reported as a change of the booking: numbered, told, and nothing more."""

import pytest

from reservations import Invalid
from rooms import operations
from rooms.models import Change
from rooms.queries import verify
from rooms.queries.terms import terms_of_venue
from rooms.views.happening import history
from tests.worlds import NOW, hall, refused, room, rooms, span

pytestmark = pytest.mark.django_db
PAID = {"amount": 12000, "currency": "EUR"}


def report(booking, kind="paid", after=PAID):
    operations.report(booking, kind, after=after, by=None, now=NOW)


def test_it_is_one_change_whatever_the_booking_took(venue, guest):
    first, *others = rooms(venue, 3)
    booking = operations.book([first, *others], span(9, 10), by=guest, now=NOW)

    report(booking)

    change = Change.objects.get(kind="paid")
    assert (change.room, change.booking, change.guest, change.by) == (first, booking, guest, None)
    assert (change.after, change.told) == (PAID, False)
    first.refresh_from_db()
    assert first.revision == change.revision == 2


def test_it_is_announced_to_the_guest(venue, guest, heard, django_capture_on_commit_callbacks):
    booking = operations.book(room(venue), span(9, 10), by=guest, now=NOW)
    heard.clear()

    with django_capture_on_commit_callbacks(execute=True):
        report(booking)

    assert [said.guests for said in heard] == [{guest.pk}]


@pytest.mark.parametrize("kind", ["paid", "refunded", "payment_failed", "forgiven"])
def test_the_tables_still_fold_from_the_changes(venue, guest, kind):
    booking = operations.book(hall(venue)["Grand Hall"], span(9, 10), by=guest, now=NOW)

    report(booking, kind)

    assert verify.violations() == {}


def test_a_booking_that_ended_can_be_reported_on(venue, guest):
    booking = operations.book(room(venue), span(9, 10), by=guest, now=NOW)
    operations.cancel(booking, by=guest, now=NOW)

    report(booking, "refunded")

    assert Change.objects.get(kind="refunded").booking == booking
    assert verify.violations() == {}


def test_nothing_else_can_be_reported(venue, guest):
    booking = operations.book(room(venue), span(9, 10), by=guest, now=NOW)

    with refused(Invalid):
        report(booking, "cancelled")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("paid", "Paid €120.00"),
        ("refunded", "Refunded €120.00"),
        ("forgiven", "Forgiven €120.00"),
        ("payment_failed", "Payment of €120.00 failed"),
    ],
)
def test_the_page_of_the_booking_tells_it(venue, guest, kind, sentence):
    booking = operations.book(room(venue), span(9, 10), by=guest, now=NOW)

    report(booking, kind)

    told = history(booking, terms_of_venue(venue), guest)
    assert {"at": NOW, "sentence": sentence, "by": "the system"} in told

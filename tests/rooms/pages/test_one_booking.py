"""The page of one booking shows the buttons that work, and until when."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from reservations import Span
from rooms import operations
from rooms.models import Booking, Policy
from tests.rooms.pages.conftest import JSON, create, wanted
from tests.worlds import hall, office, person, rate, room, works_at

pytestmark = pytest.mark.django_db
CANCEL = b"/cancel/"


@pytest.fixture
def booked():
    """A booking that begins in about two hours, at a venue where guests may cancel until an hour before."""
    venue = office(hours=None, cancel_until_minutes=60)
    start = now().replace(second=0, microsecond=0) + timedelta(hours=2)
    start -= timedelta(minutes=start.minute % 15)
    return operations.book(room(venue), Span(start, start + timedelta(hours=1)), by=person("guest"))


def shown(client, user, booking):
    client.force_login(user)
    return client.get(f"/bookings/{booking.reference}/").content


def test_what_happened_to_a_part_of_a_hall_is_told_by_the_part_and_not_by_the_hall(client):
    halls = hall(office("asks", hours=None, needs_approval=True))
    start = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    span = Span(start, start + timedelta(hours=1))
    asked = operations.book(halls["Hall A"], span, by=person("guest"))
    operations.move(asked, span=span.shift(timedelta(hours=3)), by=asked.guest)
    operations.decline(asked, by=None, reason="We are closed.")

    client.force_login(asked.guest)
    told = client.get(f"/bookings/{asked.reference}/").context["changes"]

    sentences = [one["sentence"] for one in told]
    assert [sentences[0], sentences[1][:9], sentences[2]] == [
        "Declined: We are closed.",
        "Moved to ",
        "Asked for",
    ]
    assert len(sentences) == 3


def test_it_says_until_when_a_guest_may_cancel(client, booked):
    page = shown(client, booked.guest, booked)

    assert b"Can be cancelled until" in page
    assert CANCEL in page


def test_it_offers_a_guest_no_cancelling_after_that(client, booked):
    booked.venue.policies.update(cancel_until_minutes=180)
    booked.venue.save()

    page = shown(client, booked.guest, booked)

    assert CANCEL not in page


def test_it_offers_the_staff_cancelling_until_it_ends(client, booked):
    booked.venue.policies.update(cancel_until_minutes=180)
    booked.venue.save()

    page = shown(client, works_at(person("clerk"), booked.venue), booked)

    assert CANCEL in page


def test_it_is_live_for_its_guest_by_their_own_and_for_the_staff_by_the_desk(client, booked):
    place = booked.allocations.get().room_id

    own = shown(client, booked.guest, booked).decode()
    staffs = shown(client, works_at(person("clerk"), booked.venue), booked).decode()

    assert f'data-rooms="{place}"' in own
    assert "data-desk" not in own
    assert f'data-rooms="{place}" data-desk="desk:{booked.venue.slug}" data-revision="1"' in staffs


def test_a_hold_says_whether_to_book_it_is_only_to_ask_for_it(browsers, venue, aurora):
    def told(who, **policy):
        Policy.objects.update(**policy)
        venue.save()
        held = browsers[who].post(create(venue), wanted(aurora, hold="1"), **JSON).json()
        operations.cancel(Booking.objects.get(reference=held["reference"]), by=None)
        return held["asks"]

    assert [told("guest", needs_approval=True), told("staff", needs_approval=True)] == [True, False]
    assert told("guest", needs_approval=False) is False


@pytest.mark.parametrize("back", ["", "desk"])
def test_a_request_is_declined_for_a_reason_that_its_guest_reads(back, client):
    venue = office("asks", hours=None, needs_approval=True)
    start = now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    asked = operations.book(room(venue), Span(start, start + timedelta(hours=1)), by=person("guest"))
    client.force_login(works_at(person("clerk"), venue))
    address = f"/bookings/{asked.reference}/decline/"
    shown_at = f"/desk/{venue.slug}/" if back else f"/bookings/{asked.reference}/"
    assert f'action="{address}"' in client.get(shown_at).content.decode()

    too_long = client.post(address, {"reason": "x" * 201, "back": back})
    answer = client.post(address, {"reason": "<b>We</b> are closed.", "back": back})

    assert too_long.status_code == 400
    assert b"At most 200 characters; this has 201." in too_long.content
    assert (answer.status_code, answer.url) == (303, shown_at)
    page = shown(client, asked.guest, asked).decode()
    assert f"{venue.name} writes: &lt;b&gt;We&lt;/b&gt; are closed." in page
    assert "Declined: &lt;b&gt;We&lt;/b&gt; are closed." in page


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (
            [[48, 100], [1, 50]],
            ", 50\N{NO-BREAK SPACE}% of the price until TIME, and the whole price after that.",
        ),
        ([[48, 100]], ", and the whole price after that."),
        ([], "."),
    ],
)
def test_it_says_what_cancelling_costs_now_and_later(steps, words, client):
    venue = office("priced", hours=None, cancellation_steps=steps)
    rate(venue, 2_400)
    start = now().replace(minute=0, second=0, microsecond=0) + timedelta(days=5)
    guest = person("ida")
    made = operations.book(room(venue, "Nook"), Span(start, start + timedelta(hours=1)), by=guest)
    client.force_login(guest)

    page = client.get(f"/bookings/{made.reference}/").content.decode()

    [said] = re.findall(r"That costs (?:nothing|€[\d.]+) until \d\d:\d\d on \w+(.*?)</p>", page)
    assert re.sub(r"\d\d:\d\d on \w+", "TIME", said) == words

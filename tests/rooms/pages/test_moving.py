"""Before a booking is moved, its page says what that comes to; afterwards, what has become of it."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from reservations import Span
from rooms import operations
from rooms.models import Policy
from tests.rooms.pages.conftest import JSON, browser_of
from tests.worlds import rate, room

pytestmark = pytest.mark.django_db

START = (now() + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
HOUR = Span(START, START + timedelta(hours=1))


@pytest.fixture
def ember(venue):
    """A room that the venue approves first, at 25 EUR an hour."""
    asks = Policy.objects.create(venue=venue, name="Asks", needs_approval=True)
    kind = venue.types.create(name="Board", capacity=8, policy=asks)
    kind.rates.create(amount=2_500)
    return room(venue, "Ember", type=kind)


@pytest.fixture
def booking(aurora, ember, lena):
    return operations.book(aurora, HOUR, by=lena)


def page_of(booking):
    return f"/bookings/{booking.reference}/"


def to(place, span=HOUR):
    return {"room": place.pk, "start": f"{span.start:%Y-%m-%dT%H:%M}", "end": f"{span.end:%Y-%m-%dT%H:%M}"}


def told(answer):
    """Return what the form says beside the fields, and what its button does."""
    page = answer.content.decode()
    [terms] = re.findall(r'id="move-terms">(.*?)</div>', page)
    [act] = re.findall(r'id="move-act">(.*?)</button>', page)
    return re.findall(r"<p[^>]*>(.*?)</p>", terms), act


GIVEN_UP = "The venue looks at it first: it is only asked for there, and what is booked now is given up."


def test_the_form_says_what_it_costs_there_and_that_it_is_only_asked_for(browser, booking, ember):
    assert told(browser.get(page_of(booking))) == ([], "Move")
    assert told(browser.get(page_of(booking), to(ember))) == (
        ["€25.00, €25.00 more than now.", GIVEN_UP], "Ask for it",
    )  # fmt: skip


def test_the_form_says_the_same_without_scripts_and_moves_nothing(browser, booking, ember):
    answer = browser.post(f"{page_of(booking)}move/", {**to(ember), "look": "1"})

    assert told(answer) == (["€25.00, €25.00 more than now.", GIVEN_UP], "Ask for it")
    assert f'<option value="{ember.pk}" selected>' in answer.content.decode()
    booking.refresh_from_db()
    assert (booking.state, booking.price) == ("confirmed", 0)


def test_the_form_keeps_what_was_refused(browser, booking, aurora, people):
    later = Span(HOUR.start + timedelta(hours=2), HOUR.end + timedelta(hours=2))
    operations.book(aurora, later, by=people["other"])

    answer = browser.post(f"{page_of(booking)}move/", to(aurora, later))

    assert answer.status_code == 409
    assert f'value="{later.start:%Y-%m-%dT%H:%M}"' in answer.content.decode()


def test_a_request_reads_that_it_is_booked_where_nothing_is_approved(browser, booking, aurora, ember, lena):
    operations.move(booking, by=lena, rooms=ember)

    assert told(browser.get(page_of(booking), to(aurora))) == (
        ["€0.00, €25.00 less than now.", "No approval is needed there, so it is booked at once."], "Move",
    )  # fmt: skip


def test_a_board_is_told_whether_to_ask_first(browser, booking, aurora, ember, venue):
    def asked(place, span=HOUR):
        return browser.get(page_of(booking), to(place, span), **JSON).json()["move"]["first"]

    later = Span(HOUR.start + timedelta(hours=2), HOUR.end + timedelta(hours=2))
    dear = room(venue, "Dear", type=venue.types.create(name="Dear", policy=venue.policies.first()))
    dear.type.rates.create(amount=100)
    venue.save()

    assert [asked(ember), asked(dear), asked(aurora, later)] == [True, True, False]


def test_the_staff_are_told_of_no_approval(browsers, booking, ember):
    assert told(browsers["staff"].get(page_of(booking), to(ember)))[1] == "Move"


def test_afterwards_it_says_what_has_become_of_it(browser, booking, aurora, ember):
    def moved(place):
        answer = browser.post(f"{page_of(booking)}move/", to(place), follow=True)
        return [str(one) for one in answer.context["messages"]]

    assert moved(ember) == ["Asked for it there. You will hear when it is approved."]
    assert moved(aurora) == ["Moved, and booked."]


def test_what_is_offered_instead_says_what_it_comes_to(browser, booking, aurora, ember, people):
    rate(aurora.venue, 1_000)
    operations.book(ember, HOUR, by=None)

    answer = browser.post(f"{page_of(booking)}move/", to(ember))

    notes = {one["room_names"]: one["note"] for one in answer.context["refusal"]["alternatives"]}
    assert "asked for, since the venue looks at it first" in notes["Ember"]
    assert "asked for" not in notes.get("Aurora", "")


def test_nobody_is_told_of_it_who_may_not_move_it(booking, ember, people):
    assert browser_of(people["other"]).get(page_of(booking), to(ember), **JSON).status_code == 404

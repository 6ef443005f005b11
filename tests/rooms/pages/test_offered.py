"""What one waited for, by the link in the letter: taken or let go in one press, without logging in."""

import re
import time

import pytest
from django.core import mail
from django.core.signing import TimestampSigner, b62_encode
from django.test import Client
from django.urls import reverse

from rooms import operations
from rooms.models import Booking, Change, Policy
from rooms.queries.offer_links import token_of
from tests.notifications.postal import deliver
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, problem_of
from tests.worlds import person, rate

HOUR = coming(10, 11)


@pytest.fixture
def waiter(venue):
    return person("waiter")


@pytest.fixture
def hold(aurora, lena, waiter):
    """What somebody waited for and has on hold, because it came free."""
    taken = operations.book(aurora, HOUR, by=lena)
    operations.wait(aurora, HOUR, by=waiter)
    operations.cancel(taken, by=lena)
    operations.serve_waitlist()
    return Booking.objects.get(guest=waiter)


class Early(TimestampSigner):
    """Signs as the letters did so many days ago."""

    def __init__(self, days):
        super().__init__(sep=".", salt="rooms.offering")
        self.days = days

    def timestamp(self):
        return b62_encode(int(time.time()) - self.days * 86_400)


def page_of(hold):
    return reverse("rooms:offered", args=[token_of(hold)])


def press(hold, act, **more):
    """Press a button of the page in a browser that nobody is logged in to."""
    return Client().post(page_of(hold), {"act": act}, **more)


def state(hold):
    hold.refresh_from_db()
    return hold.state


class TestTheLink:
    @pytest.mark.django_db(transaction=True)
    def test_is_in_the_letter_and_books_by_one_press(self, hold, waiter):
        deliver()
        letter = next(one for one in mail.outbox if one.to == [waiter.email] and "It is yours" in one.subject)
        path = re.search(r"Book it, or let it go: https?://[^/]+(/offered/\S+)", letter.body)[1]

        shown = Client().get(path)
        done = Client().post(path, {"act": "confirm"}, follow=True)

        assert (shown.status_code, shown.context["is_held"]) == (200, True)
        assert (state(hold), done.status_code) == ("confirmed", 200)
        assert "It is booked." in done.content.decode()
        assert Change.objects.filter(booking=hold).latest("pk").by == waiter

    def test_does_nothing_until_a_button_is_pressed(self, hold):
        Client().get(page_of(hold))

        assert state(hold) == "held"

    def test_lets_it_go_to_whoever_is_next(self, hold, aurora):
        second = person("second")
        operations.wait(aurora, HOUR, by=second)

        press(hold, "let_go")
        operations.serve_waitlist()

        assert state(hold) == "cancelled"
        assert Booking.objects.get(guest=second).state == "held"

    @pytest.mark.parametrize("token", ["1.x", "nothing", "é", "1:1:1", "." * 400])
    def test_of_nobody_leads_nowhere(self, db, token):
        assert Client().get(reverse("rooms:offered", args=[token])).status_code == 404

    def test_is_good_for_its_hold_alone_and_while_its_guest_may_log_in(self, hold, waiter):
        other = operations.book(hold.allocations.first().room, coming(12, 13), by=waiter)
        forged = page_of(hold).replace(f"/{hold.pk}.", f"/{other.pk}.")

        assert Client().get(forged).status_code == 404
        waiter.is_active = False
        waiter.save()
        assert press(hold, "confirm").status_code == 404
        assert state(hold) == "held"

    def test_ends_after_a_week(self, hold):
        assert Client().get(reverse("rooms:offered", args=[Early(6).sign(hold.pk)])).status_code == 200
        assert Client().get(reverse("rooms:offered", args=[Early(8).sign(hold.pk)])).status_code == 404


class TestThePage:
    def test_says_what_became_of_it_and_offers_nothing_more(self, hold):
        press(hold, "confirm")

        again = press(hold, "confirm", **JSON)
        page = Client().get(page_of(hold)).content.decode()

        assert problem_of(again)["code"] == "illegal_transition"
        assert "It is booked." in page
        assert "Let it go" not in page

    def test_says_that_the_hold_ran_out(self, hold):
        Booking.objects.update(expires_at=HOUR.start.replace(year=2020))
        hold.allocations.update(expires_at=HOUR.start.replace(year=2020))

        late = press(hold, "confirm")

        assert late.status_code == 410
        assert "ran out" in late.content.decode()

    def test_of_what_is_paid_online_leads_to_the_checkout_and_books_nothing_itself(
        self, aurora, lena, waiter
    ):
        rate(aurora.venue, 1234)
        Policy.objects.update(payment="online")
        aurora.venue.save()
        hold = operations.hold(aurora, HOUR, by=waiter)

        page = Client().get(page_of(hold))

        assert page.context["pay_at"] == reverse("payments:checkout", args=[hold.reference])
        assert press(hold, "confirm", **JSON).status_code == 422
        assert state(hold) == "held"

    @pytest.mark.parametrize("act", [None, "", "cancel", "x" * 10_000])
    def test_refuses_what_it_does_not_offer(self, hold, act):
        answer = Client().post(page_of(hold), {} if act is None else {"act": act}, **JSON)

        assert problem_of(answer)["code"] == "invalid"
        assert state(hold) == "held"

"""Who left without paying: told at the desk, until it is paid or forgiven."""

from datetime import timedelta

import pytest

from payments import debts, operations, queries
from payments.models import Balance
from reservations import Forbidden, IllegalTransition, Span
from rooms import operations as rooms
from rooms.models import Change
from rooms.operations import Details
from rooms.sql import database_now
from tests.payments.conftest import fresh
from tests.payments.test_pages import browser_of
from tests.worlds import car_park, hotel, person, rate, room, works_at
from tests.worlds import rooms as spots

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PRICE = 30_000  # three nights


@pytest.fixture
def inn(db):
    """A hotel where one pays at the desk, when one comes."""
    found = hotel("inn", payment="desk")
    rate(found, 10_000, unit="night")
    return found


@pytest.fixture
def staff(inn):
    return works_at(person("carl"), inn)


@pytest.fixture
def desk(staff):
    return browser_of(staff)


@pytest.fixture
def stays(inn, guest):
    """Make a guest who has been there since the day before yesterday, and leaves tomorrow."""

    def begun(name="101"):
        today = database_now().replace(minute=0, second=0, microsecond=0)
        start = (today - timedelta(days=2)).replace(hour=15)
        span = Span(start, (today + timedelta(days=1)).replace(hour=11))
        booking = rooms.book(room(inn, name), span, by=guest, now=start - HOUR)
        return rooms.check_in(booking, by=None)

    return begun


@pytest.fixture
def stay(stays):
    return stays()


def line_of(browser, name, slug="inn"):
    [line] = browser.get(f"/desk/{slug}/").context[name]
    return line


def unpaid(browser, slug="inn", query=""):
    """Return who left without paying, as a page of the desk says."""
    panels = browser.get(f"/desk/{slug}/{query}").context["panels"]
    found = [panel for panel in panels if panel["template"] == "payments/left_unpaid.html"]
    return [line["reference"] for panel in found for line in panel["lines"]]


def leave(browser, booking, verb="check-out"):
    """Press the button of the desk, and return what the desk says then."""
    answer = browser.post(f"/bookings/{booking.reference}/{verb}/", {"back": "desk"}, follow=True)
    return answer.content.decode()


class TestALineOfTheDesk:
    def test_says_what_is_to_be_paid_and_what_is_paid(self, desk, stay, staff):
        before = line_of(desk, "inside")["money"]
        operations.take_at_desk(stay, "cash", by=staff, amount=10_000)
        partly = line_of(desk, "inside")["money"]
        operations.take_at_desk(stay, "cash", by=staff, key="rest")

        assert (before, partly) == ("€300.00 to be paid", "€200.00 to be paid")
        assert line_of(desk, "inside")["money"] == "€300.00 paid"

    def test_takes_it_before_they_leave(self, desk, stay):
        due = line_of(desk, "inside")["due"]
        sent = {"back": "desk", "method": "cash", "amount": "300.00", "key": due.key}

        answer = desk.post(f"/bookings/{stay.reference}/desk-payment/", sent)
        desk.post(f"/bookings/{stay.reference}/desk-payment/", sent)

        assert (answer.status_code, answer.url) == (303, "/desk/inn/")
        assert queries.money_of(stay, now=database_now()).paid == PRICE
        assert line_of(desk, "inside")["due"] is None

    def test_shows_a_refusal_at_the_desk(self, desk, stay):
        sent = {"back": "desk", "method": "cash", "amount": "999.00"}

        answer = desk.post(f"/bookings/{stay.reference}/desk-payment/", sent)

        assert answer.status_code == 400
        assert ('id="desk"' in answer.content.decode(), answer.context["refusal"].sentence) == (
            True,
            "That is not what is due.",
        )

    def test_asks_once_for_the_money_of_all(self, stays, django_assert_num_queries):
        few = {stays("101").pk: PRICE}
        many = {**few, **{stays(str(number)).pk: PRICE for number in range(102, 105)}}

        for costs in (few, many):
            with django_assert_num_queries(1):
                assert {due.amount for due in debts.dues_of(costs).values()} == {PRICE}


class TestWhoLeavesWithoutPaying:
    def test_is_told_with_the_sum_and_stays_on_the_desk(self, desk, stay):
        said = leave(desk, stay)

        assert "Checked out. The rest of the time is free for others. €300.00 to be paid." in said
        assert unpaid(desk) == [stay.reference]

    def test_is_gone_from_there_once_it_is_paid(self, desk, stay):
        leave(desk, stay)

        desk.post(f"/bookings/{stay.reference}/desk-payment/", {"back": "desk", "method": "terminal"})

        assert unpaid(desk) == []

    def test_is_not_there_who_paid_before(self, desk, stay, staff):
        operations.take_at_desk(stay, "cash", by=staff)

        assert "to be paid" not in leave(desk, stay)
        assert unpaid(desk) == []

    def test_owes_what_was_not_paid_of_it(self, desk, stay, staff):
        operations.take_at_desk(stay, "cash", by=staff, amount=20_000)

        assert "€100.00 to be paid" in leave(desk, stay)

    def test_is_told_to_nobody_who_may_take_no_money(self, desk, stay, guest, rival):
        leave(desk, stay)

        assert browser_of(rival).get("/desk/inn/").status_code == 403
        assert unpaid(desk) == [stay.reference]

    def test_is_listed_page_by_page_the_last_who_left_first(self, desk, stays):
        gone = [stays(str(number)) for number in range(101, 112)]
        for one in gone:
            leave(desk, one)

        first, second = unpaid(desk), unpaid(desk, query="?unpaid=2")

        assert [*first, *second] == [one.reference for one in reversed(gone)]
        assert (len(first), len(second)) == (10, 1)

    def test_is_not_asked_for_after_a_month(self, desk, stay):
        leave(desk, stay)

        later = database_now() + debts.ASKED_FOR + HOUR
        assert not debts.owing(later).exists()
        assert debts.owing(database_now()).get().due == PRICE

    def test_is_whoever_did_not_come_and_owes_what_is_kept(self, inn, guest):
        inn.policies.update(no_show_minutes=60, cancellation_steps=[[24, 50]])
        start = database_now().replace(hour=15, minute=0, second=0, microsecond=0) - timedelta(days=2)
        span = Span(start, start + timedelta(days=1, hours=-4))
        missed = rooms.book(room(inn, "101"), span, by=guest, now=start - HOUR)
        rooms.mark_no_shows(now=start + 2 * HOUR)

        [owing] = debts.owing(database_now())
        assert (owing.pk, owing.state, owing.due) == (missed.pk, "no_show", fresh(missed).kept)


class TestACarThatLeavesWithoutPaying:
    @pytest.fixture
    def lot(self, staff):
        found = car_park("lot")
        works_at(staff, found)
        rate(found, 240, unit="hour")
        spots(found, 2)
        return found

    @pytest.mark.parametrize("plate", ["34 KZ 1978", ""])
    def test_is_told_with_its_price_and_found_again_with_or_without_a_plate(self, lot, desk, staff, plate):
        start = database_now() - HOUR
        car = rooms.walk_in(lot, by=staff, plate=plate, now=start)

        said = leave(desk, car, "release")

        car = fresh(car)
        assert car.price >= 240
        assert f"Released. It is free for others. €{car.price / 100:.2f} to be paid." in said
        assert unpaid(desk, "lot") == [car.reference]

    def test_is_not_told_of_a_rest_of_its_time_where_it_had_an_end(self, lot, desk, staff, guest):
        start = database_now().replace(second=0, microsecond=0) - HOUR
        span = Span(start, start + 2 * HOUR)
        booked = rooms.book(lot.rooms.first(), span, by=staff, details=Details(guest=guest), now=start)

        assert "Released. The rest of the time is free for others." in leave(desk, booked, "release")


class TestToForgive:
    @pytest.fixture
    def gone(self, stay, staff):
        return rooms.check_out(fresh(stay), by=staff)

    def test_asks_no_more_for_what_was_not_paid(self, desk, gone):
        answer = desk.post(f"/bookings/{gone.reference}/forgiven/", {"due": PRICE, "back": "desk"})

        assert (answer.status_code, answer.url) == (303, "/desk/inn/")
        assert (unpaid(desk), queries.money_of(gone, now=database_now()).due) == ([], 0)
        assert Balance.objects.get(pk=gone.pk).forgiven == PRICE

    def test_is_in_the_history_of_the_booking(self, gone, staff):
        operations.forgive(gone, by=staff, seen=PRICE)

        change = Change.objects.filter(booking=gone).latest("pk")
        assert (change.kind, change.after["amount"], change.by) == ("forgiven", PRICE, staff)

    def test_forgives_nothing_that_nobody_saw(self, gone, staff):
        operations.take_at_desk(gone, "cash", by=staff, amount=10_000)

        with pytest.raises(IllegalTransition):
            operations.forgive(gone, by=staff, seen=PRICE)
        operations.forgive(gone, by=staff, seen=20_000)
        with pytest.raises(IllegalTransition):
            operations.forgive(gone, by=staff, seen=20_000)

        assert queries.money_of(gone, now=database_now()).paid == 10_000
        assert operations.settle(gone) == []

    def test_is_for_what_is_over(self, stay, staff):
        with pytest.raises(IllegalTransition):
            operations.forgive(stay, by=staff, seen=PRICE)

    def test_is_for_the_staff_alone(self, gone, guest):
        with pytest.raises(Forbidden):
            operations.forgive(gone, by=guest, seen=PRICE)

    @pytest.mark.parametrize("due", ["", "x", "-1", "\0", str(10**30)])
    def test_is_refused_with_nonsense(self, desk, gone, due):
        answer = desk.post(f"/bookings/{gone.reference}/forgiven/", {"due": due, "back": "desk"})

        assert answer.status_code in (400, 409)
        assert unpaid(desk) == [gone.reference]

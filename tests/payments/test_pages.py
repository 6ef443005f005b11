"""The checkout and the panel: what is typed is kept, what is lost is offered again, and staff take money."""

from datetime import timedelta

import pytest
from django.test import Client

from payments import operations
from payments.models import Payment, Refund, SandboxCharge
from reservations import Span
from rooms import operations as rooms
from rooms.models import Booking, Policy, Room
from rooms.sql import database_now
from tests.payments.conftest import DECLINED, SECOND_STEP, SLOW, SUCCEEDS, fresh, paid, state_of
from tests.travel import ride, soon
from tests.worlds import room

pytestmark = pytest.mark.django_db
TYPED = {"title": "Lena Fischer", "party": "2", "note": "A quiet room.", "way": "card", "accept": "on"}


@pytest.fixture
def stay():
    """Two nights, a week from now."""
    day = database_now().replace(hour=15, minute=0, second=0, microsecond=0) + timedelta(days=7)
    return Span(day, day + timedelta(days=2) - timedelta(hours=4))


@pytest.fixture
def hold(double, guest, stay):
    return rooms.hold(double, stay, by=guest)


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def browser(guest):
    return browser_of(guest)


@pytest.fixture
def checkout(hold):
    return f"/bookings/{hold.reference}/checkout/"


def run_out():
    """Let every hold run out."""
    rooms.expire_holds(now=database_now() + timedelta(hours=1))


class TestTheCheckout:
    def test_shows_what_it_costs_and_what_the_terms_give_back(self, browser, checkout):
        page = browser.get(checkout).content.decode()

        assert "€200.00" in page
        assert "everything comes back" in page
        assert "50\N{NO-BREAK SPACE}% of the price comes back" in page
        assert "hold-countdown" in page

    @pytest.mark.parametrize(("hours", "says"), [(10_000, "Nothing comes back if it is cancelled."), (0, "")])
    def test_names_no_time_for_what_is_over(self, browser, checkout, hold, hours, says):
        Policy.objects.update(cancellation_steps=[[hours, 50]])
        hold.venue.save()

        page = browser.get(checkout)

        assert (says in page.context["steps"]) == bool(says)
        assert "Cancelled in time, nothing" not in page.content.decode()

    def test_of_what_is_over_asks_for_the_money_alone(self, browser, checkout, hold):
        rooms.confirm(hold, by=None, paid=rooms.Paid(hold.guest))
        rooms.complete_past(now=hold.ends_at)

        page = browser.get(checkout)
        answer = browser.post(checkout, {**TYPED, "accept": "", "card": SUCCEEDS}, follow=True)

        assert (page.context["steps"], "accept" in page.context["form"].fields) == ([], False)
        assert Payment.objects.get().state == "captured", answer.content

    def test_books_and_pays(self, browser, checkout, hold):
        answer = browser.post(checkout, {**TYPED, "card": SUCCEEDS}, follow=True)

        booked = fresh(hold)
        assert (booked.state, booked.title, booked.party, booked.note) == (
            "confirmed", "Lena Fischer", 2, "A quiet room.",
        )  # fmt: skip
        assert paid(hold) == 20_000
        assert "Paid. Your booking is confirmed." in answer.content.decode()

    def test_keeps_what_was_typed_when_the_card_fails_but_not_its_number(self, browser, checkout, hold):
        answer = browser.post(checkout, {**TYPED, "card": DECLINED})

        page = answer.content.decode()
        assert answer.status_code == 402
        assert "The bank declined the card. The room is still held for you." in page
        assert "Lena Fischer" in page
        assert "A quiet room." in page
        assert DECLINED not in page
        assert state_of(hold) == "held"

    def test_asks_for_the_terms_to_be_accepted(self, browser, checkout, hold):
        answer = browser.post(checkout, {**TYPED, "accept": ""})

        assert answer.status_code == 400
        assert "Please read the terms" in answer.content.decode()
        assert not Payment.objects.exists()

    def test_says_all_that_is_missing_at_once_and_takes_nothing(self, browser, checkout, hold):
        answer = browser.post(checkout, {"way": "card", "party": "2", "title": " ", "card": ""})

        page = answer.content.decode()
        assert answer.status_code == 400
        for sentence in ("Say who comes.", "Type the number of the card.", "Please read the terms"):
            assert page.count(sentence) == 1
        assert (state_of(hold), Payment.objects.count()) == ("held", 0)

    def test_offers_what_is_free_instead_when_the_hold_ran_out(self, browser, checkout, hold, venue, rival):
        room(venue, "102", capacity=2)
        room(venue, "103", capacity=2)
        run_out()
        rooms.hold(Room.objects.get(name="101"), Span(hold.starts_at, hold.ends_at), by=rival)

        answer = browser.post(checkout, {**TYPED, "card": SUCCEEDS})

        page = answer.content.decode()
        assert answer.status_code == 410
        assert "Free instead" in page
        assert page.count("Lena Fischer") >= 2  # in the form, and in what an offer would hold
        assert not Payment.objects.exists()

    def test_offers_seats_when_a_hold_of_seats_ran_out(self, browser, guest, rival):
        run = soon()
        held = rooms.hold_seats(ride(run, "2A"), by=guest)
        run_out()
        rooms.book_seats(ride(run, "2A"), by=rival)

        answer = browser.post(f"/bookings/{held.reference}/checkout/", {**TYPED, "card": SUCCEEDS})

        assert answer.status_code == 410
        assert f'action="/journeys/{run.pk}/"' in answer.content.decode()
        assert "Seat 2B, Second: Train 81042, " in answer.content.decode()

    def test_has_what_was_typed_where_the_hold_was_made(self, browser, checkout, hold):
        refused = browser.post(f"/bookings/{hold.reference}/confirm/", {"title": "Ada", "note": "Late."})

        page = browser.get(checkout).content.decode()

        assert (refused.status_code, state_of(hold)) == (422, "held")
        assert 'value="Ada"' in page
        assert "Late." in page

    def test_leads_to_the_bank_and_back(self, browser, checkout, hold):
        at_bank = browser.post(checkout, {**TYPED, "card": SECOND_STEP}, follow=True)
        [(bank, _)] = at_bank.redirect_chain[-1:]

        back = browser.post(bank, {"answer": "approve"}, follow=True)

        assert "Your bank asks" in at_bank.content.decode()
        assert back.redirect_chain[-1][0] == f"/bookings/{hold.reference}/"
        assert state_of(hold) == "confirmed"

    def test_leads_who_goes_back_to_the_bank_to_the_booking_again(self, browser, checkout, hold):
        at_bank = browser.post(checkout, {**TYPED, "card": SECOND_STEP}, follow=True)
        [(bank, _)] = at_bank.redirect_chain[-1:]
        arrived = browser.post(bank, {"answer": "approve"}).headers["Location"]

        page = browser.get(bank).content.decode()

        assert f'href="{arrived}"' in page
        assert "Approve the payment" not in page

    def test_comes_back_with_what_the_bank_said(self, browser, checkout, hold):
        browser.post(checkout, {**TYPED, "card": SECOND_STEP})
        bank = f"/payments/sandbox/{SandboxCharge.objects.get().reference}/"

        back = browser.post(bank, {"answer": "decline"}, follow=True)

        page = back.content.decode()
        assert back.redirect_chain[-1][0] == checkout
        assert "not approved" in page
        assert "Lena Fischer" in page

    def test_waits_for_a_slow_bank(self, browser, checkout):
        page = browser.post(checkout, {**TYPED, "card": SLOW}, follow=True).content.decode()

        assert "The bank is thinking" in page

    def test_gives_more_time_and_keeps_what_was_typed(self, browser, checkout, hold):
        Booking.objects.update(expires_at=database_now() + timedelta(minutes=1))
        hold.allocations.update(expires_at=Booking.objects.get().expires_at)

        page = browser.post(checkout, {**TYPED, "renew": "1"}).content.decode()

        assert "Lena Fischer" in page
        assert fresh(hold).renewals == 1

    def test_lets_one_pay_at_the_desk_where_the_policy_does(self, browser, checkout, hold, venue):
        Policy.objects.update(payment="either")
        venue.save()

        browser.post(checkout, {**TYPED, "way": "desk"})

        assert (state_of(hold), paid(hold)) == ("confirmed", 0)

    def test_does_not_where_it_does_not(self, browser, checkout, hold):
        answer = browser.post(checkout, {**TYPED, "way": "desk"})

        assert (answer.status_code, state_of(hold)) == (422, "held")

    def test_asks_nobody_who_comes_to_a_journey_whose_passengers_it_knows(self, browser, guest):
        Policy.objects.filter(venue=(run := soon()).vehicle).update(payment=Policy.Payment.ONLINE)
        seats = rooms.hold_seats(ride(run, "1A", "1B", kinds=("adult", "child")), by=guest)
        address = f"/bookings/{seats.reference}/checkout/"
        form = browser.get(address).context["form"]
        sent = {name: form[name].value() for name in ("title", "party", "note", "key")}

        page = browser.get(address).content.decode()
        browser.post(address, {**sent, "way": "card", "card": SUCCEEDS, "accept": "on"})

        assert ("Who comes" in page, "Istanbul to Ankara" in page) == (False, True)
        assert (state_of(seats), fresh(seats).title, fresh(seats).party) == (
            "confirmed",
            "Istanbul to Ankara",
            2,
        )

    def test_is_nobody_elses(self, checkout, rival, client):
        assert browser_of(rival).get(checkout).status_code == 404
        assert client.get(checkout).headers["Location"] == f"/accounts/login/?next={checkout}"

    @pytest.mark.parametrize(
        "broken", [{"way": "gold"}, {"party": "x"}, {"card": "4" * 99}, {"key": "\x00"}, {"title": "\u202e"}]
    )
    def test_refuses_nonsense_and_takes_nothing(self, broken, browser, checkout, hold):
        answer = browser.post(checkout, {**TYPED, **broken})

        assert answer.status_code == 400
        assert (state_of(hold), Payment.objects.count()) == ("held", 0)


class TestThePanel:
    @pytest.fixture
    def booked(self, hold, guest):
        operations.pay(hold, by=guest, card=SUCCEEDS)
        return fresh(hold)

    def page(self, user, booking):
        return browser_of(user).get(f"/bookings/{booking.reference}/").content.decode()

    def test_tells_a_guest_what_is_paid_and_what_would_come_back(self, booked, guest):
        page = self.page(guest, booked)

        assert "Back, if cancelled now" in page
        assert "Receipt" in page
        assert "Amount taken at the desk" not in page

    def test_leads_to_the_checkout_while_something_is_due(self, hold, guest):
        assert f"/bookings/{hold.reference}/checkout/" in self.page(guest, hold)

    def test_says_at_once_what_goes_back_of_what_was_cancelled(self, booked, guest):
        rooms.cancel(booked, by=guest)

        before = self.page(guest, booked)
        rooms.tell()
        after = self.page(guest, booked)

        assert "Goes back the way it came" in before
        assert "Goes back the way it came" not in after
        assert "Refund" in after

    def test_lets_staff_take_cash(self, hold, staff):
        browser_of(staff).post(
            f"/bookings/{hold.reference}/desk-payment/", {"method": "cash", "amount": "50"}
        )

        assert paid(hold) == 5_000

    @pytest.mark.parametrize("amount", ["0", "-1", "1e9", "0.001", "200.01", "x", "9" * 40])
    def test_takes_no_nonsense(self, amount, hold, staff):
        answer = browser_of(staff).post(
            f"/bookings/{hold.reference}/desk-payment/", {"method": "cash", "amount": amount}
        )

        assert (answer.status_code, paid(hold)) == (400, 0)

    def test_lets_no_guest_take_cash(self, hold, guest):
        answer = browser_of(guest).post(f"/bookings/{hold.reference}/desk-payment/", {"method": "cash"})

        assert (answer.status_code, paid(hold)) == (403, 0)

    def test_lets_staff_hand_back_what_a_bank_refused(self, booked, guest, staff):
        rooms.cancel(booked, by=guest)
        rooms.tell()
        Refund.objects.update(state="failed", next_at=None)

        browser_of(staff).post(f"/bookings/{booked.reference}/refunds/{Refund.objects.get().pk}/")

        assert Refund.objects.get().state == "done"

    @pytest.mark.parametrize("number", [1, 15])
    def test_costs_the_same_for_any_number_of_payments(
        self, number, hold, staff, django_assert_max_num_queries
    ):
        for part in range(number):
            operations.take_at_desk(hold, "cash", by=staff, amount=100, key=str(part))
        browser = browser_of(staff)

        with django_assert_max_num_queries(28):
            browser.get(f"/bookings/{hold.reference}/")


class TestTheReceipt:
    def test_is_a_pdf_of_lines_tax_and_payments(self, hold, guest, browser, venue):
        import io

        from pypdf import PdfReader

        venue.name, venue.tax_percent = "İĞŞ № Ev", 20
        venue.save()
        rooms.describe(hold, rooms.Details(title="Şule <b>&amp;"), by=guest)
        operations.pay(hold, by=guest, card=SUCCEEDS)

        answer = browser.get(f"/bookings/{hold.reference}/receipt.pdf")

        text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
        assert answer.headers["Content-Type"] == "application/pdf"
        for expected in ("İĞŞ № Ev", "Şule <b>&amp;", hold.reference, "€200.00", "20 % tax: €33.33", "Card"):
            assert expected in text

    def test_is_not_there_before_anything_is_paid(self, hold, browser):
        assert browser.get(f"/bookings/{hold.reference}/receipt.pdf").status_code == 404

    def test_is_nobody_elses(self, hold, guest, rival):
        operations.pay(hold, by=guest, card=SUCCEEDS)

        assert browser_of(rival).get(f"/bookings/{hold.reference}/receipt.pdf").status_code == 404

"""What has to be answered is asked before money is taken, and never after."""

import pytest

from payments import operations
from payments.models import Payment
from reservations import Invalid
from rooms import operations as rooms
from rooms.models import Policy, Question
from rooms.operations import Details
from tests.payments.conftest import SUCCEEDS, fresh, state_of
from tests.payments.test_pages import TYPED, browser_of, stay  # noqa: F401 -- a fixture
from tests.travel import ride, soon
from tests.worlds import NOW

pytestmark = pytest.mark.django_db
NEEDED = "This needs an answer."


@pytest.fixture
def diet(venue):
    return Question.objects.create(venue=venue, text="Any diet?", required=True)


class TestTheCheckout:
    @pytest.fixture
    def hold(self, double, guest, stay, diet):  # noqa: F811
        return rooms.hold(double, stay, by=guest)

    def test_asks_says_all_that_is_missing_at_once_and_keeps_the_answer(self, guest, hold, diet):
        address, field = f"/bookings/{hold.reference}/checkout/", f"answers.{diet.pk}"
        browser = browser_of(guest)

        empty = browser.post(address, {"way": "card", "party": "2", "title": "", "card": ""})
        refused = browser.post(address, {**TYPED, "card": "", field: "No nuts"})
        browser.post(address, {**TYPED, "card": SUCCEEDS, field: "No nuts"})

        assert set(empty.context["form"].errors) == {"title", "card", "accept", field}
        assert 'value="No nuts"' in refused.content.decode()
        assert (state_of(hold), [one.answer for one in fresh(hold).answered]) == ("confirmed", ["No nuts"])

    def test_is_entered_with_what_was_typed_before(self, guest, hold, diet):
        browser = browser_of(guest)
        browser.post(f"/bookings/{hold.reference}/confirm/", {f"answers.{diet.pk}": "No nuts"})

        assert 'value="No nuts"' in browser.get(f"/bookings/{hold.reference}/checkout/").content.decode()


def test_seats_are_paid_for_with_what_was_answered_and_not_before(guest):
    run = soon()
    held = rooms.hold_seats(ride(run, "2A"), by=guest)
    asked = run.vehicle.questions.create(
        text="Which meal?", kind="choice", choices=["Fish", "Rice"], required=True
    )
    address, field = f"/bookings/{held.reference}/checkout/", f"answers.{asked.pk}"
    browser, sent = browser_of(guest), {**TYPED, "party": "1", "card": SUCCEEDS}

    refused = browser.post(address, sent)
    browser.post(address, {**sent, field: "Rice"})

    assert refused.context["form"].errors == {field: [NEEDED]}
    assert (state_of(held), [one.answer for one in fresh(held).answered]) == ("confirmed", ["Rice"])


def test_no_money_is_taken_for_what_has_to_be_answered_yet(hold, guest, staff, diet):
    with pytest.raises(Invalid) as caught:
        operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
    assert caught.value.field_errors == {f"answers.{diet.pk}": [NEEDED]}
    assert not Payment.objects.exists()

    rooms.describe(hold, Details(answers={diet.pk: "No nuts"}), by=guest, now=NOW)
    operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)

    assert state_of(hold) == "confirmed"


@pytest.mark.parametrize("needs_approval", [False, True])
def test_what_is_asked_only_since_it_was_paid_stops_nothing(needs_approval, hold, venue, guest):
    Policy.objects.update(needs_approval=needs_approval)
    venue.save()
    payment = operations.pay(hold, by=guest, card=SUCCEEDS, now=NOW)
    Payment.objects.filter(pk=payment.pk).update(followed=False)
    type(hold).objects.filter(pk=hold.pk).update(state="held", expires_at=NOW.replace(hour=23))
    hold.allocations.update(state="held", expires_at=NOW.replace(hour=23))
    Question.objects.create(venue=venue, text="Any diet?", required=True)

    operations.follow(Payment.objects.get(), now=NOW)

    assert state_of(hold) == ("pending" if needs_approval else "confirmed")

"""Paying by program: a hold becomes a booking, a refusal says why, and what was quoted comes back."""

from datetime import UTC, datetime, timedelta

import pytest

from rooms import operations as rooms
from rooms.models import Booking, Policy
from tests.api.programs import hour, problem_of

DECLINED, SECOND_STEP = "4000000000000002", "4000000000003220"


def euros(amount):
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
def held(venue, aurora, guest):
    """A hold that has to be paid online."""
    Policy.objects.update(payment="online", cancellation_steps=[[24, 50]])
    venue.save()
    return guest.book(aurora, hour(0), hold=True)


@pytest.fixture
def address(held):
    return f"bookings/{held['reference']}/payments"


def test_paying_a_hold_confirms_it(guest, address):
    answer = guest.post(address, {"method": "card"})

    assert answer.status_code == 201
    assert answer.told["state"] == "captured"
    assert answer.told["captured"] == euros("24.00")
    assert answer.told["booking"]["state"] == "confirmed"


def test_a_hold_that_is_paid_online_is_not_confirmed_by_hand(guest, held):
    refusal = guest.post(f"bookings/{held['reference']}/confirm")

    assert problem_of(refusal) == (422, "policy_violation")
    assert refusal.told["rule"] == "payment"


def test_a_card_that_is_declined_answers_402_and_leaves_the_hold(guest, held, address):
    refusal = guest.post(address, {"method": "card", "card": DECLINED})

    assert problem_of(refusal) == (402, "payment_failed")
    assert refusal.told["reason"] == "card_declined"
    assert guest.get(f"bookings/{held['reference']}").told["state"] == "held"


def test_a_second_step_answers_202_with_where_to_go(guest, address):
    answer = guest.post(address, {"method": "card", "card": SECOND_STEP})

    assert answer.status_code == 202
    assert "/payments/sandbox/" in answer.told["action_url"]


def test_a_hold_that_ran_out_answers_410_with_what_is_free(guest, held, address, birch):
    past = datetime.now(UTC) - timedelta(seconds=1)
    Booking.objects.update(expires_at=past)
    Booking.objects.get().allocations.update(expires_at=past)

    refusal = guest.post(address, {"method": "card"})

    assert problem_of(refusal) == (410, "hold_expired")
    assert len(refusal.told["alternatives"]) >= 3
    assert guest.post("bookings", refusal.told["alternatives"][0]).status_code == 201


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "once"}])
def test_paying_again_is_the_same_payment(headers, guest, address):
    first = guest.post(address, {"method": "card"}, **headers).told
    again = guest.post(address, {"method": "card"}, **headers).told

    listed = guest.get(address).told
    assert again == first
    assert [one["id"] for one in listed["items"]] == [first["id"]]
    assert (listed["paid"], listed["due"]) == (euros("24.00"), euros("0.00"))


def test_what_is_quoted_before_cancelling_is_what_comes_back(guest, held, address):
    guest.post(address, {"method": "card"})
    quoted = guest.get(f"bookings/{held['reference']}/cancellation").told

    guest.post(f"bookings/{held['reference']}/cancel")
    rooms.tell()

    listed = guest.get(address).told
    assert (quoted["paid"], quoted["refund"], quoted["kept"]) == tuple(
        map(euros, ("24.00", "12.00", "12.00"))
    )
    assert (listed["refunded"], listed["paid"]) == (quoted["refund"], quoted["kept"])
    assert [refund["amount"] for refund in listed["items"][0]["refunds"]] == [quoted["refund"]]


@pytest.mark.parametrize("amount", ["10.00", euros("10.00")])
def test_an_amount_is_a_text_or_money_as_every_answer_tells_it(staff, address, amount):
    made = staff.post(address, {"method": "cash", "amount": amount})

    assert (made.status_code, made.told["captured"]) == (201, euros("10.00"))


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ({"amount": "10.00", "currency": "USD"}, "This booking is paid in EUR."),
        ({"amount": "10.00", "currency": "euro"}, "Give a currency by its three letters, such as EUR."),
        ({"amount": "-1", "currency": "EUR"}, "Give an amount of money, such as 24.00."),
        ({"amount": "10.00"}, "This is needed."),
        ("-1", "Give an amount of money, such as 24.00."),
        ("1e3", "Give an amount of money, such as 24.00."),
        ("10.001", "That is no amount in the booking's currency."),
    ],
)
def test_an_amount_that_is_none_is_refused_in_a_sentence(staff, address, amount, sentence):
    refusal = staff.post(address, {"method": "cash", "amount": amount})

    assert problem_of(refusal) == (400, "invalid")
    assert refusal.told["detail"] == sentence


def test_staff_take_a_part_in_cash(staff, address):
    answer = staff.post(address, {"method": "cash", "amount": "10.00"})

    assert (answer.status_code, answer.told["captured"]) == (201, euros("10.00"))
    assert staff.get(address).told["due"] == euros("14.00")


def test_guests_take_no_cash(guest, address):
    assert problem_of(guest.post(address, {"method": "cash"})) == (403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"method": "gold"}, {"method": "card", "amount": "0"}, {"method": "card", "amount": "24.01"},
        {"method": "card", "amount": "1.001"}, {"method": "card", "amount": "-1"},
        {"method": "card", "amount": 24}, {"method": "card", "card": "4" * 41},
        {"method": "card", "card": 42},
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_nothing_is_taken(body, guest, address):
    assert problem_of(guest.post(address, body)) == (400, "invalid")
    assert guest.get(address).told["items"] == []


def test_a_key_that_cannot_be_kept_is_refused(guest, address):
    refusal = guest.post(address, {"method": "card"}, **{"idempotency-key": "x" * 300})

    assert problem_of(refusal) == (400, "invalid")

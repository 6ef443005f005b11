"""Questions over REST: told with the venue, answered with a booking, and read with it by whom it is for."""

import pytest

from rooms.models import Question
from tests.api.programs import hour, problem_of

NEEDED = "This needs an answer."


@pytest.fixture
def catering(venue):
    return Question.objects.create(venue=venue, text="Shall we cater?", kind="yes_no", required=True)


@pytest.fixture
def diet(venue):
    return Question.objects.create(venue=venue, text="Any diet?", help="Nuts?", order=1)


def asked(aurora, answers=None, **more):
    said = {} if answers is None else {"answers": {str(one.pk): value for one, value in answers.items()}}
    return {"venue": "office", "rooms": [aurora.pk], **hour(0), **said, **more}


def answers_of(told):
    return [(one["text"], one["answer"]) for one in told["answers"]]


def test_the_venue_says_what_it_asks(anonymous, venue, aurora, catering, diet):
    suite = venue.types.create(name="Suite", capacity=2, policy=venue.policies.get())
    Question.objects.create(venue=venue, text="Of a type that has no room?", type=suite, required=True)

    assert anonymous.get("venues/office").told["questions"] == [
        {
            "id": catering.pk, "text": "Shall we cater?", "kind": "yes_no", "choices": [], "required": True,
            "help": "", "room_type": None,
        },
        {
            "id": diet.pk, "text": "Any diet?", "kind": "short", "choices": [], "required": False,
            "help": "Nuts?", "room_type": None,
        },
    ]  # fmt: skip


def test_a_booking_answers_and_its_guest_and_the_staff_read_it(guest, rival, staff, aurora, catering, diet):
    lacking = guest.post("bookings", asked(aurora))
    made = guest.post("bookings", asked(aurora, {catering: False, diet: "No nuts"})).told

    assert (problem_of(lacking), lacking.told["field_errors"]) == (
        (400, "invalid"), {f"answers.{catering.pk}": [NEEDED]},
    )  # fmt: skip
    read = [("Shall we cater?", False), ("Any diet?", "No nuts")]
    address = f"bookings/{made['reference']}"
    assert [answers_of(one) for one in (made, guest.get(address).told, staff.get(address).told)] == [read] * 3
    guest.post(f"{address}/participants", {"addresses": [rival.person.email]})
    assert "answers" not in (told := rival.get(address).told)
    assert told["reference"] == made["reference"]


def test_a_hold_is_asked_when_it_is_confirmed_and_keeps_what_it_said(guest, aurora, catering, diet):
    held = guest.post("bookings", asked(aurora, {diet: "No nuts"}, hold=True)).told
    address = f"bookings/{held['reference']}/confirm"

    assert guest.post(address).told["field_errors"] == {f"answers.{catering.pk}": [NEEDED]}
    assert answers_of(guest.post(address, {"answers": {str(catering.pk): True}}).told) == [
        ("Shall we cater?", True),
        ("Any diet?", "No nuts"),
    ]


def test_the_same_key_with_another_answer_is_another_request(guest, aurora, catering):
    def send(answer):
        headers = {"Idempotency-Key": "once"}
        return guest.post("bookings", asked(aurora, {catering: answer}), **headers)

    first, again, other = send(True), send(True), send(False)

    assert (first.status_code, again.content) == (201, first.content)
    assert problem_of(other) == (422, "idempotency_mismatch")


def test_what_is_offered_instead_answers_again(guest, rival, staff, aurora, birch, catering):
    rival.post("bookings", asked(aurora, {catering: True}))

    lost = guest.post("bookings", asked(aurora, {catering: False}))

    offer = lost.told["alternatives"][0]
    assert offer["answers"] == {str(catering.pk): False}
    assert guest.post("bookings", {**offer, "hold": False}).status_code == 201


@pytest.mark.parametrize(
    "odd",
    [
        [], "yes", 1, {"": True}, {"a": True}, {"-1": True}, {"99999999999999999999": True}, {"999": "?"},
        {"catering": {}}, {"catering": []}, {"catering": "perhaps"}, {"catering": 1.5},
        {"catering": "x" * 1001}, {str(n): None for n in range(50)},
    ],
)  # fmt: skip
def test_nothing_odd_is_an_answer(odd, guest, aurora, catering):
    if isinstance(odd, dict) and "catering" in odd:
        odd = {str(catering.pk): odd["catering"]}

    answer = guest.post("bookings", asked(aurora) | {"answers": odd})

    assert problem_of(answer) == (400, "invalid")
    assert any(name.startswith("answers") for name in answer.told["field_errors"])

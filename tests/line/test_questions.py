"""What a venue asks, on a line: told with its rooms, answered with a booking or when a hold is confirmed."""

import pytest

from rooms.models import Question
from tests.days import TUE
from tests.line.clients import Refused
from tests.worlds import office, person, room

TIMES = {"venue": "office", "rooms": ["Aurora"], "start": f"{TUE}T09:00", "end": f"{TUE}T10:00"}


@pytest.fixture
def guest(transactional_db):
    return person("guest")


@pytest.fixture
def seating(transactional_db):
    venue = office()
    room(venue)
    choices = ["Theater", "Round tables"]
    return Question.objects.create(
        venue=venue, text="How seated?", kind="choice", choices=choices, required=True
    )


def test_are_told_answered_and_read(guest, seating, program):
    key = str(seating.pk)
    program.log_in(guest)

    assert program.call("rooms", venue="office")["questions"] == [
        {
            "id": seating.pk, "text": "How seated?", "kind": "choice", "required": True, "type": "",
            "choices": ["Theater", "Round tables"],
        }
    ]  # fmt: skip
    with pytest.raises(Refused) as caught:
        program.call("book", **TIMES, answers={key: "Floor"})
    assert caught.value.data["field_errors"] == {f"answers.{key}": ["Choose one of: Theater, Round tables."]}
    held = program.call("hold", **TIMES)
    with pytest.raises(Refused):
        program.call("confirm", reference=held["reference"])
    booked = program.call("confirm", reference=held["reference"], answers={key: "Theater"})

    assert booked["answers"] == [{"question": seating.pk, "text": "How seated?", "answer": "Theater"}]

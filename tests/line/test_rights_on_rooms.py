"""Rights on a room on a line: the same refusals as everywhere, and no word of a room that is hidden."""

import pytest

from rooms import operations
from rooms.operations import Given
from tests.days import TUE
from tests.line.clients import Refused
from tests.worlds import office, person, room

TIMES = {"start": f"{TUE}T09:00", "end": f"{TUE}T10:00"}


@pytest.fixture
def birch(transactional_db):
    venue = office(hours=None)
    room(venue, "Aurora")
    return room(venue, "Birch", order=2)


def refusal_of(program, verb, **params):
    with pytest.raises(Refused) as caught:
        program.call(verb, **params)
    return caught.value.data["code"], caught.value.detail


def test_who_may_book_but_not_repeat_makes_no_series(program, birch):
    program.log_in(person("guest"))
    operations.give_rights(birch, Given("see", {"guest@example.com": ["book"]}), by=None)
    asked = {"venue": "office", "rooms": ["Birch"], **TIMES}

    code, told = refusal_of(program, "book", **asked, recurrence="FREQ=WEEKLY;COUNT=3")

    assert (code, "not in a series" in told) == ("forbidden", True)
    assert program.call("book", **asked)["state"] == "confirmed"


def test_a_hidden_room_is_in_no_list_and_answers_like_none(program, birch):
    program.log_in(person("guest"))
    operations.give_rights(birch, Given("none"), by=None)

    names = [one["name"] for one in program.call("rooms", venue="office")["rooms"]]
    free = program.call("availability", venue="office", **TIMES)["rooms"]

    assert names == [one["name"] for one in free] == ["Aurora"]
    for verb in ("book", "hold", "wait"):
        for named in ("Birch", birch.pk):
            hidden = refusal_of(program, verb, venue="office", rooms=[named], **TIMES)
            nobodys = refusal_of(program, verb, venue="office", rooms=["Nowhere"], **TIMES)
            assert hidden[0] == nobodys[0] == "not_found"
            assert hidden[1].replace(str(named), "Nowhere") == nobodys[1]
    assert refusal_of(program, "watch_room", venue="office", room="Birch")[0] == "not_found"
    assert len(program.call("watch", topic="venue:office")["rooms"]) == 1


def test_any_so_many_are_chosen_among_those_that_one_may_book(program, birch):
    program.log_in(person("guest"))
    operations.give_rights(birch, Given("see"), by=None)
    asked = {"venue": "office", "count": 1, **TIMES}

    assert [one["name"] for one in program.call("book", **asked)["rooms"]] == ["Aurora"]
    assert refusal_of(program, "book", **asked)[0] == "unavailable"


def test_a_type_whose_rooms_are_all_hidden_is_none_and_no_count_has_them(program, birch):
    program.log_in(person("guest"))
    birch.type = birch.venue.types.create(name="Vault", policy=birch.type.policy, capacity=2)
    birch.save()
    operations.give_rights(birch, Given("none"), by=None)

    assert [one["rooms"] for one in program.call("venues")] == [1]
    for verb, asked in (("availability", {}), ("book", {"count": 1}), ("wait", {})):
        told = [
            refusal_of(program, verb, venue="office", type=kind, **asked, **TIMES)
            for kind in ("Vault", birch.type_id, "Nothing")
        ]
        assert told == [("not_found", "There is no such type of room here.")] * 3
    operations.give_rights(birch, Given(people={"guest@example.com": ["book"]}), by=None)
    assert [one["rooms"] for one in program.call("venues")] == [2]
    assert program.call("book", venue="office", type="Vault", count=1, **TIMES)["state"] == "confirmed"

"""What the terminal client says to what was meant otherwise, and of many rooms."""

import pytest

from live.line_client_print import Paint, bookings_told
from tests.line.screens import piped
from tests.worlds import PASSWORD, office, person, rooms

ADA = ("ada@example.com", PASSWORD)


@pytest.fixture
def house(transactional_db):
    """An office of thirty rooms, another of one, and somebody who may book them."""
    house, other = office(hours=None), office("elsewhere", hours=None)
    rooms(house, 30)
    rooms(other, 1, floor="9")
    person("ada")
    return house


def said(server, *typed):
    ended = piped(server.address, *ADA, "use office", *typed)
    return ended.stdout.splitlines()[1:]


def test_the_rooms_of_a_venue_that_is_named_are_shown_without_turning_to_it(house, server):
    lines = said(server, "rooms elsewhere", "rooms", "rooms nowhere")

    assert [line for line in lines if line.endswith("free now")] == ["1 of 1 free now", "30 of 30 free now"]
    assert lines[-1] == "Which venue? There are: elsewhere, office."


@pytest.mark.parametrize("verb", ["venues", "help"])
def test_what_takes_nothing_says_so(house, server, verb):
    assert said(server, f"{verb} please") == [f"{verb} takes nothing more. Type {verb}, and nothing else."]


@pytest.mark.parametrize("number", [204, 0])
def test_a_room_that_there_is_not_is_named(house, server, number):
    assert said(server, f"book {number} tomorrow 10-11") == [
        f"There is no room {number} here. Type rooms for their names, or how many you want, 1 to 100, "
        "as in: book 3 tomorrow 10-11."
    ]


def test_all_rooms_of_a_large_booking_are_listed_in_lines_that_are_not_too_long():
    names = [f"Room {number}" for number in range(1, 21)]
    one = {
        "reference": "RX7K-42QM", "state": "confirmed", "venue": "office", "timezone": "UTC", "title": "Fair",
        "rooms": [{"name": name} for name in names],
        "start": "2026-11-24T10:00:00Z", "end": "2026-11-24T11:00:00Z",
    }  # fmt: skip

    head, first, *rest = bookings_told([one], Paint(is_on=False)).splitlines()

    assert first.split()[:3] == ["RX7K-42QM", "confirmed", "office"]
    assert first.endswith("Fair")
    at = head.index("rooms")
    listed = [first[at : head.index("when")], *(line[at:] for line in rest)]
    assert " ".join(part.strip() for part in listed) == ", ".join(names)
    assert all(len(part.strip()) < 60 for part in listed)
    assert all(line[:at].strip() == "" for line in rest)

"""A room that is hidden is to programs one that never was, whatever else is wrong with what they ask."""

import pytest

from rooms import operations
from rooms.operations import Given
from tests.api.programs import hour

NOBODYS = 99_999


@pytest.fixture
def hidden(birch):
    return operations.give_rights(birch, Given("none"), by=None)


def same(answers):
    """Expect two answers that nobody can tell apart, and return their status."""
    assert answers[0].content == answers[1].content
    assert answers[0].status_code == answers[1].status_code
    return answers[0].status_code


@pytest.mark.parametrize("key", [{}, {"idempotency-key": "fresh"}])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"end": "1999-01-01T10:00:00Z"},
        {"guest": "rival@example.com"},
        {"party": 9_999},
        {"recurrence": "FREQ=NEVER"},
        {"hold": True},
    ],
)
def test_to_who_books(guest, rival, aurora, hidden, more, key):
    body = {"venue": "office", **hour(0), **more}
    answers = [guest.post("bookings", {**body, "rooms": [number]}, **key) for number in (hidden.pk, NOBODYS)]
    assert same(answers) == 404


def test_to_who_used_the_key_for_something_else(guest, aurora, hidden):
    guest.book(aurora, hour(0), key="once")
    answers = [
        guest.post(
            "bookings", {"venue": "office", "rooms": [number], **hour(0)}, **{"idempotency-key": "once"}
        )
        for number in (hidden.pk, NOBODYS)
    ]
    assert same(answers) == 404


def test_but_what_was_booked_with_a_key_is_told_for_ever(guest, birch):
    first = guest.book(birch, hour(0), key="once")
    operations.give_rights(birch, Given("none"), by=None)

    assert guest.book(birch, hour(0), key="once") == first


@pytest.mark.parametrize("named", ["id", "name"])
def test_as_a_type_all_of_whose_rooms_are_hidden(guest, aurora, birch, named):
    kind = birch.venue.types.create(name="Vault", policy=birch.type.policy, capacity=2)
    birch.type = kind
    birch.save()
    operations.give_rights(birch, Given("none"), by=None)
    body = {"venue": "office", **hour(0), "end": "1999-01-01T10:00:00Z"}

    asked = (kind.pk, NOBODYS) if named == "id" else ("Vault", "Nothing")
    assert same([guest.post("bookings", {**body, "room_type": one}) for one in asked]) == 404


@pytest.mark.parametrize("more", [{}, {"end": "1999-01-01T10:00:00Z"}])
@pytest.mark.parametrize("path", ["bookings/{}/move", "bookings/{}/occurrences/1/move"])
@pytest.mark.parametrize("state", ["booked", "cancelled"])
def test_to_who_moves(guest, aurora, hidden, more, path, state):
    rule = {"recurrence": "FREQ=DAILY;COUNT=3"} if "occurrences" in path else {}
    own = guest.book(aurora, hour(0), **rule)
    if state == "cancelled":
        guest.post(f"bookings/{own['reference']}/cancel")

    answers = [
        guest.post(path.format(own["reference"]), {"rooms": [number], **more})
        for number in (hidden.pk, NOBODYS)
    ]

    assert same(answers) == (400 if more else 404)


def test_to_who_moves_a_series_as_a_whole(guest, aurora, hidden):
    own = guest.book(aurora, hour(0), recurrence="FREQ=DAILY;COUNT=3")
    answers = [
        guest.post(f"bookings/{own['reference']}/move", {"room": number}) for number in (hidden.pk, NOBODYS)
    ]
    assert same(answers) == 404

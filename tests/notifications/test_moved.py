"""Letters of a move: where it was as well as when, and whether it holds or is only asked for."""

import pytest
from django.core import mail

from rooms import operations as rooms
from rooms.models import Policy
from tests.notifications.conftest import booked, hour
from tests.notifications.postal import deliver
from tests.worlds import room


@pytest.fixture
def birch(venue):
    return room(venue, "Birch")


@pytest.fixture
def ember(venue):
    asks = Policy.objects.create(venue=venue, name="Asks", needs_approval=True)
    return room(venue, "Ember", type=venue.types.create(name="Board", capacity=8, policy=asks))


def letter_of(booking, guest, **to):
    deliver()
    mail.outbox.clear()
    rooms.move(booking, by=guest, **to)
    deliver()
    [letter] = mail.outbox
    return letter


def before(letter):
    return [line.removeprefix("Before: ") for line in letter.body.splitlines() if line.startswith("Before: ")]


def when(span):
    return f"{span.start:%A} {span.start.day} {span.start:%B %Y}, {span.start:%H:%M} to {span.end:%H:%M}"


def test_a_move_to_another_room_names_the_room_it_left_and_not_the_same_time_again(aurora, birch, guest):
    letter = letter_of(booked(aurora, 1, guest), guest, rooms=birch)

    assert before(letter) == ["Aurora"]
    assert "From now on this holds." in letter.body


def test_a_move_to_another_time_names_the_time_before(aurora, guest):
    assert before(letter_of(booked(aurora, 1, guest), guest, span=hour(3))) == [when(hour(1))]


def test_a_move_to_another_room_and_time_names_both(aurora, birch, guest):
    letter = letter_of(booked(aurora, 1, guest), guest, rooms=birch, span=hour(3))

    assert before(letter) == [f"Aurora, {when(hour(1))}"]


def test_what_is_only_asked_for_there_does_not_hold(aurora, ember, guest):
    letter = letter_of(booked(aurora, 1, guest), guest, rooms=ember)

    assert letter.subject.startswith("Asked for: Ember at Office")
    assert "Your booking is moved, and asked for there" in letter.body
    assert "From now on this holds." not in letter.body


def test_a_request_stays_one_elsewhere_or_is_booked(aurora, ember, guest):
    request = booked(ember, 1, guest)

    assert "Your request is moved\n" in letter_of(request, guest, span=hour(3)).body
    letter = letter_of(request, guest, rooms=aurora)
    assert letter.subject.startswith("Booked: Aurora at Office")
    assert "Your request is moved, and booked" in letter.body


def test_a_subject_says_how_many_rooms_it_does_not_name(venue, guest):
    places = [room(venue, name) for name in ("Cedar", "Delta", "Ember", "Fir", "Grove")]
    booked(places, 1, guest)

    deliver()

    assert mail.outbox[0].subject.startswith("Booked: Cedar, Delta, Ember and 2 more at Office, ")

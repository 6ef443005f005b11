"""A body that says two different things is refused with what would go unheard; nothing is written."""

from datetime import UTC, datetime, timedelta

import pytest

from rooms.models import Booking, IdempotencyKey
from tests.api.programs import problem_of
from tests.travel import soon

pytestmark = pytest.mark.django_db
SOON = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
TIMES = {"start": SOON.isoformat(), "end": (SOON + timedelta(hours=1)).isoformat()}


@pytest.fixture
def run(db):
    return soon()


def require_refused(answer, fields):
    assert problem_of(answer) == (400, "invalid")
    assert list(answer.told["field_errors"]) == fields
    assert answer.told["detail"] == answer.told["field_errors"][fields[0]][0]
    assert not Booking.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"count": 3}, ["count"]),
        ({"count": 1}, ["count"]),
        ({"seats": ["1A"]}, ["seats"]),
        ({"passengers": [{"name": "Ada"}]}, ["passengers"]),
        ({"from_stop": 0, "to_stop": "Ankara"}, ["from_stop", "to_stop"]),
    ],
)
def test_of_rooms(guest, aurora, birch, more, fields):
    wanted = {"venue": "office", "rooms": [aurora.pk, birch.pk], **TIMES, **more}

    require_refused(guest.post("bookings", wanted, **{"idempotency-key": "k"}), fields)


def test_of_types_with_a_number_beside_them(guest, aurora):
    wanted = {"venue": "office", "room_types": [{"room_type": "Meeting room"}], "count": 2, **TIMES}

    require_refused(guest.post("bookings", wanted), ["count"])


def test_of_a_room_named_twice(guest, staff, aurora):
    wanted = {"venue": "office", "rooms": [aurora.pk] * 3, **TIMES}

    require_refused(guest.post("bookings", wanted), ["rooms"])
    require_refused(staff.post("venues/office/blockings", {"rooms": [aurora.pk] * 2, **TIMES}), ["rooms"])


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"count": 4}, ["count"]),
        ({"venue": "office"}, ["venue"]),
        ({"rooms": [1]}, ["rooms"]),
        ({"room_types": [{"room_type": "Second"}]}, ["room_types"]),
        ({"start": TIMES["start"]}, ["start"]),
        (TIMES, ["start", "end"]),
        ({"end": None}, ["end"]),
        ({"party": 4}, ["party"]),
        ({"plate": "34 KZ 1978"}, ["plate"]),
        ({"recurrence": "FREQ=DAILY;COUNT=2"}, ["recurrence"]),
        ({"passengers": [{"name": "Ada", "age": 8}]}, ["age"]),
    ],
)
def test_of_seats(guest, venue, run, more, fields):
    wanted = {"departure": run.pk, "seats": ["1A"], **more}

    require_refused(guest.post("bookings", wanted, **{"idempotency-key": "k"}), fields)


def test_what_says_the_same_twice_is_heard(guest, aurora, run):
    rooms = {"venue": "office", "rooms": [aurora.pk], "count": 1, **TIMES}
    seats = {"departure": run.pk, "venue": run.vehicle.slug, "seats": ["1A", "1B"], "count": 2, "party": 2}
    together = {"departure": run.pk, "room_type": "Second", "count": 2, "party": 2}

    for wanted in (rooms, seats, together):
        assert guest.post("bookings", wanted).status_code == 201

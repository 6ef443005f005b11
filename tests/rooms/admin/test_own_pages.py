"""The page of a row of its own, which takes no text that nobody could read."""

import pytest

from rooms.models import Amenity, Room, Route, Stop, Venue
from tests.rooms.admin.desk import address, fields_of, save
from tests.worlds import rate, room

pytestmark = pytest.mark.django_db


def line_of(harbour):
    route = Route.objects.create(slug="coast", name="Coast", mode="train")
    Stop.objects.create(route=route, position=0, place="Kars", arrives=0, departs=0)
    return route


class TestTexts:
    @pytest.mark.parametrize(
        ("make", "field"),
        [
            (room, "floor"),
            (lambda v: v, "name"),
            (lambda v: v, "description"),
            (lambda v: v, "types-0-noun"),
            (lambda v: v.types.get(), "name"),
            (lambda v: v.policies.get(), "name"),
            (lambda v: rate(v, 2400), "name"),
            (lambda v: Amenity.objects.create(slug="tv", name="TV"), "name"),
            (line_of, "operator"),
            (line_of, "stops-0-place"),
        ],
    )
    def test_that_turn_the_reading_are_taken_nowhere(self, root, harbour, make, field):
        row = make(harbour)
        before = fields_of(root, address(row))

        answer = save(root, address(row), **{field: "Aurora \u202etxt"})

        assert "This text has characters that cannot be shown." in answer.content.decode()
        assert fields_of(root, address(row))[field] == before[field]

    @pytest.mark.parametrize("odd", ["\u202e", "\u200b", "Aurora\x07"])
    def test_of_a_room_that_nobody_could_read_are_no_name(self, desk, harbour, odd):
        save(desk, address(room(harbour)), name=odd)

        assert Room.objects.get().name == "Aurora"

    def test_of_several_lines_keep_them(self, root, harbour):
        assert save(root, address(harbour), description="Open\r\nlate").status_code == 302

        assert Venue.objects.get().description == "Open\nlate"

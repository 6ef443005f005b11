"""Many rooms at once: by a pattern, from a table and into one; of one's own venues alone."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reservations import Invalid
from rooms import operations
from rooms.models import Amenity, Room
from rooms.operations.numbering import MOST, names_of
from tests.rooms.admin.desk import address, coming, listing, messages_of
from tests.worlds import person, room, rooms, terms, works_at

pytestmark = pytest.mark.django_db
MANY, IMPORT = "/admin/rooms/room/many/", "/admin/rooms/room/import/"


class TestAPattern:
    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            ("201-203", ["201", "202", "203"]),
            ("001-003", ["001", "002", "003"]),
            ("98-101", ["98", "99", "100", "101"]),
            ("A1-A3", ["A1", "A2", "A3"]),
            ("A1-3", ["A1", "A2", "A3"]),
            ("201-202, 301, Penthouse", ["201", "202", "301", "Penthouse"]),
            ("1-2,2-3", ["1", "2", "3"]),
            ("Hall-A", ["Hall-A"]),
            ("A1-B3", ["A1-B3"]),
        ],
    )
    def test_stands_for(self, pattern, names):
        assert names_of(pattern) == names

    @pytest.mark.parametrize("pattern", ["", " , ", "240-201", f"1-{MOST + 1}", "1-999999", "1-400,501-900"])
    def test_that_makes_no_sense_is_refused(self, pattern):
        with pytest.raises(Invalid):
            names_of(pattern)


class TestAddingMany:
    def test_adds_a_room_for_each_name(self, desk, harbour):
        kind = harbour.types.get()

        answer = desk.post(MANY, {"type": kind.pk, "names": "201-240", "floor": "2"})

        assert answer.status_code == 302
        assert Room.objects.filter(venue=harbour, type=kind, floor="2", capacity=kind.capacity).count() == 40

    def test_lets_them_stand_in_the_order_of_their_names_behind_what_is_there(self, desk, harbour):
        room(harbour, "Lobby", order=7)

        desk.post(MANY, {"type": harbour.types.get().pk, "names": "1-12"})

        numbers = [str(number) for number in range(1, 13)]
        assert list(Room.objects.order_by("order").values_list("name", "order")) == [
            ("Lobby", 7), *zip(numbers, range(8, 20), strict=True)
        ]  # fmt: skip
        assert [one.name for one in terms(harbour).rooms.values()] == ["Lobby", *numbers]

    def test_adds_none_where_one_is_there(self, desk, harbour):
        room(harbour, "203")

        answer = desk.post(MANY, {"type": harbour.types.get().pk, "names": "201-204"})

        assert "There are rooms of these names: 203." in answer.content.decode()
        assert Room.objects.count() == 1

    def test_says_what_is_wrong_beside_its_field(self, desk, harbour):
        answer = desk.post(MANY, {"type": harbour.types.get().pk, "names": "9-1"})

        assert "runs backwards" in answer.content.decode()

    def test_is_not_for_another_venue(self, desk, harbour, pier):
        answer = desk.post(MANY, {"type": pier.types.get().pk, "names": "1-3"})

        assert answer.status_code == 200
        assert "Pier" not in answer.content.decode()
        assert not Room.objects.exists()


def table(*lines):
    return SimpleUploadedFile("rooms.csv", "\r\n".join(["venue,type,name,capacity", *lines]).encode())


class TestATable:
    def test_is_tried_first_and_then_taken_in(self, desk, harbour):
        lines = ["harbour,Meeting room,Aurora,4", "harbour,Meeting room,Birch,6"]

        tried = desk.post(IMPORT, {"file": table(*lines), "try_only": "on"})
        assert "2 rooms would be added, 0 would be changed, 0 refused." in messages_of(tried)
        assert not Room.objects.exists()

        taken = desk.post(IMPORT, {"file": table(*lines)})
        assert taken.status_code == 302
        assert sorted(Room.objects.values_list("name", "capacity")) == [("Aurora", 4), ("Birch", 6)]

    def test_names_each_line_that_is_refused(self, desk, harbour):
        answer = desk.post(IMPORT, {"file": table("harbour,Meeting room,Aurora,4", "harbour,Castle,Birch,6")})

        assert "Line 3: There is no type “Castle” at a venue “harbour”." in answer.content.decode()
        assert Room.objects.get().name == "Aurora"

    def test_changes_nothing_of_another_venue_and_says_nothing_of_it(self, desk, harbour, pier):
        answer = desk.post(IMPORT, {"file": table("pier,Meeting room,Mine,4", "nowhere,Meeting room,Mine,4")})

        page = answer.content.decode()
        assert "Line 2: There is no type “Meeting room” at a venue “pier”." in page
        assert "Line 3: There is no type “Meeting room” at a venue “nowhere”." in page
        assert not Room.objects.exists()

    @pytest.mark.parametrize(
        "content", [b"\xff\xfe\x00", b"", b"a,b\r\n1,2", b'venue,type,name\r\n"x', b"venue,type,name\r\n\0,,"]
    )
    def test_that_is_none_is_refused_and_never_an_error(self, desk, harbour, content):
        answer = desk.post(IMPORT, {"file": SimpleUploadedFile("rooms.csv", content)})

        assert answer.status_code == 200
        assert not Room.objects.exists()

    def test_goes_out_and_comes_back_as_it_was(self, desk, harbour, pier):
        screen = Amenity.objects.create(slug="screen", name="Screen")
        for one in rooms(harbour, 2):
            one.amenities.add(screen)
        for name in ("-1", "'-1", "=1+1", "''@x", "O'Hara"):
            room(harbour, name, floor="-1")
        room(pier, "Theirs")
        before = list(Room.objects.order_by("pk").values("name", "capacity", "order", "floor", "type"))

        sent = desk.post(
            listing("room"),
            {"action": "export_csv", "_selected_action": [one.pk for one in Room.objects.all()]},
        )
        content = b"".join(sent.streaming_content)

        assert b"Theirs" not in content
        assert b",=" not in content
        back = desk.post(IMPORT, {"file": SimpleUploadedFile("rooms.csv", content)})
        assert back.status_code == 302
        assert (
            list(Room.objects.order_by("pk").values("name", "capacity", "order", "floor", "type")) == before
        )
        assert Room.objects.filter(amenities=screen).count() == 2


def test_bookings_go_out_as_a_table_without_formulas(desk, harbour, pier):
    guest = person("guest")
    details = operations.Details(title="=1+1")
    for venue in (harbour, pier):
        operations.book(room(venue), coming(10, 11), by=guest, details=details)

    sent = desk.post(
        listing("booking"), {"action": "export_csv", "_selected_action": [1], "select_across": "1"}
    )

    lines = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert [(line["venue"], line["title"]) for line in lines] == [("harbour", "'=1+1")]


@pytest.mark.parametrize("page", [MANY, IMPORT])
def test_who_only_works_at_the_desk_adds_no_rooms(clerk, page):
    assert clerk.get(page).status_code == 403
    assert clerk.post(page, {}).status_code == 403


def test_the_list_leads_there_and_a_venue_to_its_numbers(desk, clerk, manager, harbour, pier):
    works_at(manager, pier)
    assert MANY in desk.get(listing("room")).content.decode()
    assert MANY not in clerk.get(listing("room")).content.decode()
    for numbers in ("/reports/today/", "/reports/"):
        for page in (listing("venue"), address(harbour)):
            told, hidden = (browser.get(page).content.decode() for browser in (desk, clerk))
            assert f'href="{numbers}?venue=harbour"' in told
            assert f'href="{numbers}?venue=' not in hidden
            assert f'href="{numbers}?venue=pier"' not in told  # where they only work at the desk

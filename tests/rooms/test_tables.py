"""`manage.py export_bookings` and `import_rooms`: bookings and rooms as tables, out and in."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from rooms import operations
from rooms.models import Amenity, Room
from rooms.operations import importing
from rooms.queries import bookings
from tests.worlds import NOW, office, person, rate, room, span

pytestmark = pytest.mark.django_db


class TestExportBookings:
    @pytest.fixture
    def venue(self):
        venue = office("harbour", timezone="Europe/Istanbul", hours=None)
        rate(venue, 1250)
        return venue

    def exported(self, *arguments):
        out = io.StringIO()
        call_command("export_bookings", *arguments, stdout=out)
        return list(csv.DictReader(io.StringIO(out.getvalue())))

    def test_says_of_each_booking_what_its_page_says(self, venue):
        guest = person("ada")
        both = [room(venue, "Aurora"), room(venue, "Birch")]
        asked = venue.questions.create(text="Shall we cater?", kind="yes_no")
        details = operations.Details(title="Plans, next year", party=4, answers={asked.pk: "no"})
        booked = operations.book(both, span(9, 11), by=guest, details=details, now=NOW)

        assert self.exported() == [
            {
                "reference": booked.reference,
                "venue": "harbour",
                "rooms": "Aurora; Birch",
                "state": "confirmed",
                "guest": "ada@example.com",
                "name": "Ada",
                "title": "Plans, next year",
                "party": "4",
                "starts_at": "2026-11-23T12:00:00+03:00",
                "ends_at": "2026-11-23T14:00:00+03:00",
                "price": "50.00",
                "currency": "EUR",
                "created_at": "2026-11-23T09:00:00+03:00",
                "answers": "Shall we cater?: No",
            }
        ]

    @pytest.mark.parametrize("title", ["=1+1", "+49 30", "-1", "@SUM(A1)"])
    def test_lets_no_cell_act_as_a_formula(self, venue, title):
        details = operations.Details(title=title)
        operations.book(room(venue), span(9, 10), by=person("ada"), details=details, now=NOW)

        assert [row["title"] for row in self.exported()] == [f"'{title}"]

    def test_takes_the_dates_of_the_venue_and_leaves_other_venues_out(self, venue):
        guest, place = person("ada"), room(venue)
        late = operations.book(place, span(20.5, 21), by=guest, now=NOW)  # 23:30 in Istanbul
        operations.book(place, span(21.5, 22), by=guest, now=NOW)  # 00:30 on the next day
        operations.book(room(office("other", hours=None)), span(9, 10), by=guest, now=NOW)

        found = self.exported("--venue", "harbour", "--from", "2026-11-23", "--to", "2026-11-24")

        assert [row["reference"] for row in found] == [late.reference]

    def test_asks_the_same_number_of_questions_for_one_booking_and_for_thirty(
        self, venue, django_assert_num_queries
    ):
        guest, place = person("ada"), room(venue)
        for day in range(30):
            operations.book(place, span(9, 10, day), by=guest, now=NOW)

        with django_assert_num_queries(3):
            assert len(list(bookings.rows(bookings.bookings()))) == 30
        with django_assert_num_queries(3):
            assert len(list(bookings.rows(bookings.bookings(until=NOW + timedelta(days=1))))) == 1

    def test_writes_a_file_that_spreadsheets_read(self, venue, tmp_path):
        operations.book(room(venue, "Århus"), span(9, 10), by=person("ada"), now=NOW)
        file = tmp_path / "bookings.csv"

        call_command("export_bookings", "--output", str(file), stdout=io.StringIO())

        assert file.read_bytes().startswith(b"\xef\xbb\xbfreference,venue,rooms,")
        assert "Århus" in file.read_text(encoding="utf-8-sig")

    def test_refuses_a_venue_that_is_not_there_and_a_file_that_cannot_be(self, tmp_path):
        with pytest.raises(CommandError, match="There is no venue “nowhere”"):
            call_command("export_bookings", "--venue", "nowhere")
        with pytest.raises(CommandError, match="No such file or directory"):
            call_command("export_bookings", "--output", str(tmp_path / "no" / "such.csv"))


class TestImportRooms:
    @pytest.fixture
    def venue(self):
        return office("harbour")

    @pytest.fixture
    def take_in(self, tmp_path, capsys):
        def take_in(text, *arguments, encoding="utf-8"):
            file = tmp_path / "rooms.csv"
            file.write_bytes(text.encode(encoding))
            out, err, code = io.StringIO(), io.StringIO(), 0
            try:
                call_command("import_rooms", str(file), *arguments, stdout=out, stderr=err)
            except SystemExit as end:
                code = end.code
            return out.getvalue().strip(), err.getvalue().strip().splitlines(), code

        return take_in

    def test_adds_rooms_and_changes_those_it_knows_by_name(self, venue, take_in):
        screen = Amenity.objects.create(slug="screen", name="Screen")
        room(venue, "Aurora")

        said = take_in(
            "venue,type,name,capacity,floor,amenities,x\n"
            "harbour,Meeting room,Aurora,12,2,screen,\n"
            'harbour,Meeting room,"Birch, small",,1,,3.5\n'
        )

        aurora, birch = Room.objects.order_by("name")
        assert said == ("1 room added, 1 changed, 0 refused.", [], 0)
        assert (aurora.capacity, aurora.floor, list(aurora.amenities.all())) == (12, "2", [screen])
        assert (birch.name, birch.capacity, birch.floor, birch.x) == ("Birch, small", 8, "1", 3.5)

    def test_keeps_what_the_table_does_not_say_and_what_bookings_counted(self, venue, take_in):
        aurora = room(venue, "Aurora")
        operations.book(aurora, span(9, 10), by=person("ada"), now=NOW)
        Room.objects.filter(pk=aurora.pk).update(floor="4")

        take_in("venue,type,name,capacity\nharbour,Meeting room,Aurora,20\n")

        aurora.refresh_from_db()
        assert (aurora.capacity, aurora.floor, aurora.revision) == (20, "4", 1)

    @pytest.mark.parametrize(
        ("row", "why"),
        [
            ("harbour,Ballroom,Aurora,8,", "There is no type “Ballroom” at a venue “harbour”."),
            ("nowhere,Meeting room,Aurora,8,", "There is no type “Meeting room” at a venue “nowhere”."),
            ("harbour,Meeting room,,8,", "It says nothing of: name."),
            ("harbour,Meeting room,Aurora,many,", "capacity: “many” is no number."),
            ("harbour,Meeting room,Aurora,0,", "capacity: Ensure this value is greater than or equal to 1."),
            *(
                (
                    f"harbour,Meeting room,Aurora,{seats},",
                    "capacity: Ensure this value is less than or equal to 32767.",
                )
                for seats in (32_768, 10**18, 10**30)
            ),
            ("harbour,Meeting room,Aurora,8,nan", "x: “nan” is no number."),
            (f"harbour,Meeting room,Aurora,{'9' * 400},", f"capacity: “{'9' * 40}” is no number."),
            ("harbour,Meeting room,Au\u202erora,8,", "name: This text has characters that cannot be shown."),
            ("harbour,Meeting room,Aurora,8,1,2", "It has more cells than there are columns; a comma"),
            (f"harbour,Meeting room,{'A' * 81},8,", "name: Ensure this value has at most 80 characters"),
        ],
    )
    def test_refuses_a_row_alone_and_says_why(self, venue, take_in, row, why):
        table = f"venue,type,name,capacity,x\n{row}\nharbour,Meeting room,Birch,8,\n"

        out, err, code = take_in(table)

        assert (out, len(err), code) == ("1 room added, 0 changed, 1 refused.", 1, 1)
        assert err[0].startswith(f"Line 2: {why}")
        assert list(Room.objects.values_list("name", flat=True)) == ["Birch"]

    def test_refuses_an_amenity_nobody_knows(self, venue, take_in):
        _, err, code = take_in("venue,type,name,amenities\nharbour,Meeting room,Aurora,pool;sauna\n")

        assert (err, code) == (["Line 2: There is no amenity: pool, sauna."], 1)

    def test_says_the_name_of_what_is_no_file_once(self, tmp_path):
        with pytest.raises(CommandError) as refused:
            call_command("import_rooms", tmp_path)

        assert str(refused.value) == f"{tmp_path}: Is a directory"

    def test_only_tries_when_asked_to(self, venue, take_in):
        table = "venue,type,name\nharbour,Meeting room,Aurora\nharbour,Ballroom,Birch\n"

        out, err, code = take_in(table, "--dry-run")

        assert out == "1 room would be added, 0 would be changed, 1 would be refused."
        assert (len(err), code, Room.objects.count()) == (1, 1, 0)

    @pytest.mark.django_db(transaction=True)
    def test_that_is_only_tried_keeps_no_room_from_being_booked_meanwhile(self, venue):
        room(venue, "Aurora")
        named = [{"venue": "harbour", "type": "Meeting room", "name": name} for name in ("Aurora", "Birch")]
        between = []

        tally = importing.import_rooms(
            enumerate([*named, *named], 2),
            dry_run=True,
            done=lambda: between.append((connection.in_atomic_block, Room.objects.count())),
        )

        assert between == [(False, 1)] * 4
        assert (tally.added, tally.changed, tally.refused) == (1, 3, [])

    @pytest.mark.parametrize(
        ("table", "encoding", "why"),
        [
            ("name,colour\n", "utf-8", "does not know colour"),
            ("name,type\n", "utf-8", "lacks venue"),
            ("", "utf-8", "lacks venue, type, name"),
            ("venue,type,name\nharbour,Meeting room,Århus\n", "latin-1", "codec can't decode"),
            ('venue,type,name\nharbour,Meeting room,"Aurora\n', "utf-8", "unexpected end of data"),
        ],
    )
    def test_refuses_a_file_that_is_no_such_table(self, venue, take_in, table, encoding, why):
        with pytest.raises(CommandError, match=why):
            take_in(table, encoding=encoding)

        assert Room.objects.count() == 0

"""Lists: pages that lose nothing and show nothing twice, at the same price whatever their number."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rooms.models import Venue
from tests.api.programs import Program, every_page, hour, problem_of
from tests.worlds import office, room, rooms, works_at


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
    def test_together_are_the_list(self, guest, venue, limit):
        made = [guest.book(one, hour(0))["reference"] for one in rooms(venue, 7)]

        listed = [one["reference"] for one in every_page(guest, f"bookings?limit={limit}")]

        assert listed == made[::-1]

    def test_lose_nothing_and_repeat_nothing_while_others_book_cancel_and_move(self, guest, venue):
        several = rooms(venue, 9)
        made = [guest.book(one, hour(0))["reference"] for one in several[:6]]

        seen, following = [], ""
        for turn in range(4):
            answer = guest.get(f"bookings?limit=2&cursor={following}").told
            seen += [one["reference"] for one in answer["items"]]
            following = answer["next"]
            if following is None:
                break
            guest.book(several[6 + turn], hour(0))
            guest.post(f"bookings/{made[0]}/move", {"start": hour(turn + 3)["start"]})
            guest.post(f"bookings/{made[2]}/cancel")

        assert seen == made[::-1]

    @pytest.mark.parametrize("path", ["venues", "venues/office/rooms", "venues/office/blockings"])
    def test_of_every_list_follow_one_another(self, staff, venue, path):
        for one in rooms(venue, 4):
            staff.post("venues/office/blockings", {"rooms": [one.pk], **hour(0)})
        Venue.objects.bulk_create([Venue(slug=f"v{n}", name="Same name") for n in range(3)])

        whole = staff.get(path).told
        paged = every_page(staff, f"{path}?limit=1")

        assert paged == whole["items"]
        assert len(paged) == 4
        assert whole["next"] is None

    @pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "1e9", "9" * 30, "1&limit=2"])
    def test_are_of_1_to_200(self, guest, limit):
        assert problem_of(guest.get(f"bookings?limit={limit}")) == (400, "invalid")


class TestACursor:
    @pytest.fixture
    def cursor(self, guest, venue):
        for one in rooms(venue, 3):
            guest.book(one, hour(0))
        return guest.get("bookings?limit=1").told["next"]

    @pytest.mark.parametrize(
        "path",
        ["bookings?state=held&limit=1", "bookings?mine=true", "bookings?venue=office", "venues?limit=1"],
    )
    def test_is_good_for_its_own_list_alone(self, guest, cursor, path):
        assert problem_of(guest.get(f"{path}&cursor={cursor}")) == (400, "invalid")

    @pytest.mark.parametrize("narrower", ["kind=building", "type={kind}", "kind=building&type={kind}"])
    def test_of_a_report_is_good_for_its_own_question_alone(self, manager, venue, narrower):
        room(venue)
        whole = "reports/occupancy?by=day&from=2026-11-01&to=2026-11-20&limit=1"
        following = manager.get(whole).told["next"]
        assert following
        other = narrower.format(kind=venue.types.get().pk)

        assert problem_of(manager.get(f"{whole}&{other}&cursor={following}")) == (400, "invalid")
        assert len(manager.get(f"{whole}&cursor={following}").told["items"]) == 1

    def test_is_good_for_its_own_reader_alone(self, rival, cursor):
        assert problem_of(rival.get(f"bookings?limit=1&cursor={cursor}")) == (400, "invalid")

    def test_outlives_another_limit(self, guest, cursor):
        assert len(guest.get(f"bookings?limit=5&cursor={cursor}").told["items"]) == 2

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=60), st.integers(0, 60))
    def test_cannot_be_made(self, guest, cursor, letters, at):
        forged = cursor[:at] + letters + cursor[at + len(letters) :]
        if forged not in (cursor, ""):
            answer = guest.client.get(
                "/api/v1/bookings",
                {"limit": 1, "cursor": forged.encode("utf-8", "replace").decode()},
                headers={"authorization": f"Bearer {guest.pair.access}"},
            )
            assert answer.status_code == 400 or forged.strip("=") == cursor


class TestFilters:
    def test_of_bookings(self, guest, staff, venue, aurora, birch):
        held = guest.book(aurora, hour(0), hold=True)["reference"]
        booked = guest.book(birch, hour(2))["reference"]
        elsewhere = guest.book(room(office("elsewhere", hours=None)), hour(0))["reference"]

        def listed(program, query):
            return [one["reference"] for one in program.get(f"bookings?{query}").told["items"]]

        assert listed(guest, "state=held") == [held]
        assert listed(guest, f"from={hour(2)['start']}") == [booked]
        assert listed(guest, f"to={hour(2)['start']}") == [elsewhere, held]
        assert listed(guest, f"from={hour(1)['start']}&to={hour(2)['start']}") == []
        assert listed(guest, "venue=elsewhere") == [elsewhere]
        assert listed(staff, "") == [booked, held]
        assert listed(staff, "mine=true") == []
        assert listed(staff, "venue=elsewhere") == []
        assert problem_of(guest.get("bookings?venue=nowhere")) == (404, "not_found")
        assert problem_of(guest.get("bookings?state=lost")) == (400, "invalid")
        for odd in (
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-12:00",
            "1400-01-28T21:25:14+16:18",
            "1",
        ):
            assert problem_of(guest.get(f"bookings?from={odd}")) == (400, "invalid")

    @pytest.mark.parametrize("path", ["bookings", "venues/office/blockings"])
    def test_that_end_before_they_begin_are_refused(self, staff, venue, path):
        reversed_ = staff.get(f"{path}?from={hour(2)['start']}&to={hour(1)['start']}")

        assert problem_of(reversed_) == (400, "invalid")
        assert reversed_.told["field_errors"] == {"to": ["The period ends before it begins."]}
        assert staff.get(f"{path}?from={hour(2)['start']}&to={hour(2)['start']}").status_code == 200

    @pytest.mark.parametrize("name", ["from", "to"])
    def test_of_reports_are_dates_or_instants_and_no_naive_times(self, manager, venue, name):
        today = datetime.now(UTC).date()

        answer = manager.get(f"reports/revenue?{name}={today}T00:00:00")
        instant = manager.get(f"reports/revenue?{name}={today}T00:00:00Z")

        assert problem_of(answer) == (400, "invalid")
        assert list(answer.told["field_errors"]) == [name]
        assert instant.content == manager.get(f"reports/revenue?{name}={today}").content

    def test_of_everybody_show_nobody_else(self, guest, rival, aurora):
        guest.book(aurora, hour(0))

        assert rival.get("bookings").told["items"] == []


def _queries(program, path):
    with CaptureQueriesContext(connection) as seen:
        assert program.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("auth/me", 2),
        ("venues", 3),
        ("venues/office", 4),
        ("venues/office/rooms", 3),
        (f"venues/office/availability?start={hour(0)['start']}&end={hour(0)['end']}", 4),
        (f"venues/office/timeline?start={hour(0)['start']}&end={hour(0)['end']}", 3),
        ("bookings", 5),
        ("venues/office/blockings", 5),
    ],
)
def test_thirty_rows_cost_as_many_queries_as_one(guest, staff, venue, path, most):
    def more(number, start):
        for one in rooms(venue, number) if number > 1 else [room(venue, "First")]:
            guest.book(one, hour(start))
            staff.post("venues/office/blockings", {"rooms": [one.pk], **hour(start + 1)})

    more(1, 0)
    staff.get(path)  # the venue's terms are in memory now
    one = _queries(staff, path)
    more(30, 0)
    staff.get(path)

    assert _queries(staff, path) == one <= most


def test_a_booking_is_made_in_few_queries(guest, aurora):
    guest.book(aurora, hour(0))

    with CaptureQueriesContext(connection) as seen:
        guest.book(aurora, hour(1))

    assert len(seen) <= 14  # of which the booking itself is ten on SQLite, and four on PostgreSQL


def test_somebody_who_works_everywhere_costs_no_more(staff, venue):
    for n in range(20):
        works_at(staff.person, office(f"office-{n}"))
    again = Program(staff.person)

    assert _queries(again, "bookings") <= 5

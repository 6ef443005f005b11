"""The pages of reports, and who sees them: managers their own venues, superusers all, others none."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.asking import VENUES
from reports.catalog import REPORTS
from rooms.models import Booking, Room, Venue
from tests.worlds import office, person, room, works_at

PERIOD = "from=2026-10-22&to=2026-10-28"
pytestmark = pytest.mark.django_db


def page_of(user, address, **headers):
    client = Client(headers=headers)
    if user is not None:
        client.force_login(user)
    return client.get(address)


@pytest.fixture
def venue(db):
    found = office("office")
    room(found, "Aurora")
    return found


@pytest.fixture
def manager(venue):
    return works_at(person("maya"), venue, "manager")


@pytest.fixture
def admin(db):
    return person("admin", is_staff=True, is_superuser=True)


ADDRESSES = ["/reports/", *(f"/reports/{name}{end}" for name in REPORTS for end in ("/", ".csv", ".xlsx"))]


class TestWhoSeesThem:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_managers_and_superusers_do_and_nobody_else(self, address, venue, manager, admin):
        staff, guest = works_at(person("carl"), venue), person("lena")

        seen = [page_of(user, address).status_code for user in (None, guest, staff, manager, admin)]

        assert seen == [302, 403, 403, 200, 200]

    def test_the_menu_leads_managers_there_and_nobody_else(self, venue, admin):
        staff, manager = (works_at(person(role, is_staff=True), venue, role) for role in ("staff", "manager"))
        everybody = (None, person("lena"), staff, manager, admin)

        led = [b'href="/reports/"' in page_of(user, "/").content for user in everybody]

        assert led == [False, False, False, True, True]

    def test_a_manager_is_told_nothing_of_another_venue(self, manager):
        other = office("secret")

        shown = page_of(manager, f"/reports/revenue/?venue={other.slug}")
        Venue.objects.filter(pk=other.pk).update(is_listed=False)
        hidden, none = (
            page_of(manager, f"/reports/revenue/?venue={slug}", accept="application/json")
            for slug in (other.slug, "no-such-one")
        )

        assert (shown.status_code, hidden.status_code, none.status_code) == (403, 404, 404)
        assert hidden.content == none.content
        assert "Secret" not in page_of(manager, "/reports/occupancy/?by=venue").content.decode()

    def test_a_type_of_another_venue_is_refused_as_one_that_is_not_there(self, manager):
        theirs = office("secret").types.get().pk

        answers = [
            page_of(manager, f"/reports/revenue/?type={key}", accept="application/json")
            for key in (theirs, 999_999)
        ]

        assert [answer.status_code for answer in answers] == [400, 400]
        assert answers[0].content == answers[1].content


class TestFilters:
    @pytest.mark.parametrize("query", ["", "from=&to=&venue=&kind=&type=&by="])
    def test_that_are_left_out_ask_for_thirty_days_up_to_today(self, query, manager):
        asked = page_of(manager, f"/reports/revenue/?{query}").context["asked"]

        assert (asked.last, len(asked.days)) == (asked.now.date(), 30)
        assert (asked.venue, asked.kind, asked.type_id, asked.by) == ("", "", None, "day")

    @pytest.mark.parametrize(
        "query",
        [
            "from=yesterday",
            "from=2026-02-30",
            "from=2026-10-22T00:00:00",
            "from=2026-11-02&to=2026-11-01",
            "from=2024-01-01&to=2026-01-01",
            "from=0001-01-01&to=0001-01-02",
            "to=9999-12-31",
            "by=guest",
            "kind=castle",
            "type=x",
            "type=99999999999999999999",
            "venue=%00",
            "from=" + "1" * 99,
        ],
    )
    def test_that_make_no_sense_are_refused(self, query, manager):
        assert page_of(manager, f"/reports/revenue/?{query}").status_code in (400, 404)

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ("from=2026-11-02&to=2026-11-01", "The period ends before it begins."),
            ("from=2001-01-01", "A period has at most 366 days."),
            ("type=999999", "There is no such type of room at the venues of this report."),
            ("kind=castle&type=x", "This is one of: building, hotel, car_park, vehicle."),
        ],
    )
    @pytest.mark.parametrize("address", ["/reports/revenue/", "/reports/"])
    def test_that_make_no_sense_are_left_out_of_what_a_person_sees(self, address, wrong, sentence, manager):
        page = page_of(manager, f"{address}?venue=office&{wrong}")

        told = page.content.decode()
        assert page.status_code == 400
        assert f'role="alert">{sentence} The report leaves that out.</p>' in told
        assert '<option value="office" selected>' in told
        (link,) = set(re.findall(r'href="/reports/occupancy/([^"]*)"', told))
        assert page_of(manager, f"/reports/occupancy/{link}").status_code == 200
        assert "venue=office" in link

    def test_a_report_that_is_none_is_not_found(self, manager):
        assert page_of(manager, "/reports/gossip/").status_code == 404


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("2026-10-22", "22 October 2026, compared with the day before"),
        ("2026-10-28", "22 October 2026 to 28 October 2026, compared with the 7 days before"),
    ],
)
@pytest.mark.parametrize("address", ["/reports/", "/reports/trends/"])
def test_a_page_says_of_which_days_it_is(address, to, said, manager):
    assert said in page_of(manager, f"{address}?from=2026-10-22&to={to}").content.decode()


def _shown(content):
    """Return the table of numbers on a page."""
    table = re.search(r"<table>(.*?)</table>", content.decode(), re.DOTALL)
    rows = ElementTree.fromstring(f"<t>{table[1]}</t>").iter("tr") if table else ()  # noqa: S314 -- our own page
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def _every_page(user, address):
    """Return the table of numbers on all pages of a report, one under the other, thousands as in a file."""
    client, found = Client(), []
    client.force_login(user)
    for number in range(1, 99):
        page = client.get(f"{address}&page={number}")
        rows = _shown(page.content)[1 if found else 0 :]
        found += [[re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", cell) for cell in row] for row in rows]
        if b'rel="next"' not in page.content:
            return found
    raise AssertionError("The pages have no end.")


def _sheet(content):
    """Return the cells of a workbook's only sheet."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = [
            "".join(one.itertext())
            for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 -- our own file
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 -- our own file
    assert not list(sheet.iter(f"{space}f")), "a cell computes something"
    for row in sheet.iter(f"{space}row"):
        texts = [(cell.get("t") == "s", cell[0].text) for cell in row]
        yield [strings[int(text)] if is_text else float(text) for is_text, text in texts]


@pytest.mark.parametrize("weeks", [0], indirect=True)
class TestTheSameNumbersEverywhere:
    @pytest.mark.parametrize("name", REPORTS)
    def test_csv_is_what_the_page_shows(self, name, weeks, admin):
        for way in REPORTS[name].ways:
            query = f"{PERIOD}&by={way}"
            file = page_of(admin, f"/reports/{name}.csv?{query}").content.decode("utf-8-sig")

            head, *rows = csv.reader(io.StringIO(file))
            assert [head, *rows] == _every_page(admin, f"/reports/{name}/?{query}")
            assert rows

    def test_have_no_column_that_is_empty_throughout(self, weeks, admin):
        parked = f"/reports/occupancy/?{PERIOD}&venue={weeks.parking.slug}"

        head, *_ = _every_page(admin, parked)
        sheet = next(iter(_sheet(page_of(admin, parked.replace("occupancy/", "occupancy.xlsx")).content)))

        assert {"Nights", "Nights sold", "ADR", "RevPAR", "Seat load factor, %"} & {*head, *sheet} == set()
        assert {"Spot turnover a day", "Occupancy, %"} < set(head) == set(sheet)

    @pytest.mark.parametrize("name", ["revenue", "occupancy"])
    def test_tell_rooms_and_floors_apart(self, name, weeks, admin):
        Room.objects.filter(venue=weeks.hotel).update(floor="1")
        query = f"{PERIOD}&venue={weeks.hotel.slug}"
        page = page_of(admin, f"/reports/{name}/?{query}&by=room")

        assert [column.title for column in page.context["columns"]][:3] == ["Venue", "Floor", "Room"]
        names = {f"{one.name}, {weeks.hotel.name}" for one in weeks.hotel.rooms.all()}
        [chart] = page.context["charts"]
        assert set(chart.names) & names == set(chart.names) != set()
        [floors] = page_of(admin, f"/reports/{name}/?{query}&by=floor").context["charts"]
        assert list(floors.names) == [f"1, {weeks.hotel.name}"]

    @pytest.mark.parametrize("name", REPORTS)
    def test_so_is_the_workbook(self, name, weeks, admin):
        shown = _every_page(admin, f"/reports/{name}/?{PERIOD}")
        file = page_of(admin, f"/reports/{name}.xlsx?{PERIOD}").content

        rows = [[_plain(cell) for cell in row if cell] for row in shown]
        assert [[_plain(cell) for cell in row if cell != ""] for row in _sheet(file)] == rows

    def test_a_name_that_begins_like_a_formula_is_only_shown(self, weeks, admin):
        Venue.objects.update(name="=HYPERLINK(1)")

        told = page_of(admin, "/reports/occupancy.csv?by=venue").content.decode()
        sheet = page_of(admin, "/reports/occupancy.xlsx?by=venue").content

        assert "'=HYPERLINK(1)" in told
        assert list(_sheet(sheet))[1][0] == "=HYPERLINK(1)"

    @pytest.mark.parametrize(
        ("currency", "form"), [("JPY", "#,##0"), ("EUR", "#,##0.00"), ("KWD", "#,##0.000")]
    )
    def test_a_workbook_shows_as_many_digits_as_the_currency_has(self, weeks, admin, currency, form):
        for model in (Venue, Booking):
            model.objects.update(currency=currency)

        sheet = page_of(admin, f"/reports/revenue.xlsx?{PERIOD}&by=venue").content

        with zipfile.ZipFile(io.BytesIO(sheet)) as book:
            assert f'formatCode="{form}"' in book.read("xl/styles.xml").decode()


def _plain(cell):
    """Return a figure as a number, whether it is written 24.00 or 24."""
    try:
        return float(cell)
    except ValueError:
        return cell


class TestTheNumberOfQueries:
    @pytest.mark.parametrize("name", REPORTS)
    def test_is_the_same_for_one_venue_and_for_thirty(self, name, venue, admin, django_assert_num_queries):
        client = Client()
        client.force_login(admin)
        with CaptureQueriesContext(connection) as few:
            client.get(f"/reports/{name}/")
        for number in range(29):
            room(office(f"office-{number}"), "Aurora")

        with django_assert_num_queries(len(few)):
            client.get(f"/reports/{name}/")

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_who_manages_what_is_asked_once(self, address, venue, admin):
        with CaptureQueriesContext(connection) as asked:
            page_of(admin, address)

        assert [one["sql"] for one in asked].count(VENUES) == 1

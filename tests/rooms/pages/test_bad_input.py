"""What nobody should send: every field of every form, every kind of body; refused, and nothing written."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from rooms import operations
from rooms.models import Booking
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act, create, problem_of, wanted, written
from tests.worlds import office, room

DAY = coming(10, 11).start
TEXTS = [  # of title and note
    "a\x00b",  # NUL, at which PostgreSQL ends a request
    "a\x07b",  # a control character
    "a\x1b[31mb",  # a terminal's command
    "a\u202eb",  # turns the reading direction
    "a\u2066b",  # an isolate, which does so too
    "a\u2028b",  # a line to JavaScript
]
MOMENTS = [  # of start and end
    "",
    "tomorrow",
    "10:00",
    "0",
    "-1",
    "1e9",
    "2026-02-30T10:00",
    "2026-11-23T25:00",
    "2026-11-23T10:00+99:00",
    "0001-01-01T00:00:00+23:59",
    "0001-01-01T00:00",
    "1969-12-31T23:59:59Z",
    "2200-01-01T00:00:01Z",
    "9999-12-31T23:59:59-23:59",
    "9999-12-31T23:59",
    "99999-01-01T00:00",
    "2026-11-23T10:00\x00",
    "\u0662\u0660\u0662\u0666-11-23T10:00",  # digits, but not these
    "x" * 100_000,
]
IDS = [
    "0",
    "-1",
    "1.5",
    "1e3",
    "x",
    " ",
    "\u0661",
    "99999999999999999999",
    str(2**63),
    "9" * 5000,
    "\x00",
    "None",
]
NUMBERS = [
    "0",
    "-1",
    "1.5",
    "x",
    "10001",
    "99999999999999999999",
    "9" * 5000,
    "NaN",
    "Infinity",
    "\x00",
    "\u0661",
]
ODD_JSON = [None, True, 1.5, -1, 10**30, [], [[]], {}, {"a": 1}, [None], "\ud800", "\x00", float("nan")]

ODD_QUERIES = [
    *("", "x", "-1", "0", "9" * 5000, "\x00", "\u202e", "\u0661", "%", "<script>", "null", "NaN", "inf"),
    *("9999-12-31", "0001-01-01", "2026-13-01", "2011-12-30", "1970-01-01", "2199-12-31", "2026-W48"),
]

FORM = {  # by field, with the statuses that refuse it
    "room": (IDS, {400, 404}),
    "type": (IDS, {400, 404}),
    "start": (MOMENTS, {400}),
    "end": (MOMENTS, {400}),
    "party": (NUMBERS, {400}),
    "count": ([value for value in NUMBERS if value != "10001"], {400}),
    "title": ([*TEXTS, "x" * 121, "x" * 500_000], {400}),
    "note": ([*TEXTS, "x" * 1001], {400}),
    "key": (["x" * 256, "a\nb", "a\x00b", "\u202e"], {400}),
}


def sent_with(aurora, field, value):
    """Return a good wish with one bad field."""
    sent = wanted(aurora)
    if field in ("type", "count"):
        del sent["room"]
        sent |= {"type": aurora.type_id, "count": 1}
    return {**sent, field: value}


EITHER = ({"accept": "application/json"}, {"accept": "text/html"})


# The values of a field in one test: to open a venue takes longer than to be refused there.
@pytest.mark.parametrize("field", FORM)
def test_a_bad_field_is_refused_by_name(browser, aurora, field):
    values, codes = FORM[field]
    for value in values:
        address, sent = create(aurora.venue), sent_with(aurora, field, value)

        told, shown = (browser.post(address, sent, headers=head) for head in EITHER)

        body = problem_of(told)
        assert (told.status_code in codes, value[:100]) == (True, value[:100])
        assert shown.status_code == told.status_code
        assert body["code"] == "not_found" or set(body["field_errors"]) == {field}
    assert written() == [0, 0, 0, 0]


FIELDS = ("room", "rooms", "type", "count", "start", "end", "party", "title", "note", "key")


@pytest.mark.parametrize("field", FIELDS)
def test_json_of_the_wrong_type_is_refused(browser, venue, aurora, field):
    # No party given is one person: null is the one odd value that means something.
    for value in ODD_JSON[1:] if field == "party" else ODD_JSON:
        sent = sent_with(aurora, field, value)
        if field == "rooms":
            del sent["room"]

        for head in EITHER:
            answer = browser.post(create(venue), sent, content_type="application/json", headers=head)
            assert (answer.status_code in {400, 404}, value) == (True, value)

    assert written() == [0, 0, 0, 0]


@pytest.mark.parametrize("value", [None, "", "1", 1])
def test_a_party_that_is_not_given_is_one(browser, venue, aurora, value):
    answer = browser.post(
        create(venue), {**wanted(aurora), "party": value}, content_type="application/json", **JSON
    )

    assert answer.json()["party"] == 1


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        (11, 10, 400),  # reversed
        (10, 10, 400),  # nothing
        (10, 24 * 365 * 100, 422),  # a hundred years
        (10, 24 * 365 * 170, 422),  # nearly to the end of time
        (10, 24 * 365 * 200, 400),  # beyond it
        (-24 * 365 * 50, 10, 422),  # from fifty years ago
    ],
)
def test_a_span_that_makes_no_sense_is_refused(browser, lena, aurora, start, end, code):
    venue = aurora.venue
    midnight = coming(0, 1).start
    span = {
        "start": (midnight + timedelta(hours=start)).isoformat(),
        "end": (midnight + timedelta(hours=end)).isoformat(),
    }
    own = operations.book(aurora, coming(20, 21), by=lena)
    before = written()

    for address in (create(venue), act(own, "move")):
        for head in EITHER:
            assert browser.post(address, {"room": aurora.pk, **span}, headers=head).status_code == code
    assert browser.get(f"/venues/{venue.slug}/why/", {"room": aurora.pk, **span}).status_code in (200, 400)
    assert browser.get(f"/venues/{venue.slug}/book/", {"room": aurora.pk, **span}).status_code == 200
    assert written() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b"true",
        b"\xff\xfe",
        b'{"start": "2026',
        b"{'room': 1}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"room": ' + b"9" * 10_000 + b"}",
        b'{"room": 1' + b"0" * 4000 + b"}",
        b"\xef\xbb\xbf{}",
        b"{}" * 2,
        b'{"\\ud800": 1}',
        b"NaN",
    ],
    ids=lambda body: repr(body[:16]),
)
def test_a_broken_body_is_refused(browser, lena, venue, aurora, body):
    own = operations.book(aurora, coming(10, 11), by=lena)
    before = written()

    for address in (create(venue), act(own, "move")):
        for head in EITHER:
            answer = browser.post(address, body, content_type="application/json", headers=head)
            assert answer.status_code == 400

    assert written() == before


KINDS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/json; charset=utf-7",
    "application/octet-stream",
    "text/plain",
    "garbage",
    "",
]


@pytest.mark.parametrize("kind", KINDS)
def test_ten_megabytes_of_anything_are_refused(browser, venue, aurora, kind):
    answer = browser.post(create(venue), b"title=" + b"x" * 10_485_760, content_type=kind, **JSON)

    assert answer.status_code == 400
    assert written() == [0, 0, 0, 0]


def test_ten_thousand_fields_are_refused(browser, venue, aurora):
    assert browser.post(create(venue), {f"f{n}": 1 for n in range(10_000)}).status_code == 400


def test_a_hundred_and_one_rooms_are_too_many(browser, venue, aurora):
    sent = {**wanted(aurora), "room": list(range(1, 102))}

    assert browser.post(create(venue), sent, **JSON).status_code == 400


def test_a_file_is_no_field(browser, venue, aurora):
    answer = browser.post(
        create(venue), {**wanted(aurora), "start": SimpleUploadedFile("start", b"x")}, **JSON
    )

    assert problem_of(answer)["field_errors"].keys() == {"start"}


class TestLaterForms:
    @pytest.fixture
    def held(self, aurora, lena):
        return operations.hold(aurora, coming(10, 11), by=lena)

    @pytest.mark.parametrize(
        ("field", "values"),
        [("title", [*TEXTS, "x" * 121]), ("note", [*TEXTS, "x" * 1001]), ("party", NUMBERS)],
        ids=["title", "note", "party"],
    )
    def test_a_confirmation_with_a_bad_field_confirms_nothing(self, browser, held, field, values):
        for value in values:
            for head in EITHER:
                answer = browser.post(act(held, "confirm"), {field: value}, headers=head)
                assert (answer.status_code, value) == (400, value)

        held.refresh_from_db()
        assert (held.state, held.title) == ("held", "")

    @pytest.mark.parametrize(
        ("field", "values"),
        [("start", MOMENTS[1:]), ("end", MOMENTS), ("room", IDS)],  # without a start it begins as before
        ids=["start", "end", "room"],
    )
    def test_a_move_with_a_bad_field_moves_nothing(self, browser, aurora, held, field, values):
        for value in values:
            sent = wanted(aurora, start=12, end=13) | {field: value}
            for head in EITHER:
                answer = browser.post(act(held, "move"), sent, headers=head)
                assert (answer.status_code in (400, 404), value[:100]) == (True, value[:100])

        held.refresh_from_db()
        assert held.starts_at == DAY

    @pytest.mark.parametrize("what", ["confirm", "cancel", "renew", "move", "approve", "decline"])
    def test_json_of_the_wrong_type_is_never_an_error(self, browser, held, what):
        for value in ODD_JSON:
            sent = dict.fromkeys(("title", "party", "note", "start", "end", "room", "reason"), value)
            with transaction.atomic():  # each asks about a hold that nothing has ended yet
                answer = browser.post(act(held, what), sent, content_type="application/json", **JSON)
                transaction.set_rollback(True)

            assert (answer.status_code < 500, value) == (True, value)


class TestAddresses:
    @pytest.mark.parametrize("name", ["date", "view", "capacity", "floor", "amenity", "free", "page", "show"])
    def test_that_make_no_sense_show_the_page_all_the_same(self, browser, venue, aurora, name):
        pages = ("/?", f"/venues/{venue.slug}/?", f"/venues/{venue.slug}/?view=list&", "/bookings/?")
        for number, value in enumerate(ODD_QUERIES, start=len(name)):  # each name sees another page with it
            answer = browser.get(pages[number % len(pages)] + urlencode({name: value}))
            assert (answer.status_code, value) == (200, value)
            assert "<script>" not in answer.content.decode().replace('<script id="page-data"', "")

    @pytest.mark.parametrize("view", ["day", "week", "list", "plan"])
    def test_of_a_day_that_the_island_skipped_show_a_page(self, browser, view):
        apia = office("apia", timezone="Pacific/Apia", hours=None)
        room(apia)

        for day in ("2011-12-29", "2011-12-30", "2011-12-31"):
            assert browser.get(f"/venues/apia/?view={view}&date={day}").status_code in (200, 400)

    @pytest.mark.parametrize(("name", "values"), [("room", IDS), ("start", MOMENTS), ("end", MOMENTS)])
    def test_of_questions_that_make_no_sense_are_refused_in_json(self, browser, venue, aurora, name, values):
        for value in values:
            answer = browser.get(f"/venues/{venue.slug}/why/", wanted(aurora) | {name: value[:5000]})
            assert problem_of(answer)["code"] in ("invalid", "not_found")
            assert (
                browser.get(f"/venues/{venue.slug}/book/", wanted(aurora) | {name: value[:5000]}).status_code
                == 200
            )

    @pytest.mark.parametrize("slug", ["%00", "x" * 300, "..", "%2e%2e", "office%0A", "OFFICE", "\u0441ffice"])
    def test_of_no_venue_are_none(self, browser, venue, slug):
        for page in ("", "book/", "why/"):
            assert browser.get(f"/venues/{slug}/{page}").status_code == 404


class TestForgery:
    @pytest.fixture
    def strict(self, lena):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(lena)
        return browser

    def test_a_post_from_another_site_does_nothing(self, strict, lena, venue, aurora):
        held = operations.hold(aurora, coming(12, 13), by=lena)
        before = written()

        for accept in ("text/html", "application/json"):
            head = {"accept": accept}
            assert strict.post(create(venue), wanted(aurora), headers=head).status_code == 403
            assert (
                strict.post(
                    create(venue), wanted(aurora), content_type="application/json", headers=head
                ).status_code
                == 403
            )
            for what in ("confirm", "cancel", "renew", "move", "approve", "decline"):
                assert strict.post(act(held, what), headers=head).status_code == 403

        assert written() == before
        held.refresh_from_db()
        assert held.state == "held"

    def test_a_token_in_the_header_is_enough_for_a_script(self, strict, venue, aurora):
        strict.get(f"/venues/{venue.slug}/book/?room={aurora.pk}")
        token = strict.cookies["csrftoken"].value

        answer = strict.post(
            create(venue),
            wanted(aurora),
            content_type="application/json",
            headers={"accept": "application/json", "x-csrftoken": token},
        )

        assert answer.status_code == 201


def test_naive_times_are_the_venues_and_one_that_the_clocks_skip_is_none(browser):
    berlin = office("berlin", timezone="Europe/Berlin", hours=None, max_advance_days=3650)
    own = room(berlin)

    skipped = browser.post(
        create(berlin), {"room": own.pk, "start": "2027-03-28T02:30", "end": "2027-03-28T04:00"}, **JSON
    )
    assert "clocks go forward" in problem_of(skipped)["field_errors"]["start"][0]
    assert not Booking.objects.exists()

    # Shown twice on the night the clocks go back: the first one counts.
    twice = browser.post(
        create(berlin), {"room": own.pk, "start": "2027-10-31T02:00", "end": "2027-10-31T02:30"}, **JSON
    )
    assert twice.json()["start"] == "2027-10-31T00:00:00Z"

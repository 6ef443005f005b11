"""What a venue asks, on every page that books: shown with the form, refused beside it, and typed once."""

import pytest

from rooms import operations
from rooms.models import Booking, Question
from rooms.operations import Details
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act, create, problem_of, wanted
from tests.worlds import car_park, room, works_at

NEEDED = "This needs an answer."
WHY = "Why <b>this</b> room?"


@pytest.fixture
def why(venue):
    help_text = "A <i>word</i> is enough."
    return Question.objects.create(venue=venue, text=WHY, help=help_text, required=True)


@pytest.fixture
def seating(venue):
    return Question.objects.create(
        venue=venue, text="How seated?", kind="choice", choices=["Theater", "Round tables"], order=1
    )


def field(question):
    return f"answers.{question.pk}"


def kept():
    return [(one.text, one.answer) for one in Booking.objects.latest("pk").answered]


class TestTheForm:
    def test_asks_and_what_managers_typed_is_text(self, browser, venue, aurora, why, seating):
        page = browser.get(f"/venues/office/book/?room={aurora.pk}").content.decode()

        assert "Why &lt;b&gt;this&lt;/b&gt; room?" in page
        assert "A &lt;i&gt;word&lt;/i&gt; is enough." in page
        assert '<option value="Round tables">' in page
        assert page.index("Why &lt;b") < page.index("How seated?")

    def test_says_beside_the_field_what_it_lacks_and_keeps_what_was_typed(
        self, browser, venue, aurora, why, seating
    ):
        sent = wanted(aurora, title="Retro", **{field(seating): "Round tables"})

        refused = browser.post(create(venue), sent)
        page = refused.content.decode()

        assert (refused.status_code, Booking.objects.count()) == (400, 0)
        assert refused.context["form"].errors == {field(why): [NEEDED]}
        assert "Retro" in page
        assert '<option value="Round tables" selected>' in page
        assert browser.post(create(venue), {**sent, field(why): "The view"}).status_code == 303
        assert kept() == [(WHY, "The view"), ("How seated?", "Round tables")]

    def test_asks_what_is_of_the_type_of_a_room_and_before_one_is_chosen_all(
        self, browser, venue, aurora, why
    ):
        suite = venue.types.create(name="Suite", capacity=2, policy=venue.policies.get())
        place = room(venue, "Suite", type=suite)
        Question.objects.filter(pk=why.pk).update(type=suite)
        venue.questions.get().save()

        def page(query=""):
            return browser.get(f"/venues/office/book/{query}").context["form"]

        assert page(f"?room={aurora.pk}").answer_fields == []
        [of_suite], [of_any] = page(f"?room={place.pk}").answer_fields, page().answer_fields
        assert (of_suite.field.required, of_any.field.required) == (True, False)
        assert of_any.help_text == "For Suite. A &lt;i&gt;word&lt;/i&gt; is enough."
        # What was typed for a suite is nobody's mistake once another room is chosen.
        assert browser.post(create(venue), wanted(aurora, **{field(why): "Quiet"})).status_code == 303
        assert kept() == []

    def test_lets_the_staff_leave_it_open(self, browsers, lena, venue, aurora, why):
        sent = wanted(aurora, guest=lena.email)

        assert browsers["staff"].post(create(venue), sent).status_code == 303
        assert browsers["other"].post(create(venue), wanted(aurora, start=12, end=13)).status_code == 400

    @pytest.mark.parametrize(
        ("address", "form"),
        [
            ("/venues/office/", "asked"),
            ("/venues/office/book/", "form"),
            ("/venues/office/series/", "details"),
        ],
    )
    def test_shows_the_staff_on_every_page_that_it_may_be_left_open(
        self, browsers, venue, aurora, why, address, form
    ):
        needed = {}
        for name in ("guest", "staff"):
            [asked] = browsers[name].get(address).context[form].answer_fields
            needed[name] = asked.field.required

        assert needed == {"guest": True, "staff": False}

    @pytest.mark.parametrize("odd", [["?"], {"a": 1}, "\ud800", "a\x00b", 10**400, [[[]]]])
    def test_takes_nothing_odd(self, odd, browser, venue, aurora, why):
        sent = wanted(aurora, **{field(why): odd, "room": aurora.pk})

        answer = browser.post(create(venue), sent, content_type="application/json", **JSON)

        assert problem_of(answer)["field_errors"].keys() == {field(why)}

    def test_of_a_series_asks_too(self, browser, venue, aurora, why):
        sent = wanted(aurora, repeats="weekly", times="2", title="Retro")

        refused = browser.post("/venues/office/series/", sent)

        assert refused.context["details"].errors == {field(why): [NEEDED]}
        assert "Retro" in refused.content.decode()
        assert browser.post("/venues/office/series/", {**sent, field(why): "So"}).status_code == 303
        assert kept() == [(WHY, "So")]


class TestAHold:
    @pytest.fixture
    def held(self, aurora, lena, why, seating):
        return operations.hold(aurora, coming(10, 11), by=lena)

    def test_that_a_script_makes_is_told_what_it_is_asked(self, browser, venue, aurora, why, seating):
        made = browser.post(create(venue), wanted(aurora, hold=1), **JSON)

        assert made.json()["questions"] == [why.pk, seating.pk]

    def test_is_refused_by_the_name_of_the_field_and_then_booked(self, browser, held, why):
        refused = problem_of(browser.post(act(held, "confirm"), {"title": "Retro"}, **JSON))

        assert (refused["code"], refused["field_errors"]) == ("invalid", {field(why): [NEEDED]})
        assert refused["detail"] == f"“{WHY}”: this needs an answer."
        assert browser.post(act(held, "confirm"), {field(why): "So"}, **JSON).status_code == 200
        assert kept() == [(WHY, "So")]

    def test_on_its_page_keeps_what_was_typed_when_it_lacks_something(self, browser, held, why, seating):
        sent = {"title": "Retro", "party": "2", "note": "Quiet, please", field(seating): "Theater"}

        refused = browser.post(act(held, "confirm"), sent)
        page = refused.content.decode()

        assert (refused.status_code, refused.context["details_form"].errors) == (400, {field(why): [NEEDED]})
        assert all(text in page for text in ("Retro", "Quiet, please", '<option value="Theater" selected>'))
        browser.post(act(held, "confirm"), {**sent, field(why): "So"})
        assert kept() == [(WHY, "So"), ("How seated?", "Theater")]


class TestWhoReadsIt:
    @pytest.fixture
    def booking(self, aurora, lena, why):
        details = Details(title="Retro", answers={why.pk: "For <i>Ada</i>"})
        return operations.book(aurora, coming(10, 11), by=lena, details=details)

    def test_guest_and_staff_do_on_its_page_and_nobody_else(self, browsers, people, booking):
        operations.invite(booking, [people["other"].email], by=booking.guest)
        assert browsers["other"].get(f"/bookings/{booking.reference}/").status_code == 200
        pages = {
            name: one.get(f"/bookings/{booking.reference}/").content.decode()
            for name, one in browsers.items()
        }

        read = {name for name, page in pages.items() if "For &lt;i&gt;Ada&lt;/i&gt;" in page}
        assert read == {"guest", "staff", "manager"}

    def test_no_board_tells_it(self, browsers, venue, booking):
        day = f"{booking.starts_at:%Y-%m-%d}"

        for name, browser in browsers.items():
            assert "Ada" not in browser.get(f"/venues/office/?date={day}").content.decode(), name


@pytest.fixture
def lot(db):
    return car_park()


@pytest.fixture
def spot(lot):
    return room(lot, "A1", capacity=1)


@pytest.fixture
def company(lot):
    return Question.objects.create(venue=lot, text="Which company?", required=True)


def test_a_spot_that_is_taken_asks_beside_the_button(browser, spot, company):
    page = browser.get(f"/venues/parking/?spot={spot.pk}").content.decode()
    refused = browser.post("/venues/parking/take/", {"room": spot.pk, field(company): ""})
    taken = browser.post("/venues/parking/take/", {"room": spot.pk, field(company): "Acme"})

    assert page.count(f'name="{field(company)}"') == 2
    assert "“Which company?”: this needs an answer." in refused.content.decode()
    assert (refused.status_code, taken.status_code) == (400, 303)
    assert kept() == [("Which company?", "Acme")]


def test_a_spot_that_the_staff_take_may_leave_it_open(browsers, people, lot, spot, company):
    works_at(people["other"], lot)

    shown = browsers["other"].get(f"/venues/parking/?spot={spot.pk}").context
    taken = browsers["other"].post("/venues/parking/take/", {"room": spot.pk, field(company): ""})

    assert [shown[form].answer_fields[0].field.required for form in ("asked", "asked_of_any")] == [
        False,
        False,
    ]
    assert (taken.status_code, kept()) == (303, [])

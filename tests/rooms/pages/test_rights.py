"""The pages of a room's rights, and every page to somebody who may not see, book or repeat."""

import pytest

from rooms import operations
from rooms.models import Allocation, Blocking, Room, RoomRight
from rooms.operations import Given
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, create, problem_of, wanted, written
from tests.worlds import person, room


@pytest.fixture
def board_room(venue, aurora):
    """A room beside Aurora that everybody sees and nobody books, until somebody is let."""
    found = room(venue, "Board Room", order=2)
    return operations.give_rights(found, Given("see"), by=None)


def let(one, everybody=None, **people):
    given = {f"{name}@example.com": verbs.split() for name, verbs in people.items()}
    return operations.give_rights(one, Given(everybody, given), by=None)


def address(one):
    return f"/desk/office/rights/{one.pk}/"


class TestThePageOfRights:
    @pytest.mark.parametrize("page", ["/desk/office/rights/", "/desk/office/rights/{}/"])
    def test_is_for_managers(self, browsers, board_room, page):
        found = {who: one.get(page.format(board_room.pk)).status_code for who, one in browsers.items()}

        assert found == {"anonymous": 302, "guest": 403, "other": 403, "staff": 403, "manager": 200}

    def test_lets_many_people_in_at_once(self, browsers, board_room, lena):
        people = "lena@example.com,\nOMAR@example.com; "
        sent = {"everybody": "none", "people": people, "may": ["repeat"]}

        answer = browsers["manager"].post(address(board_room), sent)

        assert answer.status_code == 303
        assert dict(RoomRight.objects.values_list("person__email", "take")) == {
            "lena@example.com": "repeat",
            "omar@example.com": "repeat",
        }
        assert Room.objects.get(pk=board_room.pk).everybody == "none"

    def test_says_who_has_no_account_and_keeps_what_was_typed(self, browsers, board_room):
        sent = {"everybody": "none", "people": "lena@example.com gone@example.com", "may": ["book"]}

        answer = browsers["manager"].post(address(board_room), sent)

        assert answer.status_code == 400
        assert "Nobody has an account whose confirmed address is gone@example.com." in answer.content.decode()
        assert "lena@example.com gone@example.com" in answer.content.decode()
        assert not RoomRight.objects.exists()

    def test_changes_what_was_ticked_and_leaves_who_is_on_another_page(self, browsers, board_room, people):
        let(board_room, lena="book", omar="repeat", carl="edit")
        lena, omar = people["guest"].pk, people["other"].pk

        sent = {"everybody": "see", "person": [lena, omar], "right": [f"{lena}:archive"]}
        sent["had"] = [f"{lena}:see", f"{lena}:book", f"{omar}:see", f"{omar}:book", f"{omar}:repeat"]
        browsers["manager"].post(address(board_room), sent)

        found = {one.person.email: (one.take, one.change) for one in RoomRight.objects.all()}
        assert found == {"lena@example.com": ("see", "archive"), "carl@example.com": ("see", "edit")}

    def test_copies_from_another_room(self, browsers, board_room, aurora, lena):
        let(board_room, lena="book")

        browsers["manager"].post(address(aurora), {"copy_from": board_room.pk})

        assert Room.objects.get(pk=aurora.pk).everybody == "see"
        assert RoomRight.objects.get(room=aurora).person == lena

    @pytest.mark.parametrize(
        "sent",
        [
            {"everybody": "all"},
            {"everybody": "see", "people": "lena@example.com", "may": "rule"},
            {"everybody": "see", "people": "lena@example.com"},
            {"everybody": "see", "people": "\ud800".encode(errors="replace").decode(), "may": "book"},
            {"everybody": "see", "person": "x"},
            {"copy_from": "x"},
        ],
    )
    def test_refuses_what_makes_no_sense(self, browsers, board_room, sent):
        assert browsers["manager"].post(address(board_room), sent).status_code == 400
        assert not RoomRight.objects.exists()

    def test_asks_as_often_for_thirty_people_as_for_one(
        self, browsers, board_room, django_assert_max_num_queries
    ):
        for number in range(30):
            person(f"p{number}")
        let(board_room, **{f"p{number}": "book" for number in range(30)})
        with django_assert_max_num_queries(10):
            answer = browsers["manager"].get(address(board_room))
        assert answer.content.decode().count('aria-label="p') == 150


class TestBooking:
    def test_a_room_that_one_may_see_is_refused_with_the_reason(self, browser, venue, board_room):
        before = written()

        answer = browser.post(create(venue), wanted(board_room), **JSON)

        assert problem_of(answer) == {
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
            "code": "forbidden",
            "rule": "rights",
            "detail": "You may see Board Room, but not book it. Ask the venue.",
        }
        assert written() == before

    def test_the_form_and_the_board_say_why_not(self, browser, venue, board_room):
        times = {name: value for name, value in wanted(board_room).items() if name != "room"}
        reason = "You may see Board Room, but not book it. Ask the venue."

        form = browser.get(f"/venues/office/book/?room={board_room.pk}")
        why = browser.get("/venues/office/why/", {"room": board_room.pk, **times}).json()

        assert reason in form.content.decode()
        assert [one["sentence"] for one in why["reasons"]] == [reason]

    def test_a_series_needs_more_than_the_right_to_book(self, browser, board_room):
        let(board_room, lena="book")
        first = {"room": board_room.pk, "repeats": "weekly", "times": 3, "party": 1}
        first |= {name: wanted(board_room)[name] for name in ("start", "end")}

        seen = browser.get("/venues/office/series/", first)
        answer = browser.post("/venues/office/series/", first)

        sentence = "You may book Board Room once, but not in a series. Ask the venue."
        assert sentence in seen.content.decode()
        assert answer.status_code == 403
        assert sentence in answer.content.decode()
        assert not Allocation.objects.exists()
        let(board_room, lena="repeat")
        assert browser.post("/venues/office/series/", first).status_code == 303


class TestARoomThatIsHidden:
    @pytest.fixture
    def hidden(self, board_room):
        return let(board_room, "none", omar="book")

    @pytest.mark.parametrize(
        "page",
        [
            "/",
            "/venues/office/",
            "/venues/office/?view=list",
            "/venues/office/?view=week",
            "/venues/office/book/",
            "/venues/office/book/?room={}",
            "/venues/office/series/",
            "/venues/office/watch/",
            "/venues/office/wait/?room={}",
            "/accounts/calendars/?venue=office",
        ],
    )
    def test_is_named_by_no_page_but_to_whom_it_is_shown(self, browsers, hidden, page):
        told = {who: one.get(page.format(hidden.pk)).content.decode() for who, one in browsers.items()}

        assert not any("Board Room" in told[who] for who in ("anonymous", "guest"))
        if page != "/":
            assert all("Board Room" in told[who] for who in ("other", "staff", "manager"))

    @pytest.mark.parametrize("page", ["why/", "rooms/{}/"])
    def test_answers_like_none(self, browser, hidden, page):
        times = {name: value for name, value in wanted(hidden).items() if name != "room"}
        answers = [
            browser.get(f"/venues/office/{page.format(number)}", {"room": number, **times}, **JSON)
            for number in (hidden.pk, 99_999)
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    def test_is_booked_like_none(self, browser, venue, hidden):
        sent = wanted(hidden)
        answers = [
            browser.post(create(venue), {**sent, "room": number}, **JSON) for number in (hidden.pk, 99_999)
        ]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    def test_stays_on_the_page_of_a_booking_that_one_has(self, browsers, board_room, lena):
        let(board_room, lena="book")
        own = operations.book(board_room, coming(10, 11), by=lena)
        let(board_room, "none", lena="")

        page = browsers["guest"].get(f"/bookings/{own.reference}/")

        assert "Board Room" in page.content.decode()
        assert "Board Room" not in browsers["guest"].get("/venues/office/").content.decode()


class TestThePageOfTheRoom:
    def test_is_for_the_staff_and_who_may_edit_it(self, browsers, board_room):
        let(board_room, lena="edit")
        page = f"/venues/office/rooms/{board_room.pk}/"

        found = {who: one.get(page).status_code for who, one in browsers.items()}

        assert found == {"anonymous": 302, "guest": 200, "other": 403, "staff": 200, "manager": 200}

    def test_changes_the_room_takes_it_out_of_use_and_back_and_archives_it(self, browser, board_room, aurora):
        let(board_room, lena="archive")
        page = f"/venues/office/rooms/{board_room.pk}/"

        browser.post(page, {"do": "edit", "name": "Council", "floor": "3", "capacity": "12"})
        browser.post(page, {"do": "block", "note": "Paint"})
        blocking = Blocking.objects.get()
        assert "Paint" in browser.get(page).content.decode()
        browser.post(page, {"do": "unblock", "blocking": blocking.pk})
        board_room.refresh_from_db()
        assert (board_room.name, board_room.floor, board_room.capacity) == ("Council", "3", 12)
        assert Blocking.objects.get().lifted_at

        assert browser.post(page, {"do": "archive"}).status_code == 303
        board_room.refresh_from_db()
        assert board_room.archived_at
        assert browser.get(f"/venues/office/rooms/{aurora.pk}/").status_code == 403

    def test_lets_the_staff_read_and_change_nothing(self, browsers, board_room):
        page = f"/venues/office/rooms/{board_room.pk}/"

        assert 'name="do"' not in browsers["staff"].get(page).content.decode()
        assert browsers["staff"].post(page, {"do": "block"}).status_code == 403

    def test_archives_nothing_for_who_may_only_edit(self, browser, board_room):
        let(board_room, lena="edit")
        page = f"/venues/office/rooms/{board_room.pk}/"

        assert "Archive it" not in browser.get(page).content.decode()
        assert browser.post(page, {"do": "archive"}).status_code == 403
        assert browser.post(page, {"do": "edit", "name": "", "capacity": "0"}).status_code == 400
        assert browser.post(page, {"do": "sell"}).status_code == 400

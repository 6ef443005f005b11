"""Messages on pages: the thread on a booking, the list of a desk, and who gets what at each address."""

import re

import pytest

from rooms import operations
from rooms.models import Change, Message, Thread
from rooms.queries.messages import PAGE, SHOWN
from rooms.views.happening import MOST_CHANGES
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, browser_of, problem_of
from tests.rooms.pages.test_access import WHO, expected, statuses
from tests.rooms.pages.test_queries import asked
from tests.worlds import office, person, works_at

QUESTION = "Is there a <b>projector</b>?"


@pytest.fixture
def booking(aurora, lena):
    return operations.book(aurora, coming(10, 11), by=lena)


@pytest.fixture
def elsewhere(people, browsers):
    """A manager, of another venue."""
    browsers["elsewhere"] = browser_of(works_at(person("ines"), office("elsewhere"), "manager"))
    return browsers["elsewhere"]


def address(booking, more=""):
    return f"/bookings/{booking.reference}/messages/{more}"


def page_of(browser, booking, query=""):
    return browser.get(f"/bookings/{booking.reference}/{query}").content.decode()


def written(booking, number):
    """Let the guest write so many messages, however many an hour there may be."""
    thread = Thread.objects.create(
        booking=booking, venue=booking.venue, state="open", since=booking.created_at, messages_count=number
    )
    return Message.objects.bulk_create(
        Message(thread=thread, kind="question", text=f"Number {n}.", at=booking.created_at)
        for n in range(number)
    )


class TestWhoGetsWhat:
    def test_the_guest_and_the_staff_write_and_for_others_there_is_no_such_booking(
        self, browsers, elsewhere, booking
    ):
        found = statuses(browsers, lambda browser: browser.post(address(booking), {"text": "Hello"}, **JSON))

        assert found == expected(401, 200, 404, 200, 200)
        assert elsewhere.post(address(booking), {"text": "Hello"}, **JSON).status_code == 404
        assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == [
            "question",
            "answer",
            "answer",
        ]

    @pytest.mark.parametrize("what", ["close/", "reopen/"])
    def test_the_staff_close_and_reopen(self, browsers, elsewhere, booking, lena, what):
        def turn(browser):
            Thread.objects.update(state="answered")
            return browser.post(address(booking, what), **JSON)

        operations.write_message(booking, "question", QUESTION, by=lena)

        assert statuses(browsers, turn) == expected(401, 403, 404, 200, 200)
        assert turn(elsewhere).status_code == 404

    def test_the_list_is_the_staffs(self, browsers, elsewhere, venue, booking):
        def look(browser):
            return browser.get(f"/desk/{venue.slug}/messages/")

        assert statuses(browsers, look) == expected(302, 403, 403, 200, 200)
        assert look(elsewhere).status_code == 403

    def test_nobody_reads_what_others_wrote(self, browsers, elsewhere, booking, lena):
        operations.write_message(booking, "question", "Is there a projector?", by=lena)

        readers = {
            name: b"projector" in browsers[name].get(f"/bookings/{booking.reference}/").content
            for name in (*WHO, "elsewhere")
        }

        assert readers == {**expected(False, True, False, True, True), "elsewhere": False}


class TestTheThread:
    def test_begins_with_a_question_and_is_shown_as_it_was_typed(self, browser, browsers, booking, venue):
        before = page_of(browser, booking)
        answer = browser.post(address(booking), {"kind": "problem", "text": QUESTION})

        assert "Ask or report a problem" in before
        assert (answer.status_code, answer.url) == (303, f"/bookings/{booking.reference}/")
        shown = page_of(browser, booking)
        assert "Is there a &lt;b&gt;projector&lt;/b&gt;?" in shown
        assert "Awaiting an answer" in shown

    def test_names_the_staff_to_the_staff_alone(self, browser, browsers, booking):
        browser.post(address(booking), {"text": "Is there a projector?"})
        browsers["staff"].post(address(booking), {"text": "There is one."})

        assert re.search(r"<b>Office</b>.*There is one\.", page_of(browser, booking), re.DOTALL)
        assert "Carl" not in page_of(browser, booking)
        assert "<b>Carl</b>" in page_of(browsers["manager"], booking)

    def test_shows_the_newest_and_a_way_to_the_earlier_ones(self, browser, booking):
        written(booking, SHOWN + 5)

        def numbers(query):
            return [int(number) for number in re.findall(r"Number (\d+)\.", page_of(browser, booking, query))]

        assert numbers("") == list(range(5, SHOWN + 5))
        assert numbers("?messages=2") == list(range(5))
        for odd in ("99", "0", "-1", "x", "9" * 40, "%00"):
            assert numbers(f"?messages={odd}")

    def test_is_over_14_days_after_the_booking(self, browser, booking, lena):
        booking.state = "completed"
        operations.cancel(booking, by=lena)
        past = coming(10, 11, -20)
        type(booking).objects.update(starts_at=past.start, ends_at=past.end)

        answer = browser.post(address(booking), {"text": "Hello"}, **JSON)

        assert (answer.status_code, problem_of(answer)["rule"]) == (422, "messages")
        assert "Ask or report" not in page_of(browser, booking)

    def test_says_until_what_hour_its_guest_can_write(self, browser, booking):
        assert re.search(r"You can write until 11:00 on \w+ \d+ \w+ \d{4}\.", page_of(browser, booking))

    def test_leaves_the_last_messages_to_the_venue(self, browser, browsers, booking):
        written(booking, 180)

        assert "There are 180 messages: you can write no more." in page_of(browser, booking)
        assert "Answer the guest" in page_of(browsers["staff"], booking)

    def test_keeps_what_was_typed_where_it_is_refused(self, browser, booking):
        answer = browser.post(address(booking), {"kind": "problem", "text": "x" * 2001})

        text = answer.content.decode()
        assert answer.status_code == 400
        assert "At most 2000 characters" in text
        assert "x" * 2001 in text
        assert re.search(r'value="problem" checked', text)

    @pytest.mark.parametrize("text", ["", " ", "a\0b", "\u202e", "x" * 5000])
    def test_refuses_what_no_text_is(self, browser, booking, text):
        answer = browser.post(address(booking), {"text": text}, **JSON)

        assert (answer.status_code, list(problem_of(answer)["field_errors"])) == (400, ["text"])

    def test_is_not_closed_from_a_page_on_which_the_guests_last_message_is_missing(
        self, browser, browsers, booking
    ):
        browser.post(address(booking), {"text": "Is there a projector?"})
        before = re.search(r'name="seen" value="(\d+)"', page_of(browsers["staff"], booking)).group(1)
        browser.post(address(booking), {"text": "And a flip chart?"})

        refused = browsers["staff"].post(address(booking, "close/"), {"seen": before})
        now = re.search(r'name="seen" value="(\d+)"', refused.content.decode()).group(1)
        done = browsers["staff"].post(address(booking, "close/"), {"seen": now})

        assert (refused.status_code, done.status_code) == (409, 303)
        assert "And a flip chart?" in refused.content.decode()
        assert Thread.objects.get().state == "closed"

    @pytest.mark.parametrize("seen", ["x", "-1", "9" * 40, "1.5", "\u0661"])
    def test_is_not_closed_by_what_no_number_is(self, browsers, booking, lena, seen):
        operations.write_message(booking, "question", QUESTION, by=lena)

        answer = browsers["staff"].post(address(booking, "close/"), {"seen": seen}, **JSON)

        assert (answer.status_code, list(problem_of(answer)["field_errors"])) == (400, ["seen"])

    def test_does_not_push_what_happened_to_the_booking_off_its_page(self, browser, booking, lena):
        for number in range(MOST_CHANGES):
            Change.objects.create(
                room=booking.allocations.get().room, revision=100 + number, kind="message", booking=booking,
                at=booking.created_at, after={"message": number, "kind": "question"},
            )  # fmt: skip

        told = browser.get(f"/bookings/{booking.reference}/").context["changes"]

        assert [line["sentence"] for line in told] == ["Booked"]

    def test_refuses_whoever_writes_too_often_and_says_when_to_come_again(self, browser, booking):
        for number in range(10):
            browser.post(address(booking), {"text": f"Number {number}"})

        answer = browser.post(address(booking), {"text": "Number 10"})

        assert (answer.status_code, Message.objects.count()) == (429, 10)
        assert 0 < int(answer.headers["Retry-After"]) <= 3600


class TestTheDesk:
    def test_says_how_many_wait_and_who_has_waited_longest(self, browsers, venue, aurora, lena):
        made = [operations.book(aurora, coming(hour, hour + 1), by=lena) for hour in range(8, 15)]
        for number, one in enumerate(made):
            operations.write_message(one, "question", f"Number {number}", by=lena)

        text = browsers["staff"].get(f"/desk/{venue.slug}/").content.decode()

        assert 'data-waiting="7"' in text
        assert re.findall(r"Number (\d)", text) == ["0", "1", "2", "3", "4"]

    def test_lists_the_open_ones_first_and_each_state_by_itself(self, browsers, venue, aurora, lena):
        asked, answered, closed = (
            operations.book(aurora, coming(hour, hour + 1), by=lena) for hour in (8, 9, 10)
        )
        for one in (asked, answered, closed):
            operations.write_message(one, "question", "Is there a projector?", by=lena)
        operations.write_message(answered, "answer", "There is one.", by=None)
        operations.close_thread(closed, by=None)

        def references(query):
            answer = browsers["staff"].get(f"/desk/{venue.slug}/messages/{query}")
            return [line["reference"] for line in answer.context["lines"]]

        assert references("") == references("?show=open") == references("?show=odd") == [asked.reference]
        assert references("?show=answered") == [answered.reference]
        assert references("?show=closed") == [closed.reference]

    def test_lists_a_page_at_a_time(self, browsers, venue, aurora, lena):
        for day in range(7, 8 + PAGE):
            written(operations.book(aurora, coming(10, 11, day), by=lena), 1)

        pages = [
            browsers["staff"].get(f"/desk/{venue.slug}/messages/?page={n}").context["lines"] for n in (1, 2)
        ]

        assert [len(lines) for lines in pages] == [PAGE, 1]

    @pytest.mark.parametrize("page", ["/desk/office/", "/desk/office/messages/"])
    def test_with_thirty_threads_asks_as_often_as_with_one(self, browsers, venue, aurora, lena, page):
        def grow(number):
            guest = person(f"guest{number}")
            made = operations.book(aurora, coming(number % 20, number % 20 + 1, 7 + number // 20), by=guest)
            operations.write_message(made, "question", "Is there a projector?", by=guest)

        for number in range(5):  # so many a desk names: the others it only counts
            grow(number)
        few = asked(browsers["staff"], page)
        for number in range(5, 30):
            grow(number)

        assert asked(browsers["staff"], page) - few in (0, 1)

    def test_of_a_booking_with_thirty_messages_asks_as_often_as_with_one(self, browsers, booking, lena):
        page = f"/bookings/{booking.reference}/"
        written(booking, 1)
        one = {name: asked(browsers[name], page) for name in ("guest", "staff")}
        Message.objects.all().delete()
        Thread.objects.all().delete()
        written(booking, 30)

        assert {name: asked(browsers[name], page) for name in ("guest", "staff")} == one


def test_the_history_of_the_venue_says_who_wrote_and_not_what(browsers, venue, booking, lena):
    operations.write_message(booking, "problem", "My medicine is in the room.", by=lena)

    answer = browsers["manager"].get(f"/desk/{venue.slug}/history/?kind=message")

    [line] = answer.context["lines"]
    assert (line["what"], line["who"], line["reference"]) == ("Message", "Lena", booking.reference)
    assert "medicine" not in answer.content.decode()

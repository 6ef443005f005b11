"""Who comes, on pages: what guest, staff, co-organizers, invited and strangers see, do and are refused."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from rooms import operations
from rooms.models import Participant, Venue
from rooms.queries.invitation_links import token_of
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act, browser_of
from tests.rooms.pages.test_access import expected, statuses
from tests.rooms.pages.test_queries import asked
from tests.worlds import person, rate, works_at

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NOTE, SECRET = "Only the desk reads this", "Is there a projector?"


@pytest.fixture
def booking(aurora, lena):
    rate(aurora.venue, 1234)
    details = operations.Details(title="Retro", note=NOTE)
    return operations.book(aurora, coming(10, 11), by=lena, details=details)


@pytest.fixture
def ben(booking, lena):
    """Somebody who is invited."""
    user = person("ben")
    invite(booking, user.email)
    return user


def invite(booking, *addresses):
    return operations.invite(booking, list(addresses), by=booking.guest)


def may_change(booking, who):
    own = Participant.objects.get(booking=booking, person=who)
    operations.let_change(booking, own.pk, True, by=booking.guest)


def at(booking, more=""):
    return f"/bookings/{booking.reference}/{more}"


def words(answer):
    return answer.content.decode()


class TestWhoGetsWhat:
    def test_guest_and_staff_invite_and_for_others_there_is_no_such_booking(self, browsers, booking):
        found = statuses(
            browsers,
            lambda browser: browser.post(
                at(booking, "participants/"), {"addresses": "x@example.org"}, **JSON
            ),
        )

        assert found == expected(401, 200, 404, 200, 200)

    @pytest.mark.parametrize("what", ["remove/", "change/"])
    def test_guest_and_staff_uninvite_and_let_change(self, browsers, booking, what):
        def press(browser):
            made = Participant.objects.filter(uninvited_at=None).first() or invite(booking, "x@b.org")[0]
            return browser.post(
                at(booking, f"participants/{what}"), {"participant": made.pk, "may": "yes"}, **JSON
            )

        assert statuses(browsers, press) == expected(401, 200, 404, 200, 200)

    def test_only_who_is_invited_answers(self, browsers, booking):
        found = statuses(
            browsers, lambda browser: browser.post(at(booking, "answer/"), {"answer": "accepted"}, **JSON)
        )

        assert found == expected(401, 404, 404, 404, 404)

    @pytest.mark.parametrize(
        ("what", "invited", "organizer"),
        [
            ("cancel", 403, 200),
            ("move", 400, 400),  # nobody said where to
            ("confirm", 404, 404),
            ("renew", 404, 404),
            ("check_in", 404, 404),
            ("note_plate", 404, 404),
            ("approve", 404, 404),
        ],
    )
    def test_a_co_organizer_changes_it_and_nobody_else_who_is_invited(
        self, booking, ben, what, invited, organizer
    ):
        address = act(booking, "plate" if what == "note_plate" else what)
        browser = browser_of(ben)

        assert browser.post(address, **JSON).status_code == invited
        may_change(booking, ben)
        assert browser.post(address, **JSON).status_code == organizer

    @pytest.mark.parametrize("page", ["checkout/", "receipt.pdf", "messages/"])
    def test_nothing_of_money_or_messages_opens_to_a_co_organizer(self, booking, ben, page):
        may_change(booking, ben)
        browser = browser_of(ben)

        assert browser.get(at(booking, page)).status_code in (404, 405)
        assert browser.post(at(booking, page), {"text": "Hello", "kind": "question"}).status_code in (
            404,
            405,
        )
        assert browser.get(f"/bookings/{booking.reference}.ics").status_code == 404


class TestThePageOfWhoIsInvited:
    @pytest.mark.parametrize("organizes", [False, True])
    def test_shows_room_time_title_and_who_comes_and_nothing_private(self, booking, ben, lena, organizes):
        invite(booking, "stranger@example.org")
        operations.write_message(booking, "question", SECRET, by=lena)
        if organizes:
            may_change(booking, ben)

        page = words(browser_of(ben).get(at(booking)))

        for told in ("Retro", "Aurora", "Lena invites you", "2 have not answered"):
            assert told in page
        for hidden in ("12.34", NOTE, SECRET, "What happened", "Price", lena.email):
            assert hidden not in page
        assert ("stranger@example.org" in page) == organizes
        assert ("Cancel the booking" in page, act(booking, "move") in page) == (organizes, organizes)

    def test_tells_no_price_as_json(self, booking, ben):
        told = browser_of(ben).get(at(booking), **JSON).json()

        assert (told["title"], told["price"]) == ("Retro", None)

    def test_is_no_more_once_they_are_uninvited_or_said_no(self, booking, ben):
        browser = browser_of(ben)
        assert browser.get(at(booking)).status_code == 200

        browser.post(at(booking, "answer/"), {"answer": "declined"})
        assert browser.get(at(booking)).status_code == 404
        browser.post(at(booking, "answer/"), {"answer": "accepted"})
        assert browser.get(at(booking)).status_code == 200
        operations.uninvite(booking, Participant.objects.get().pk, by=booking.guest)

        assert browser.get(at(booking)).status_code == 404
        assert "Retro" not in words(browser.get("/bookings/?show=invited"))

    def test_watches_the_venue_where_everybody_may(self, booking, ben):
        browser = browser_of(ben)
        assert 'data-desk="venue:office"' in words(browser.get(at(booking)))

        Venue.objects.update(is_listed=False)

        assert "data-desk" not in words(browser.get(at(booking)))

    def test_says_what_is_refused_and_nothing_more_than_before(self, booking, ben):
        answer = browser_of(ben).post(act(booking, "cancel"))

        assert answer.status_code == 403
        assert "whom they let change it" in words(answer)
        assert "12.34" not in words(answer)

    def test_names_what_a_co_organizer_did(self, booking, ben, browser):
        may_change(booking, ben)
        browser_of(ben).post(act(booking, "cancel"))

        assert "by a co-organizer" in words(browser.get(at(booking)))
        Participant.objects.all().delete()  # as is done a month later

        page = words(browser.get(at(booking)))
        assert "by a co-organizer" in page
        assert "by the staff" not in page

    def test_calls_who_works_there_the_staff_also_if_they_are_invited(self, booking, ben, browser):
        may_change(booking, ben)
        works_at(ben, booking.venue)
        operations.cancel(booking, by=ben)

        assert "by the staff" in words(browser.get(at(booking)))


class TestInviting:
    def test_takes_what_is_pasted_and_says_who_comes(self, browser, booking):
        browser.post(at(booking, "participants/"), {"addresses": "Ada <ada@example.org>, ben@example.org\n"})

        page = words(browser.get(at(booking)))
        assert "ada@example.org" in page
        assert "2 have not answered" in page

    def test_keeps_what_was_typed_where_it_is_refused(self, browser, booking):
        answer = browser.post(at(booking, "participants/"), {"addresses": "ada@example.org, nonsense"})

        assert answer.status_code == 400
        assert "That is no e-mail address: nonsense." in words(answer)
        assert ">ada@example.org, nonsense</textarea>" in words(answer)
        assert not Participant.objects.exists()

    def test_says_when_more_may_come_than_the_room_holds(self, browser, booking):
        invite(booking, *(f"p{number}@example.org" for number in range(4)))

        assert "5 may come, and the rooms hold 4." in words(browser.get(at(booking)))

    def test_of_many_is_shown_a_page_at_a_time_and_asks_as_often(self, browser, booking):
        invite(booking, person("ada").email)
        one = asked(browser, at(booking))
        invite(booking, *(person(f"p{number:02}").email for number in range(30)))

        assert asked(browser, at(booking)) == one
        assert "p25@example.com" not in words(browser.get(at(booking)))
        assert "p25@example.com" in words(browser.get(at(booking, "?people=2")))


class TestMyBookings:
    def test_show_what_one_is_invited_to_with_who_invites_and_no_price(self, booking, ben):
        page = words(browser_of(ben).get("/bookings/?show=invited"))

        for told in ("Retro", "Lena invites you", "Not answered"):
            assert told in page
        assert "12.34" not in page
        assert "Retro" not in words(browser_of(ben).get("/bookings/"))

    def test_of_thirty_invitations_ask_as_often_as_of_one(self, aurora, lena, booking, ben):
        browser = browser_of(ben)
        one = asked(browser, "/bookings/?show=invited")
        for day in range(1, 30):
            made = operations.book(aurora, coming(10, 11, 7 + day), by=lena)
            invite(made, ben.email)
            Participant.objects.update(invited_at=LONG_AGO)  # so many a day are refused

        assert asked(browser, "/bookings/?show=invited") == one


class TestTheLink:
    @pytest.fixture
    def link(self, booking):
        [made] = invite(booking, "stranger@example.org")
        return f"/invited/{token_of(made)}/"

    def test_shows_the_booking_to_whoever_has_it_and_nothing_private(self, link):
        page = words(Client().get(f"{link}?answer=declined"))

        for told in ("Retro", "Aurora", "Lena invites you", "Do you come?"):
            assert told in page
        for hidden in ("12.34", NOTE, "lena@example.com"):
            assert hidden not in page

    def test_answers_by_a_press_alone_and_once(self, booking, link):
        visitor = Client()
        visitor.get(f"{link}?answer=accepted")
        assert Participant.objects.get().answer == "invited"

        for _ in range(2):
            assert visitor.post(link, {"answer": "accepted"}).status_code == 303

        assert Participant.objects.get().answer == "accepted"
        assert booking.changes.filter(kind="answered").count() == 1

    def test_opens_nothing_else(self, booking, link):
        visitor = Client()
        visitor.post(link, {"answer": "accepted"})

        assert visitor.get(at(booking)).status_code == 302

    def test_says_that_it_is_over(self, booking, link):
        operations.cancel(booking, by=booking.guest)

        page = Client().get(link)

        assert "It is cancelled." in words(page)
        assert Client().post(link, {"answer": "accepted"}).status_code == 422

    @pytest.mark.parametrize("token", ["1", "1.x", "%00", "x" * 300, "%F0%9F%92%A9"])
    @pytest.mark.parametrize("at", ["/invited", "/accounts/notifications/invited"])
    def test_that_nobody_gave_is_none(self, booking, link, token, at):
        assert Client().get(f"{at}/{token}/").status_code == 404
        assert Client().post(f"{at}/{token}/", {"answer": "accepted"}).status_code == 404

    def test_of_somebody_uninvited_is_none(self, booking, link):
        operations.uninvite(booking, Participant.objects.get().pk, by=booking.guest)

        assert Client().get(link).status_code == 404
        assert Client().post(link, {"answer": "accepted"}).status_code == 404

    @pytest.mark.parametrize("said", ["", "perhaps"])
    def test_takes_no_other_answer(self, link, said):
        assert Client().post(link, {"answer": said}).status_code == 400

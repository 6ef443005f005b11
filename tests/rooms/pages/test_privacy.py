"""What a guest never learns of another: titles, notes, names, addresses, references, anywhere."""

import json
import re

import pytest

from accounts.models import User
from rooms import operations
from rooms.models import Policy
from tests.rooms.admin.desk import coming
from tests.rooms.pages.conftest import JSON, act, create, wanted
from tests.worlds import PASSWORD, hall, room

CANARY = "canary"


@pytest.fixture
def canaries(venue, aurora):
    """Bookings of every kind by somebody whose every word can be told; return the words."""
    singer = User.objects.create_user("canary-mail@example.org", PASSWORD, name="Canary-Name")
    said = operations.Details(title="Canary-Title", note="Canary-Note", party=3)
    made = [
        operations.book(aurora, coming(10, 11), by=singer, details=said),
        operations.hold(aurora, coming(12, 13), by=singer, details=said),
        operations.book(hall(venue)["Grand Hall"], coming(10, 11), by=singer, details=said),
    ]
    Policy.objects.update(needs_approval=True)
    venue.save()
    made.append(operations.book(aurora, coming(14, 15), by=singer, details=said))
    operations.block(aurora, coming(16, 17), by=None, note="Canary-Blocking")
    return [CANARY, *(booking.reference for booking in made)], made


def sings(answer, words):
    """Return which of the words the answer says: its page, its data, its headers and its redirect."""
    text = answer.content.decode().lower() + str(dict(answer.headers)).lower()
    return [word for word in words if word.lower() in text]


@pytest.mark.parametrize("who", ["anonymous", "guest", "other"])
class TestNobodyElse:
    @pytest.mark.parametrize("view", ["day", "week", "list", "plan"])
    def test_reads_it_on_a_board_or_in_its_data(self, browsers, canaries, venue, who, view):
        words, _ = canaries
        day = coming(10, 11).start.date()

        answer = browsers[who].get(f"/venues/{venue.slug}/?view={view}&date={day}")

        data = json.loads(
            re.search(r'id="page-data"[^>]*>(.*?)</script>', answer.content.decode(), re.S).group(1)
        )
        assert len(data["snapshot"]["allocations"]) >= 8
        assert data["mine"] == []
        assert data["topics"]["desk"] is None
        assert sings(answer, words) == []

    def test_reads_it_on_home_or_in_lists(self, browsers, canaries, who):
        words, _ = canaries

        for page in ("/", "/bookings/", "/bookings/?show=past", "/bookings/?show=cancelled"):
            assert sings(browsers[who].get(page), words) == []

    def test_reads_it_in_refusals(self, browsers, canaries, venue, aurora, who):
        words, _ = canaries
        for start in (10, 12, 14, 16):
            for accept in ("text/html", "application/json"):
                sent = wanted(aurora, start=start, end=start + 1)
                head = {"accept": accept}
                assert sings(browsers[who].post(create(venue), sent, headers=head), words) == []
                assert sings(browsers[who].get(f"/venues/{venue.slug}/why/", sent, headers=head), words) == []
                assert (
                    sings(browsers[who].get(f"/venues/{venue.slug}/book/", sent, headers=head), words) == []
                )

    def test_reads_it_by_guessing_references(self, browsers, canaries, who):
        _, made = canaries
        for booking in made:
            for accept in ("text/html", "application/json"):
                head = {"accept": accept}
                answers = [browsers[who].get(f"/bookings/{booking.reference}/", headers=head)]
                answers += [
                    browsers[who].post(act(booking, what), headers=head)
                    for what in ("confirm", "cancel", "renew", "move", "approve", "decline")
                ]
                for answer in answers:
                    assert answer.status_code in (302, 401, 404)
                    assert sings(answer, [CANARY]) == []
            booking.refresh_from_db()
            assert booking.state in ("confirmed", "held", "pending")


def test_a_guest_who_moves_into_anothers_time_learns_only_that_it_is_taken(browser, lena, canaries, aurora):
    words, _ = canaries
    own = operations.book(aurora, coming(8, 9), by=lena)

    for accept in ("text/html", "application/json"):
        answer = browser.post(act(own, "move"), wanted(aurora), headers={"accept": accept})
        assert answer.status_code == 409
        assert sings(answer, words) == []


def test_the_staff_read_titles_and_the_guest_reads_their_own(browsers, canaries, venue):
    day = coming(10, 11).start.date()

    assert sings(browsers["staff"].get(f"/venues/{venue.slug}/?date={day}"), ["Canary-Title", "Canary-Name"])


def test_a_guest_is_not_told_who_of_the_staff_decided(browsers, lena, aurora, people):
    Policy.objects.update(needs_approval=True)
    aurora.venue.save()
    own = operations.book(aurora, coming(18, 19), by=lena)
    browsers["staff"].post(act(own, "approve"))

    answer = browsers["guest"].get(f"/bookings/{own.reference}/")

    assert [change["by"] for change in answer.context["changes"]] == ["the staff", "you"]
    assert people["staff"].email not in answer.content.decode()


def test_what_is_typed_is_shown_as_text(browser, venue, aurora):
    room(venue, "<b>Room</b>")
    attack = "</script><script>alert(1)</script>"

    made = browser.post(create(venue), wanted(aurora, title=attack, note=attack), **JSON).json()

    for page in (
        f"/bookings/{made['reference']}/",
        "/bookings/",
        f"/venues/{venue.slug}/?date={made['start'][:10]}",
    ):
        text = browser.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<b>Room" not in text

"""Mail about rooms that are watched: what others do there, all of it, every few minutes at most."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import operations as accounts
from notifications.mail import digests, operations, queries
from notifications.mail.operations.watching import PAUSE
from notifications.models import Notice
from rooms import operations as rooms
from rooms.models import Venue, Watch
from rooms.sql import database_now
from tests.notifications.conftest import booked, hour
from tests.notifications.postal import LONG_AGO, deliver, later
from tests.worlds import hall, person, works_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watcher(aurora):
    found = person("wanda")
    rooms.watch(aurora.pk, by=found, by_mail=True)
    return found


def letters(to="wanda@example.com"):
    return [one for one in mail.outbox if one.to == [to]]


def minutes_later():
    """Let so much time go by as lies between two letters."""
    Notice.objects.filter(kind="watched", sent_at__isnull=False).update(sent_at=LONG_AGO)
    later()


def lines(letter):
    return [line for line in letter.body.splitlines() if line.startswith(("Aurora", "Grand", "Hall"))]


class TestALetter:
    def test_tells_everything_that_happened_for_a_while(self, watcher, aurora, guest):
        made = booked(aurora, 1, guest, title="Secret merger")
        rooms.move(made, span=hour(3), by=guest)
        deliver()
        assert letters() == []  # more may come
        rooms.cancel(made, by=guest)
        deliver()

        later()

        [letter] = letters()
        said = lines(letter)
        assert [re.match(r"Aurora, Office: ([a-z ]+) [A-Z]", line)[1] for line in said] == [
            "booked",
            "moved to",
            "cancelled",
        ]
        assert "01:00 to 02:00" in said[0]
        assert letter.subject == "Aurora, Office: 3 changes"
        everything = letter.body + str(letter.alternatives)
        assert not any(word in everything for word in ("Secret", "Guest", "guest@", made.reference))

    def test_tells_staff_whose_it_is(self, watcher, venue, aurora, guest):
        works_at(watcher, venue)
        made = booked(aurora, 1, guest, title="Merger")
        deliver()
        later()

        [letter] = letters()
        assert f"(Merger, Guest, {made.reference})" in letter.body

    def test_says_nothing_twice_and_comes_no_sooner_than_some_minutes_after_the_last(
        self, watcher, aurora, guest
    ):
        booked(aurora, 1, guest)
        deliver()
        later()
        booked(aurora, 5, guest)
        deliver()
        waiting = Notice.objects.get(kind="watched", state="waiting")
        sent = Notice.objects.get(kind="watched", state="sent")
        later()
        assert len(letters()) == 1

        minutes_later()

        assert waiting.next_at == sent.sent_at + PAUSE
        first, second = letters()
        assert ["01:00" in first.body, "05:00" in first.body] == [True, False]
        assert ["01:00" in second.body, "05:00" in second.body] == [False, True]

    def test_is_one_for_several_rooms(self, watcher, venue, aurora, guest):
        grand = hall(venue)["Grand Hall"]
        rooms.watch(grand.pk, by=watcher, by_mail=True)
        booked(aurora, 1, guest)
        booked(grand, 2, guest)
        deliver()
        later()

        [letter] = letters()
        assert letter.subject == "2 rooms you watch: 2 changes"
        assert [line.partition(",")[0] for line in lines(letter)] == ["Aurora", "Grand Hall"]

    def test_counts_the_dates_of_a_series(self, watcher, aurora, guest):
        rooms.book(aurora, rooms.Repeated(hour(1), "FREQ=DAILY;COUNT=5"), by=guest)
        deliver()
        later()

        assert letters()[0].subject.endswith("01:00 to 02:00 and 4 more dates")


class TestALetterOfMuch:
    def test_says_that_more_happened_than_it_tells(self, watcher, venue, aurora, guest, monkeypatch):
        monkeypatch.setattr(digests._share, "__defaults__", (5,))
        monkeypatch.setattr(digests, "MOST", 3)
        grand = hall(venue)["Grand Hall"]
        rooms.watch(grand.pk, by=watcher, by_mail=True)
        booked(grand, 1, guest)
        for number in range(6):
            booked(aurora, 1 + number, guest)
        deliver()
        later()

        [letter] = letters()
        assert letter.subject == "2 rooms you watch: more than 5 changes"
        assert "2 more changes, and what happened earlier, which was too much for one letter" in letter.body

    @pytest.mark.parametrize(
        ("numbers", "each"), [([5, 5], 100), ([100], 100), ([200], 100), ([10, 300, 300], 45), ([], 100)]
    )
    def test_gives_each_room_its_share(self, numbers, each):
        assert digests._share(numbers, 100) == each

    def test_lets_every_other_letter_go_first(self, watcher, aurora, guest):
        booked(aurora, 1, guest)
        while rooms.tell():
            continue
        Notice.objects.filter(kind="watched").update(next_at=LONG_AGO - timedelta(days=1))

        assert queries.due(now=LONG_AGO).kind == "watched"
        Notice.objects.filter(kind="booked").update(next_at=LONG_AGO)
        assert queries.due(now=LONG_AGO).kind == "booked"


class TestADeadMailbox:
    @pytest.fixture
    def watcher(self, aurora):
        found = person("nobody")
        rooms.watch(aurora.pk, by=found, by_mail=True)
        return found

    def test_is_tried_no_more_often_than_any_other_and_never_again_with_the_same(
        self, watcher, aurora, guest, server
    ):
        booked(aurora, 1, guest)
        deliver()
        later()
        [first] = Notice.objects.filter(kind="watched")
        booked(aurora, 5, guest)
        deliver()

        second = Notice.objects.get(kind="watched", state="waiting")
        assert first.state == "given_up"
        assert second.next_at == first.created_at + PAUSE
        aurora.refresh_from_db()
        assert Watch.objects.get().mailed == aurora.revision - 1

    def test_that_may_have_the_letter_is_not_tried_sooner_either(self, watcher, aurora, guest):
        booked(aurora, 1, guest)
        deliver()
        handed = database_now()
        Notice.objects.filter(kind="watched").update(state="unsure", handed_at=handed)
        booked(aurora, 5, guest)
        deliver()

        second = Notice.objects.get(kind="watched", state="waiting")
        assert second.next_at == handed + PAUSE


def test_a_day_later_nothing_is_kept_of_letters_that_are_over(watcher, aurora, guest):
    booked(aurora, 1, guest)
    deliver()
    later()
    booked(aurora, 5, guest)
    deliver()

    assert operations.forget() == 0
    assert operations.forget(now=datetime.now(UTC) + timedelta(days=1, minutes=1)) == 1
    assert [one.state for one in Notice.objects.filter(kind="watched")] == ["waiting"]
    assert Notice.objects.filter(kind="booked").exists()


class TestNoLetter:
    def test_is_owed_for_what_is_no_news(self, watcher, venue, aurora, guest):
        halls = hall(venue)
        rooms.watch(halls["Grand Hall"].pk, by=watcher, by_mail=True)
        for held in (aurora, halls["Hall A"]):
            rooms.cancel(rooms.hold(held, hour(4), by=guest), by=guest)
        deliver()
        assert not Notice.objects.filter(kind="watched").exists()

        booked(halls["Hall A"], 1, guest)
        deliver()
        assert Notice.objects.filter(kind="watched").exists()

    def test_tells_of_ones_own_doings_or_of_a_hold(self, watcher, aurora, guest):
        rooms.cancel(booked(aurora, 1, watcher), by=watcher)
        deliver()
        mail.outbox.clear()
        rooms.hold(aurora, hour(4), by=guest)
        deliver()
        later()

        assert letters() == []

    def test_goes_to_who_watches_on_pages_only(self, aurora, guest):
        rooms.watch(aurora.pk, by=person("wanda"))
        booked(aurora, 1, guest)
        deliver()

        assert not Notice.objects.filter(kind="watched").exists()

    def test_tells_of_a_room_that_is_hidden_now_or_once_it_is_shown_again(self, watcher, aurora, guest):
        booked(aurora, 1, guest)
        deliver()
        Venue.objects.update(is_listed=False)
        later()
        assert letters() == []
        Venue.objects.update(is_listed=True)
        booked(aurora, 5, guest)
        deliver()

        later()

        assert ["01:00" in one.body for one in letters()] == [False]

    def test_tells_of_what_happened_before_mail_was_asked_for(self, aurora, guest):
        wanda = person("wanda")
        rooms.watch(aurora.pk, by=wanda)
        booked(aurora, 1, guest)
        rooms.watch(aurora.pk, by=wanda, by_mail=True)
        booked(aurora, 5, guest)
        deliver()
        later()

        assert ["01:00" in one.body for one in letters()] == [False]

    def test_goes_to_a_closed_account(self, watcher, aurora, guest):
        booked(aurora, 1, guest)
        deliver()
        accounts.close(watcher, by=watcher)
        later()

        assert [
            one.subject for one in mail.outbox if "Aurora" in one.subject and one.to != ["guest@example.com"]
        ] == []
        assert not Notice.objects.filter(recipient=watcher, kind="watched").exists()


def test_a_mail_server_that_is_down_gets_one_letter_with_everything_once_it_is_back(
    watcher, aurora, guest, server
):
    server.down()
    booked(aurora, 1, guest)
    deliver()
    later()
    booked(aurora, 5, guest)
    deliver()
    later()
    assert [one.state for one in Notice.objects.filter(kind="watched")] == ["waiting"]

    server.up()
    later()
    booked(aurora, 7, guest)
    deliver()
    minutes_later()

    told = [one.get_payload()[0].get_payload(decode=True).decode() for one in server.letters if is_hers(one)]
    assert [[time in one for time in ("01:00", "05:00", "07:00")] for one in told] == [
        [True, True, False],
        [False, False, True],
    ]


def is_hers(letter):
    return letter["To"] == "wanda@example.com"


class TestSwitchingThemOff:
    def test_is_one_click_in_the_letter_without_a_log_in(self, watcher, aurora, guest):
        booked(aurora, 1, guest)
        deliver()
        later()
        [letter] = letters()
        address = re.fullmatch(r"<http://[^/]+(/\S+)>", letter.extra_headers["List-Unsubscribe"])[1]

        page = Client().get(address).content.decode()
        answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})

        assert "Switch these mails off" in page
        assert "No more mails about rooms" in answer.content.decode()
        assert not Watch.objects.get(person=watcher).by_mail
        booked(aurora, 5, guest)
        deliver()
        minutes_later()
        assert len(letters()) == 1

    def test_also_ends_one_that_is_owed_and_nothing_of_meanwhile_is_mailed_later(
        self, watcher, aurora, guest
    ):
        booked(aurora, 1, guest)
        deliver()
        rooms.mail_no_more(watcher)
        later()
        booked(aurora, 3, guest)
        deliver()
        rooms.watch(aurora.pk, by=watcher, by_mail=True)
        booked(aurora, 5, guest)
        deliver()
        later()

        [letter] = letters()
        assert [time in letter.body for time in ("01:00", "03:00", "05:00")] == [False, False, True]

    def test_leaves_the_watch_itself_and_its_page_says_so(self, watcher, aurora):
        rooms.mail_no_more(watcher)
        browser = Client()
        browser.force_login(watcher)

        assert "E-mail me too" in browser.get("/watching/").content.decode()
        assert Watch.objects.get(person=watcher).room == aurora

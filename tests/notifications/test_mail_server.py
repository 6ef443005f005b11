"""A mail server that is down, hangs up or says no: no letter is lost, and none arrives twice."""

import os
import subprocess
import sys
from collections import Counter

import pytest

from notifications.mail import operations
from notifications.models import Notice
from rooms import operations as rooms
from tests.notifications.conftest import booked, in_threads
from tests.notifications.mailserver import BUSY
from tests.notifications.postal import LONG_AGO, deliver, later, states
from tests.notifications.receivers import until
from tests.notifications.test_clocks import ROOT, database
from tests.worlds import person

SENT = [("booked", "sent")]


def test_a_letter_arrives_once_under_its_own_message_id(server, aurora, guest):
    booked(aurora, 1, guest)

    deliver()
    deliver()

    [letter] = server.letters
    notice = Notice.objects.get()
    assert letter["Message-ID"] == f"<{notice.uuid}@127.0.0.1>"
    assert (letter["To"], letter["Auto-Submitted"], letter["Date"] is not None) == (
        guest.email,
        "auto-generated",
        True,
    )
    assert (notice.state, notice.attempts, notice.error) == ("sent", 1, "")


def test_a_server_that_is_down_for_a_while_loses_none_and_gets_none_twice(server, aurora, guest):
    server.down()
    for hour in range(5):
        booked(aurora, hour, guest)
    deliver()
    later()

    assert {state for _, state in states()} == {"waiting"}
    assert "could not be reached" in Notice.objects.first().error
    server.up()
    later()
    later()

    assert Counter(Counter(server.subjects()).values()) == {1: 5}
    assert states() == SENT * 5


def test_once_it_is_back_nobody_sits_out_a_long_pause(server, aurora, guest):
    server.down()
    for hour in range(3):
        booked(aurora, hour, guest)
    deliver()
    server.up()
    Notice.objects.filter(pk=Notice.objects.first().pk).update(next_at=LONG_AGO)

    deliver()
    deliver()

    assert len(server.letters) == 3


@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "content"])
def test_a_server_that_hangs_up_before_it_has_the_letter_gets_it_again(server, aurora, guest, step):
    booked(aurora, 1, guest)
    server.hangs_up_at = step
    deliver()

    assert (states(), server.letters) == ([("booked", "waiting")], [])
    server.hangs_up_at = ""
    later()

    assert (states(), len(server.letters)) == (SENT, 1)


def test_a_server_that_hangs_up_when_it_may_have_the_letter_does_not_get_it_twice(server, aurora, guest):
    booked(aurora, 1, guest)
    server.hangs_up_at = "answer"
    deliver()
    server.hangs_up_at = ""
    later()

    assert (states(), len(server.letters)) == ([("booked", "unsure")], 1)
    assert "did not acknowledge" in Notice.objects.get().error


def test_what_is_unsure_is_sent_again_when_a_person_says_so_and_as_the_same_message(server, aurora, guest):
    booked(aurora, 1, guest)
    server.hangs_up_at = "answer"
    deliver()
    server.hangs_up_at = ""

    assert operations.retry(Notice.objects.all()) == 1
    deliver()

    assert states() == SENT
    assert len({letter["Message-ID"] for letter in server.letters}) == 1


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(server, aurora, birch, guest):
    booked(aurora, 1, guest)
    server.answers = [BUSY]
    deliver()
    booked(birch, 1, person("nobody"))
    later()
    later()

    assert states() == [("booked", "sent"), ("booked", "given_up")]
    assert Notice.objects.last().error == "The address was refused: 550 No such mailbox"


def test_nobody_tries_for_longer_than_three_days(server, aurora, guest):
    booked(aurora, 1, guest)
    server.down()
    deliver()
    Notice.objects.update(created_at=LONG_AGO - operations.sending.PATIENCE)

    later()

    assert states() == [("booked", "given_up")]


def test_letters_about_one_booking_arrive_in_the_order_of_what_happened(server, aurora, guest):
    server.answers = [BUSY]
    rooms.cancel(booked(aurora, 1, guest), by=guest)
    deliver()

    assert (states(), server.letters) == ([("booked", "waiting"), ("cancelled", "waiting")], [])
    later()

    assert [subject.partition(":")[0] for subject in server.subjects()] == ["Booked", "Cancelled"]


class TestSeveralClocks:
    def test_at_once_send_each_letter_once(self, server, aurora, guest):
        for hour in range(12):
            booked(aurora, hour, guest)

        in_threads(*[deliver] * 4)

        assert Counter(letter["Message-ID"] for letter in server.letters).most_common(1)[0][1] == 1
        assert len(server.letters) == 12

    def test_which_die_before_the_last_line_have_the_letter_sent_by_another(self, server, aurora, guest):
        booked(aurora, 1, guest)
        rooms.tell()
        operations.claim()
        deliver()

        assert server.letters == []
        Notice.objects.update(next_at=LONG_AGO)
        deliver()

        assert (states(), len(server.letters), Notice.objects.get().attempts) == (SENT, 1, 2)

    def test_which_die_after_it_leave_a_letter_that_nobody_sends_twice(self, server, aurora, guest):
        booked(aurora, 1, guest)
        rooms.tell()
        operations.handing_over(operations.claim())
        Notice.objects.update(next_at=LONG_AGO)

        deliver()

        assert (states(), server.letters) == ([("booked", "unsure")], [])

    def test_of_which_one_lost_its_lease_send_only_the_other_ones(self, server, aurora, guest):
        booked(aurora, 1, guest)
        rooms.tell()
        slow = operations.claim()
        Notice.objects.update(next_at=LONG_AGO)
        quick = operations.claim()

        assert operations.handing_over(slow) is False
        assert operations.handing_over(quick) is True

    def test_as_processes_of_which_one_is_killed_lose_none_and_send_none_twice(self, server, aurora, guest):
        clocks = [_clock(server.port) for _ in range(2)]
        try:
            for hour in range(6):
                booked(aurora, hour, guest)
            until(lambda: server.letters, 30)
            clocks[0].kill()
            clocks[0].wait()
            Notice.objects.filter(state="sending").update(next_at=LONG_AGO)  # its leases end now
            for hour in range(6, 12):
                booked(aurora, hour, guest)
            until(lambda: Notice.objects.exclude(state__in=["waiting", "sending"]).count() == 12, 30)
        finally:
            for clock in clocks:
                clock.kill()
                clock.wait()

        sent = {
            f"<{uuid}@127.0.0.1>"
            for uuid in Notice.objects.filter(state="sent").values_list("uuid", flat=True)
        }
        arrived = Counter(letter["Message-ID"] for letter in server.letters)
        assert set(arrived.values()) == {1}
        assert sent <= set(arrived)
        # Nobody can know of those that were on their last line when it died, or were taken over just then.
        assert len(sent) + Notice.objects.filter(state="unsure").count() == 12


BUSY_CLOCK = """
import time, django
django.setup()
from notifications import tasks
from rooms import operations
while True:
    operations.tell()
    tasks.send()
    time.sleep(0.05)
"""


def _clock(port):
    more = {"DATABASE_URL": database(), "DATABASE_POOL": "4", "DEBUG": "on"}
    more |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "DJANGO_SETTINGS_MODULE": "reservations_site.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", BUSY_CLOCK],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **more},
        stdout=subprocess.DEVNULL,
    )

"""Questions in the admin: written by the managers of a venue, and read with the bookings that answer them."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from rooms import operations
from rooms.models import Question
from rooms.operations import Details
from tests.rooms.admin.desk import address, coming, fields_of, listing, save
from tests.worlds import person, room

pytestmark = pytest.mark.django_db
ADD = f"{listing('question')}add/"


@pytest.fixture
def question(harbour):
    return Question.objects.create(venue=harbour, text="Why?", required=True)


def test_pages_call_everything_by_a_name_that_reads_well(desk, question):
    found = desk.get(listing("question")).content.decode()
    form = desk.get(ADD).content.decode()

    assert re.findall(r"By ([a-z ]+[a-z])\s*</summary>", found) == ["use", "kind of answer"]
    assert "everything there" in form
    assert "Empty:" not in form


def test_is_written_changed_and_taken_off_and_its_history_tells(desk, harbour):
    sent = {
        "venue": harbour.pk, "text": " How seated? ", "kind": "choice", "order": "3", "is_asked": "on",
        "choices": "Theater\n\nRound tables \nTheater",
    }  # fmt: skip

    save(desk, ADD, **sent)
    made = Question.objects.get()
    assert (made.text, made.choices, made.required) == ("How seated?", ["Theater", "Round tables"], False)
    left = fields_of(desk, address(made))
    del left["is_asked"]
    desk.post(address(made), left)

    made.refresh_from_db()
    assert not made.is_asked
    assert [one.get_change_message() for one in LogEntry.objects.order_by("pk")] == [
        "Added.",
        "Changed In use.",
    ]


def test_takes_only_what_is_of_ones_own_venue(desk, root, harbour, pier):
    sent = {"text": "Why?", "kind": "short", "order": "0", "is_asked": "on", "type": pier.types.get().pk}

    assert "Select a valid choice." in save(desk, ADD, **sent, venue=pier.pk).content.decode()
    for browser, why in ((desk, "Select a valid choice."), (root, "That type belongs to another venue.")):
        assert why in save(browser, ADD, **sent, venue=harbour.pk).content.decode()
    assert not Question.objects.exists()


def test_may_go_and_what_was_answered_is_read_with_the_booking_and_in_tables(desk, harbour, question):
    details = Details(answers={question.pk: "=1+1 <b>"})
    booking = operations.book(room(harbour), coming(10, 11), by=person("lena"), details=details)

    desk.post(address(question).replace("change", "delete"), {"post": "yes"})
    page = desk.get(address(booking)).content.decode()
    sent = {"action": "export_csv", "_selected_action": booking.pk}
    table = b"".join(desk.post(listing("booking"), sent)).decode()

    assert not Question.objects.exists()
    assert "Why?</span> =1+1 &lt;b&gt;" in page
    assert table.splitlines()[1].endswith(",Why?: =1+1 <b>")

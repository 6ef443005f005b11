"""Messages over REST: what guests and staff write and read, page by page, and what they are refused."""

import pytest

from rooms.models import Message
from tests.api.programs import hour


@pytest.fixture
def reference(guest, aurora):
    return guest.book(aurora, hour(0))["reference"]


def test_guest_and_staff_write_to_each_other_and_read_it(guest, staff, reference):
    at = f"bookings/{reference}/messages"

    asked = guest.post(at, {"kind": "problem", "text": "The screen is black."})
    answered = staff.post(at, {"text": "We come."})

    assert (asked.status_code, answered.status_code) == (201, 201)
    theirs, ours = guest.get(at).told, staff.get(at).told
    assert [(row["kind"], row["sender"], row["text"], row["author"]) for row in theirs["items"]] == [
        ("problem", "guest", "The screen is black.", ""),
        ("answer", "venue", "We come.", ""),
    ]
    assert [row["author"] for row in ours["items"]] == ["Guest", "Staff"]
    assert (theirs["state"], theirs["next"]) == ("answered", None)
    assert theirs["write_until"] > guest.get(f"bookings/{reference}").told["end"]


def test_nothing_is_written_yet(guest, reference):
    told = guest.get(f"bookings/{reference}/messages").told

    assert (told["items"], told["state"]) == ([], None)


def test_a_thread_comes_a_page_at_a_time(guest, staff, reference):
    at = f"bookings/{reference}/messages"
    for number in range(5):
        guest.post(at, {"text": f"Number {number}"})

    first = guest.get(f"{at}?limit=3").told
    rest = guest.get(f"{at}?limit=3&cursor={first['next']}").told

    assert [row["text"][-1] for row in first["items"] + rest["items"]] == list("01234")
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"text": "\u202eabc"}, "text"),
        ({"text": 7}, "text"),
        ({"text": "Hello", "kind": "praise"}, "kind"),
        ({"text": "Hello", "to": "everybody"}, "to"),
    ],
)
def test_what_is_no_message_is_refused_by_its_field(guest, reference, sent, field):
    answer = guest.post(f"bookings/{reference}/messages", sent)

    assert (answer.status_code, list(answer.told["field_errors"])) == (400, [field])
    assert Message.objects.count() == 0


def test_the_staff_list_who_waits_longest_first_and_close_what_is_done(guest, staff, aurora):
    made = [guest.book(aurora, hour(number))["reference"] for number in range(3)]
    for reference in reversed(made):
        guest.post(f"bookings/{reference}/messages", {"text": "Is there a projector?"})

    first = staff.get("venues/office/messages?limit=2").told
    rest = staff.get(f"venues/office/messages?limit=2&cursor={first['next']}").told
    closed = staff.post(f"bookings/{made[0]}/messages/close")

    waiting = first["items"] + rest["items"]
    assert [row["booking"] for row in waiting] == made[::-1]
    assert waiting[0]["latest"]["text"] == "Is there a projector?"
    assert waiting[0]["guest"] == "guest@example.com"
    assert (closed.status_code, closed.told["state"]) == (200, "closed")
    assert [row["booking"] for row in staff.get("venues/office/messages?state=closed").told["items"]] == [
        made[0]
    ]
    assert staff.post(f"bookings/{made[0]}/messages/close").told["code"] == "illegal_transition"
    assert staff.post(f"bookings/{made[0]}/messages/reopen").told["state"] == "open"


def test_who_writes_too_often_is_told_when_to_come_again(guest, reference):
    for number in range(10):
        guest.post(f"bookings/{reference}/messages", {"text": f"Number {number}"})

    answer = guest.post(f"bookings/{reference}/messages", {"text": "Number 10"})

    assert (answer.status_code, answer.told["code"]) == (429, "throttled")
    assert 0 < answer.told["retry_after"] <= 3600


def test_nothing_is_closed_that_was_not_read(guest, staff, reference):
    at = f"bookings/{reference}/messages"
    seen = guest.post(at, {"text": "Is there a projector?"}).told["id"]
    newer = guest.post(at, {"text": "And a flip chart?"}).told["id"]

    refused = staff.post(f"{at}/close", {"seen": seen})

    assert (refused.status_code, refused.told["code"]) == (409, "illegal_transition")
    assert staff.post(f"{at}/close", {"seen": newer}).told["state"] == "closed"


@pytest.mark.parametrize("seen", ["1", -1, 2**63, 1.5, True])
def test_what_was_read_last_is_a_number(guest, staff, reference, seen):
    guest.post(f"bookings/{reference}/messages", {"text": "Is there a projector?"})

    answer = staff.post(f"bookings/{reference}/messages/close", {"seen": seen})

    assert (answer.status_code, list(answer.told["field_errors"])) == (400, ["seen"])

"""Participants over REST: invite, see who comes, answer, and change what one is let change."""

import pytest

from rooms.models import Booking
from tests.api.programs import Program, hour
from tests.worlds import office, person, room, works_at


@pytest.fixture
def reference(guest, aurora):
    return guest.book(aurora, hour(0), title="Retro", note="Secret")["reference"]


@pytest.fixture
def at(reference):
    return f"bookings/{reference}/participants"


@pytest.fixture
def ben(guest, at):
    user = person("ben")
    assert guest.post(at, {"addresses": [user.email]}).status_code == 200
    return Program(user)


def test_guest_invites_and_reads_who_comes_and_who_is_invited_answers(guest, at, ben):
    told = guest.post(at, {"addresses": ["stranger@example.org", "BEN@example.com"]}).told
    assert [row["address"] for row in told["items"]] == ["ben@example.com", "stranger@example.org"]
    assert told["counts"] == {"invited": 2, "accepted": 0, "declined": 0}
    # Whether an address has an account here, and whose, is not told to whoever types it in.
    assert [row["name"] for row in told["items"]] == ["ben@example.com", "stranger@example.org"]

    answered = ben.post(f"{at}/answer", {"answer": "accepted"}).told

    assert (answered["answer"], answered["may_change"]) == ("accepted", False)
    assert guest.get(at).told["counts"] == {"invited": 1, "accepted": 1, "declined": 0}
    theirs = ben.get(at).told["items"]
    assert [(row["name"], row["address"]) for row in theirs] == [("Ben", ""), ("stranger@…", "")]


def test_it_comes_a_page_at_a_time(guest, at):
    guest.post(at, {"addresses": [f"p{number}@example.org" for number in range(5)]})

    first = guest.get(f"{at}?limit=3").told
    rest = guest.get(f"{at}?limit=3&cursor={first['next']}").told

    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [3, 2, None]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"addresses": []}, "invalid"),
        ({"addresses": ["nonsense"]}, "invalid"),
        ({"addresses": ["ok@example.org", "a\0@example.org"]}, "invalid"),
        ({"addresses": ["x@example.org"] * 101}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_what_is_no_list_of_addresses_is_refused_whole(guest, at, sent, code):
    assert guest.post(at, sent).told["code"] == code
    assert guest.get(at).told["items"] == []


def test_who_is_invited_is_told_of_the_booking_and_no_price(guest, reference, ben):
    told, whole = ben.get(f"bookings/{reference}").told, guest.get(f"bookings/{reference}").told

    assert (told["title"], told["rooms"], told["start"]) == ("Retro", whole["rooms"], whole["start"])
    assert not {"price", "kept", "lines", "guest", "plate"} & set(told)
    assert (told["note"], whole["note"]) == ("", "Secret")
    assert {"price", "kept", "lines"} <= set(whole)
    assert [row["reference"] for row in ben.get("bookings?invited=true").told["items"]] == [reference]
    assert ben.get("bookings").told["items"] == []


def test_who_is_invited_is_not_told_why_the_venue_declined(guest, staff, ben):
    hall = room(office("hall", hours=None, needs_approval=True))
    works_at(staff.person, hall.venue)
    reference = guest.book(hall, hour(0))["reference"]
    guest.post(f"bookings/{reference}/participants", {"addresses": [ben.person.email]})
    staff.post(f"bookings/{reference}/decline", {"reason": "You never pay."})

    told = ben.get(f"bookings/{reference}").told

    assert (told["state"], "reason" in told) == ("declined", False)
    assert guest.get(f"bookings/{reference}").told["reason"] == "You never pay."


@pytest.mark.parametrize("more", ["payments", "messages", "cancellation"])
def test_who_is_invited_reads_nothing_of_money_and_messages(guest, reference, ben, at, more):
    [own] = guest.get(at).told["items"]
    guest.patch(f"{at}/{own['id']}", {"may_change": True})

    assert ben.get(f"bookings/{reference}/{more}").told["code"] == "not_found"


def test_a_co_organizer_moves_and_cancels_it_and_is_told_no_price(guest, reference, ben, at):
    [own] = guest.get(at).told["items"]
    later = {"start": hour(3)["start"]}
    assert ben.post(f"bookings/{reference}/move", later).told["code"] == "forbidden"
    assert ben.post(f"bookings/{reference}/cancel").told["code"] == "forbidden"

    assert guest.patch(f"{at}/{own['id']}", {"may_change": True}).told["may_change"]

    moved = ben.post(f"bookings/{reference}/move", later)
    assert (moved.status_code, "price" in moved.told) == (200, False)
    assert ben.patch(f"{at}/{own['id']}", {"may_change": True}).told["code"] == "forbidden"
    assert ben.post(f"bookings/{reference}/cancel").told["state"] == "cancelled"
    assert Booking.objects.get(reference=reference).guest.email == "guest@example.com"


def test_who_is_uninvited_finds_no_such_booking(guest, reference, ben, at):
    [own] = guest.get(at).told["items"]

    assert guest.delete(f"{at}/{own['id']}").status_code == 204

    for answer in (
        ben.get(f"bookings/{reference}"),
        ben.get(at),
        ben.post(f"{at}/answer", {"answer": "accepted"}),
        guest.delete(f"{at}/{own['id']}"),
        guest.delete(f"{at}/none"),
    ):
        assert answer.told["code"] == "not_found"
    assert ben.get("bookings?invited=true").told["items"] == []

"""Rights on a room over REST: said by managers, kept by every endpoint."""

from datetime import timedelta

import pytest

from accounts.operations import register
from reservations import Span
from rooms import operations
from rooms.models import RoomRight
from rooms.operations import Given
from tests.api.programs import MORNING, hour

MONTHS_AWAY = Span(MORNING + timedelta(days=90), MORNING + timedelta(days=91))


@pytest.fixture
def hide(birch):
    """Hide Birch, but from whom it is given to."""

    def say(everybody="none", **people):
        given = {f"{name}@example.com": verbs.split() for name, verbs in people.items()}
        return operations.give_rights(birch, Given(everybody, given), by=None)

    return say


def path_of(one):
    return f"venues/office/rooms/{one.pk}/rights"


def test_a_put_replaces_all_rights_and_a_get_tells_them(manager, guest, rival, aurora):
    sent = {"everybody": "see", "people": [{"email": "guest@example.com", "verbs": ["repeat"]}]}

    put = manager.call("PUT", path_of(aurora), sent)

    assert put.status_code == 200
    assert put.told == manager.get(path_of(aurora)).told
    assert put.told["everybody"] == "see"
    [one] = put.told["people"]
    assert (one["email"], one["verbs"]) == ("guest@example.com", ["see", "book", "repeat"])
    manager.call("PUT", path_of(aurora), {"everybody": "repeat"})
    assert not RoomRight.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"everybody": "all"}, 400),
        ({"people": []}, 400),
        ({"everybody": "see", "people": [{"email": "nobody@example.com", "verbs": ["book"]}]}, 400),
        ({"everybody": "see", "people": [{"email": "manager@example.com", "verbs": []}]}, 400),
        ({"everybody": "see", "people": [{"email": "manager@example.com", "verbs": ["see"]}] * 2}, 400),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(manager, aurora, sent, status):
    assert manager.call("PUT", path_of(aurora), sent).status_code == status
    assert manager.get(path_of(aurora)).told["everybody"] == "repeat"


def test_whether_an_address_has_an_account_that_nobody_confirmed_is_not_told(manager, aurora):
    register("cfo@example.com", "quite a long one")

    details = []
    for email in ("cfo@example.com", "nobody@example.com"):
        sent = {"everybody": "none", "people": [{"email": email, "verbs": ["see", "book"]}]}
        answer = manager.call("PUT", path_of(aurora), sent)
        assert answer.status_code == 400
        details.append(answer.told["detail"].replace(email, "…"))

    assert details[0] == details[1]
    assert not RoomRight.objects.exists()


def test_who_may_book_but_not_repeat_makes_no_series(guest, birch, hide):
    hide("see", guest="book")
    wanted = {"venue": "office", "rooms": [birch.pk], **hour(0)}

    refused = guest.post("bookings", {**wanted, "recurrence": "FREQ=DAILY;COUNT=3"})

    assert (refused.status_code, refused.told["code"], refused.told["rule"]) == (403, "forbidden", "rights")
    assert refused.told["detail"] == "You may book Birch once, but not in a series. Ask the venue."
    assert guest.post("bookings", wanted).status_code == 201


def test_a_hidden_room_is_in_no_answer_and_counts_nowhere(anonymous, guest, rival, aurora, birch, hide):
    hide(rival="book")
    guest.book(aurora, hour(0))
    rival.book(birch, hour(0))
    span = "?start={start}&end={end}".format(**hour(0, 3))

    for program, shown in ((anonymous, ["Aurora"]), (guest, ["Aurora"]), (rival, ["Aurora", "Birch"])):
        rooms = program.get("venues/office/rooms").told["items"]
        line = program.get(f"venues/office/timeline{span}").told
        offers = program.get(f"venues/office/availability{span}").told["items"]
        assert [one["name"] for one in rooms] == shown
        assert [one["name"] for one in line["rooms"]] == shown
        assert line["revision"] == sum(one["revision"] for one in line["rooms"]) == len(shown)
        assert len(line["allocations"]) == len(shown)
        assert sorted(one["name"] for one in offers) == shown
        assert program.get("venues/office").told["room_types"][0]["rooms"] == len(shown)


def test_a_timeline_that_is_kept_is_of_who_may_see_the_same(guest, rival, aurora, birch, hide):
    hide(rival="see")
    path = "venues/office/timeline?start={start}&end={end}".format(**hour(0, 3))
    tags = {who: who.get(path).headers["ETag"] for who in (guest, rival)}

    assert tags[guest] != tags[rival]
    again = guest.get(path, **{"if-none-match": tags[rival]})
    assert (again.status_code, len(again.told["rooms"])) == (200, 1)
    assert guest.get(path, **{"if-none-match": tags[guest]}).status_code == 304


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "bookings"),
        ("POST", "waitlist"),
        ("POST", "watches"),
        ("GET", "rights"),
        ("POST", "blockings"),
    ],
)
def test_a_hidden_room_answers_like_none(guest, aurora, birch, hide, method, path):
    hide()
    operations.give_rights(aurora, Given(people={"guest@example.com": ["edit"]}), by=None)
    answers = []
    for number in (birch.pk, 99_999):
        body = {"room": number} if path == "watches" else {"venue": "office", "rooms": [number], **hour(0)}
        if path == "blockings":
            del body["venue"]
        where = {
            "rights": f"venues/office/rooms/{number}/rights",
            "blockings": "venues/office/blockings",
        }.get(path, path)
        answers.append(guest.call(method, where, body if method == "POST" else None))

    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_what_can_be_seen_and_not_booked_says_why(guest, birch, hide):
    hide("see")
    span = "?start={start}&end={end}".format(**hour(0))

    [one] = guest.get(f"venues/office/availability{span}").told["items"]

    assert (one["free"], one["reasons"][0]["code"], one["reasons"][0]["rule"]) == (
        False,
        "forbidden",
        "rights",
    )


def test_who_may_edit_a_room_takes_it_out_of_use_and_back_and_lists_no_others(guest, aurora, birch, hide):
    hide("see", guest="edit")
    blocking = guest.post("venues/office/blockings", {"rooms": [birch.pk], **hour(0)})
    other = guest.post("venues/office/blockings", {"rooms": [aurora.pk], **hour(0)})

    assert (blocking.status_code, other.status_code) == (201, 403)
    assert guest.get("venues/office/blockings").status_code == 403
    assert guest.delete(f"venues/office/blockings/{blocking.told['id']}").status_code == 204
    assert guest.delete(f"venues/office/blockings/{blocking.told['id']}").status_code == 409
    theirs = operations.block(aurora, MONTHS_AWAY, by=None)
    answers = [guest.delete(f"venues/office/blockings/{number}") for number in (theirs.pk, 99_999)]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content

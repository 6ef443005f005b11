"""Watching rooms, for programs: one more, the list, one less; and no more than one may see."""

import pytest

from rooms import operations
from rooms.models import Venue, Watch
from tests.api.programs import every_page
from tests.worlds import office, rooms

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(db):
    return rooms(office("annex", hours=None), 3)


def test_a_room_is_watched_once_listed_and_let_go(guest, places):
    first = guest.post("watches", {"room": places[0].pk})
    again = guest.post("watches", {"room": places[0].pk, "by_mail": True})
    kept = guest.post("watches", {"room": places[0].pk})

    assert (first.status_code, first.told["by_mail"], again.told["by_mail"], kept.told["by_mail"]) == (
        201,
        False,
        True,
        True,
    )
    [one] = guest.get("watches").told["items"]
    assert (one["room"], one["name"], one["venue"], one["is_heard"]) == (
        places[0].pk,
        "Room 1",
        "annex",
        True,
    )
    assert guest.delete(f"watches/{places[0].pk}").status_code == 204
    assert guest.delete(f"watches/{places[0].pk}").status_code == 404
    assert not Watch.objects.exists()


def test_the_list_comes_in_pages_the_newest_first(guest, places):
    for one in places:
        operations.watch(one.pk, by=guest.person)

    assert [one["name"] for one in every_page(guest, "watches?limit=2")] == ["Room 3", "Room 2", "Room 1"]


def test_of_a_room_that_is_hidden_nothing_is_told(guest, places):
    guest.post("watches", {"room": places[0].pk})
    Venue.objects.update(is_listed=False)

    [one] = guest.get("watches").told["items"]
    assert (one["name"], one["venue"], one["is_heard"]) == (None, None, False)
    refused = guest.post("watches", {"room": places[1].pk})
    assert (refused.status_code, refused.told["code"]) == (404, "not_found")


@pytest.mark.parametrize("room", [0, -1, "1", None, 10**30, 10**15, [], {}])
def test_what_is_no_room_is_refused(guest, places, room):
    assert guest.post("watches", {"room": room}).status_code in (400, 404)


@pytest.mark.parametrize("room", ["0", "x", "%00", "1e3", "9" * 40, "-1"])
def test_what_is_not_watched_is_not_found(guest, places, room):
    assert guest.delete(f"watches/{room}").status_code == 404

"""Rooms that not everybody may see: each board shows its owner's, and follows when rights change."""

import json

import pytest

from live.hub import hub
from rooms import operations
from rooms.models import Venue
from rooms.operations import Given
from tests.days import span
from tests.live.clients import in_thread, log_in, until
from tests.live.test_rights import AT_MOST
from tests.worlds import office, person, room, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]


def let(one, everybody=None, **people):
    given = {f"{name}@example.com": verbs.split() for name, verbs in people.items()}
    return operations.give_rights(one, Given(everybody, given), by=None)


def world():
    """Return an open room, one that is shown to Ada and the staff alone, and the people."""
    venue = office(hours=None)
    shown, hidden = room(venue, "Aurora"), room(venue, "Board Room", order=2)
    ada, lena, carl = person("ada"), person("lena"), works_at(person("carl"), venue)
    let(hidden, "none", ada="book")
    return shown, hidden, {"ada": ada, "lena": lena, "carl": carl}


def names(board):
    return sorted(one["name"] for one in board.rooms.values())


def said(board):
    return json.dumps(board.frames)


DAY = {"start": span(0, 24).start.isoformat(), "end": span(0, 24).end.isoformat()}


async def boards_of(connect, people, *who):
    """Return for each of them a board of the venue; a visitor's is of `nobody`."""
    found = {}
    for name in who:
        key = None if name == "nobody" else await in_thread(log_in, people[name])
        client = await connect(key)
        found[name] = await client.watch("venue:office", **DAY)
    return found


async def test_no_frame_names_a_room_to_who_may_not_see_it(connect):
    shown, hidden, people = await in_thread(world)
    boards = await boards_of(connect, people, "nobody", "lena", "ada", "carl")

    await in_thread(operations.book, hidden, span(9, 10), by=people["ada"])
    await in_thread(operations.book, shown, span(9, 10), by=people["lena"])

    await until(lambda: all(board.taken.get(shown.pk) for board in boards.values()))
    await until(lambda: all(boards[who].taken[hidden.pk] for who in ("ada", "carl")))
    for who in ("nobody", "lena"):
        assert names(boards[who]) == ["Aurora"]
        assert "Board Room" not in said(boards[who])
        assert str(hidden.pk) not in {str(one) for one in boards[who].rooms}
        assert all(
            hidden.pk not in {one["id"] for one in frame.get("rooms", [])} for frame in boards[who].frames
        )
    assert names(boards["ada"]) == ["Aurora", "Board Room"]


async def test_a_snapshot_with_what_was_heard_is_the_snapshot_after_for_each(connect):
    shown, hidden, people = await in_thread(world)
    boards = await boards_of(connect, people, "nobody", "ada")

    made = await in_thread(operations.book, hidden, span(9, 10), by=people["ada"])
    await in_thread(operations.book, shown, span(11, 12), by=people["lena"])
    await in_thread(operations.cancel, made, by=people["ada"])

    fresh = await boards_of(connect, people, "nobody", "ada")
    for who, board in boards.items():
        await until(lambda who=who, board=board: board.shown() == fresh[who].shown())
        assert board.revision == fresh[who].revision
        assert board.terms == fresh[who].terms


async def test_a_right_that_is_taken_away_takes_the_room_off_an_open_board_and_back(connect):
    _, hidden, people = await in_thread(world)
    boards = await boards_of(connect, people, "ada", "lena")

    await in_thread(lambda: let(hidden, ada=""))
    await until(lambda: names(boards["ada"]) == ["Aurora"], AT_MOST)

    await in_thread(lambda: let(hidden, ada="see", lena="see"))
    await until(lambda: all(names(board) == ["Aurora", "Board Room"] for board in boards.values()), AT_MOST)


async def test_a_room_that_is_hidden_leaves_every_board_at_once(connect):
    shown, _, people = await in_thread(world)
    boards = await boards_of(connect, people, "nobody", "lena")

    await in_thread(lambda: let(shown, "none"))

    await until(lambda: all(names(board) == [] for board in boards.values()), 2.0)
    await in_thread(lambda: let(shown, "see"))
    await until(lambda: all(names(board) == ["Aurora"] for board in boards.values()), 2.0)


async def test_a_board_of_less_than_all_rooms_is_not_read_again_and_again(connect):
    _, hidden, people = await in_thread(world)
    board = (await boards_of(connect, people, "nobody"))["nobody"]
    await in_thread(operations.book, hidden, span(9, 10), by=people["ada"])
    heard = len(board.frames)

    await hub().look()
    await hub().look()

    assert hub().tally.hints_lost == 0
    assert len(board.frames) == heard


async def test_a_role_that_is_given_shows_all_rooms_on_an_open_board(connect):
    _, _, people = await in_thread(world)
    board = (await boards_of(connect, people, "lena"))["lena"]

    await in_thread(lambda: works_at(people["lena"], Venue.objects.get()))

    await until(lambda: names(board) == ["Aurora", "Board Room"], AT_MOST)

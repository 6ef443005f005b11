"""The topic of the rooms one watches: news within a second, of as much as one may see, numbered like any."""

import asyncio
import threading

import pytest

from accounts.models import Membership
from live.hub import hub
from live.own_topics import Heights, MineTopic, WatchingTopic
from reservations import iso
from rooms import operations
from rooms.models import Venue
from tests.days import span
from tests.live.clients import in_thread, log_in, until
from tests.worlds import office, person, room, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]
AT_ONCE = 1.0  # seconds


@pytest.fixture
def world(transactional_db):
    venue = office(hours=None)
    return venue, room(venue, "Aurora"), room(venue, "Birch"), person("guest"), person("rival")


def news_of(board, room):
    return [one["what"] for one in board.rooms[room.pk]["news"]]


async def follow(connect, who):
    client = await connect(await in_thread(log_in, who))
    return await client.watch("watching")


async def test_tells_at_once_what_others_book_and_cancel_there_and_no_name(connect, world):
    _, aurora, birch, guest, rival = world
    await in_thread(operations.watch, aurora.pk, by=guest)
    board = await follow(connect, guest)

    details = operations.Details(title="Secret merger")
    await in_thread(operations.book, birch, span(9, 10), by=rival)  # which is not watched
    booking = await in_thread(operations.book, aurora, span(9, 10), by=rival, details=details)
    await until(lambda: board.revision == 1, AT_ONCE)
    await in_thread(operations.cancel, booking, by=rival)
    await until(lambda: board.revision == 2, AT_ONCE)

    assert news_of(board, aurora) == ["booked", "cancelled"]
    [first, _] = board.rooms[aurora.pk]["news"]
    assert (first["start"], first["end"], first["revision"]) == (
        iso(span(9, 10).start),
        iso(span(9, 10).end),
        1,
    )
    assert not any(word in str(board.frames) for word in ("Secret", "Rival", booking.reference, "Birch"))


async def test_tells_staff_whose_it_is(connect, world):
    venue, aurora, _, guest, rival = world
    await in_thread(works_at, guest, venue)
    await in_thread(operations.watch, aurora.pk, by=guest)
    board = await follow(connect, guest)

    await in_thread(
        operations.book, aurora, span(9, 10), by=rival, details=operations.Details(title="Merger")
    )
    await until(lambda: board.revision == 1, AT_ONCE)

    [told] = board.rooms[aurora.pk]["news"]
    assert (told["title"], told["guest"]) == ("Merger", "Rival")


async def test_a_change_added_to_a_snapshot_is_the_next_snapshot(connect, world):
    _, aurora, birch, guest, rival = world
    for one in (aurora, birch):
        await in_thread(operations.watch, one.pk, by=guest)
    board = await follow(connect, guest)

    first = await in_thread(operations.book, aurora, span(9, 10), by=rival)
    await in_thread(operations.move, first, rooms=[birch], by=rival)
    await until(lambda: board.revision == 3, AT_ONCE)
    again = await follow(connect, guest)

    assert [frame["type"] for frame in board.frames][-1] == "change"
    assert (board.revision, board.rooms) == (again.revision, again.rooms)


async def test_who_comes_back_hears_only_what_is_new(connect, world):
    _, aurora, birch, guest, rival = world
    for one in (aurora, birch):
        await in_thread(operations.watch, one.pk, by=guest)
    board = await follow(connect, guest)
    [snapshot] = board.frames
    await in_thread(operations.book, aurora, span(9, 10), by=rival)

    client = await connect(await in_thread(log_in, guest))
    since = {str(one["id"]): one["revision"] for one in snapshot["rooms"]}
    back = await client.watch("watching", since=since, terms=snapshot["terms"], window=snapshot["window"])

    assert [(frame["type"], [one["id"] for one in frame["rooms"]]) for frame in back.frames] == [
        ("change", [aurora.pk])
    ]


async def test_a_room_that_is_hidden_from_its_watcher_falls_silent(connect, world):
    venue, aurora, _, guest, rival = world
    await in_thread(works_at, guest, venue)
    await in_thread(operations.watch, aurora.pk, by=guest)
    await in_thread(Venue.objects.update, is_listed=False)
    board = await follow(connect, guest)

    await in_thread(Membership.objects.all().delete)
    await in_thread(operations.book, aurora, span(9, 10), by=None, details=operations.Details(guest=rival))
    await until(lambda: board.rooms == {})

    assert not any(word in str(board.frames) for word in ("Rival", "booked"))


async def test_a_first_watch_at_another_venue_asks_open_pages_to_come_again(connect, world):
    _, aurora, _, guest, rival = world
    client = await connect(await in_thread(log_in, guest))
    board = await client.watch("watching")

    await in_thread(operations.watch, aurora.pk, by=guest)
    refusal = await client.answer()
    await client.watch("watching", **board.held)
    await in_thread(operations.book, aurora, span(9, 10), by=rival)
    await until(lambda: board.revision == 1, AT_ONCE)

    assert (refusal["topic"], refusal["code"]) == ("watching", "unready")
    assert news_of(board, aurora) == ["booked"]


async def test_a_watch_that_is_removed_takes_its_room_from_open_pages(connect, world):
    _, aurora, birch, guest, _ = world
    for one in (aurora, birch):
        await in_thread(operations.watch, one.pk, by=guest)
    board = await follow(connect, guest)

    await in_thread(operations.unwatch, aurora.pk, by=guest)
    await until(lambda: set(board.rooms) == {birch.pk}, AT_ONCE)


async def test_is_for_who_is_logged_in(connect, world):
    client = await connect()

    client.say(type="watch", topic="watching")

    assert (await client.answer())["code"] == "not_authenticated"


async def test_a_board_waits_for_nothing_that_is_read_for_a_watcher(connect, world):
    _, aurora, _, guest, rival = world
    await in_thread(operations.watch, aurora.pk, by=guest)
    board = await follow(connect, guest)
    public = await (await connect()).watch(
        "venue:office", start=iso(span(0, 1).start), end=iso(span(22, 23).end)
    )
    is_over = threading.Event()
    slow = asyncio.ensure_future(hub().aside.run(is_over.wait, 20))

    await in_thread(operations.book, aurora, span(9, 10), by=rival)
    await until(lambda: public.revision == 1, AT_ONCE)
    await hub().look()
    heard = board.revision
    is_over.set()
    await slow
    await until(lambda: board.revision == 1)

    assert heard == 0


async def test_what_happens_at_once_is_read_and_told_together(connect, world):
    _, aurora, _, guest, rival = world
    await in_thread(operations.watch, aurora.pk, by=guest)
    board = await follow(connect, guest)

    for hour in range(6):
        await in_thread(operations.book, aurora, span(9 + hour, 10 + hour), by=rival)
    await until(lambda: board.revision == 6)

    assert news_of(board, aurora) == ["booked"] * 6
    assert len([frame for frame in board.frames if frame["type"] == "change"]) <= 3


@pytest.mark.parametrize("topic", [MineTopic(7), WatchingTopic(7, ())])
def test_somebody_who_came_while_the_tables_were_read_is_nobody_to_be_read_for(topic):
    assert topic.has_risen({}, "", Heights({}, {}, {})) is False

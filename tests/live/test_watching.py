"""Watching a topic: a snapshot, then every change, from whichever thread or process it comes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from live.hub import hub
from reservations import Span
from rooms import operations
from tests.days import THU, TUE, WED
from tests.days import span as on_tuesday
from tests.live.clients import in_thread, log_in, until
from tests.worlds import NOW, at, hall, hotel, office, person, room, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("layer")]
DAY = {"start": f"{TUE}T00:00:00Z", "end": f"{WED}T00:00:00Z"}


async def test_a_watcher_sees_a_booking_at_once_without_a_name_in_any_frame(connect):
    venue = await in_thread(office)
    aurora = await in_thread(room, venue)
    guest = await in_thread(person, "guest")
    watcher = await connect()
    board = await watcher.watch("venue:office", **DAY)
    assert board.taken == {aurora.pk: []}

    details = operations.Details(title="Secret merger")
    booking = await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest, details=details)
    await until(lambda: board.revision == 1, 1.5)

    [taken] = board.taken[aurora.pk]
    assert taken == {
        "id": taken["id"],
        "room": aurora.pk,
        "start": f"{TUE}T09:00:00Z",
        "end": f"{TUE}T10:00:00Z",
        "state": "booked",
    }
    said = str(board.frames)
    assert not any(word in said for word in ("Secret", "guest", "Guest", booking.reference))


async def test_a_snapshot_describes_every_room(connect):
    venue = await in_thread(office)
    aurora = await in_thread(room, venue, floor="2", order=3)
    watcher = await connect()

    board = await watcher.watch("venue:office", **DAY)

    [frame] = board.frames
    assert frame["revision"] == 0
    assert frame["rooms"] == [
        {
            "id": aurora.pk,
            "revision": 0,
            "name": "Aurora",
            "type": "Meeting room",
            "noun": "Room",
            "capacity": 8,
            "floor": "2",
            "amenities": [],
            "order": 3,
            "step_minutes": 15,
            "min_minutes": 15,
        }
    ]
    assert abs(datetime.fromisoformat(frame["now"]) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_hold_says_when_it_runs_out_and_buffers_show_only_where_they_differ(connect):
    venue = await in_thread(office, buffer_after_minutes=15)
    aurora = await in_thread(room, venue)
    guest = await in_thread(person, "guest")
    board = await (await connect()).watch("venue:office", **DAY)

    booking = await in_thread(operations.hold, aurora, on_tuesday(9, 10), by=guest)
    await until(lambda: board.revision == 1)

    [taken] = board.taken[aurora.pk]
    assert taken["state"] == "held"
    assert datetime.fromisoformat(taken["expires_at"]) == booking.expires_at
    assert taken["blocks_until"] == f"{TUE}T10:15:00Z"
    assert "blocks_from" not in taken


async def test_the_whole_shows_which_part_of_it_is_taken(connect):
    venue = await in_thread(office)
    halls = await in_thread(hall, venue)
    guest = await in_thread(person, "guest")
    board = await (await connect()).watch("venue:office", **DAY)

    await in_thread(operations.book, halls["Hall B"], on_tuesday(9, 10), by=guest)
    await until(lambda: board.taken[halls["Grand Hall"].pk] != [])

    assert [row["part"] for row in board.taken[halls["Grand Hall"].pk]] == [halls["Hall B"].pk]


async def test_mine_shows_own_bookings_only_and_sleeps_through_those_of_others(connect):
    venue = await in_thread(office)
    aurora = await in_thread(room, venue)
    guest, other = await in_thread(person, "guest"), await in_thread(person, "other")
    client = await connect(await in_thread(log_in, guest))
    mine = await client.watch("mine", **DAY)
    assert mine.rooms == {}

    details = operations.Details(title="Stand-up")
    booking = await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest, details=details)
    await until(lambda: mine.rooms)
    await in_thread(operations.book, aurora, on_tuesday(11, 12), by=other)
    await in_thread(operations.cancel, booking, by=guest)
    await until(lambda: mine.taken[aurora.pk] == [])
    await in_thread(operations.book, aurora, on_tuesday(12, 13), by=other)
    await asyncio.sleep(2.5)

    _, first, last = mine.frames
    assert (first["type"], last["type"]) == ("snapshot", "change")
    [taken] = first["allocations"]
    assert (taken["booking"], taken["title"], taken["mine"]) == (booking.reference, "Stand-up", True)
    about = {"name": "Aurora", "noun": "Room", "venue": "office", "timezone": "UTC"}
    assert mine.rooms[aurora.pk] == {"id": aurora.pk, "revision": 3, **about}


async def test_mine_calls_a_stay_by_its_hotel(connect):
    double = await in_thread(lambda: room(hotel(), "101", capacity=2))
    guest = await in_thread(person, "guest")
    mine = await (await connect(await in_thread(log_in, guest))).watch("mine")

    await in_thread(operations.book, double, Span(at(15), at(11, day=2)), by=guest, now=NOW)
    await until(lambda: mine.rooms)

    assert mine.rooms[double.pk]["stay"] == "Hotel"


async def test_the_desk_shows_titles_and_guests_to_staff(connect):
    venue = await in_thread(office)
    aurora = await in_thread(room, venue)
    guest = await in_thread(person, "guest")
    clerk = await in_thread(lambda: works_at(person("clerk"), venue))
    desk = await (await connect(await in_thread(log_in, clerk))).watch("desk:office", **DAY)

    details = operations.Details(title="Stand-up")
    booking = await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest, details=details)
    await in_thread(operations.block, aurora, on_tuesday(12, 13), by=clerk, note="New carpet")
    await until(lambda: desk.revision == 2)

    booked, blocked = desk.taken[aurora.pk]
    assert (booked["booking"], booked["title"], booked["guest"]) == (booking.reference, "Stand-up", "Guest")
    assert (blocked["state"], blocked["title"]) == ("blocked", "New carpet")
    assert "booking" not in blocked


async def test_a_date_of_a_series_says_which_it_is_to_its_guest_and_the_desk_alone(connect):
    venue = await in_thread(office)
    aurora, guest = await in_thread(room, venue), await in_thread(person, "guest")
    clerk = await in_thread(lambda: works_at(person("clerk"), venue))
    board = await (await connect()).watch("venue:office", **DAY)
    mine = await (await connect(await in_thread(log_in, guest))).watch("mine", **DAY)
    desk = await (await connect(await in_thread(log_in, clerk))).watch("desk:office", **DAY)

    daily = operations.Repeated(on_tuesday(9, 10), "FREQ=DAILY;COUNT=2")
    await in_thread(operations.book, aurora, daily, by=guest)
    await until(lambda: all(heard.taken.get(aurora.pk) for heard in (board, mine, desk)))

    said = [heard.taken[aurora.pk][0].get("occurrence") for heard in (board, mine, desk)]
    assert said == [None, 1, 1]


async def test_a_room_that_is_renamed_or_retired_reaches_every_watcher_as_a_snapshot(connect):
    venue = await in_thread(office)
    aurora, birch = await in_thread(room, venue, "Aurora"), await in_thread(room, venue, "Birch")
    board = await (await connect()).watch("venue:office", **DAY)

    def upkeep():
        aurora.name, birch.archived_at = "Borealis", at(0)
        aurora.save()
        birch.save()

    await in_thread(upkeep)
    await until(lambda: set(board.rooms) == {aurora.pk})
    await until(lambda: board.rooms[aurora.pk]["name"] == "Borealis")


async def test_an_unwatched_topic_says_no_more_and_its_view_is_gone(connect):
    venue = await in_thread(office)
    aurora = await in_thread(room, venue)
    guest = await in_thread(person, "guest")
    client = await connect()
    board = await client.watch("venue:office", **DAY)

    client.say(type="unwatch", topic="venue:office")
    await until(lambda: not hub().views)
    await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest)
    await asyncio.sleep(0.3)

    assert [frame["type"] for frame in board.frames] == ["snapshot"]
    assert 'reserve_live_open{what="windows"} 0.0' in (await in_thread(Client().get, "/metrics")).text


async def test_a_watch_of_another_window_replaces_the_first(connect):
    venue = await in_thread(office)
    aurora = await in_thread(room, venue)
    guest = await in_thread(person, "guest")
    client = await connect()
    await client.watch("venue:office", **DAY)

    board = await client.watch("venue:office", start=f"{WED}T00:00:00Z", end=f"{THU}T00:00:00Z")
    await in_thread(operations.book, aurora, on_tuesday(9, 10), by=guest)
    await until(lambda: board.revision == 1)

    assert board.taken[aurora.pk] == []
    assert len(hub().views) == 1


class TestResuming:
    async def test_answers_with_only_what_changed(self, connect):
        venue = await in_thread(office)
        aurora, birch = await in_thread(room, venue, "Aurora"), await in_thread(room, venue, "Birch")
        guest = await in_thread(person, "guest")
        held = (await (await connect()).watch("venue:office", **DAY)).held
        await in_thread(operations.book, birch, on_tuesday(9, 10), by=guest)

        board = await (await connect()).watch("venue:office", **{**held, **DAY})

        [frame] = board.frames
        assert (frame["type"], frame["revision"]) == ("change", 1)
        assert [room["id"] for room in frame["rooms"]] == [birch.pk]
        assert aurora.pk not in board.rooms

    async def test_answers_nothing_new_with_an_empty_change(self, connect):
        venue = await in_thread(office)
        await in_thread(room, venue)
        held = (await (await connect()).watch("venue:office", **DAY)).held

        board = await (await connect()).watch("venue:office", **{**held, **DAY})

        assert [(frame["type"], frame["rooms"]) for frame in board.frames] == [("change", [])]

    @pytest.mark.parametrize(
        "why",
        [
            "a revision that the tables have not reached",
            "a room that is not the venue's",
            "terms that have changed since",
            "no word of which window",
        ],
    )
    async def test_answers_what_does_not_fit_with_a_snapshot(self, connect, why):
        venue = await in_thread(office)
        aurora = await in_thread(room, venue)
        held = (await (await connect()).watch("venue:office", **DAY)).held
        lacking = {
            "a revision that the tables have not reached": {"since": {str(aurora.pk): 7}},
            "a room that is not the venue's": {"since": {str(aurora.pk): 0, "999999": 0}},
            "terms that have changed since": {"terms": "beef"},
            "no word of which window": {"window": None},
        }[why]

        board = await (await connect()).watch("venue:office", **DAY, **{**held, **lacking})

        assert [frame["type"] for frame in board.frames] == ["snapshot"]
        assert board.since == {str(aurora.pk): 0}

    @pytest.mark.parametrize("names_the_day", [True, False], ids=["a day that is named", "today"])
    @pytest.mark.parametrize("says_what_is_held", [True, False], ids=["with its window", "without"])
    async def test_shows_all_of_another_window_though_no_room_has_changed(
        self, connect, names_the_day, says_what_is_held
    ):
        aurora = await in_thread(room, await in_thread(office, hours=None))
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        before, after = ((today + timedelta(days=day)).isoformat() for day in (-1, 1))
        taken = Span(today + timedelta(hours=23, minutes=45), today + timedelta(days=1))
        clerk = await in_thread(lambda: works_at(person("clerk"), aurora.venue))
        await in_thread(operations.block, aurora, taken, by=clerk)
        yesterday = {"start": before, "end": today.isoformat()}
        board = await (await connect()).watch("venue:office", **yesterday)
        assert board.taken == {aurora.pk: []}

        held = board.held if says_what_is_held else {"since": board.since}
        window = {"start": today.isoformat(), "end": after} if names_the_day else {}
        board = await (await connect()).watch("venue:office", **held, **window)

        assert [frame["type"] for frame in board.frames] == ["snapshot"]
        assert [row["state"] for row in board.taken[aurora.pk]] == ["blocked"]


async def test_many_who_come_at_once_share_a_handful_of_reads(connect):
    venue = await in_thread(office)
    await in_thread(room, venue)
    first = await connect()
    await first.watch("venue:office", **DAY)
    reads = []
    view = next(iter(hub().views.values()))
    run = view._run
    view._run = lambda *args: reads.append(args) or run(*args)

    clients = [await connect() for _ in range(200)]
    await asyncio.gather(*(client.watch("venue:office", **DAY) for client in clients))

    assert len(reads) <= 20
    assert all(client.boards["venue:office"].frames[0]["type"] == "snapshot" for client in clients)


async def test_the_hub_ends_with_its_last_socket(connect):
    venue = await in_thread(office)
    await in_thread(room, venue)
    client = await connect()
    await client.watch("venue:office", **DAY)
    mine = hub()

    await client.close()

    assert mine.is_stopping
    assert (mine.sockets, mine.views, dict(mine.per_address)) == ({}, {}, {})
    assert hub() is not mine
    await hub().stop()

"""Watching the seats of a departure that is planned anew: with another vehicle, or at another time."""

import asyncio
from datetime import timedelta

import pytest

from rooms import operations
from rooms.models import Departure
from tests.live.clients import in_thread, until
from tests.travel import ride, soon, train
from tests.worlds import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("layer")]


async def ask_until_told(watcher, topic):
    """Ask for the topic every so often, as a page does, until it is told how it is."""
    while True:
        watcher.say(type="watch", topic=topic)
        board = watcher.boards.get(topic)
        told = len(board.frames) if board else 0
        await asyncio.sleep(0.3)
        if board and len(board.frames) > told:
            return board


@pytest.mark.parametrize("anew", ["another vehicle", "another time"])
async def test_who_watches_it_is_told_to_ask_again_and_hears_of_the_seats_that_are_sold_now(connect, anew):
    run, guest = await in_thread(soon), await in_thread(person, "guest")
    topic = f"journey:{run.pk}"
    watcher = await connect()
    await watcher.watch(topic)
    if anew == "another vehicle":
        plan = {"vehicle": await in_thread(train, "relief")}
    else:
        plan = {"later": timedelta(days=1)}

    await in_thread(operations.replan, run, by=None, **plan)
    answer = await watcher.answer()
    assert (answer["type"], answer["code"], answer["topic"]) == ("error", "unready", topic)
    board = await ask_until_told(watcher, topic)

    fresh = await in_thread(Departure.objects.get, pk=run.pk)
    booking = await in_thread(lambda: operations.book_seats(ride(fresh, "1A"), by=guest))
    seat = await in_thread(lambda: booking.allocations.get().room_id)
    await until(lambda: [row["state"] for row in board.taken.get(seat, [])] == ["booked"])

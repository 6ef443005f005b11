"""An answer is told on its guest's own topic, a message at the desk; nobody else learns that one wrote."""

import asyncio

import pytest

from rooms import operations
from tests.days import span
from tests.live.clients import in_thread, log_in, until
from tests.worlds import office, person, room, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]
AT_ONCE = 1.0  # seconds: what "live" means


def scene():
    """Return a guest with a booking that is over and one to come, and somebody of the staff."""
    aurora = room(office(hours=None))
    guest, staff = person("guest"), works_at(person("staff"), aurora.venue)
    return operations.book(aurora, span(9, 10), by=guest), guest, staff


def ask(booking, text="Is there a projector?"):
    operations.write_message(booking, "question", text, by=booking.guest)


def answer(booking, staff, text="There is one."):
    operations.write_message(booking, "answer", text, by=staff)


async def heard(board, act, *args, **kwargs):
    """Return the room as the next frame tells of it, which comes at once."""
    number = len(board.frames)
    await in_thread(act, *args, **kwargs)
    async with asyncio.timeout(AT_ONCE):
        await until(lambda: len(board.frames) > number)
    [told] = board.frames[-1]["rooms"]
    return told


async def watching(connect, user, topic):
    client = await connect(await in_thread(log_in, user))
    return await client.watch(topic)


async def test_an_answer_is_counted_on_the_guests_topic_and_never_said(connect):
    booking, guest, staff = await in_thread(scene)
    board = await watching(connect, guest, "mine")

    asked = await heard(board, ask, booking)
    answered = await heard(board, answer, booking, staff)

    assert "answers" not in asked
    assert answered["answers"] == {booking.reference: 1}
    assert "There is one" not in str(board.frames)
    fresh = await watching(connect, guest, "mine")
    assert fresh.shown() == board.shown()


async def test_an_answer_about_what_is_over_is_told_as_well(connect):
    booking, guest, staff = await in_thread(scene)
    await in_thread(operations.cancel, booking, by=guest)
    board = await watching(connect, guest, "mine")

    told = await heard(board, answer, booking, staff)

    assert (told["answers"], told["allocations"]) == ({booking.reference: 1}, [])


async def test_the_desk_hears_at_once_that_somebody_wrote(connect):
    booking, _, staff = await in_thread(scene)
    board = await watching(connect, staff, "desk:office")
    before = board.revision

    await heard(board, ask, booking)

    assert board.revision == before + 1


async def test_strangers_learn_that_something_changed_and_not_what(connect):
    booking, _, staff = await in_thread(scene)
    stranger = await in_thread(person, "stranger")
    board = await watching(connect, stranger, "venue:office")
    own = await watching(connect, stranger, "mine")
    taken = board.frames[0]["allocations"]

    told = await heard(board, answer, booking, staff)

    assert told["allocations"] == taken
    assert sorted(told) == ["allocations", "id", "revision"]
    assert len(own.frames) == 1

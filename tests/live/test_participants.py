"""That people were invited or answered is heard where the booking is, by a number that rises, not by whom."""

import pytest

from rooms import operations
from tests.live.clients import in_thread
from tests.live.test_messages import heard, scene, watching
from tests.worlds import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]


def invite(booking):
    return operations.invite(booking, [person("ben").email], by=booking.guest)[0]


@pytest.mark.parametrize("topic", ["mine", "desk:office", "venue:office"])
async def test_an_answer_is_heard_at_once_and_says_nothing_of_who(connect, topic):
    booking, guest, staff = await in_thread(scene)
    board = await watching(connect, staff if topic.startswith("desk") else guest, topic)
    before = board.revision

    await heard(board, lambda: invite(booking))
    await heard(board, lambda: operations.answer(booking, "accepted", by=booking.participants.get().person))

    assert board.revision == before + 2
    assert "ben@" not in str(board.frames)
    fresh = await watching(connect, staff if topic.startswith("desk") else guest, topic)
    assert fresh.shown() == board.shown()


async def test_who_is_invited_hears_nothing_on_their_own_topic(connect):
    booking, _, _ = await in_thread(scene)
    invited = await in_thread(invite, booking)
    own = await watching(connect, invited.person, "mine")

    await in_thread(operations.cancel, booking, by=booking.guest)

    assert len(own.frames) == 1

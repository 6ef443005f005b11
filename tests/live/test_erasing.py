"""Screens of the staff follow when a guest closes their account."""

from datetime import timedelta

import pytest

from accounts import operations as people
from rooms import operations
from tests.days import TUE, WED, span
from tests.live.clients import in_thread, log_in, until
from tests.worlds import office, person, room, works_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]
DAY = {"start": f"{TUE}T00:00:00Z", "end": f"{WED}T00:00:00Z"}


async def test_a_desk_and_what_it_heard_of_an_erased_guest_is_the_desk_of_who_comes_now(connect):
    aurora = await in_thread(room, await in_thread(office, hours=None))
    guest = await in_thread(person, "guest")
    clerk = await in_thread(lambda: works_at(person("clerk"), aurora.venue))
    details = operations.Details(title="Interview with Ada")
    await in_thread(operations.book, aurora, span(9, 10), by=guest, details=details)
    await in_thread(operations.complete_past, now=span(9, 10).end + timedelta(minutes=1))
    desk = await connect(await in_thread(log_in, clerk))
    board = await desk.watch("desk:office", **DAY)

    await in_thread(people.close, guest, by=guest)
    await in_thread(operations.erase_closed)

    await until(lambda: board.revision == 3)
    newcomer = await connect(await in_thread(log_in, clerk))
    fresh = await newcomer.watch("desk:office", **DAY)
    assert board.shown() == fresh.shown()
    [told] = board.taken[aurora.pk]
    assert (told["title"], told["guest"]) == ("", "Closed account")

"""What a display hears: its rooms, for whoever has its token; until it is switched off, and that at once."""

import pytest

from live.hub import hub
from reservations import Span
from rooms import operations
from rooms.models import Display, OpeningHours
from rooms.operations import Given
from rooms.sql import database_now
from tests.live.clients import in_thread, until
from tests.live.test_rights import AT_MOST
from tests.worlds import office, room

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_memory")]

AT_ONCE = 1.5  # seconds: a hint does it, for the hub looks only every two


def world():
    """Return the panel of a room that nobody may see, at a venue that nobody is shown, and a sign there."""
    place = office(hours=None)
    place.is_listed = False
    place.save()
    aurora, _ = room(place, "Aurora"), room(place, "Birch", order=2)
    operations.give_rights(aurora, Given("none", {}), by=None)
    door = operations.hang(place, by=None, name="By the door", room=aurora)
    return door, operations.hang(place, by=None, name="Entrance")


def topic(display):
    return f"display:{display.token}"


def close_now(one):
    operations.block(one, Span(database_now(), None), by=None)


async def test_hears_of_its_rooms_whoever_else_may_see_them_and_no_name(connect):
    door, sign = await in_thread(world)
    client = await connect()
    panel, board = await client.watch(topic(door)), await client.watch(topic(sign))
    assert (list(panel.rooms), len(board.rooms)) == ([door.room_id], 2)

    await in_thread(close_now, door.room)

    await until(lambda: panel.taken[door.room_id] and board.taken[door.room_id], AT_ONCE)
    assert not any(name in str(panel.frames + board.frames) for name in ("Aurora", "Birch", "name"))


async def test_hears_of_no_other_room(connect):
    door, sign = await in_thread(world)
    client = await connect()
    panel, board = await client.watch(topic(door)), await client.watch(topic(sign))
    other = next(one for one in board.rooms if one != door.room_id)

    await in_thread(lambda: close_now(sign.venue.rooms.get(pk=other)))

    await until(lambda: board.taken[other], AT_ONCE)
    assert len(panel.frames) == 1
    await hub().look()
    assert len(panel.frames) == 1


async def test_that_is_switched_off_is_told_so_at_once(connect):
    door, _ = await in_thread(world)
    client = await connect()
    await client.watch(topic(door))

    await in_thread(operations.revoke, door, by=None)

    await until(lambda: not client.others.empty(), AT_ONCE)
    refused = await client.answer()
    assert (refused["code"], refused["topic"]) == ("not_found", topic(door))


async def test_that_went_without_a_word_is_missed(connect):
    door, _ = await in_thread(world)
    client = await connect()
    await client.watch(topic(door))

    await in_thread(Display.objects.filter(pk=door.pk).delete)

    await until(lambda: not client.others.empty(), AT_MOST)
    assert (await client.answer())["code"] == "not_found"


async def test_is_told_of_other_hours(connect):
    door, _ = await in_thread(world)
    panel = await (await connect()).watch(topic(door))
    before = panel.terms

    hours = {"venue": door.venue, "weekday": 0, "opens": "08:00", "closes": "20:00"}
    await in_thread(lambda: OpeningHours.objects.create(**hours))

    await until(lambda: panel.terms != before, AT_ONCE)


async def test_shows_today_whatever_is_asked_for(connect):
    door, _ = await in_thread(world)
    panel = await (await connect()).watch(
        topic(door), start="2027-01-01T00:00:00Z", end="2027-02-01T00:00:00Z"
    )

    today = await in_thread(database_now)
    assert panel.window.startswith(f"{today:%Y-%m-%d}T00:00:00Z/")


@pytest.mark.parametrize("name", ["display:", "display:nobody", "venue:display:nobody", "display:\x00"])
async def test_is_asked_for_by_its_token_alone(connect, name):
    await in_thread(world)
    client = await connect()

    client.say(type="watch", topic=name)

    assert (await client.answer())["code"] == "not_found"


async def test_is_no_way_to_its_venue(connect):
    door, _ = await in_thread(world)
    client = await connect()

    for kind in ("venue", "desk", "journey"):
        client.say(type="watch", topic=f"{kind}:{topic(door)}")
        assert (await client.answer())["code"] == "not_found"

"""One table of who may do what, tried by every role at every door: pages, the API, lines, sockets, the admin.

The table is that of accounts.roles, and whether a try should succeed, it says. Doors are found by walking
the site: one that is neither tried nor said to ask for no role is a mistake. Each try is taken back, so one
world serves all of them.
"""

from collections.abc import Iterator

import pytest

from accounts import roles
from tests.doors import KINDS, WHO, Try, World, build, every_door, kind_of, refresh
from tests.doors_of_nobody import UNTRIED
from tests.doors_of_roles import TRIES
from tests.test_every_table import doors as doors_of_tables

pytestmark = pytest.mark.django_db
# By which kinds of door each action is offered: by no others, for every door there is has its row somewhere.
OFFERED = {
    "book": "page api line",
    "cancel_own": "page api line socket",
    "see_titles": "page api line socket admin",
    "check_in_any": "page api line",
    "mark_absent": "page api",
    "let_in": "page api",
    "book_for_others": "page api admin",
    "exceed_quota": "page api line",
    "move_any": "page api admin",
    "cancel_any": "page api line admin",
    "approve": "page api admin",
    "decline": "page api admin",
    "block": "page api admin",
    "unblock": "page api admin",
    "hang": "page admin",
    "revoke": "page admin",
    "answer": "page api",
    "take_money": "page",
    "give_money_back": "page",
    "forgive": "page",
    "check_tickets": "page",
    "delay": "page",
    "replan": "page",
    "call_off": "page",
    "see_plates": "page api",
    "edit_venue": "page api admin",
    "see_reports": "page api",
    "see_history": "page admin",
    "manage_members": "page",
}
# The guest's own booking: what staff may with anybody's, its guest may with this one, but not in the admin.
THEIRS = {"see_titles", "check_in_any", "move_any", "cancel_any", "see_plates"}
OF_A_BOOKING = ("rooms:booking", "rooms:tickets", "notifications:booking_ics", "payments:receipt")


@pytest.fixture
def world():
    return build()


def expected(action: str, door: str, one: Try, who: str, world: World) -> bool:
    """Return whether the table lets them, or it is theirs."""
    is_somebody = who != "nobody"
    if one.is_of == "own":
        return is_somebody
    if who == "guest" and action in THEIRS and kind_of(door) != "admin" and _is_of_a_booking(door):
        return True
    return roles.may(world.people[who], action, world.place.pk)


def _is_of_a_booking(door: str) -> bool:
    return door.startswith(OF_A_BOOKING) or "{reference}" in door or door.startswith("line ")


def test_every_action_of_the_table_is_tried_at_every_kind_of_door_that_offers_it(world):
    offered = {
        action: {kind_of(one.door(world)) for one in tries if one.is_of != "own"}
        | _kinds_of_own(world, tries)
        for action, tries in TRIES.items()
    }

    assert set(TRIES) == set(roles.ACTIONS)
    assert {
        action: " ".join(kind for kind in KINDS if kind in found) for action, found in offered.items()
    } == OFFERED


def _kinds_of_own(world: World, tries: list[Try]) -> set[str]:
    return {kind_of(door) for door in _own_doors(world, tries)}


def _own_doors(world: World, tries: list[Try]) -> Iterator[str]:
    world.mine = world.ride
    for one in tries:
        if one.is_of == "own":
            yield one.door(world)


def test_every_door_is_tried_or_said_to_be_nobodys_business(world):
    tried = set(doors_of_tables())
    for tries in TRIES.values():
        tried |= {one.door(world) for one in tries if one.is_of != "own"} | set(_own_doors(world, tries))

    assert tried & set(UNTRIED) == set()
    assert every_door() == tried | set(UNTRIED)


@pytest.mark.parametrize("who", WHO)
def test_what_the_table_says_is_what_every_door_does(who, world):
    wrong = []
    for action, tries in TRIES.items():
        for one in tries:
            could = one(world, who)
            door = one.door(world)
            if could != expected(action, door, one, who, world):
                wrong.append(f"{action} by {door}: {'yes' if could else 'no'}")
            refresh(world)

    assert wrong == []

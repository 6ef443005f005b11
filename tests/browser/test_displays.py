"""Displays on a wall: a door tells the truth, says when it cannot, and turns to the next day by itself."""

import re

import pytest
from playwright.sync_api import expect

SILENCE = 30_000  # ms: two missed pings, their grace, and a busy machine
LOOKED_AFTER = 25_000  # ms: a display asks every fifteen seconds whether its day is over


@pytest.fixture
def door(windows):
    """The panel beside the door of a room that is always open, in the window of whoever passes by."""
    desk = windows.open("admin", "/desk/open-house/")
    desk.get_by_label("Where it hangs").fill("Nook 1")
    desk.get_by_label("or door of").select_option(label="Nook 1")
    displays = desk.locator("section[aria-labelledby=displays]")
    displays.get_by_role("button", name="Add").click()
    address = displays.locator("a.desk-where", has_text="Nook 1").first.get_attribute("href")
    panel = windows.open("", address)
    expect(panel.locator("[data-state]")).to_have_text(re.compile("Free|Taken"))
    return panel


def test_a_door_says_since_when_it_is_not_live_and_mends_itself(door):
    expect(door.locator("[data-stale]")).to_be_hidden()

    door.context.set_offline(True)
    expect(door.locator("[data-stale]")).to_have_text(
        re.compile(r"^Not live since \d\d:\d\d\. Reconnecting…$"), timeout=SILENCE
    )
    expect(door.locator("[data-sign]")).to_have_attribute("data-stale-now", "")
    door.context.set_offline(False)

    expect(door.locator("[data-stale]")).to_be_hidden(timeout=SILENCE)


def test_a_door_loads_the_new_day_as_soon_as_the_server_says_that_it_is_one(door):
    def tomorrow(route):
        route.fulfill(json={**route.fetch().json(), "today": "2999-01-01"})

    door.evaluate("globalThis.sameDocument = true")
    door.route("**/now/", tomorrow, times=1)

    door.wait_for_function("() => !globalThis.sameDocument", timeout=LOOKED_AFTER)
    expect(door.locator("[data-state]")).to_have_text(re.compile("Free|Taken"))

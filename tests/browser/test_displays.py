"""Displays on a wall: a door tells the truth, says when it cannot, and turns to the next day by itself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board

SILENCE = 30_000  # ms: two missed pings, their grace, and a busy machine
TURNS = 15_000  # ms: the moment that is left of the day, and the spread of those who turn together
AT_ONCE = 1_500  # ms: a second, on a machine that does other things too


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


def test_a_door_loads_its_new_day_by_itself(site, door):
    """The day of the page ends in a moment: it fetches the next one, which ends at midnight."""
    soon = datetime.now(UTC) + timedelta(seconds=site.ahead + 3)

    def ending(route):
        body = re.sub(r'("window": {[^}]*"end": )"[^"]*"', rf'\1"{soon.isoformat()}"', route.fetch().text())
        route.fulfill(body=body, content_type="text/html")

    door.route("**/display/**", ending, times=1)
    door.reload()
    door.evaluate("document.body.dataset.day = 'old'")

    expect(door.locator("[data-day=old]")).to_have_count(0, timeout=TURNS)
    expect(door.locator("[data-state]")).to_have_text(re.compile("Free|Taken"))


def test_a_door_that_is_switched_off_is_blank_at_once_and_asks_for_nothing(windows, door):
    desk = windows.open("admin", "/desk/open-house/")
    name = desk.locator("section[aria-labelledby=displays] .desk-line", has_text="Nook 1").first
    assert name.locator("a").get_attribute("href") in door.url

    name.get_by_role("button", name="Switch off").click()

    expect(door.locator("main")).to_have_text("This display was switched off.", timeout=AT_ONCE)
    with door.line.unheard() as asked:
        door.wait_for_timeout(3_000)
    assert asked == []
    assert all(socket.is_closed() for socket in door.line.sockets)


def test_a_door_polls_nobody(door):
    with door.line.unheard() as asked:
        door.wait_for_timeout(16_000)

    assert asked == []


@pytest.fixture
def panel(windows):
    """The panel of a room that is always open, at which whatever runs may be ended."""
    desk = windows.open("admin", "/desk/open-house/")
    desk.get_by_label("Where it hangs").fill("Panel of Nook 6")
    desk.get_by_label("or door of").select_option(label="Nook 6")
    desk.get_by_label("Buttons at the door").select_option("any")
    displays = desk.locator("section[aria-labelledby=displays]")
    displays.get_by_role("button", name="Add").click()
    address = displays.locator("a.desk-where", has_text="Panel of Nook 6").first.get_attribute("href")
    return windows.open("", address)


def free(panel):
    """End what the last test left."""
    if panel.locator("#act-end").count():
        panel.locator("#act-end summary").click()
        panel.get_by_role("button", name="Yes, end it").click()
    expect(panel.locator("[data-state]")).to_have_text("Free")
    expect(panel.locator("#act-book-1")).to_be_visible()


def test_what_is_pressed_at_the_door_is_on_every_screen_within_a_second(windows, site, panel):
    free(panel)
    other = windows.open("", panel.url)
    board = Board(windows.open("guest"), "open-house", site.today).goto()
    taken = board.row("Nook 6").locator(".seg.is-booked")
    before = taken.count()

    panel.get_by_role("button", name="Book until").last.click()

    expect(other.locator("[data-state]")).to_have_text("Taken", timeout=AT_ONCE)
    expect(taken).to_have_count(before + 1, timeout=AT_ONCE)
    expect(other.locator("#act-end")).to_be_visible()


def test_a_door_is_worked_by_keyboard_and_ends_at_the_second_press(panel):
    free(panel)

    panel.locator("#act-book-2").focus()
    panel.keyboard.press("Enter")
    expect(panel.locator("[data-state]")).to_have_text("Taken")
    expect(panel.locator("#acts :focus")).to_have_count(1)
    until = panel.locator("[data-until]").text_content()
    panel.locator("#act-longer-1").focus()
    panel.keyboard.press("Enter")
    expect(panel.locator("[data-until]")).not_to_have_text(until)
    panel.locator("#act-end summary").focus()
    panel.keyboard.press("Enter")
    expect(panel.locator("[data-state]")).to_have_text("Taken")
    panel.keyboard.press("Tab")
    panel.keyboard.press("Enter")

    expect(panel.locator("[data-state]")).to_have_text("Free")


def test_a_door_says_what_it_refused(windows, panel):
    free(panel)
    late = windows.open("", panel.url, java_script_enabled=False)
    panel.locator("#act-book-1").click()
    expect(panel.locator("[data-state]")).to_have_text("Taken")

    late.locator("#act-book-2").click()

    expect(late.get_by_role("alert")).to_be_visible()
    expect(late.locator("[data-state]")).to_have_text("Taken")

"""The floor plan in the browser: draw a rectangle, and only what is free and fits there stays lit, live."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board

SPAN = "from=10:00&to=11:00"


class Plan:
    """The plan of Harbour Office at ten, in a window."""

    def __init__(self, windows, who, day, query=""):
        self.page = windows.open(who, f"/venues/harbour-office/?view=plan&date={day}&{SPAN}&{query}")
        expect(self.page.locator("[data-live]")).to_have_text("Live")

    def room(self, name):
        return self.page.locator(f'svg[data-plan] a[aria-label^="{name},"]')

    @property
    def lit(self):
        return self.page.locator("svg[data-plan] a.is-free:not(.is-dim)")

    def says(self, count):
        expect(self.page.locator("[data-count]")).to_have_text(count)

    def drag(self, one, other):
        """Draw a rectangle from the middle of one room to that of another, and a little beyond both."""
        self.room(one).scroll_into_view_if_needed()
        start, end = (self.room(name).locator(".bay").bounding_box() for name in (one, other))
        self.page.mouse.move(start["x"] - 6, start["y"] - 6)
        self.page.mouse.down()
        self.page.mouse.move(start["x"] + 40, start["y"] + 20)
        self.page.mouse.move(end["x"] + end["width"] + 6, end["y"] + end["height"] + 6, steps=4)
        self.page.mouse.up()


@pytest.fixture
def plan(windows, day):
    return Plan(windows, "guest2", day)


def test_only_what_is_free_fits_and_lies_in_the_rectangle_stays_lit_live(plan, windows, day):
    plan.drag("Birch", "Harbour")
    plan.says("2 of 2 rooms in the area are free and fit.")
    expect(plan.lit).to_have_count(2)
    expect(plan.page.locator("[data-row]:not([hidden])")).to_have_count(2)

    Board(windows.open("guest"), "harbour-office", day).goto().book("Birch", "10:00", "11:00", "Standup")

    plan.says("1 of 2 rooms in the area is free and fit.")
    expect(plan.room("Birch")).to_have_attribute("aria-label", "Birch, 8 seats, floor 2, booked until 11:00")
    expect(plan.page.locator("[data-said]")).to_contain_text("Birch is booked")
    plan.page.locator("[name=capacity]").select_option("10")
    plan.says("0 of 2 rooms in the area are free and fit.")

    shared = windows.open("", plan.page.url)
    expect(shared.locator("[data-count]")).to_have_text("0 of 2 rooms in the area are free and fit.")
    plan.page.keyboard.press("Escape")
    expect(plan.page).to_have_url(re.compile("^(?!.*within)"))


def test_by_keys_one_walks_from_room_to_room_and_marks_them(plan):
    plan.room("Birch").focus()
    plan.page.keyboard.press("ArrowRight")
    expect(plan.room("Harbour")).to_be_focused()

    plan.page.keyboard.press("Shift+ArrowRight")

    expect(plan.room("Nimbus")).to_be_focused()
    plan.says("2 of 2 rooms in the area are free and fit.")
    plan.page.keyboard.press("Escape")
    plan.says("24 of 24 rooms are free and fit.")
    expect(plan.page.locator("svg[data-plan] a[tabindex='0']")).to_have_count(4)  # one on each floor


def test_a_lit_room_is_held_and_a_taken_one_says_why(plan, windows, day):
    plan.room("Cedar").click()
    dialog = plan.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Book Cedar")).to_be_visible()

    other = Plan(windows, "guest", day)
    expect(other.room("Cedar")).to_have_attribute("aria-label", re.compile("on hold [0-9:]+ left"))
    other.room("Cedar").click()
    expect(other.page.locator(".why")).to_contain_text("Cedar is on hold")

    dialog.get_by_role("button", name="Let it go").click()
    expect(other.room("Cedar")).to_have_attribute("aria-label", "Cedar, 12 seats, floor 3, free")


def test_another_time_is_another_plan_with_the_same_rectangle(plan, windows, day):
    Board(windows.open("guest"), "harbour-office", day).goto().book("Delta", "14:00", "15:00", "Review")
    plan.drag("Delta", "Juniper")
    plan.says("2 of 2 rooms in the area are free and fit.")

    plan.page.get_by_label("to", exact=True).fill("15:00")

    plan.says("1 of 2 rooms in the area is free and fit.")
    expect(plan.page).to_have_url(re.compile("to=15%3A00"))


def test_a_finger_scrolls_until_it_is_told_to_mark(windows, day):
    plan = Plan(windows, "guest2", day)
    first = plan.page.locator("svg[data-plan]").first
    actions = "node => getComputedStyle(node).touchAction"
    assert first.evaluate(actions) == "auto"

    plan.page.get_by_role("button", name="Mark an area").click()

    assert first.evaluate(actions) == "none"
    plan.drag("Birch", "Harbour")
    expect(plan.page.get_by_role("button", name="Mark an area")).to_have_attribute("aria-pressed", "false")

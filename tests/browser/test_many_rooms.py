"""A board of 200 rooms with 2,000 bookings: it draws what is in view, and the rest as one comes to it."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board

FULL = date(2026, 12, 14)  # the day for which scenery.py fills the tower


@pytest.fixture
def tower(windows):
    return Board(windows.open("guest"), "tower", FULL).goto()


def test_every_room_has_its_row_and_the_first_ones_are_drawn(tower):
    rows = tower.page.locator(".board-row[data-room]")

    expect(rows).to_have_count(200)
    expect(tower.page.get_by_role("grid")).to_have_attribute("aria-rowcount", "201")
    tower.shows("Room 1, 07:15 to 08:00, booked")
    expect(tower.row("Room 1").locator(".seg.is-booked")).to_have_count(10)
    expect(tower.row("Room 200").locator(".seg")).to_have_count(0)


def test_scrolling_reveals_the_rows_below_and_lets_go_of_those_above(tower):
    tower.row("Room 200").scroll_into_view_if_needed()

    expect(tower.row("Room 200").locator(".seg.is-booked")).to_have_count(10)
    expect(tower.row("Room 1").locator(".seg")).to_have_count(0)


def test_the_keyboard_gets_to_the_last_room_in_one_press_and_books_there(tower):
    tower.page.locator(".seg[tabindex='0']").focus()

    tower.page.keyboard.press("Control+End")
    tower.page.keyboard.press("Enter")

    expect(tower.dialog.get_by_role("heading", name="Book Room 200")).to_be_visible()
    tower.page.keyboard.press("Escape")  # and lets it go, for the next test
    expect(tower.dialog).to_be_hidden()
    expect(tower.cell(re.compile("^Room 200, .* on hold$"))).to_have_count(0)


def test_a_change_far_below_is_there_when_one_scrolls_to_it(tower, windows):
    his = Board(windows.open("guest2"), "tower", FULL).goto()
    his.page.locator(".seg[tabindex='0']").focus()
    his.page.keyboard.press("Control+End")
    his.page.keyboard.press("Enter")
    expect(his.dialog.get_by_role("heading", name="Book Room 200")).to_be_visible()

    tower.row("Room 200").scroll_into_view_if_needed()

    expect(tower.cell(re.compile("^Room 200, .* on hold$"))).to_be_visible()

"""What people tell their browsers about how they see: less motion, more contrast, light or dark."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.board import Board

STATES = ("free", "mine", "booked", "held", "pending", "blocked")


def legend(page):
    return [page.locator(f".legend .key.is-{state}").screenshot() for state in STATES]


def test_nothing_moves_for_those_who_asked_for_less_motion(board):
    hers, his = board("guest"), board("guest2")

    hers.hold("Birch", "10:00", "11:00")
    his.shows("Birch, 10:00 to 11:00, on hold")

    for window in (hers, his):
        moving = window.page.evaluate(
            "document.getAnimations().filter(one => one.effect.getComputedTiming().duration > 1).length"
        )
        assert moving == 0


@pytest.mark.parametrize(
    "look",
    [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=["light", "dark", "high contrast"],
)
def test_the_six_states_look_different(windows, look):
    page = windows.open("guest", "/venues/harbour-office/", **look)

    pictures = legend(page)

    alike = [pair for pair in itertools.combinations(range(6), 2) if pictures[pair[0]] == pictures[pair[1]]]
    assert [(STATES[a], STATES[b]) for a, b in alike] == []


def test_high_contrast_redraws_the_board_in_the_systems_colors(board):
    usual, forced = board("guest"), board("guest", forced_colors="active")

    assert (
        usual.page.locator("availability-board").screenshot()
        != forced.page.locator("availability-board").screenshot()
    )
    forced.hold("Birch", "10:00", "11:00")


def test_the_choice_of_light_or_dark_is_kept_and_is_there_before_the_first_paint(windows):
    page = windows.open("", "/", color_scheme="light")
    toggle = page.get_by_role("button", name="Theme")
    toggle.click()
    toggle.click()
    expect(toggle).to_have_accessible_name("Theme: dark. Change it")

    page.goto("/accounts/login/")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_the_board_reads_from_right_to_left_where_the_page_does(windows, day):
    shown = Board(windows.open("guest"), "harbour-office", day)
    shown.page.add_init_script(
        "addEventListener('DOMContentLoaded', () => document.documentElement.dir = 'rtl')"
    )
    shown.goto()
    early, late = (
        shown.page.get_by_role("columnheader", name=hour).bounding_box()["x"] for hour in ("08:00", "16:00")
    )

    assert early > late

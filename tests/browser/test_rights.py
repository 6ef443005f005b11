"""Rights on a room in two windows: a manager hides it, and it leaves an open board, and comes back."""

import pytest
from playwright.sync_api import expect

SECONDS = 6_000  # ms: what a right may take to reach an open board


@pytest.fixture
def manager(board):
    """The manager's page of a room's rights; the room is everybody's again afterwards."""
    page = board("manager").page
    page.goto("/desk/harbour-office/rights/")
    page.get_by_role("link", name="Change the rights in Aurora").click()
    yield page
    say(page, "Book it, in a series too")


def say(page, everybody):
    page.get_by_label("Everybody may").select_option(label=everybody)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It counts from now on")).to_be_visible()


def test_a_room_that_is_hidden_leaves_an_open_board_and_comes_back_to_who_may_see_it(manager, board):
    guests = board("guest").page
    row = guests.get_by_text("Aurora", exact=True)
    expect(row).to_be_visible()

    say(manager, "Nobody but those below")
    expect(row).to_have_count(0, timeout=SECONDS)

    manager.get_by_label("E-mail addresses").fill("guest@example.com")
    manager.get_by_role("button", name="Save", exact=True).click()
    expect(manager.get_by_label("guest@example.com may book")).to_be_checked()
    expect(row).to_be_visible(timeout=SECONDS)

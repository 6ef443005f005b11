"""At the desk a line goes as its button is pressed: whoever works through a list stays where they were."""

import re

import pytest
from playwright.sync_api import expect

DESK = "/desk/pier-hall/"


@pytest.fixture
def fairs(board, day):
    """Two halls are asked for, later than all else on the list, and called so."""
    hers, names = board("guest", "pier-hall"), (f"First fair of {day}", f"Second fair of {day}")
    hers.book("Hall A", "10:00", "12:00", names[0])
    hers.book("Hall B", "14:00", "16:00", names[1])
    return names


@pytest.fixture
def desk(windows, fairs):
    page = windows.open("staff", DESK)
    expect(page.locator("[data-live]")).to_have_attribute("data-state", "live")
    return page


def row(desk, title):
    """The line of what is called so."""
    return desk.locator("#lines-requests .desk-line", has_text=title)


@pytest.mark.parametrize("word", ["Approve", "Decline"])
def test_the_focus_goes_on_to_the_same_button_of_the_next_line_and_the_list_stays_scrolled(desk, fairs, word):
    first, second = (row(desk, name) for name in fairs)
    if word == "Decline":
        first.locator("summary").press("Enter")
    first.get_by_role("button", name=re.compile(f"^{word} Hall A")).press("Enter")

    expect(first).to_have_count(0)
    button = second.locator("summary, button", has_text=re.compile(f"^{word}")).first
    expect(button).to_be_focused()
    expect(button).to_be_in_viewport()
    assert desk.locator("#lines-requests").evaluate("list => list.scrollTop") > 0


def test_the_focus_goes_to_the_heading_of_a_list_that_is_empty_now(desk):
    desk.get_by_label("Where it hangs").fill("Entrance")
    desk.locator("section[aria-labelledby=displays]").get_by_role("button", name="Add").click()

    desk.get_by_role("button", name="Switch off Entrance").press("Enter")

    expect(desk.get_by_text("No screen shows what is free here yet.")).to_be_visible()
    expect(desk.get_by_role("heading", name=re.compile("^Displays"))).to_be_focused()


def test_what_a_line_unfolds_is_in_sight(desk, fairs):
    last = row(desk, fairs[1])
    last.locator("summary").press("Enter")

    expect(last.get_by_role("button", name=re.compile("^Decline"))).to_be_in_viewport(ratio=1)

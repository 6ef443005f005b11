"""A booking that is moved to where it costs more, or is only asked for: its mover agrees to that first."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def hers(board):
    """A guest's board, with Delta booked from 10 to 11; Ember costs more, and the venue looks at it first."""
    hers = board("guest")
    hers.book("Delta", "10:00", "11:00", title="Town hall")
    hers.shows("Delta, 10:00 to 11:00, your booking: Town hall")
    return hers


def asks(hers):
    return hers.dialog.get_by_role("heading", name="Move to Ember?")


class TestADragToADearerRoom:
    def test_asks_first_and_leaves_it_where_it_was(self, hers):
        hers.drag("Delta", "10:00", "10:00", room="Ember")

        expect(asks(hers)).to_be_visible()
        expect(hers.dialog).to_contain_text("The venue looks at it first")
        hers.page.keyboard.press("Escape")

        expect(hers.dialog).to_be_hidden()
        hers.shows("Delta, 10:00 to 11:00, your booking: Town hall")

    def test_says_what_has_become_of_it_and_books_it_again_on_the_way_back(self, hers):
        hers.drag("Delta", "10:00", "10:00", room="Ember")
        hers.dialog.get_by_role("button", name="Ask for it").click()
        expect(hers.toast("Asked for Ember")).to_be_visible()
        hers.shows("Ember, 10:00 to 11:00, your booking, awaiting approval: Town hall")

        hers.drag("Ember", "10:00", "10:00", room="Delta")

        expect(hers.toast(re.compile("Moved to Delta.*, and booked"))).to_be_visible()
        hers.shows("Delta, 10:00 to 11:00, your booking: Town hall")

    def test_asks_by_keyboard_too(self, hers):
        hers.cell("Delta, 10:00 to 11:00, your booking: Town hall").focus()
        for key in ("m", "ArrowDown", "Enter"):
            hers.page.keyboard.press(key)

        expect(asks(hers)).to_be_visible()
        expect(hers.dialog.get_by_role("button", name="Ask for it")).to_be_focused()
        hers.page.keyboard.press("Enter")

        hers.shows("Ember, 10:00 to 11:00, your booking, awaiting approval: Town hall")


def test_the_form_says_it_before_and_its_button_reads_so(hers):
    page = hers.page
    hers.cell("Delta, 10:00 to 11:00, your booking: Town hall").press("Enter")
    page.get_by_text("Move it to another time or room").click()

    page.get_by_label("Room", exact=True).select_option(
        label=page.locator("#id_room option", has_text="Ember").inner_text()
    )

    expect(page.locator("#move-terms")).to_contain_text("The venue looks at it first")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Asked for it there.")).to_be_visible()

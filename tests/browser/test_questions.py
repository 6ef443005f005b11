"""What a venue asks, in the board's dialog: what has to be answered is, and nothing typed is lost."""

import re

from playwright.sync_api import expect

from tests.browser.test_every_page import violations


def test_book_names_what_it_lacks_and_then_books_with_all_that_was_typed(board):
    hers = board("guest", "salons")
    ask, press = hers.dialog.get_by_label, hers.dialog.get_by_role("button", name="Book", exact=True).click
    hers.hold("Salon 1", "10:00", "11:00")
    expect(ask("Which sofa?")).to_be_hidden()  # is asked only of the lounge
    ask("Title").fill("Retro")
    ask("How shall it be seated?").select_option("Round tables")

    press()

    expect(ask("Cost center")).to_be_focused()
    expect(ask("Cost center")).to_have_attribute("aria-invalid", "true")
    expect(ask("Cost center")).to_have_accessible_description("Four digits. This needs an answer.")
    assert violations(hers.page) == []
    ask("Cost center").fill("4711")
    press()

    hers.shows("Salon 1, 10:00 to 11:00, your booking: Retro")
    hers.toast("Booked Salon 1").get_by_role("link", name="Show").click()
    for answer in ("4711", "Round tables"):
        expect(hers.page.get_by_role("definition").filter(has_text=re.compile(f"^{answer}$"))).to_be_visible()

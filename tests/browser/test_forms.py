"""The form that books, in the board's dialog: what it costs is said first, and what became of it after."""

import re

from playwright.sync_api import expect


def test_price_and_approval_are_said_as_soon_as_another_room_is_chosen(board):
    hers = board("guest", "pier-hall")
    hers.page.get_by_role("link", name="Book", exact=True).click()
    form = hers.page.get_by_role("dialog")
    whole = form.get_by_role("table", name="Price").get_by_role("row", name=re.compile("^Total"))
    expect(form.get_by_role("heading", name="Book a room")).to_be_visible()

    form.get_by_label("Room").select_option(str(hers.room("Hall A")))
    form.get_by_label("From").fill(f"{hers.day}T10:00")
    form.get_by_label("To", exact=True).fill(f"{hers.day}T12:00")
    expect(form.get_by_role("button", name="Ask for it")).to_be_visible()
    expect(form.get_by_text("The venue looks at it first.")).to_be_visible()
    expect(whole).to_contain_text("€")
    of_two = whole.text_content()
    form.get_by_label("To", exact=True).fill(f"{hers.day}T16:00")

    expect(whole).not_to_have_text(of_two)


def test_what_became_of_it_is_said_with_the_way_there_though_it_is_on_another_day(board):
    hers = board("guest", "pier-hall")
    day = hers.day
    hers.page.goto("/venues/pier-hall/")
    hers.page.get_by_role("link", name="Book", exact=True).click()
    form = hers.page.get_by_role("dialog")
    form.get_by_label("Room").select_option(str(hers.room("Hall A")))
    form.get_by_label("From").fill(f"{day}T10:00")
    form.get_by_label("To", exact=True).fill(f"{day}T12:00")

    form.get_by_role("button", name="Ask for it").click()

    said = hers.toast("Asked for Hall A. You will hear when it is approved.")
    said.get_by_role("link", name="Show").click()
    expect(hers.page.get_by_role("heading", name=re.compile("Hall A"))).to_be_visible()

"""Who comes: a guest sees answers as they are given, and who is invited what changes, in own windows."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.inviting import invite
from tests.browser.test_staff import booked

AT_ONCE = 1_000  # ms: what "live" means


@pytest.fixture
def theirs(board, windows):
    """A booking's page in its guest's window, with its address."""
    address = booked(board("guest"), "Birch", "10:00", "11:00", "Retro")
    return windows.open("guest", address), address


def test_an_answer_is_on_the_guests_page_and_the_moved_time_on_the_others_at_once(theirs, windows):
    page, address = theirs
    invite(page, "guest2@example.com", "stranger@example.org")
    expect(page.locator("[data-coming]")).to_have_text("2 have not answered")
    other = windows.open("guest2", "/bookings/?show=invited")
    other.locator(f"main a[href='{address}']").first.click()
    expect(other.get_by_role("heading", name="Retro", level=1)).to_be_visible()
    expect(other.locator("[data-live]")).to_have_attribute("data-state", "live")
    expect(other.get_by_role("heading", name="What happened")).to_have_count(0)

    other.get_by_role("button", name="I come", exact=True).click()

    expect(page.locator("[data-coming]")).to_have_text("1 comes, 1 has not answered", timeout=3 * AT_ONCE)
    expect(other.locator("[data-live]")).to_have_attribute("data-state", "live")
    page.get_by_text("Move it to another time or room").click()
    ends = page.get_by_label("To", exact=True)
    ends.fill(re.sub("T.*", "T11:30", ends.input_value()))
    page.get_by_role("button", name="Move", exact=True).click()
    expect(other.get_by_text("10:00 to 11:30")).to_be_visible(timeout=3 * AT_ONCE)


def test_a_co_organizer_cancels_it_and_the_guest_hears(theirs, windows):
    page, address = theirs
    invite(page, "guest2@example.com")
    page.get_by_role("button", name="Make co-organizer").click()
    expect(page.get_by_text("Co-organizer", exact=True)).to_be_visible()

    other = windows.open("guest2", address)
    other.get_by_text("Cancel it", exact=True).click()
    other.get_by_role("button", name="Cancel the booking").click()

    expect(page.get_by_text("Cancelled", exact=True).first).to_be_visible(timeout=3 * AT_ONCE)
    expect(page.get_by_text("by a co-organizer")).to_be_visible()


def test_people_are_invited_and_answer_without_javascript(theirs, windows):
    _, address = theirs
    page = windows.open("guest", address, java_script_enabled=False)
    invite(page, "guest2@example.com")

    other = windows.open("guest2", address, java_script_enabled=False)
    other.get_by_role("button", name="I do not come").click()
    expect(other.get_by_text("You do not come.")).to_be_visible()

    page.reload()
    expect(page.locator("[data-coming]")).to_have_text("1 declined")

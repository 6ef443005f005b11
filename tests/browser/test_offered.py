"""What one waited for is taken from the letter, without logging in, and everybody sees it at once."""

from playwright.sync_api import expect

from tests.browser.waiting import offered

AT_ONCE = 1_000  # ms: what "live" means


def test_one_press_in_the_letters_page_books_it_and_its_own_page_says_so(windows, day):
    page = windows.open()
    offered(page, day, windows)
    reference = page.locator(".reference").text_content()
    mine = windows.open("guest2", f"/bookings/{reference}/")
    expect(mine.get_by_text("On hold", exact=True).first).to_be_visible()

    page.get_by_role("button", name="Book it").click()

    expect(page.get_by_text("It is booked.").first).to_be_visible()
    expect(page.get_by_role("button", name="Let it go")).to_have_count(0)
    expect(mine.get_by_text("Booked", exact=True).first).to_be_visible(timeout=3 * AT_ONCE)

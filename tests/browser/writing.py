"""Pages of what guests and the staff have written to each other, for those who look at every page."""

from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.board import Board
from tests.browser.windows import Windows


def written(page: Page, day: date, windows: Windows) -> None:
    """Let a guest report a problem, at length, and show the page of the booking."""
    guest = windows.open("guest")
    board = Board(guest, "harbour-office", day).goto()
    board.book("Cedar", "12:00", "13:00", "Retro")
    board.toast("Booked Cedar").get_by_role("link").click()
    ask(guest, "The screen is black. " * 20)
    page.goto(guest.url)


def answered(page: Page, day: date, windows: Windows) -> None:
    """Show the same once the staff have answered."""
    written(page, day, windows)
    answer(page, "A colleague is on the way.")
    expect(page.get_by_text("Answered", exact=True).first).to_be_visible()


def listed(page: Page, day: date, windows: Windows) -> None:
    """Show what waits for an answer."""
    written(page, day, windows)
    page.goto("/desk/harbour-office/messages/")
    expect(page.locator(".desk-line").first).to_be_visible()


def ask(page: Page, text: str, kind: str = "A problem") -> None:
    """Begin a thread on the page of a booking."""
    page.get_by_text("Ask or report a problem").click()
    page.get_by_label(kind).check()
    page.get_by_label("Write to Harbour Office").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Awaiting an answer")).to_be_visible()


def answer(page: Page, text: str) -> None:
    """Answer on the page of a booking."""
    page.get_by_label("Answer the guest").fill(text)
    page.get_by_role("button", name="Send").click()

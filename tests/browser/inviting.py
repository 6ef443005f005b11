"""Pages of who is invited to a booking, for those who look at every page."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from tests.browser.board import Board
from tests.browser.windows import Windows


def invite(page: Page, *addresses: str) -> None:
    """Invite these people on the page of a booking."""
    if page.get_by_text("Invite people").count():
        page.get_by_text("Invite people").click()
    page.get_by_label(re.compile("E-mail addresses|Invite more people")).fill("\n".join(addresses))
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.locator(".person", has_text=addresses[-1])).to_be_visible()


def with_people(page: Page, day: date, windows: Windows) -> None:
    """Let a guest invite two people, one of them by a long address, and show the page of the booking."""
    guest = windows.open("guest")
    board = Board(guest, "harbour-office", day).goto()
    board.book("Cedar", "12:00", "13:00", "Retro")
    board.toast("Booked Cedar").get_by_role("link").click()
    invite(guest, "guest2@example.com", f"{'long' * 15}@{'host' * 12}.example.org")
    page.goto(guest.url)


def invited(page: Page, day: date, windows: Windows) -> None:
    """Show the same to who is invited."""
    with_people(page, day, windows)
    expect(page.get_by_role("button", name="I come", exact=True)).to_be_visible()

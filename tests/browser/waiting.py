"""The page of what one waited for, reached as its reader does: by the letter that says it is free."""

import re
import time
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.board import Board
from tests.browser.served import Site
from tests.browser.windows import Windows

PATIENCE = 20  # seconds for a letter
OFFER = re.compile(r"Book it, or let it go: https?://[^/\s]+(/offered/[^\s]+)")


def offered(page: Page, day: date, windows: Windows) -> None:
    """Let one guest wait for what another has, free it, and follow the letter's link."""
    board = Board(windows.open("guest"), "harbour-office", day + timedelta(days=1)).goto()
    board.book("Cedar", "12:00", "13:00", "Retro")
    address = board.toast("Booked Cedar").get_by_role("link").get_attribute("href")
    waiter = windows.open("guest2", f"/venues/harbour-office/wait/?room={board.room('Cedar')}")
    for label, clock in (("From", "12:00"), ("To", "13:00")):
        waiter.get_by_label(label, exact=True).fill(f"{board.day}T{clock}")
    waiter.get_by_label("Title").fill("Planning")
    waiter.get_by_role("button", name="Wait for it").click()
    expect(waiter.get_by_text("You are the first in line.").first).to_be_visible()
    guest = windows.open("guest", address)
    guest.get_by_text("Cancel it", exact=True).click()
    guest.get_by_role("button", name="Cancel the booking").click()
    page.goto(link_in_the_letter(windows.site))
    expect(page.get_by_role("button", name="Book it")).to_be_visible()


def link_in_the_letter(site: Site) -> str:
    """Return where the latest such letter leads, once it has arrived."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        letters = sorted((site.folder / "mail").glob("*"), key=lambda one: one.stat().st_mtime)
        found = [link for one in letters for link in OFFER.findall(one.read_text(errors="replace"))]
        if found:
            return str(found[-1])
        time.sleep(0.1)
    raise AssertionError("No letter said that it is free.")

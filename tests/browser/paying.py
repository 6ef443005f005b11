"""Hold a room for a night and pay for it, in a window."""

import re
from datetime import date, timedelta

from playwright.sync_api import Page

HOLD = """async ({ venue, start, end }) => {
  const token = document.querySelector("meta[name=csrf-token]").content
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token }
  const span = new URLSearchParams({ start, end })
  const { items } = await (await fetch(`/api/v1/venues/${venue}/availability?${span}`)).json()
  const wanted = { venue, start, end, rooms: [items.find(room => room.free).id], hold: true }
  const answer = await fetch("/api/v1/bookings", { method: "POST", headers, body: JSON.stringify(wanted) })
  return (await answer.json()).reference
}"""


def hold(page: Page, day: date) -> str:
    """Hold a free room of the hotel, and return the booking's reference; the page is one of the site's."""
    night = {"start": f"{day}T15:00:00+03:00", "end": f"{day + timedelta(days=1)}T11:00:00+03:00"}
    page.goto("/")
    reference: str = page.evaluate(HOLD, {"venue": "lantern-house", **night})
    return reference


def pay(page: Page, card: str, *, button: str = "Book and pay", terms: bool = True) -> None:
    """Pay by the card, once the terms are agreed to; what is over has none any more."""
    page.get_by_label("Card number").fill(card)
    if terms:
        page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name=re.compile(f"^{button}")).click()

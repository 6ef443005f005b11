"""A board in a window, and the hands and eyes of whoever sits before it."""

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.browser.windows import Line


class Board:
    """The page of a venue's board, on one day."""

    def __init__(self, page: Page, venue: str, day: date | None = None) -> None:
        self.page = page
        self.venue = venue
        self.day = day
        self.data: dict[str, Any] = {}

    def goto(self, query: str = "") -> "Board":
        """Open the board, and wait until it is live."""
        asked = "&".join(filter(None, [f"date={self.day}" if self.day else "", query]))
        self.page.goto(f"/venues/{self.venue}/?{asked}")
        self.data = self.page.evaluate("JSON.parse(document.querySelector('#page-data').textContent)")
        self.day = self.day or date.fromisoformat(self.data["date"])
        self.is_live()
        return self

    def is_live(self) -> None:
        """Expect the word in the header."""
        expect(self.page.locator("[data-live]")).to_have_text("Live")

    @property
    def line(self) -> Line:
        """What went over the page's lines."""
        return self.page.line  # type: ignore[attr-defined, no-any-return]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the venue's clocks."""
        return ZoneInfo(self.data["venue"]["timezone"])

    @property
    def topic(self) -> str:
        """What everybody who looks at this board watches."""
        return f"venue:{self.venue}"

    def room(self, name: str) -> int:
        """Return the id of the room called so."""
        found = {room["name"]: room["id"] for room in self.data["snapshot"]["rooms"]}
        return int(found[name])

    def row(self, name: str) -> Locator:
        """The row of the room called so."""
        return self.page.locator(f'.board-row[data-room="{self.room(name)}"]')

    def cell(self, name: str | re.Pattern[str]) -> Locator:
        """The cell that a screen reader calls so: "Aurora, 10:00 to 11:00, free"."""
        if isinstance(name, str):
            return self.page.locator(f'[role=gridcell][aria-label="{name}"]')
        return self.page.get_by_role("gridcell", name=name)

    def shows(self, name: str, **how: Any) -> None:
        """Expect the cell, soon."""
        expect(self.cell(name)).to_have_count(1, **how)

    def shows_no(self, name: str, **how: Any) -> None:
        """Expect no such cell, soon."""
        expect(self.cell(name)).to_have_count(0, **how)

    def at(self, clock: str) -> datetime:
        """The instant at which the venue's clocks show that, on the board's day."""
        assert self.day is not None
        return datetime.combine(self.day, time.fromisoformat(clock), self.zone)

    def point(self, name: str, clock: str, *, minutes: float = 3) -> tuple[float, float]:
        """Where on the screen that time of that room is, or a few minutes after it."""
        lane = self.row(name).locator(".board-lane")
        lane.scroll_into_view_if_needed()
        box = lane.bounding_box()
        assert box is not None
        (shown,) = self.data["days"]
        start, end = (datetime.fromisoformat(shown[edge]) for edge in ("start", "end"))
        passed = (self.at(clock) - start).total_seconds() + minutes * 60
        across = passed / (end - start).total_seconds()
        # What lies beyond the sides, or behind the rooms' names, is scrolled to.
        left = lane.evaluate(
            """(lane, x) => {
                const board = lane.closest('.board'), names = lane.previousElementSibling.offsetWidth
                const right = board.scrollLeft + board.clientWidth - names
                if (x < board.scrollLeft + 20 || x > right - 20) board.scrollLeft = x - 200
                return lane.getBoundingClientRect().left }""",
            across * box["width"],
        )
        return left + across * box["width"], box["y"] + box["height"] / 2

    def click(self, name: str, clock: str) -> None:
        """Click on that time."""
        self.page.mouse.click(*self.point(name, clock))

    def drag(self, name: str, clock: str, to: str, *, room: str = "", minutes: float = 3) -> None:
        """Press at one time, carry to another, maybe in another room, and let go."""
        start, end = self.point(name, clock), self.point(room or name, to, minutes=minutes)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
        self.page.mouse.move(*end, steps=3)
        self.page.mouse.up()

    def sweep(self, name: str, start: str, end: str) -> None:
        """Sweep over free time, from the start up to the end."""
        self.drag(name, start, end, minutes=-6)

    @property
    def dialog(self) -> Locator:
        """The dialog in which one books."""
        return self.page.locator("dialog[data-hold-dialog]")

    def hold(self, name: str, start: str, end: str) -> None:
        """Sweep, and expect the form of a held room."""
        self.sweep(name, start, end)
        expect(
            self.dialog.get_by_role("heading", name=re.compile(f"^(Book|Ask for) {name}$"))
        ).to_be_visible()

    def book(self, name: str, start: str, end: str, title: str = "") -> None:
        """Sweep, fill in the title and press Book, or Ask for it."""
        self.hold(name, start, end)
        self.dialog.get_by_label("Title").fill(title)
        self.dialog.get_by_role("button", name=re.compile("^(Book|Ask for it)$")).click()
        expect(self.dialog).to_be_hidden()

    def toast(self, text: str | re.Pattern[str]) -> Locator:
        """The note at the foot of the page that says so."""
        return self.page.locator("[data-toasts] > *", has_text=text)

    def rows(self) -> list[Any]:
        """Everything the board shows, as one can compare it: each room with its cells."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('.board-row[data-room]')].map(row => [
                row.querySelector('.board-name').textContent,
                row.querySelector('.board-dot').className,
                [...row.querySelectorAll('[role=gridcell]')].map(cell => [
                    cell.getAttribute('aria-label'), cell.className.replace(' is-new', ''),
                    cell.style.getPropertyValue('--from'), cell.style.getPropertyValue('--to')])])"""
        )

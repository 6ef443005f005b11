"""Every page, wide and on a phone, in light and in dark: nothing sticks out, and everybody can use it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as Window

from tests.browser.pages import PAGES

PHONE = {"width": 360, "height": 740}
ROLES = {
    *("button", "link", "textbox", "searchbox", "checkbox", "radio", "combobox", "listbox", "spinbutton"),
    *("menuitem", "tab", "grid", "dialog", "Date", "DateTime"),
}
AXE = Axe()
OPTIONS = {"resultTypes": ["violations"], "preload": False}  # to preload, it would write styles of its own


def violations(page: Window) -> list[str]:
    found = AXE.run(page, options=OPTIONS).response["violations"]
    return [
        f"{broken['id']}: {node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for broken in found
        for node in broken["nodes"][:3]
    ]


def nameless(page: Window) -> list[str]:
    """What can be operated and yet has no name, by the browser's own accessibility tree."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        node["role"]["value"]
        for node in nodes
        if not node.get("ignored")
        and node.get("role", {}).get("value") in ROLES
        and not node.get("name", {}).get("value")
    ]


def sticks_out(page: Window) -> list[str]:
    """What makes the page wider than its window: nothing, or the culprits."""
    return page.evaluate(
        """() => {
            const wide = Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)
            if (wide <= innerWidth) return []
            const out = [...document.querySelectorAll('body *')]
                .filter(node => node.getBoundingClientRect().right > innerWidth + 1)
            return [`${wide} px`, ...out.slice(0, 5).map(node => node.outerHTML.slice(0, 120))] }"""
    )


def hangs_out(page: Window) -> float:
    """How many pixels the page can be scrolled beyond the end of what it shows."""
    return page.evaluate(
        """() => {
            const parts = [...document.querySelectorAll('body, body > *, #content')]  // the last: the admin's
            const ends = parts.map(node => node.getBoundingClientRect().bottom + scrollY)
            return Math.max(0, document.scrollingElement.scrollHeight - Math.max(...ends) - 40) }"""
    )


def look(shown, windows, request):
    """Find nothing to complain of on a page, wide and light, then dark and on a phone."""
    page = windows.open(shown.who, shown.address)
    page.emulate_media(color_scheme="light")
    if shown.first:
        shown.first(page, request.getfixturevalue("day") if not shown.address else None, windows)

    assert violations(page) == []
    assert nameless(page) == []

    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    assert sticks_out(page) == []
    assert hangs_out(page) == 0
    assert violations(page) == []


GUESTS = ("", "guest", "guest2")


def pages(shown):
    return pytest.mark.parametrize("shown", shown, ids=[page.name for page in shown])


# In two classes, so that two runners can look at them.
class TestToGuests:
    @pages([page for page in PAGES if page.who in GUESTS])
    def test_everybody_can_use(self, shown, windows, request):
        look(shown, windows, request)


class TestToTheHouse:
    @pages([page for page in PAGES if page.who not in GUESTS])
    def test_everybody_can_use(self, shown, windows, request):
        look(shown, windows, request)

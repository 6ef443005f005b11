"""Take the pictures of the README anew: `DEBUG=on python -m tests.browser.pictures`."""

import sys
import tempfile
from datetime import datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.board import Board
from tests.browser.conftest import FLAGS, chromium, log_in
from tests.browser.served import ROOT, ZONE, Site
from tests.browser.windows import Browsers, Windows

MORNING = datetime(2026, 11, 23, 10, 40, tzinfo=ZONE)
SIZE = {"width": 1440, "height": 900}
STAY = "/venues/lantern-house/?arrive=2026-11-27&depart=2026-12-01&guests=2"
PLAN = "/venues/harbour-office/?view=plan&date=2026-11-23&from=13:00&to=14:00&within=-15,-15,380,290&on=2"
PICTURES = {"board.png": "light", "board-dark.png": "dark"}


def main() -> None:
    """Serve the demo on a working morning, and photograph a guest's board by day and by night."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), MORNING)
        site.build()
        site.start()
        try:
            photograph(site)
        finally:
            site.close()


def photograph(site: Site) -> None:
    """Save the pictures under docs/pictures."""
    place = ROOT / "docs" / "pictures"
    place.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        browsers = Browsers(browser, site)
        browsers.know("guest", log_in(browser, site, "guest@example.com"))
        board = Board(Windows(browsers).open("guest", viewport=SIZE), "harbour-office").goto()
        for name, scheme in PICTURES.items():
            board.page.emulate_media(color_scheme=scheme)
            board.page.screenshot(path=place / name)
            told(place / name)
        page = Windows(browsers).open("guest", STAY, viewport=SIZE)
        page.wait_for_selector("stay-picker .is-free")
        page.screenshot(path=place / "stay.png")
        told(place / "stay.png")
        page = Windows(browsers).open("guest", PLAN, viewport=SIZE)
        page.wait_for_selector("floor-plan .is-free")
        page.screenshot(path=place / "plan.png")
        told(place / "plan.png")
        browser.close()


def told(picture: Path) -> None:
    """Say how large a picture became."""
    sys.stdout.write(f"docs/pictures/{picture.name}: {picture.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()

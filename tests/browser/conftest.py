"""One site, one Chromium and one log-in of each person for the whole run; a window or two for each test."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.board import Board
from tests.browser.served import Site
from tests.browser.windows import Browsers, Windows

PASSWORD = "reserve-demo"  # noqa: S105 -- the demo's own
PEOPLE = ("guest", "guest2", "staff", "manager", "admin")
HORIZON = 400  # days for which the demo's office takes bookings
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

expect.set_options(timeout=10_000)


def chromium() -> str | None:
    """Return where Chromium is, if anywhere."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_ignore_collect(collection_path, config):
    """Leave these out of a call that does not name them: Playwright's loop would stop every async test."""
    here = Path(__file__).parent
    named = (Path(str(argument).partition("::")[0]).resolve() for argument in config.invocation_params.args)
    return None if any(path.is_relative_to(here) for path in named) else True


def pytest_terminal_summary(terminalreporter):
    """Say loudly that nothing here ran, where nothing could."""
    if chromium() is None:
        terminalreporter.write_line(
            "!! NO BROWSER TEST RAN: there is no Chromium. On Debian or Ubuntu: apt install chromium",
            red=True, bold=True,
        )  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def site(browser, tmp_path_factory) -> Iterator[Site]:
    """The site, served."""
    served = Site(Path(tmp_path_factory.mktemp("site")))
    base = tmp_path_factory.getbasetemp()
    run = (
        base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    )  # workers have a folder in that of the run
    served.build_once(run / "built")
    served.start()
    yield served
    served.close()


@pytest.fixture(scope="session")
def browsers(browser: Browser, site: Site) -> Browsers:
    """The browser profile of each person, logged in once."""
    known = Browsers(browser, site)
    for name in PEOPLE:
        known.know(name, log_in(browser, site, f"{name}@example.com"))
    known.know("admin once more", log_in(browser, site, "admin@example.com"))  # to become somebody else
    return known


def log_in(browser: Browser, site: Site, address: str, password: str = PASSWORD) -> Any:
    """Log in, and return the cookies it gave."""
    context = browser.new_context(base_url=site.url)
    form = context.request.get("/accounts/login/").text()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    fields = {"csrfmiddlewaretoken": token[1], "login": address, "password": password}
    answer = context.request.post(
        "/accounts/login/", form=fields, headers={"Referer": f"{site.url}/accounts/login/"}
    )
    assert "Log out" in answer.text(), f"{address} cannot log in"
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def windows(browsers) -> Iterator[Windows]:
    """Windows to open; whatever a test looks at, none of them may break a rule of the house."""
    opened = Windows(browsers)
    yield opened
    opened.close()
    assert opened.complaints == []


_days = iter(range(1000))


@pytest.fixture
def day(site) -> date:
    """A working day of this test's own, with nothing booked yet, at both demo venues."""
    weeks, weekday = divmod(next(_days), 5)
    ahead = 21 + 7 * weeks + weekday
    assert ahead < HORIZON, "There are more tests than days: let some of them share one."
    return site.today + timedelta(days=ahead)


@pytest.fixture
def board(windows, day) -> Callable[..., Board]:
    """Open a board of the test's own day: board("guest"), board("guest2", "pier-hall")."""

    def open_board(who: str = "", venue: str = "harbour-office", query: str = "", **options: Any) -> Board:
        page: Page = windows.open(who, **options)
        return Board(page, venue, day).goto(query)

    return open_board

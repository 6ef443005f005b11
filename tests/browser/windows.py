"""Windows: pages of one person each, which remember all that happened on their lines."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, WebSocket

from tests.browser.served import Site

# Chromium itself reports each answer of 4xx and each broken line here; answers are judged in `answered`.
CHROMIUMS_OWN = re.compile(r"^(Failed to load resource|WebSocket connection to .* failed)")

WIDE = {"width": 1280, "height": 900}
ICON = "/static/icons/brand.svg"  # Chromium fetches a page's icon whenever it likes

SET_CLOCK = """(() => {
  const Real = Date, ahead = %d
  globalThis.Date = class Date extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Real.now() + ahead) }
    static now() { return Real.now() + ahead }
  }
})()"""


class Line:
    """Everything that one window asked for and was told."""

    def __init__(self, page: Page, site: Site) -> None:
        self.requests: list[Request] = []
        self.frames: list[str] = []
        self.sockets: list[WebSocket] = []
        self.complaints: list[str] = []
        self._page = page
        self._host = urlsplit(site.url).netloc
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("websocket", self._opened)

    def _asked(self, request: Request) -> None:
        if not request.url.endswith(ICON):
            self.requests.append(request)
        if urlsplit(request.url).netloc != self._host and not request.url.startswith(("data:", "blob:")):
            self.complaints.append(f"a foreign host was asked: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or (response.status >= 400 and "/static/" in response.url):
            self.complaints.append(f"{response.status} from {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not CHROMIUMS_OWN.match(message.text):
            self.complaints.append(f"console: {message.text}")

    def _opened(self, socket: WebSocket) -> None:
        self.sockets.append(socket)
        if urlsplit(socket.url).netloc != self._host:
            self.complaints.append(f"a foreign host was asked: {socket.url}")
        socket.on("framereceived", lambda payload: self.frames.append(str(payload)))

    @contextlib.contextmanager
    def unheard(self) -> Iterator[list[str]]:
        """Yield what is asked for over HTTP from here on: empty, as long as nothing polls."""
        before = len(self.requests)
        asked: list[str] = []
        yield asked
        self._page.evaluate("1")  # answered after all that went before it, so no request is still untold
        asked += [f"{request.method} {request.url}" for request in self.requests[before:]]


class Browsers:
    """One browser profile for each person, kept for the whole run: what it has loaded, it need not again."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.site = site
        self._browser = browser
        self._log_ins: dict[str, Any] = {}
        self._kept: dict[str, BrowserContext] = {}

    def know(self, who: str, log_in: Any) -> None:
        """Learn what a browser keeps of a person's log-in."""
        self._log_ins[who] = log_in

    def kept(self, who: str) -> BrowserContext:
        """Return the person's profile."""
        if who not in self._kept:
            self._kept[who] = self.fresh(who)
        return self._kept[who]

    def fresh(self, who: str, **options: Any) -> BrowserContext:
        """Return a profile in which nothing was done yet but to log in."""
        state = self._log_ins[who] if who else None
        options = {"viewport": WIDE, "locale": "en-GB", "reduced_motion": "reduce", **options}
        context = self._browser.new_context(base_url=self.site.url, storage_state=state, **options)
        context.set_default_timeout(10_000)
        return context


class Windows:
    """Opens windows, and finds fault with what they did."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers, self.site = browsers, browsers.site
        self._opened: list[Page | BrowserContext] = []
        self._lines: list[Line] = []

    def open(self, who: str = "", address: str = "", *, clock_off: float = 0, **options: Any) -> Page:
        """Open a window as that person, or as nobody; its clock is the site's, and so many seconds off.

        With options, or for nobody, the window has a browser profile of its own.
        """
        if who and not options:
            page = self._browsers.kept(who).new_page()
            self._opened.append(page)
        else:
            context = self._browsers.fresh(who, **options)
            page = context.new_page()
            self._opened.append(context)
        page.add_init_script(SET_CLOCK % ((self._browsers.site.ahead + clock_off) * 1000))
        page.line = line = Line(page, self._browsers.site)  # type: ignore[attr-defined]
        self._lines.append(line)
        if address:
            page.goto(address)
        return page

    def close(self) -> None:
        """Close them all."""
        for opened in self._opened:
            opened.close()

    @property
    def complaints(self) -> list[str]:
        """What no window may do: ask foreign hosts, break the policy, log an error, get a 500."""
        return [complaint for line in self._lines for complaint in line.complaints]

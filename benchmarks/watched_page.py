"""A page that is served and watched in Chromium while it changes: what benchmarks of pages share."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WATCH = """() => {
  window.__frames = []
  let last = performance.now()
  const tick = now => { window.__frames.push(now - last); last = now; requestAnimationFrame(tick) }
  requestAnimationFrame(tick)
}"""


def say(name: str, value: str) -> None:
    """Print one row of the table at once."""
    sys.stdout.write(f"{name:<58} {value}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def served_page() -> Iterator[tuple[Any, str]]:
    """Serve the site by uvicorn, as `serve` does, and yield a page of Chromium and the site's address."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = subprocess.Popen(  # noqa: S603 -- our own server
        [sys.executable, "-m", "uvicorn", "reservations_site.asgi:application", "--port", str(port),
         "--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--log-level", "warning"],
    )  # fmt: skip
    try:
        _wait_for(port)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
            yield browser.new_page(viewport={"width": 1440, "height": 900}), f"http://127.0.0.1:{port}"
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def watch_changes(page: Any, module: str, rate: int, seconds: float) -> tuple[int, list[float]]:
    """Let the module write changes at the rate; return how many, and the frames of the page."""
    page.evaluate(WATCH)
    writer = subprocess.Popen(  # noqa: S603 -- a module of ours
        [sys.executable, "-m", module, "--writer", "--rate", str(rate), "--seconds", str(seconds)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    while writer.poll() is None:
        page.wait_for_timeout(200)
    made = int((writer.communicate()[0] or "0").strip().splitlines()[-1])
    return made, page.evaluate("window.__frames")


def spread(frames: list[float]) -> str:
    """Return the median, the 95th of a hundred and the longest of the frames, in milliseconds."""
    ordered = sorted(frames)
    parts = (ordered[min(int(len(ordered) * part), len(ordered) - 1)] for part in (0.5, 0.95, 1))
    return " / ".join(f"{part:.0f}" for part in parts) + " ms"


def metrics_of(session: Any) -> dict[str, float]:
    """Return what Chromium counts of its own work, in seconds, by name."""
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")

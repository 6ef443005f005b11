"""Outside calendars: a server on this machine that gives one, and the text of one."""

import threading
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def event(uid: str, start: Any, end: Any = None, *more: str, title: str = "Reserved") -> str:
    """Return the lines of one event: of dates, of instants, or as they are written."""
    lines = [f"UID:{uid}", f"SUMMARY:{title}", _line("DTSTART", start)]
    lines += [_line("DTEND", end)] if end is not None else []
    return "\r\n".join(["BEGIN:VEVENT", *lines, *more, "END:VEVENT"])


def _line(name: str, when: Any) -> str:
    if isinstance(when, datetime):
        return f"{name}:{when:%Y%m%dT%H%M%SZ}"
    return f"{name};VALUE=DATE:{when:%Y%m%d}" if isinstance(when, date) else f"{name}{when}"


def calendar(*parts: str) -> bytes:
    """Return a calendar of these events and zones."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Portal//EN"]
    return "\r\n".join([*head, *parts, "END:VCALENDAR", ""]).encode()


class Portal:
    """A server with a calendar, which answers as it is told to and writes down what it is asked."""

    def __init__(self) -> None:
        self.text, self.status, self.headers = calendar(), 200, {"ETag": '"1"'}
        self.asked: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.at = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.url = f"{self.at}/secret-4711.ics"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def says(self, *parts: str) -> None:
        """Say these events from now on, and no others."""
        self.text = calendar(*parts)
        self.headers["ETag"] = f'"{hash(self.text)}"'

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(portal: Portal) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            portal.asked.append(dict(self.headers))
            known = self.headers.get("If-None-Match") == portal.headers.get("ETag", "none")
            status = 304 if known and portal.status == 200 else portal.status
            body = b"" if status == 304 else portal.text
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **portal.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler

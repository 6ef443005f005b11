"""How outsiders are stood in for on this machine: by a server of the few addresses that are called."""

import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = Callable[[BaseHTTPRequestHandler, str, dict[str, str]], tuple[int, bytes]]
"""From a request, its path and its form's fields to a status and a body: JSON, or where a redirect leads."""

REDIRECTS = (301, 302, 303, 307, 308)


def serve(answer: Answer) -> tuple[ThreadingHTTPServer, str]:
    """Serve these answers until it is shut down, and return its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        do_POST = do_GET  # noqa: N815 -- its name is given

        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            sent = {name: values[0] for name, values in parse_qs(self.rfile.read(size).decode()).items()}
            status, body = answer(self, urlsplit(self.path).path, sent)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status in REDIRECTS:
                self.send_header("Location", body.decode())
            with suppress(BrokenPipeError):  # who asked has not waited
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing: a test prints only what failed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"

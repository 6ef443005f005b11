"""Serve the site: what `make run` runs."""

import logging
import os
import socket
from argparse import SUPPRESS
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, OperationalError, connection

from live.line_listening import Unusable, tls
from live.line_listening import listen as listen_for_lines
from live.line_server import LineServer
from live.line_thread import LineThread
from reservations_site.clock import Clock
from reservations_site.serving import Beside, Taken, listen, serve
from reservations_site.sharing import forget_the_dead
from reservations_site.supervisor import Supervisor, leave_with
from rooms.demo import people
from rooms.management.migrating import require_migrated


class Command(BaseCommand):
    help = "Serve pages and sockets on PORT, with the clock; Ctrl-C or SIGTERM ends all of it in order."
    # Every check runs before the port is opened: with DEBUG off, an unsafe setting ends it here, by name.
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Where to listen (default: 127.0.0.1).")
        parser.add_argument("--port", type=int, default=settings.PORT, help="Default: PORT, else 8000.")
        parser.add_argument("--worker-of", type=int, help=SUPPRESS)
        parser.add_argument("--socket", type=int, help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        logging.captureWarnings(True)
        access_log = options["verbosity"] > 1
        if options["socket"] is not None:
            leave_with(options["worker_of"])
            inherited = socket.socket(fileno=options["socket"])
            serve(inherited, started=lambda: None, beside=[], access_log=access_log)
            return
        with suppress(OperationalError):  # A database that is away is waited for.
            require_migrated()
        if not settings.DEBUG:
            # With DEBUG on, files are found where they lie; a real site serves them compressed.
            call_command("collectstatic", interactive=False, verbosity=0)
        forget_the_dead()
        several = settings.WEB_PROCESSES > 1
        if several:
            require_shared_services()
        try:
            listener = listen(options["host"], options["port"])
            lines, secret = self._listen_for_lines(), tls()
        except (Taken, Unusable) as unusable:
            raise CommandError(str(unusable)) from None

        welcome = where_to_go(options["host"], listener.getsockname()[1], lines)

        def started() -> None:
            self.stdout.write(welcome)
            self.stdout.flush()

        if several:
            threads = [LineThread(lines, secret=secret)] if lines else []
            Supervisor(listener, settings.WEB_PROCESSES).run(started=started, beside=[*beside(), *threads])
        else:
            within = [LineServer(lines, secret=secret)] if lines else []
            serve(listener, started=started, beside=beside(), within=within, access_log=access_log)
        self.stdout.write("Reserve has stopped.")

    def _listen_for_lines(self) -> socket.socket | None:
        """Return the socket for lines, or None without one: with TCP_PORT=0, or if nobody chose the port."""
        if not settings.TCP_PORT:
            return None
        try:
            return listen_for_lines(settings.LINE_HOST, settings.TCP_PORT)
        except Unusable as unusable:
            if "TCP_PORT" in os.environ:
                raise
            # Two sites on one machine: the second has pages, and says what it lacks.
            self.stderr.write(f"{unusable} Until then this site has no line protocol.")
            return None


def where_to_go(host: str, port: int, lines_on: socket.socket | None = None) -> str:
    """Return the addresses and, where they exist, the demo log-ins."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 -- compared, not listened on
    lines = [f"Reserve is ready: http://{shown}:{port}/    (Ctrl-C ends it)"]
    if lines_on is not None:
        line_host, line_port = lines_on.getsockname()[:2]
        where = (
            "" if (line_host, line_port) == ("127.0.0.1", 9300) else f" --host {line_host} --port {line_port}"
        )
        lines.append(f"Lines are served on {line_host}:{line_port}: python -m live.line_client{where}")
    try:
        known = people.log_ins()
    except DatabaseError:
        known = []
    finally:
        connection.close()
    if known:
        lines += ["", f"Log in with the password {people.PASSWORD} as one of:"]
        lines += [f"  {address:<22} {who}" for address, who in known]
    return "\n".join(lines)


def beside() -> list[Beside]:
    """Return what runs in this process beside the server, in the order in which it starts."""
    return [Clock()]


def require_shared_services() -> None:
    """Refuse several processes without a database and a channel layer that they can share."""
    missing = []
    if connection.vendor != "postgresql":
        missing.append("DATABASE_URL=postgres://…")
    if not settings.REDIS_URL:
        missing.append("REDIS_URL=redis://…")
    if missing:
        raise CommandError(
            f"WEB_PROCESSES={settings.WEB_PROCESSES} needs PostgreSQL and Redis, or processes would not hear "
            f"of each other's bookings. Set {' and '.join(missing)}, or WEB_PROCESSES=1."
        )

"""Serve the line protocol alone, without pages."""

import asyncio
import signal
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from live.line_listening import Unusable, listen, tls
from live.line_server import LineServer
from rooms.management.migrating import require_migrated


class Command(BaseCommand):
    help = "Serve the line protocol on TCP_PORT, without pages; Ctrl-C or SIGTERM ends it in order."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        host = getattr(settings, "LINE_HOST", "127.0.0.1")
        parser.add_argument("--host", default=host, help=f"Where to listen (default: {host}).")
        parser.add_argument(
            "--port", type=int, default=settings.TCP_PORT, help="Default: TCP_PORT, else 9300."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            server = LineServer(listen(options["host"], options["port"]), secret=tls())
        except Unusable as unusable:
            raise CommandError(str(unusable)) from None
        with suppress(OperationalError):  # A database that is away is waited for.
            require_migrated()
        asyncio.run(self._serve(server))
        self.stdout.write("The line server has stopped.")

    async def _serve(self, server: LineServer) -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        for ending in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(ending, stopping.set)
        host, port = server.listener.getsockname()[:2]
        await server.start()
        self.stdout.write(f"Lines are served on {host}:{port}. (Ctrl-C ends it)")
        self.stdout.flush()
        await stopping.wait()
        await server.stop()

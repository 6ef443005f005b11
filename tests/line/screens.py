"""The terminal client as people meet it: behind a pipe, or on a screen (a pseudo-terminal)."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15.0  # seconds


def command(address, *arguments):
    """Return how the client is started: without site-packages, so with nothing but Python."""
    host, port = address
    return [sys.executable, "-S", "-m", "live.line_client", "--host", host, "--port", str(port), *arguments]


def environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "TERM": "xterm", "LANG": "C.UTF-8", **more}


def piped(address, *lines, options=(), **more):
    """Return how the client ends that reads these lines from a pipe."""
    typed = "".join(f"{line}\n" for line in lines)
    return subprocess.run(
        command(address, *options), cwd=ROOT, env=environment(**more), input=typed,
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def objects(ended):
    """Return what the client printed, each line a JSON object."""
    return [json.loads(line) for line in ended.stdout.splitlines()]


def _own_terminal():
    """Make the pseudo-terminal the client's own, so that Ctrl-C reaches it, and is not ignored."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Screen:
    """A client on a pseudo-terminal: keys go in, what is shown comes out."""

    def __init__(self, address, *options, **more):
        mine, theirs = pty.openpty()
        self._keys = mine
        self.process = subprocess.Popen(
            command(address, *options), cwd=ROOT, env=environment(**more),
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, preexec_fn=_own_terminal,
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""

    def type(self, keys):
        os.write(self._keys, keys.encode())

    def enter(self, line):
        self.type(line + "\n")

    def until(self, text, seconds=PATIENCE):
        """Return what is shown up to and with the text, and forget it."""
        latest = time.monotonic() + seconds
        while text not in self.shown:
            if not self._read(latest - time.monotonic()):
                raise AssertionError(f"{text!r} was not shown: {self.shown!r}")
        before, _, self.shown = self.shown.partition(text)
        return before + text

    def _read(self, seconds):
        ready, _, _ = select.select([self._keys], [], [], max(seconds, 0))
        try:
            data = os.read(self._keys, 65_536) if ready else b""
        except OSError:  # the client has ended, and its side of the screen with it
            data = b""
        self.shown += data.decode(errors="replace")
        return bool(data)

    def ends(self):
        """Return the exit code, once everything has been shown."""
        while self._read(PATIENCE):
            pass
        return self.process.wait(timeout=PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._keys)


def plain(text):
    """Return the text without colors and other orders to the screen."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)

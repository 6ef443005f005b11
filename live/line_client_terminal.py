"""The terminal, or the pipe: what is asked, what is shown, and what comes in while somebody types."""

from __future__ import annotations

import ctypes
import getpass
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import FrameType, ModuleType
from typing import Any

from live.line_client_print import Paint

readline: ModuleType | None
try:
    import readline
except ImportError:  # pragma: no cover -- a system without it has no line editing, and all else
    readline = None

ERASE = "\r\x1b[K"  # to the beginning of the line, and away with what is on it
WAKING = getattr(signal, "SIGUSR1", signal.SIGINT)  # not Ctrl-C: whoever runs this behind "&" ignores that
Complete = Callable[[str, str], Iterable[str]]


class Woken(Exception):
    """Another thread has news for whoever waits for somebody to type."""


def _wake(number: int, frame: FrameType | None) -> None:
    raise Woken


def _typed() -> tuple[str, int]:
    """Return what has been typed, and how much of it stands behind the cursor."""
    if readline is None:
        return "", 0
    typed = readline.get_line_buffer()
    try:
        # Python's module does not tell where the cursor is; the library beneath it does.
        library = ctypes.CDLL(getattr(readline, "__file__", None))
        at = ctypes.c_int.in_dll(library, "rl_point").value
    except (OSError, ValueError):
        return typed, 0
    return typed, len(typed.encode()[at:].decode(errors="ignore"))


class Terminal:
    """Speaks to a person at a terminal, or to a script at the other end of a pipe."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.is_person = sys.stdin.isatty() and not as_json
        shows_colors = sys.stdout.isatty() and not as_json and os.environ.get("TERM", "") != "dumb"
        self.paint = Paint(is_on=shows_colors and not os.environ.get("NO_COLOR"))
        self._prompt: str | None = None  # what somebody is typing behind, at this moment
        self._is_woken = False
        self._lock = threading.RLock()
        signal.signal(WAKING, _wake)

    def ask(self, prompt: str) -> str:
        """Return the next line that is typed, or piped.

        :raises EOFError: if there is none
        :raises Woken: if another thread has news
        """
        self._prompt = prompt if self.is_person else ""
        try:
            if self._is_woken:
                raise Woken  # the news came while nobody waited
            if self.is_person:
                return input(prompt)
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            return line.rstrip("\r\n")
        finally:
            self._prompt = None

    def ask_secretly(self, prompt: str) -> str:
        """Return what is typed, without showing it."""
        return getpass.getpass(prompt) if self.is_person else self.ask(prompt)

    def say(self, text: str) -> None:
        """Print the text; what somebody is typing moves down and stays as it is."""
        with self._lock:
            if self._prompt and self.is_person:
                typed, behind = _typed()
                back = f"\x1b[{behind}D" if behind else ""
                sys.stdout.write(f"{ERASE}{text}\n{self._prompt}{typed}{back}")
            else:
                sys.stdout.write(f"{text}\n")
            sys.stdout.flush()

    def say_json(self, **said: Any) -> None:
        """Print one JSON object, on one line."""
        self.say(json.dumps(said, ensure_ascii=False))

    def interrupt(self) -> None:
        """Wake whoever waits, or will wait, for somebody to type; called from another thread."""
        self._is_woken = True
        # Again and again: a signal that comes just before readline begins to wait is not noticed by it.
        while self._prompt is not None:
            signal.pthread_kill(threading.main_thread().ident or 0, WAKING)
            time.sleep(0.2)

    def complete_with(self, complete: Complete) -> None:
        """Offer what may be typed next, at the press of Tab."""
        if readline is None or not self.is_person:
            return
        found: list[str] = []

        def offer(word: str, number: int) -> str | None:
            if number == 0:
                before = readline.get_line_buffer()[: readline.get_begidx()]
                found[:] = [
                    one for one in complete(before, word) if one.casefold().startswith(word.casefold())
                ]
            return found[number] if number < len(found) else None

        readline.set_completer_delims(" ")
        readline.set_completer(offer)
        # macOS has libedit in its place, which is told the same in other words.
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")

"""A bar for work that takes minutes: how far, how fast, how long still."""

import time
from types import TracebackType
from typing import Self, TextIO

WIDTH = 30  # characters
LOOK = 0.25  # seconds between two drawings on a screen
LINE = 10.0  # seconds between two lines where there is no screen


class Progress:
    """Draw a bar on a terminal, and now and then a line anywhere else."""

    def __init__(self, noun: str, stream: TextIO) -> None:
        self._noun = noun
        self._stream = stream
        self._is_screen = stream.isatty()
        self._began = self._drawn = time.monotonic()
        self.total = self.done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.total:
            self._draw(end="\n")

    def start(self, total: int) -> None:
        """Say how much there is to do."""
        self.total = total
        self._began = time.monotonic()

    def step(self, number: int) -> None:
        """Count so much as done."""
        self.done += number
        if time.monotonic() - self._drawn > (LOOK if self._is_screen else LINE):
            self._draw(end="\r" if self._is_screen else "\n")

    def _draw(self, end: str) -> None:
        self._drawn = time.monotonic()
        share = self.done / self.total
        rate = self.done / max(self._drawn - self._began, 0.001)
        left = (self.total - self.done) / rate if rate else 0.0
        bar = "#" * round(WIDTH * share)
        text = f"[{bar:.<{WIDTH}}] {share:4.0%}  {rate:,.0f} {self._noun}/s  {left:,.0f} s left"
        self._stream.write(f"{text:<78}{end}")
        self._stream.flush()

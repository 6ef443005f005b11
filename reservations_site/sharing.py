"""Where processes that serve one port keep their counts, so that whichever is asked knows those of all.

It has to be named before anything imports prometheus_client, which looks for it once: so settings do.
"""

import os
from contextlib import suppress
from pathlib import Path

NAME = "PROMETHEUS_MULTIPROC_DIR"


def share(directory: Path) -> None:
    """Let this process and all it starts count in the directory, unless the environment names another."""
    if NAME not in os.environ:
        directory.mkdir(parents=True, exist_ok=True)
        os.environ[NAME] = str(directory)


def shared_directory() -> str:
    """Return where processes count together; nothing, where one counts by itself."""
    return os.environ.get(NAME, "")


def forget_the_dead() -> None:
    """Delete the counts of processes that have ended, before others begin to count."""
    if not shared_directory():
        return
    for left in Path(shared_directory()).glob("*_*.db"):
        number = left.stem.rpartition("_")[2]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            with suppress(OSError):
                left.unlink()


def bury(process: int) -> None:
    """Forget what was open in a process that has ended; what it counted stays counted."""
    if shared_directory():
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(process)  # type: ignore[no-untyped-call]

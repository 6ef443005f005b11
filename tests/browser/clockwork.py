"""manage.py with its clock set: `RESERVE_AHEAD=seconds.txt python tests/browser/clockwork.py serve`.

A board differs by the hour: what is past, open or free now. So the server under test lives on a Monday at
ten, whatever day it is outside, and its clock runs on from there; the demo's days are drawn by their date,
so they are the same ones on every run. Log-ins, whose cookies the browser keeps by its own clock, stay in
real time.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

AHEAD = Path(os.environ["RESERVE_AHEAD"])  # the file that says how many seconds; rewritten, the clock leaps
REAL = ("live.warden", "live.visitors")  # they judge log-ins


class _AnyDatetime(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class SetClock(datetime, metaclass=_AnyDatetime):
    """A datetime to whom it is another hour."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(seconds=float(AHEAD.read_text()))


def set_clocks() -> None:
    """Give every module that asks the time of the rooms this clock."""
    for name, module in list(sys.modules.items()):
        ours = name.partition(".")[0] in ("rooms", "live") and name not in REAL
        if ours and getattr(module, "datetime", None) is datetime:
            module.datetime = SetClock  # type: ignore[attr-defined]


def main() -> None:
    """Load everything, set the clocks, and do what manage.py does."""
    sys.path[0] = str(Path(__file__).parents[2])  # as if manage.py itself ran
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reservations_site.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    settings.SERVESTATIC_MAX_AGE = 600  # else every page asks anew for each of its fifty modules

    import reservations_site.asgi  # noqa: F401 -- loads rooms and live, whole
    from reservations_site.supervisor import leave_with

    set_clocks()
    leave_with(os.getppid())  # a run that is killed leaves no server behind
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

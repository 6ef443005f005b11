"""What every test may rely on."""

import os
import re
from pathlib import Path

import pytest

from accounts import origins


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Hash passwords with MD5: Argon2 takes a fifth of a second each, by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nobody_asks_yet():
    """Forget the door by which an earlier test came in: a test runs in the thread of the one before it."""
    origins.came("", "")


def pytest_sessionstart(session):
    """Remove the databases of runs that were killed: they could not do it themselves."""
    for left in (Path(__file__).parent.parent / "var").glob("test-*.sqlite3*"):
        number = int(re.findall(r"\d+", left.name)[0])
        if not _runs(number):
            left.unlink(missing_ok=True)


def _runs(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


def pytest_terminal_summary(terminalreporter):
    """Name the legs of `make test` before the closing line of the last one."""
    legs = os.environ.get("LEGS", "").splitlines()
    if legs:
        terminalreporter.section("legs of make test")
        terminalreporter.write_line("\n".join(legs))

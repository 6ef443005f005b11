"""docs/api.md, run: its commands in a shell, its program in Python, against a real server."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from api.errors import STATUS
from tests.api.servers import served
from tests.worlds import hotel, office, person, rate, rooms

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "api.md"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", MANUAL.read_text(), re.DOTALL | re.MULTILINE)


@pytest.fixture
def address(transactional_db, settings):
    """A server with a world like the demo's, as far as the manual speaks of it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    harbour = office("harbour-office", timezone="Europe/Istanbul")
    rate(harbour, 2400)
    rooms(harbour, 4, floor="2")
    rooms(hotel("lantern-house"), 2)
    guest = person("guest")
    guest.set_password("reserve-demo")
    guest.save()
    with served(processes=1) as found:
        yield found


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_walk_with_curl(address):
    script = "set -euo pipefail\n" + "\n".join(blocks("sh"))

    ran = subprocess.run(
        ["bash", "-xc", script],  # noqa: S607
        env={"BASE": address, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    assert '"state":"cancelled"' in ran.stdout


def test_the_program_in_python(address):
    (program,) = blocks("python")

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env={"BASE": address},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    instead, first, second = ran.stdout.splitlines()
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}: Room 1, confirmed, 24\.00", first)
    assert instead.startswith("Room 1 is booked: ")
    assert re.fullmatch(r"[A-Z0-9]{4}-[A-Z0-9]{4}: Room \d, confirmed, 24\.00", second)


def test_the_table_of_codes_is_the_codes():
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", MANUAL.read_text(), re.MULTILINE))

    # Our own mistakes are none of theirs.
    known = {code: str(status) for code, status in STATUS.items() if code != "internal"}
    assert told == known

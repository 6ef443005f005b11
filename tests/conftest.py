"""What every test may rely on."""

import os

import pytest


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Hash passwords with MD5: Argon2 takes a fifth of a second each, by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_terminal_summary(terminalreporter):
    """Name the legs of `make test` before the closing line of the last one."""
    legs = os.environ.get("LEGS", "").splitlines()
    if legs:
        terminalreporter.section("legs of make test")
        terminalreporter.write_line("\n".join(legs))

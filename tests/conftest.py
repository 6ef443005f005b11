"""What every test may rely on."""

import pytest


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Hash passwords with MD5: Argon2 takes a fifth of a second each, by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

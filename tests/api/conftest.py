"""An office that is always open, the people around it, and a program of each of them."""

import pytest
from django.core.cache import cache

from tests.api.programs import Program
from tests.worlds import office, person, rate, room, works_at


@pytest.fixture(autouse=True)
def _forgotten_counts():
    """Forget all counted requests: they live in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture
def venue(db):
    found = office(hours=None)
    rate(found, 2400)
    return found


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora", order=1)


@pytest.fixture
def birch(venue):
    return room(venue, "Birch", capacity=12, order=2)


@pytest.fixture
def anonymous(db):
    return Program()


@pytest.fixture
def guest(db):
    return Program(person("guest"))


@pytest.fixture
def rival(db):
    return Program(person("rival"))


@pytest.fixture
def staff(venue):
    return Program(works_at(person("staff"), venue))


@pytest.fixture
def manager(venue):
    return Program(works_at(person("manager"), venue, "manager"))


@pytest.fixture
def admin(db):
    return Program(person("admin", is_staff=True, is_superuser=True))

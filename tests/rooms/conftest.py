"""One small office and the people in it, for every test of its rooms."""

import pytest

from rooms import events
from tests.worlds import office, person, room, works_at


@pytest.fixture
def venue(db):
    return office()


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora")


@pytest.fixture
def birch(venue):
    return room(venue, "Birch")


@pytest.fixture
def guest(db):
    return person("guest")


@pytest.fixture
def rival(db):
    return person("rival")


@pytest.fixture
def staff(venue):
    return works_at(person("staff"), venue)


@pytest.fixture
def heard():
    """What was said of changes, in order."""
    said = []

    def listen(sender, change, **kwargs):
        said.append(change)

    events.changed.connect(listen)
    yield said
    events.changed.disconnect(listen)

"""One small office and the people in it, for every test of its rooms."""

import pytest

from rooms import events, operations
from rooms.models import Policy
from rooms.queries.verify import violations
from tests.rooms.dates import THREE
from tests.worlds import NOW, hall, office, person, room, works_at


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
def third(db):
    return person("third")


@pytest.fixture
def staff(venue):
    return works_at(person("staff"), venue)


@pytest.fixture
def weekly(aurora, guest):
    """A series: three Mondays from 09:00 to 10:00."""
    return operations.book(aurora, THREE, by=guest, now=NOW)


@pytest.fixture
def all_is_well(db):
    """Whatever a test does, no invariant is broken after it."""
    yield
    assert violations() == {}


@pytest.fixture
def heard():
    """What was said of changes, in order."""
    said = []

    events.changed.connect(said.append)
    yield said
    events.changed.disconnect(said.append)


@pytest.fixture
def world(db):
    """A venue, its six rooms as tests.rooms.arbitrary numbers them, a guest and a rival."""
    venue = office(hours=None, max_holds=99, step_minutes=30)
    tidy = Policy.objects.create(
        venue=venue,
        name="Tidy",
        step_minutes=30,
        buffer_before_minutes=30,
        buffer_after_minutes=60,
        max_holds=99,
    )
    found = [*hall(venue).values(), room(venue, "Aurora")]
    found.append(room(venue, "Birch", type=venue.types.create(name="Tidy", capacity=8, policy=tidy)))
    return venue, found, person("guest"), person("rival")

"""Watching rooms on a line: by name or id, and no more, also of what is hidden by now."""

import pytest

from rooms.models import Venue, Watch
from tests.line.clients import Refused
from tests.worlds import office, person, room


@pytest.fixture
def aurora(transactional_db):
    return room(office(hours=None), "Aurora")


def test_a_room_that_is_hidden_by_now_is_watched_no_more_by_its_id_alone(program, aurora):
    guest = person("guest")
    program.log_in(guest)
    program.call("watch_room", venue="office", room="Aurora")
    Venue.objects.update(is_listed=False)

    [listed] = program.call("watched_rooms")
    with pytest.raises(Refused):
        program.call("unwatch_room", venue="office", room="Aurora")
    with pytest.raises(Refused):
        program.call("unwatch_room", room="Aurora")
    answer = program.call("unwatch_room", room=listed["room"])

    assert (listed["name"], listed["venue"]) == (None, None)
    assert answer == {"room": aurora.pk, "watched": True}
    assert not Watch.objects.exists()

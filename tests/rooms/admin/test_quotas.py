"""Quotas in the admin: beside their venue and on pages of their own, by the same rules."""

import pytest
from django.contrib.admin.models import LogEntry

from rooms.models import Quota
from rooms.queries import terms_of_venue
from tests.rooms.admin.desk import address, errors_of, listing, new, save
from tests.worlds import room

pytestmark = pytest.mark.django_db


@pytest.fixture
def quota(harbour):
    return Quota.objects.create(venue=harbour, most=2)


def of_rooms(venue):
    """Return the quotas as whoever books meets them, in words."""
    venue.refresh_from_db()
    return {one.name: [quota.words for quota in one.quotas] for one in terms_of_venue(venue).rooms.values()}


def test_are_added_changed_and_removed_beside_their_venue_and_their_history_tells(desk, harbour, quota):
    room(harbour)
    hours = {"most": 4, "measure": "hours", "per": "day", "type": harbour.types.get().pk}

    save(desk, address(harbour), **{"quotas-0-most": "3"}, **new("quotas", 1, **hours))
    assert of_rooms(harbour) == {"Aurora": ["3 bookings a week", "4 hours a day"]}
    told = {(entry.object_id, entry.get_change_message()) for entry in LogEntry.objects.all()}
    assert (str(quota.pk), "Changed most.") in told

    save(desk, address(harbour), **{"quotas-0-DELETE": "on"})
    assert len(of_rooms(harbour)["Aurora"]) == 1


def test_of_a_kind_there_is_one_with_bounds(desk, harbour, quota):
    sent = {"quotas-0-most": "10001"}
    for number, per in enumerate(("week", "day", "day"), start=1):
        sent |= new("quotas", number, most=3, measure="bookings", per=per)

    assert errors_of(save(desk, address(harbour), **sent)) == [
        "Ensure this value is less than or equal to 10000.",
        "The venue has a quota of that kind.",
        "Another row is a quota of that kind.",
        "Another row is a quota of that kind.",
    ]


def test_on_a_page_of_its_own_takes_only_types_that_it_can_count_at_its_venue(desk, root, harbour, pier):
    sent = {"venue": harbour.pk, "most": 2, "measure": "nights", "per": "month"}
    own, foreign = harbour.types.get(), pier.types.get()

    for browser, kind, why in (
        (desk, own, "That is not how Meeting room is let: count its hours."),
        (desk, foreign, "Select a valid choice."),
        (root, foreign, "That type belongs to another venue."),
    ):
        answer = save(browser, f"{listing('quota')}add/", **sent, type=kind.pk)
        assert why in answer.content.decode()
    save(desk, f"{listing('quota')}add/", **sent | {"measure": "hours", "type": own.pk})
    assert str(Quota.objects.get()) == "2 hours a month"

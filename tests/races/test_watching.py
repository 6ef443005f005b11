"""Somebody who presses Watch in many windows at once watches once, and never one room too many."""

import threading

import pytest
from django.db import connections

from reservations import PolicyViolation
from rooms import operations
from rooms.models import Watch
from rooms.operations.watching import MOST
from tests.worlds import person, rooms

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts):
    """Let all of it happen at one instant, and return how many were refused."""
    barrier, refused = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait()
            act()
        except PolicyViolation as refusal:
            refused.append(refusal.rule)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_the_same_room_is_watched_once(venue):
    [aurora], guest = rooms(venue, 1), person("wanda")

    refused = at_once([lambda: operations.watch(aurora.pk, by=guest)] * 8)

    assert refused == []
    assert Watch.objects.count() == 1


def test_no_room_too_many_is_watched(venue):
    places, guest = rooms(venue, MOST + 5), person("wanda")
    for one in places[: MOST - 3]:
        operations.watch(one.pk, by=guest)

    refused = at_once([lambda room=one.pk: operations.watch(room, by=guest) for one in places[MOST - 3 :]])

    assert refused == ["watches"] * 5
    assert Watch.objects.count() == MOST

"""A room that gets another part while somebody books it: the booking has the part too, or the room not."""

import threading
import time

import pytest
from django.db import connection, connections
from django.db.models.signals import pre_save
from django.test import Client

from rooms import operations
from rooms.models import Room, RoomPart
from rooms.operations import archiving
from rooms.queries import verify
from rooms.sql import database_now, fetch
from tests.rooms.admin.desk import address, coming, save
from tests.worlds import person, room, works_at

pytestmark = pytest.mark.django_db(transaction=True)


class Rival(threading.Thread):
    """Somebody who books a room, and whom one can watch as they wait for its lock."""

    def __init__(self, place):
        super().__init__()
        self.place, self.who = place, person("rival")
        self.backend = self.booking = None

    def run(self):
        connection.ensure_connection()
        self.backend = connection.connection.info.backend_pid
        try:
            self.booking = operations.book(self.place, coming(10, 11), by=self.who)
        finally:
            connections.close_all()

    def begin(self, **kwargs):
        """Book, and return once that is done or has to wait."""
        pre_save.disconnect(self.begin, sender=Room)
        self.start()
        while self.is_alive() and not self._waits():
            time.sleep(0.01)

    def _waits(self):
        held = "SELECT count(*) FROM pg_locks WHERE pid = %s AND NOT granted"
        return self.backend and fetch(held, [self.backend])[0][0]


@pytest.mark.usefixtures("needs_postgres")
class TestAWholeThatIsBookedMeanwhile:
    def booked_while(self, whole, act):
        """Do it, and let a rival book the whole in the moment before the room is written."""
        rival = Rival(whole)
        pre_save.connect(rival.begin, sender=Room)
        act()
        rival.join()
        return {row.room.name for row in rival.booking.allocations.select_related("room")}

    def test_is_booked_with_the_part_it_was_given_in_the_admin(self, venue):
        whole, part = room(venue, "Whole"), room(venue, "Part")
        browser = Client()
        browser.force_login(works_at(person("mona", is_staff=True), venue, "manager"))
        added = {"parts-TOTAL_FORMS": 1, "parts-0-part": part.pk, "floor": "2"}

        taken = self.booked_while(whole, lambda: save(browser, address(whole), **added))

        assert RoomPart.objects.count() == 1
        assert taken == {"Whole", "Part"}
        assert verify.violations() == {}

    def test_is_booked_with_the_part_that_was_put_back_into_use(self, venue):
        whole, part = room(venue, "Whole"), room(venue, "Part", archived_at=database_now())
        RoomPart.objects.create(whole=whole, part=part)

        taken = self.booked_while(whole, lambda: archiving.unarchive(part))

        assert taken == {"Whole", "Part"}
        assert verify.violations() == {}

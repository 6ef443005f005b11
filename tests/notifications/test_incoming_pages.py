"""The page of other calendars, and what the desk sees of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import IncomingCalendar
from rooms.models import Allocation
from tests.notifications.conftest import booked, busy, hour
from tests.worlds import person, works_at

pytestmark = pytest.mark.django_db(transaction=True)


class TestThePage:
    @pytest.fixture
    def manager(self, client, venue):
        client.force_login(works_at(person("manager"), venue, "manager"))
        return client

    PAGE = "/desk/office/calendars/"

    def test_adds_reads_and_removes(self, manager, portal, aurora):
        sent = {"room": aurora.pk, "name": "Portal", "url": portal.url, "every": 60}
        assert manager.post(self.PAGE, sent).status_code == 303
        source = IncomingCalendar.objects.get()

        assert manager.post(f"{self.PAGE}{source.pk}/read/").status_code == 303
        assert manager.post(f"{self.PAGE}{source.pk}/remove/").status_code == 303
        assert manager.post(f"{self.PAGE}{source.pk}/remove/").status_code == 404

    def test_says_what_is_wrong_with_what_was_typed(self, manager, aurora):
        answer = manager.post(self.PAGE, {"room": aurora.pk, "name": "Portal", "url": "portal", "every": "x"})

        assert answer.status_code == 400
        assert 'value="portal"' in answer.content.decode()

    def test_shows_conflicts_to_the_desk_but_the_address_to_managers_alone(
        self, manager, portal, read, aurora, guest
    ):
        made = booked(aurora, 9, guest)
        portal.says(busy("a", 9, title="Grace"))
        read()
        assert "secret-4711" in manager.get(self.PAGE).content.decode()

        manager.force_login(works_at(person("clerk"), aurora.venue))
        desk = manager.get("/desk/office/").content.decode()

        assert "Portal: Grace" in desk
        assert desk.count(made.reference) >= 1
        assert "secret-4711" not in desk
        assert manager.get(self.PAGE).status_code == 403

    def test_tells_the_desk_of_a_calendar_that_cannot_be_read_for_long(self, client, portal, read, staff):
        portal.status = 500
        read(), read()
        client.force_login(staff)
        assert "could not be read" not in client.get("/desk/office/").content.decode()

        read()

        assert "Portal could not be read since" in client.get("/desk/office/").content.decode()

    def test_asks_as_much_for_one_conflict_as_for_thirty(self, client, read, portal, guest, staff, aurora):
        client.force_login(staff)
        asked = []
        for number in (1, 22):
            for at in range(number):
                if not Allocation.objects.filter(room=aurora, starts_at=hour(at).start).exists():
                    booked(aurora, at, guest)
            portal.says(*(busy(f"{at}", at) for at in range(number)))
            assert read().conflicts == number
            with CaptureQueriesContext(connection) as queries:
                client.get("/desk/office/")
            asked.append(len(queries))

        assert asked[0] == asked[1]

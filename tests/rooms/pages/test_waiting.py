"""The pages of waiting: the way there from what is taken, the form, and one's places in queues."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rooms import operations
from rooms.models import WaitlistEntry
from rooms.operations import AnyOf
from tests.days import TUE, WED, span
from tests.worlds import car_park, hotel, office, person, rooms, works_at

pytestmark = pytest.mark.django_db
TEN = {"start": f"{TUE}T10:00", "end": f"{TUE}T11:00"}
BOOKINGS = reverse("rooms:bookings")


@pytest.fixture
def guest(client):
    made = person("guest")
    client.force_login(made)
    return made


@pytest.fixture
def aurora(db):
    [one] = rooms(office("annex", hours=None), 1)
    operations.book(one, span(10, 11), by=person("rival"))
    return one


def page_of(slug):
    return reverse("rooms:wait", args=[slug])


class TestTheWayThere:
    def test_leads_from_a_refused_form_to_a_filled_one_and_into_the_line(self, client, guest, aurora):
        refused = client.post("/venues/annex/bookings/", {"room": aurora.pk, **TEN})
        link = re.search(r'href="([^"]+/wait/[^"]+)"', refused.content.decode())[1].replace("&amp;", "&")

        form = client.get(link).context["form"]
        done = client.post(page_of("annex"), {**form.initial, "title": "Planning"}, follow=True)

        entry = WaitlistEntry.objects.get(guest=guest)
        assert (entry.rooms, entry.starts_at, entry.title) == ([aurora.pk], span(10, 11).start, "Planning")
        assert (
            "You are the first in line. As soon as it is free, it is held for you." in done.content.decode()
        )

    def test_is_told_by_why_not_unless_the_time_is_closed_or_ones_own(self, client, guest, aurora):
        why = reverse("rooms:why", args=["annex"])
        asked = {"room": aurora.pk, "start": f"{TUE}T10:00", "end": f"{TUE}T10:15"}
        operations.hold(aurora, span(12, 13), by=guest)

        taken = client.get(why, asked).json()["wait"]
        own = client.get(why, {**asked, "start": f"{TUE}T12:00", "end": f"{TUE}T12:15"}).json()
        past = client.get(why, {**asked, "start": "2020-01-01T10:00", "end": "2020-01-01T10:15"}).json()

        assert client.get(taken).context["form"].initial["end"] == f"{TUE}T11:00"
        assert ["wait" in answer for answer in (own, past)] == [False, False]

    def test_is_shown_at_a_type_that_is_sold_out_and_leads_to_its_nights(self, client, guest):
        inn = hotel()
        [one] = rooms(inn, 1, capacity=2)
        double = inn.types.get()
        nights = {"arrive": TUE, "depart": WED}
        shown = client.get(f"/venues/hotel/?arrive={TUE}&depart={WED}&guests=2").content.decode()
        link = re.search(r'href="([^"]+/wait/[^"]+)"', shown)[1].replace("&amp;", "&")

        form = client.get(link).context["form"].initial
        free = client.post(page_of("hotel"), {**form})
        client.force_login(person("rival"))
        client.post("/venues/hotel/stays/", {**nights, "guests": 2, f"type_{double.pk}": 1})
        client.force_login(guest)
        client.post(page_of("hotel"), {**form})

        assert (form["type"], form["arrive"], form["party"]) == (str(double.pk), TUE, "2")
        assert (free.status_code, b"It is free now: book it." in free.content) == (422, True)
        assert WaitlistEntry.objects.get().type == double
        assert one.allocations.count() == 1


class TestTheForm:
    def test_shows_what_was_wrong_beside_its_field_and_keeps_what_was_typed(self, client, guest, aurora):
        answer = client.post(
            page_of("annex"), {"room": aurora.pk, "start": "soon", "end": "", "title": "Kept"}
        )

        assert answer.status_code == 400
        assert "Give a date and a time" in answer.content.decode()
        assert 'value="Kept"' in answer.content.decode()

    @pytest.mark.parametrize(
        "fields", [{}, {"room": "x"}, {"type": 9}, {"type": 9, "arrive": "x"}, {"room": 9**20}]
    )
    def test_is_never_a_mistake_of_ours(self, client, guest, aurora, fields):
        rooms(hotel(), 1)

        for slug in ("annex", "hotel"):
            assert client.get(page_of(slug), fields).status_code == 200
            assert client.post(page_of(slug), fields).status_code in (400, 404)

    def test_asks_visitors_to_log_in_and_is_not_there_for_spots(self, client, aurora):
        assert client.get(page_of("annex")).status_code == 302

        client.force_login(person("guest"))
        rooms(car_park(), 1)

        assert client.get(page_of("parking")).status_code == 404


class TestOnesPlaces:
    def test_are_listed_with_how_many_are_before_and_can_be_left(self, client, guest, aurora):
        operations.wait(aurora, span(10, 11), by=person("early"))
        entry = operations.wait(aurora, span(10, 11), by=guest)

        listed = client.get(BOOKINGS).content.decode()
        left = client.post(
            reverse("rooms:waitlist_leave", args=[entry.pk]), {"back": "bookings"}, follow=True
        )

        assert "1 person waits before you." in listed
        assert left.context["waits"] == []
        assert client.post(reverse("rooms:waitlist_leave", args=[entry.pk + 99])).status_code == 404

    def test_that_ended_tell_why_for_a_while(self, client, guest, aurora):
        entry = operations.wait(aurora, span(10, 11), by=guest)
        operations.serve_waitlist(now=entry.starts_at + timedelta(hours=1))

        assert "It began, and nothing came free." in client.get(BOOKINGS).content.decode()

    def test_cost_as_many_statements_however_many_they_are(self, client, guest, aurora):
        asked = []
        for first, last in ((0, 1), (1, 9)):
            for hour in range(first, last):
                during = span(hour, hour + 1)
                if hour != 10:
                    operations.block(aurora, during, by=None)
                operations.wait(aurora, during, by=guest)
            with CaptureQueriesContext(connection) as queries:
                client.get(BOOKINGS)
            asked.append(len(queries))

        assert asked[0] == asked[1]

    def test_are_seen_by_the_staff_at_the_desk(self, client, aurora):
        operations.wait(AnyOf(aurora.type), span(10, 11), by=person("ada"))
        client.force_login(works_at(person("staff"), aurora.venue))

        assert re.search(
            r"Waiting.*Meeting room.*Ada", client.get("/desk/annex/").content.decode(), re.DOTALL
        )

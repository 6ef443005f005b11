"""The staff book for guests, by their address; nobody else does, or learns by it who has an account."""

import pytest

from rooms.models import Booking
from tests.days import span
from tests.worlds import office, person, room, works_at

pytestmark = pytest.mark.django_db
JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def aurora():
    return room(office(hours=None))


@pytest.fixture
def guest():
    return person("guest")


@pytest.fixture
def clerk(client, aurora):
    clerk = works_at(person("clerk"), aurora.venue)
    client.force_login(clerk)
    return clerk


def ask(client, place, guest, **how):
    hour = span(9, 10)
    fields = {"room": place.pk, "start": hour.start.isoformat(), "end": hour.end.isoformat(), "guest": guest}
    return client.post("/venues/office/bookings/", fields, **how)


def test_the_staff_book_for_a_guest(client, aurora, guest, clerk):
    assert 'name="guest"' in client.get("/venues/office/book/").content.decode()

    answer = ask(client, aurora, " Guest@Example.com ")

    made = Booking.objects.get()
    assert (answer.status_code, made.guest, made.booked_by) == (303, guest, clerk)


def test_without_an_address_they_book_for_themselves(client, aurora, clerk):
    ask(client, aurora, "")

    assert Booking.objects.get().guest == clerk


@pytest.mark.parametrize("address", ["nobody@example.com", "no address", "\0", "x" * 400])
def test_an_address_without_an_account_is_refused_beside_its_field(client, aurora, clerk, address):
    answer = ask(client, aurora, address)

    assert answer.status_code == 400
    assert answer.context["form"].errors["guest"] == ["Nobody with that address has an account."]
    assert not Booking.objects.exists()


def test_a_guest_is_not_asked_and_may_not(client, aurora, guest):
    client.force_login(guest)
    person("other")

    assert 'name="guest"' not in client.get("/venues/office/book/").content.decode()
    answers = [ask(client, aurora, f"{name}@example.com", **JSON) for name in ("other", "nobody")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].content == answers[1].content
    assert not Booking.objects.exists()

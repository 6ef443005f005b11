"""The staff book for guests, by address or by name; nobody else does, or learns by it who has an account."""

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


def ask(client, place, guest, *, title="", hours=(9, 10), **how):
    hour = span(*hours)
    fields = {"room": place.pk, "start": hour.start.isoformat(), "end": hour.end.isoformat(), "guest": guest}
    return client.post("/venues/office/bookings/", {**fields, "title": title}, **how)


def test_the_staff_book_for_a_guest(client, aurora, guest, clerk):
    assert 'name="guest"' in client.get("/venues/office/book/").content.decode()

    answer = ask(client, aurora, " Guest@Example.com ")

    made = Booking.objects.get()
    assert (answer.status_code, made.guest, made.booked_by) == (303, guest, clerk)


def test_without_an_address_they_book_for_themselves(client, aurora, clerk):
    ask(client, aurora, "")

    assert Booking.objects.get().guest == clerk


def test_the_staff_book_by_name_for_who_comes_without_an_account(client, aurora, clerk):
    ask(client, aurora, " Nur Aksoy ", title="Interview")
    ask(client, aurora, "Deniz", hours=(11, 12))

    made = [(one.guest, one.booked_by, one.title) for one in Booking.objects.order_by("pk")]
    assert made == [(None, clerk, "Nur Aksoy · Interview"), (None, clerk, "Deniz")]
    page = client.get(f"/bookings/{Booking.objects.first().reference}/").content.decode()
    assert "Nur Aksoy, without an account" in page


def test_what_cannot_be_had_for_them_is_offered_for_them(client, aurora, clerk):
    ask(client, aurora, "")

    answer = ask(client, aurora, "Nur Aksoy", title="Interview", **JSON)

    [offer, *_] = answer.json()["alternatives"]
    assert (offer["guest"], offer["title"]) == ("Nur Aksoy", "Interview")


@pytest.mark.parametrize("address", ["nobody@example.com", "@", "a@\0", f"{'x' * 400}@example.com"])
def test_an_address_without_an_account_is_refused_beside_its_field(client, aurora, clerk, address):
    answer = ask(client, aurora, address)

    assert answer.status_code == 400
    [sentence] = answer.context["form"].errors["guest"]
    assert sentence == "Nobody with that address has an account: write the name of who comes."
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("name", "title", "field"),
    [
        ("x" * 81, "", "guest"),
        ("\u200b", "", "guest"),
        ("a\u202eb", "", "guest"),
        ("Nur", "y" * 115, "title"),
    ],
)
def test_a_name_that_is_none_or_leaves_no_room_for_the_title_is_refused(
    client, aurora, clerk, name, title, field
):
    answer = ask(client, aurora, name, title=title)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert answer.context["form"]["guest"].value() == name
    assert not Booking.objects.exists()


def test_a_guest_is_not_asked_and_may_not(client, aurora, guest):
    client.force_login(guest)
    person("other")

    assert 'name="guest"' not in client.get("/venues/office/book/").content.decode()
    answers = [ask(client, aurora, f"{name}@example.com", **JSON) for name in ("other", "nobody")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert answers[0].content == answers[1].content
    assert not Booking.objects.exists()

"""The page of a room tells the staff who has it now and next, and others nothing of that."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reservations import Span
from rooms import operations
from rooms.models import Rate, RoomRight
from rooms.operations import Details
from rooms.sql import database_now
from tests.worlds import car_park, office, person, room, works_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    lot = car_park()
    Rate.objects.create(type=lot.types.get(), name="Hour", unit="hour", amount=240)
    lot.save()
    return lot


@pytest.fixture
def spot(lot):
    return room(lot, "129", capacity=1)


@pytest.fixture
def clerk(lot):
    client = Client()
    client.force_login(works_at(person("clerk"), lot))
    return client


def page_of(client, spot):
    return client.get(f"/venues/{spot.venue.slug}/rooms/{spot.pk}/")


def test_who_is_in_it_since_when_in_which_car_and_for_how_much(clerk, spot):
    came = database_now() - timedelta(minutes=60)
    made = operations.take(spot, by=person("lena"), details=Details(plate="34 KZ 1978"), now=came)

    answer = page_of(clerk, spot)

    [line] = answer.context["taken"]
    assert (line["runs"], line["reference"], line["plate"]) == (True, made.reference, "34 KZ 1978")
    assert ("lena@example.com" in line["who"], line["length"][:3]) == (True, "1 h")
    assert (line["cost"][0], line["cost_word"]) == ("€", "so far")
    page = answer.content.decode()
    assert "It is in use." not in page
    assert f"/bookings/{made.reference}/" in page


def test_who_drove_in_without_an_account_and_not_who_is_gone(clerk, spot, lot):
    now = database_now()
    gone = operations.walk_in(lot, by=None, now=now - timedelta(hours=2))
    operations.release(gone, by=None, now=now - timedelta(hours=1))
    operations.walk_in(lot, by=None, plate="06 AB 1")

    [line] = page_of(clerk, spot).context["taken"]

    assert (line["who"], line["plate"]) == ("Somebody, without an account", "06 AB 1")


def test_who_is_there_and_who_comes_next_of_a_room_by_the_hour(client):
    house = office(hours=None)
    aurora = room(house)
    client.force_login(works_at(person("clerk"), house))
    begins = database_now().replace(minute=0, second=0, microsecond=0)
    lena = person("lena")
    spans = [Span(begins + timedelta(hours=n), begins + timedelta(hours=n + 1)) for n in (0, 3, 5)]
    for span, name in zip(spans, ("Now", "Next", "Later"), strict=True):
        operations.book(aurora, span, by=lena, details=Details(title=name), now=begins - timedelta(hours=1))

    lines = page_of(client, aurora).context["taken"]

    assert [(line["runs"], line["title"]) for line in lines] == [(True, "Now"), (False, "Next")]


def test_nobody(clerk, spot):
    assert "Nobody has it, and nobody is booked." in page_of(clerk, spot).content.decode()


def test_who_only_looks_after_it_is_told_of_nobody(spot):
    operations.take(spot, by=person("lena"), details=Details(plate="34 KZ 1978"))
    carer, client = person("carer"), Client()
    RoomRight.objects.create(room=spot, person=carer, take="book", change="edit", given_at=database_now())
    client.force_login(carer)

    page = page_of(client, spot).content.decode()

    assert "Who has it" not in page
    assert "1978" not in page
    assert "lena" not in page


def test_asks_as_many_questions_for_nobody_as_for_somebody(clerk, spot):
    page_of(clerk, spot)

    with CaptureQueriesContext(connection) as free:
        page_of(clerk, spot)
    operations.take(spot, by=person("lena"))

    with CaptureQueriesContext(connection) as taken:
        page_of(clerk, spot)

    assert len(taken) == len(free)


def test_a_taken_spot_of_the_map_leads_the_staff_there(clerk, spot, lot):
    operations.take(spot, by=person("lena"))
    address = f"/venues/{lot.slug}/?spot={spot.pk}"
    guest = Client()
    guest.force_login(person("omar"))

    theirs, ours = (one.get(address).content.decode() for one in (guest, clerk))

    link = f"/venues/{lot.slug}/rooms/{spot.pk}/"
    assert (link in ours, link in theirs) == (True, False)
    assert ("data-all-lead" in ours, "data-all-lead" in theirs) == (True, False)

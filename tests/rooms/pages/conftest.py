"""Browsers of everybody who may come to a page, and a venue for them to meet at."""

import pytest
from django.test import Client
from django.urls import reverse

from rooms.models import Allocation, Booking, Change, IdempotencyKey
from tests.rooms.admin.desk import coming
from tests.worlds import office, person, room, works_at

JSON = {"headers": {"accept": "application/json"}}


@pytest.fixture
def venue(db):
    """A venue that never closes, in UTC."""
    return office("office", hours=None)


@pytest.fixture
def aurora(venue):
    return room(venue, "Aurora", capacity=4)


def browser_of(user):
    """Return a browser in which the person is logged in; nobody, if there is none."""
    browser = Client()
    if user is not None:
        browser.force_login(user)
    return browser


@pytest.fixture
def people(venue):
    """Everybody who may come: by what they are."""
    return {
        "anonymous": None,
        "guest": person("lena"),
        "other": person("omar"),
        "staff": works_at(person("carl"), venue, "staff"),
        "manager": works_at(person("mona"), venue, "manager"),
    }


@pytest.fixture
def browsers(people):
    return {name: browser_of(user) for name, user in people.items()}


@pytest.fixture
def lena(people):
    """The guest of most tests."""
    return people["guest"]


@pytest.fixture
def browser(browsers):
    """The guest's browser."""
    return browsers["guest"]


def create(venue):
    """Return the address to which bookings of the venue are posted."""
    return reverse("rooms:bookings_create", args=[venue.slug])


def act(booking, what):
    """Return the address of something to do with the booking."""
    return reverse(f"rooms:booking_{what}", args=[booking.reference])


def wanted(*rooms, start=10, end=11, days=7, **more):
    """Return what a form sends for the rooms, from hour to hour of the day a week from now."""
    span = coming(start, end, days)
    return {
        "room": [one.pk for one in rooms],
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        **more,
    }


def written():
    """Count the rows of every table that booking writes."""
    return [model.objects.count() for model in (Booking, Allocation, Change, IdempotencyKey)]


def problem_of(answer):
    """Return the problem document, once it is sure to be one: its type, and its status twice."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == "about:blank"
    assert body["title"]
    assert body["detail"]
    return body

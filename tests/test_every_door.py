"""One table of who may do what, tried by every role at every door: pages, the API, lines, sockets, the admin.

The table is that of accounts.roles. A row here says how an action is tried at one door; whether it should
succeed, the table says. Each try is rolled back, so one world serves all of them.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client

from accounts import roles
from accounts.models import User
from live import line_methods, topics
from live.line_calling import Call
from payments import operations as money
from reservations import Forbidden, NotAuthenticated, NotFound, Span
from rooms import operations, permissions
from rooms.models import Booking, Display, Venue
from rooms.sql import database_now
from tests.api.programs import begun, hour
from tests.days import span
from tests.travel import soon
from tests.worlds import car_park, office, person, rate, rooms, works_at

pytestmark = pytest.mark.django_db
WHO = ("nobody", "guest", "stranger", "staff", "manager", "owner", "superuser", "elsewhere")
NO = (Forbidden, NotAuthenticated, NotFound)


@dataclass
class World:
    """What is tried on: a booking of the guest's, a request, a running one, and what the staff work with."""

    people: dict[str, Any]
    place: Any
    free: Any
    booking: Any
    asked: Any
    running: Any
    paid: Any
    blocking: Any
    display: Any
    departure: Any


@pytest.fixture
def world():
    venue = office(hours=None, needs_approval=True, max_holds=99)
    rate(venue, 2400)
    lot, run, far = car_park(), soon(), office("far")
    rooms(lot, 2)
    people = {name: person(name) for name in WHO[1:6]}
    for role in ("staff", "manager", "owner"):
        for place in (venue, lot, run.vehicle):
            works_at(people[role], place, role)
    people["superuser"] = person("superuser", is_superuser=True, is_staff=True)
    people["elsewhere"] = works_at(person("elsewhere"), far, "owner")
    for name in ("staff", "manager", "owner", "elsewhere"):
        User.objects.filter(pk=people[name].pk).update(is_staff=True)
    free, taken, used = rooms(venue, 3)
    guest, details = people["guest"], operations.Details(guest=people["guest"])
    made = [operations.book(taken, span(at, at + 1), by=None, details=details) for at in (8, 10)]
    money.take_at_desk(made[1], "cash", by=None)
    return World(
        people={"nobody": AnonymousUser(), **people},
        place=venue,
        free=free,
        booking=made[0],
        asked=operations.book(taken, span(12, 13), by=guest),
        running=_begun(operations.book(used, span(9, 10), by=None, details=details)),
        paid=made[1],
        blocking=operations.block(taken, span(18, 19), by=None),
        display=Display.objects.get(pk=operations.hang(venue, by=None, name="Door").pk),
        departure=run,
    )


def _begun(made):
    begun({"reference": made.reference})
    made.refresh_from_db()
    return made


def page(way, *, post=None, api=False):
    """Return a try at a page, or at the API with the same cookie."""

    def try_it(world, user):
        browser = Client()
        if user.is_authenticated:
            browser.force_login(User.objects.get(pk=user.pk))
        address = way.format(w=world)
        if post is None:
            return _answered(browser.get(address))
        sent = post(world)
        kind = {"content_type": "application/json"} if api else {}
        return _answered(browser.post(address, sent, **kind))

    return try_it


def api(way, *, post=None):
    return page(f"/api/v1/{way}", post=post, api=True)


def _answered(answer):
    """Return whether the answer is a yes; anything but a yes or a no is a mistake of this table."""
    # The admin sends whoever asks for what is not there to its front page, and strangers to log in.
    sent_away = answer.status_code == 302 and re.search("/login/|^/admin/$", answer.headers["Location"])
    if answer.status_code in (401, 403, 404) or sent_away:
        return False
    assert answer.status_code in (200, 201, 202, 204, 302, 303), (answer.status_code, answer.content[-600:])
    return True


def line(verb, params):
    return told(lambda world, user: line_methods.METHODS[verb](Call(user, params(world))))


def told(act):
    """Return a try of something that raises where it refuses."""

    def try_it(world, user):
        try:
            act(world, user)
        except NO:
            return False
        return True

    return try_it


def _named(user):
    return user if user.is_authenticated else None


def _watch(world, user):
    place = topics.place_of("office")
    topics.topic_for("desk:office", place, _named(user), topics.is_staff)


def _booked_for(world, user):
    details = operations.Details(guest=world.people["owner"])
    operations.book(world.free, span(14, 15), by=user, details=details)


def _own(world, user):
    """Book and give up again: whoever may do the one may do the other with what is theirs."""
    made = operations.book(world.free, span(16, 17), by=user)
    operations.cancel(made, by=user)


def _plate(world, user):
    """Look at the plate of somebody's car that has left."""
    left = Booking(venue=world.place, state="completed", plate_sealed="34KZ1978")
    return permissions.plate_for(user, left) == left.plate != ""


def _moved(world, user):
    operations.move(world.booking, span=span(20, 21), by=user)


TRIES = {
    "book": {
        "page": page("/venues/office/bookings/", post=lambda w: {"room": w.free.pk, **_hour(14)}),
        "api": api("bookings", post=lambda w: {"venue": "office", "rooms": [w.free.pk], **hour(1)}),
        "line": line("book", lambda w: {"venue": "office", "rooms": [w.free.name], **_hour(14)}),
    },
    "cancel_own": {"operation": told(_own)},
    "see_titles": {
        "page": page("/desk/office/"),
        "page of a booking": page("/bookings/{w.booking.reference}/"),
        "api": api("bookings/{w.booking.reference}"),
        "socket": told(_watch),
        "admin": page("/admin/rooms/booking/{w.booking.pk}/change/"),
        "calendar": page("/bookings/{w.booking.reference}.ics"),
        "receipt": page("/bookings/{w.paid.reference}/receipt.pdf"),
    },
    "check_in_any": {
        "page": page("/bookings/{w.running.reference}/check-in/", post=lambda w: {}),
        "api": api("bookings/{w.running.reference}/check-in", post=lambda w: {}),
    },
    "let_in": {
        "page": page("/desk/parking/walk-in/", post=lambda w: {"key": uuid.uuid4().hex}),
        "api": api("venues/parking/walk-ins", post=lambda w: {}),
    },
    "book_for_others": {"operation": told(_booked_for)},
    "move_any": {
        "operation": told(_moved),
        "page": page("/bookings/{w.booking.reference}/move/", post=lambda w: _hour(20)),
        "api": api("bookings/{w.booking.reference}/move", post=lambda w: hour(11)),
    },
    "cancel_any": {
        "page": page("/bookings/{w.booking.reference}/cancel/", post=lambda w: {}),
        "api": api("bookings/{w.booking.reference}/cancel", post=lambda w: {}),
        "line": line("cancel", lambda w: {"reference": w.booking.reference}),
        "admin": page("/admin/rooms/booking/{w.booking.pk}/cancel/", post=lambda w: {}),
    },
    "approve": {
        "page": page("/bookings/{w.asked.reference}/approve/", post=lambda w: {}),
        "api": api("bookings/{w.asked.reference}/approve", post=lambda w: {}),
        "admin": page("/admin/rooms/booking/{w.asked.pk}/approve/", post=lambda w: {}),
    },
    "decline": {
        "page": page("/bookings/{w.asked.reference}/decline/", post=lambda w: {}),
        "api": api("bookings/{w.asked.reference}/decline", post=lambda w: {}),
    },
    "block": {
        "page": page("/desk/office/close/", post=lambda w: {"room": w.free.pk}),
        "api": api("venues/office/blockings", post=lambda w: {"rooms": [w.free.pk], **hour(3)}),
    },
    "unblock": {"page": page("/desk/office/open/{w.blocking.pk}/", post=lambda w: {})},
    "hang": {"page": page("/desk/office/displays/", post=lambda w: {"name": "Sign"})},
    "revoke": {"page": page("/desk/office/displays/{w.display.pk}/off/", post=lambda w: {})},
    "take_money": {
        "page": page(
            "/bookings/{w.booking.reference}/desk-payment/",
            post=lambda w: {"method": "cash", "key": uuid.uuid4().hex},
        )
    },
    "give_money_back": {
        "operation": told(lambda w, user: money.give_back(w.paid, 100, by=user, reason="Noise", seen=2400))
    },
    "check_tickets": {"page": page("/journeys/{w.departure.pk}/check/")},
    "delay": {"operation": told(lambda w, user: operations.delay(w.departure, 5, by=user))},
    "replan": {"operation": told(lambda w, user: operations.replan(w.departure, later=_later(), by=user))},
    "call_off": {"operation": told(lambda w, user: operations.call_off(w.departure, by=user))},
    "see_plates": {"page": _plate},
    "edit_venue": {
        "page": page("/venues/office/plan/"),
        "admin": page("/admin/rooms/room/add/"),
        "admin, what is there": page("/admin/rooms/policy/{w.policy}/delete/"),
    },
    "see_reports": {
        "page": page("/reports/revenue/?venue=office"),
        "spreadsheet": page("/reports/revenue.csv?venue=office"),
        "day": page("/reports/today/?venue=office"),
        "wall": page("/reports/wall/?venue=office"),
    },
    "see_history": {"page": page("/desk/office/history/")},
    "manage_members": {
        "page": page("/desk/office/members/"),
        "invitation": page(
            "/desk/office/members/invite/", post=lambda w: {"email": "new@example.com", "role": "staff"}
        ),
    },
}
# The guest's own booking: what staff may with anybody's, its guest may with this one.
THEIRS = {"see_titles", "check_in_any", "move_any", "cancel_any"}
DESK = ("page", "socket", "admin")  # of which the desk itself, and the admin, are no guest's
# In the admin, whoever manages any venue may add rooms: to their own (tests/rooms/admin/test_scope.py).
ANYWHERE = {("edit_venue", "admin", "elsewhere")}


def _hour(at):
    found = span(at, at + 1)
    return {"start": found.start.isoformat(), "end": found.end.isoformat()}


def _later():
    return timedelta(hours=1)


def expected(action, door, who, world):
    """Return whether the table lets them, or it is theirs."""
    venue = (
        world.departure.vehicle_id
        if action in ("check_tickets", "delay", "replan", "call_off")
        else world.place.pk
    )
    user = world.people[who]
    user.__dict__.pop("_roles", None)
    is_theirs = who == "guest" and action in THEIRS and door != "admin"
    if is_theirs and not (action == "see_titles" and door in DESK):
        return True
    return (action, door, who) in ANYWHERE or roles.may(user, action, venue)


def test_every_action_of_the_table_is_tried():
    assert set(TRIES) == set(roles.ACTIONS)


@pytest.mark.parametrize("who", WHO)
def test_what_the_table_says_is_what_every_door_does(who, world):
    wrong = []
    world.policy = world.place.policies.get().pk
    for action, doors in TRIES.items():
        for door, try_it in doors.items():
            user = world.people[who]
            user.__dict__.pop("_roles", None)
            with transaction.atomic():
                could = try_it(world, user)
                transaction.set_rollback(True)
            for row in (world.booking, world.asked, world.running, world.paid, world.departure):
                row.refresh_from_db()
            if could != expected(action, door, who, world):
                wrong.append(f"{action} by {door}: {'yes' if could else 'no'}")

    assert wrong == []


class TestAnotherVenue:
    """Whoever owns one venue can neither see nor guess anything of another that is not shown."""

    ADDRESSES = (
        *("/venues/office/", "/venues/office/book/", "/venues/office/plan/", "/desk/office/"),
        *("/desk/office/history/", "/desk/office/members/", "/reports/revenue/?venue=office"),
        *("/reports/revenue.csv?venue=office", "/reports/revenue.xlsx?venue=office"),
        *("/reports/today/?venue=office", "/reports/wall/?venue=office"),
        *("/accounts/calendars/?venue=office", "/bookings/{w.booking.reference}/"),
        *("/bookings/{w.booking.reference}.ics", "/bookings/{w.paid.reference}/receipt.pdf"),
        *("/api/v1/venues/office", "/api/v1/venues/office/rooms", "/api/v1/venues/office/blockings"),
        *("/api/v1/bookings/{w.booking.reference}", "/api/v1/bookings/{w.booking.reference}/payments"),
        *("/admin/rooms/venue/{w.place.pk}/change/", "/admin/rooms/room/{w.free.pk}/change/"),
        "/admin/rooms/booking/{w.booking.pk}/history/",
    )

    LISTS = (
        *("/", "/bookings/", "/accounts/calendars/", "/api/v1/venues", "/api/v1/bookings", "/reports/"),
        *("/reports/occupancy/?by=venue", "/admin/rooms/booking/", "/admin/rooms/change/"),
    )

    @pytest.fixture
    def hidden(self, world):
        Venue.objects.filter(pk=world.place.pk).update(is_listed=False)
        return world

    @pytest.fixture
    def owner(self, hidden):
        browser = Client()
        browser.force_login(hidden.people["elsewhere"])
        return browser

    def test_answers_at_every_address_as_if_it_were_not_there(self, hidden, owner):
        for address in self.ADDRESSES:
            there = address.format(w=hidden)
            answer, none = owner.get(there), owner.get(_of_nothing(there, hidden))

            assert answer.status_code == none.status_code, there
            assert answer.status_code in (302, 404) or there.startswith("/accounts/"), there
            assert "Office" not in answer.content.decode(), there
            if answer.status_code == 404:
                assert _without_names(answer) == _without_names(none), there

    def test_is_in_no_list(self, hidden, owner):
        for address in self.LISTS:
            told = owner.get(address).content.decode()
            assert "Office" not in told, address
            assert hidden.booking.reference not in told, address

    def test_has_no_topic_and_no_verb(self, hidden):
        user = hidden.people["elsewhere"]
        now = Span(database_now(), None).start
        for name in ("venue:office", "desk:office"):
            assert not told(
                lambda w, u, name=name: topics.topic_for(name, topics.place_of("office"), u, topics.is_staff)
            )(hidden, user)
        for verb in ("rooms", "availability"):
            params = {"venue": "office", "start": now, "end": None}
            assert not line(verb, lambda w, params=params: params)(hidden, user)
        assert "office" not in {one["slug"] for one in line_methods.METHODS["venues"](Call(user, {}))}


def _of_nothing(address, world):
    """Return the same address of a venue, a booking or a row that does not exist."""
    none = address.replace("office", "nowhere")
    for reference in (world.booking.reference, world.paid.reference):
        none = none.replace(reference, "ZZZZ-ZZZZ")
    for key in (world.place.pk, world.free.pk, world.booking.pk):
        none = none.replace(f"/{key}/", "/999999/")
    assert none != address
    return none


def _without_names(answer):
    """Return the page without what differs on each: the tokens of its forms, and its own address."""
    return re.sub(r'(content|value)="[A-Za-z0-9]{64}"|next=[^"]*', "", answer.content.decode())

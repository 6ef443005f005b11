"""Who may do what: every endpoint for everybody, in one table made complete by the router itself.

200 is whatever the endpoint answers when all is well. `other` is a guest whose booking it is not: for them
it does not exist. `hidden` is a guest at a venue that is not shown.
"""

import pytest
from django.db import transaction

from api import endpoints
from api.routing import ENDPOINTS
from rooms import operations
from rooms.models import Booking, Venue
from tests.api.programs import Program, begun, hour
from tests.travel import full, soon, together
from tests.worlds import PASSWORD, car_park, office, person, room, rooms, works_at

endpoints.load()

WHO = ("anonymous", "guest", "other", "staff", "manager", "admin")
EVERYBODY = (200, 200, 200, 200, 200, 200)
LOGGED_IN = (401, 200, 200, 200, 200, 200)
THEIRS = (401, 200, 404, 200, 200, 200)  # the guest's booking
DECIDING = (401, 403, 404, 200, 200, 200)  # on the guest's request
WORKING = (401, 403, 403, 200, 200, 200)  # at the venue
MANAGING = (401, 403, 403, 403, 200, 200)
ONES_OWN = (401, 200, 404, 404, 404, 404)  # the guest's webhook, and nobody else's
INVITED = (401, 404, 404, 404, 200, 404)  # whoever is invited, and neither guest nor staff for them
LEAVING = (401, 422, 200, 200, 422, 422)  # who has no booking, and leaves no venue and no site to nobody

RIGHTS = {
    #                                             anonymous guest other staff manager admin
    ("POST", "auth/token"): EVERYBODY,
    ("POST", "auth/refresh"): EVERYBODY,
    ("POST", "auth/register"): EVERYBODY,
    ("POST", "auth/logout"): LOGGED_IN,
    ("POST", "auth/close"): LEAVING,
    ("GET", "auth/me"): LOGGED_IN,
    ("GET", "venues"): EVERYBODY,
    ("GET", "venues/{slug}"): EVERYBODY,
    ("GET", "venues/{slug}/rooms"): EVERYBODY,
    ("GET", "venues/{slug}/availability"): EVERYBODY,
    ("POST", "venues/{slug}/agenda"): EVERYBODY,
    ("GET", "venues/{slug}/timeline"): EVERYBODY,
    ("GET", "venues/{slug}/nights"): EVERYBODY,
    ("GET", "stays"): EVERYBODY,
    ("GET", "places"): EVERYBODY,
    ("GET", "journeys"): EVERYBODY,
    ("GET", "journeys/{id}/seats"): EVERYBODY,
    ("POST", "waitlist"): LOGGED_IN,
    ("GET", "waitlist"): LOGGED_IN,
    ("DELETE", "waitlist/{id}"): ONES_OWN,
    ("POST", "watches"): LOGGED_IN,
    ("GET", "watches"): LOGGED_IN,
    ("DELETE", "watches/{room}"): ONES_OWN,
    ("POST", "bookings"): LOGGED_IN,
    ("GET", "bookings"): LOGGED_IN,
    ("GET", "bookings/{reference}"): THEIRS,
    ("GET", "bookings/{reference}/cancellation"): THEIRS,
    ("GET", "bookings/{reference}/payments"): THEIRS,
    ("POST", "bookings/{reference}/payments"): THEIRS,
    ("GET", "bookings/{reference}/messages"): THEIRS,
    ("POST", "bookings/{reference}/messages"): THEIRS,
    ("POST", "bookings/{reference}/messages/close"): DECIDING,
    ("POST", "bookings/{reference}/messages/reopen"): DECIDING,
    ("GET", "venues/{slug}/messages"): WORKING,
    ("GET", "bookings/{reference}/participants"): THEIRS,
    ("POST", "bookings/{reference}/participants"): THEIRS,
    ("PATCH", "bookings/{reference}/participants/{id}"): THEIRS,
    ("DELETE", "bookings/{reference}/participants/{id}"): THEIRS,
    ("POST", "bookings/{reference}/participants/answer"): INVITED,
    ("PATCH", "bookings/{reference}"): THEIRS,
    ("POST", "bookings/{reference}/confirm"): THEIRS,
    ("POST", "bookings/{reference}/cancel"): THEIRS,
    ("POST", "bookings/{reference}/renew"): THEIRS,
    ("POST", "bookings/{reference}/move"): THEIRS,
    ("POST", "bookings/{reference}/approve"): DECIDING,
    ("POST", "bookings/{reference}/decline"): DECIDING,
    ("POST", "bookings/{reference}/check-in"): THEIRS,
    ("POST", "bookings/{reference}/undo-check-in"): DECIDING,
    ("POST", "bookings/{reference}/no-show"): DECIDING,
    ("POST", "bookings/{reference}/check-out"): THEIRS,
    ("POST", "bookings/{reference}/release"): THEIRS,
    ("POST", "bookings/{reference}/plate"): THEIRS,
    ("POST", "bookings/{reference}/occurrences/{number}/skip"): THEIRS,
    ("POST", "bookings/{reference}/occurrences/{number}/move"): THEIRS,
    ("POST", "venues/{slug}/walk-ins"): WORKING,
    ("POST", "venues/{slug}/blockings"): WORKING,
    ("GET", "venues/{slug}/blockings"): WORKING,
    ("GET", "venues/{slug}/blockings/{id}"): WORKING,
    ("DELETE", "venues/{slug}/blockings/{id}"): WORKING,
    ("GET", "venues/{slug}/rooms/{room}/rights"): MANAGING,
    ("PUT", "venues/{slug}/rooms/{room}/rights"): MANAGING,
    ("GET", "reports/{report}"): MANAGING,
    ("POST", "webhooks"): LOGGED_IN,
    ("GET", "webhooks"): LOGGED_IN,
    ("GET", "webhooks/{id}"): ONES_OWN,
    ("DELETE", "webhooks/{id}"): ONES_OWN,
    ("POST", "webhooks/{id}/enable"): ONES_OWN,
    ("POST", "webhooks/{id}/test"): ONES_OWN,
    ("GET", "webhooks/{id}/deliveries"): ONES_OWN,
    ("GET", "openapi.json"): EVERYBODY,
    ("GET", "live.schema.json"): EVERYBODY,
}
QUERY = {
    "venues/{slug}/availability": "?start={start}&end={end}",
    "venues/{slug}/timeline": "?start={start}&end={end}",
    "venues/{slug}/nights": "?first=2030-01-07&last=2030-01-08",
    "journeys": "?origin=Istanbul&destination=Ankara&date=2030-01-07",
    "stays": "?arrive=2030-01-07&depart=2030-01-09",
}
KEPT = {"bookings": "invited", "webhooks": "webhook", "journeys": "departure", "waitlist": "waiting"}
BOOKING = {"approve": "asked", "decline": "asked", "check-in": "running", "check-out": "running"}
BOOKING |= {"no-show": "running", "undo-check-in": "came", "close": "written", "reopen": "written"}
BOOKING |= dict.fromkeys(("participants", "{id}", "answer"), "meeting")


def test_the_table_has_a_row_for_every_endpoint():
    assert set(RIGHTS) == {(one.method, one.path) for one in ENDPOINTS}


@pytest.fixture
def other(rival):
    return rival


@pytest.fixture
def programs(request):
    return {who: request.getfixturevalue(who) for who in WHO}


@pytest.fixture
def world(programs, aurora, birch):
    """A guest's hold, a guest's request, and a blocking, each to be had by its name."""
    guest, staff, manager = programs["guest"], programs["staff"], programs["manager"]
    hall = room(office("hall", hours=None, needs_approval=True))
    spots = rooms(car_park(), 2)
    for program, role in ((staff, "staff"), (manager, "manager")):
        works_at(program.person, hall.venue, role)
        works_at(program.person, spots[0].venue, role)
    sold_out = full(soon())
    waiting = operations.join_waitlist(together(sold_out, 2), by=guest.person)
    operations.watch(aurora.pk, by=guest.person)
    meeting = guest.book(room(aurora.venue, "Fir"), hour(0))["reference"]
    invited = guest.post(f"bookings/{meeting}/participants", {"addresses": [manager.person.email]}).told
    return {
        "meeting": meeting,
        "invited": invited["items"][0]["id"],
        "departure": sold_out.pk,
        "waiting": waiting.pk,
        "held": guest.book(aurora, hour(0), hold=True)["reference"],
        "series": guest.book(room(aurora.venue, "Daisy"), hour(0), recurrence="FREQ=DAILY;COUNT=3")[
            "reference"
        ],
        "running": begun(guest.book(room(aurora.venue, "Cedar"), hour(0)))["reference"],
        "came": came(guest, room(aurora.venue, "Gorse")),
        "written": answered(guest.book(room(aurora.venue, "Elm"), hour(0))),
        "asked": guest.book(hall, hour(0))["reference"],
        "blocking": staff.post("venues/office/blockings", {"rooms": [aurora.pk], **hour(5)}).told["id"],
        "webhook": guest.post("webhooks", {"url": "https://example.com/hook"}).told["id"],
        "programs": programs,
        "birch": birch.pk,
        "watched": aurora.pk,
    }


def came(guest, where):
    """Return a booking whose guest has checked in."""
    reference = begun(guest.book(where, hour(0)))["reference"]
    guest.post(f"bookings/{reference}/check-in")
    return reference


def answered(booking):
    """Return a booking whose guest has asked, and was answered."""
    found = Booking.objects.get(reference=booking["reference"])
    operations.write_message(found, "question", "Is there a projector?", by=found.guest)
    operations.write_message(found, "answer", "There is one.", by=None)
    return found.reference


def place_of(path):
    return "parking" if path.endswith("walk-ins") else "office"


def body_of(path, who, world):
    return {
        "auth/token": {"email": "guest@example.com", "password": PASSWORD},
        "auth/register": {"email": "ada@example.com", "password": PASSWORD},
        "auth/close": {"password": PASSWORD},
        "bookings": {"venue": "office", "rooms": [world["birch"]], **hour(1)},
        "bookings/{reference}": {"title": "Review"},
        "bookings/{reference}/move": {**hour(2)},
        "bookings/{reference}/occurrences/{number}/move": hour(30),
        "bookings/{reference}/payments": {"method": "card"},
        "bookings/{reference}/messages": {"text": "Is there a projector?"},
        "bookings/{reference}/participants": {"addresses": ["stranger@example.org"]},
        "bookings/{reference}/participants/{id}": {"may_change": True},
        "bookings/{reference}/participants/answer": {"answer": "accepted"},
        "venues/{slug}/agenda": {**hour(0), "events": [{"minutes": 15}]},
        "venues/{slug}/blockings": {"rooms": [world["birch"]], **hour(3)},
        "bookings/{reference}/plate": {"plate": "34 KZ 1978"},
        "webhooks": {"url": "https://example.com/hook", "venue": "office"},
        "watches": {"room": world["birch"]},
        "venues/{slug}/rooms/{room}/rights": {"everybody": "see"},
        "waitlist": {"departure": world["departure"], "room_type": "Second", "count": 1, "to_stop": 1},
    }.get(path) or ({"refresh": Program(person("a")).pair.refresh} if path == "auth/refresh" else {})


def asked(world, method, path):
    """Return what each asked person is answered; nobody finds what another did."""
    own = world[KEPT.get(path.partition("/")[0], "blocking")]
    reference = world["series" if "occurrences" in path else BOOKING.get(path.rpartition("/")[2], "held")]
    address = path.format(
        slug=place_of(path), reference=reference, id=own, report="revenue", number=2, room=world["watched"]
    )
    address += QUERY.get(path, "").format(**hour(0))
    answers = {}
    for who in WHO:
        with transaction.atomic():
            sent = body_of(path, who, world) if method in ("POST", "PUT", "PATCH") else None
            answers[who] = world["programs"][who].call(method, address, sent).status_code
            transaction.set_rollback(True)
    return answers


# Together by what they begin with: to build the world takes longer than to ask about it.
@pytest.mark.parametrize("first", sorted({path.partition("/")[0] for _, path in RIGHTS}))
def test_rights(world, first):
    rows = {row: rights for row, rights in RIGHTS.items() if row[1].partition("/")[0] == first}

    told = {row: tuple(asked(world, *row).values()) for row in rows}

    assert {
        row: tuple(200 if status in (201, 202, 204) else status for status in answers)
        for row, answers in told.items()
    } == rows


def test_a_venue_that_is_not_shown_is_not_there_for_guests(world):
    Venue.objects.update(is_listed=False)

    told = {row: asked(world, *row) for row in RIGHTS if row[1].startswith("venues/")}

    for (method, path), answers in told.items():
        closed = 401 if path.endswith(("walk-ins", "messages", "rights")) or "blockings" in path else 404
        assert (method, path, *(answers[who] for who in WHO[:3])) == (method, path, closed, 404, 404)
        assert answers["manager" if path.endswith("rights") else "staff"] < 300


def test_nobody_can_tell_anothers_booking_from_none(world, other):
    for method, path in RIGHTS:
        if "{reference}" in path:
            sent = body_of(path, "other", world) if method in ("POST", "PATCH") else None
            theirs = other.call(method, path.format(reference=world["series"], number=1, id=1), sent)
            none = other.call(method, path.format(reference="ZZZZ-ZZZZ", number=1, id=1), sent)
            assert (theirs.status_code, theirs.content) == (none.status_code, none.content)


def test_nobody_can_book_at_a_venue_that_is_not_shown(world, guest, staff, birch):
    Venue.objects.update(is_listed=False)
    wanted = {"venue": "office", "rooms": [birch.pk], **hour(1)}

    assert guest.post("bookings", wanted).content == guest.post("bookings", {**wanted, "venue": "no"}).content
    assert staff.post("bookings", wanted).status_code == 201

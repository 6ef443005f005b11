"""Every door of the site, found by walking it; a world to try them on, and what a try at one is."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve

from accounts.models import Acting, Invitation, User
from api import endpoints
from api.routing import ENDPOINTS, match
from live import line_methods, topics
from live.line_calling import Call
from live.line_verbs import VERBS
from notifications import operations as webhooks
from notifications.calendars.operations import make_feed
from notifications.incoming.operations import add_calendar
from notifications.models import IncomingCalendar, Notice
from payments import operations as money
from payments.models import GatewayEvent, Payment, Refund
from reservations import Forbidden, NotAuthenticated, NotFound, PolicyViolation, quotas
from reservations.journeys import Traveler
from rooms import operations
from rooms.models import Booking, Change, Departure, Display, Question, Quota
from rooms.rides import Ride
from rooms.sql import database_now
from tests.api.programs import begun
from tests.days import span
from tests.travel import seat, soon
from tests.worlds import car_park, hotel, office, person, rate, room, rooms, works_at

endpoints.load()
WHO = ("nobody", "guest", "stranger", "staff", "manager", "owner", "superuser", "elsewhere")
NO = (Forbidden, NotAuthenticated, NotFound)
KINDS = ("page", "api", "line", "socket", "admin")
PLATE = "06 ZB 4711"


@dataclass
class World:
    """What is tried on: bookings of the guest's in every state, and what the staff work with."""

    people: dict[str, Any]
    place: Any
    inn: Any
    free: Any
    scarce: Any
    spare: Any
    booking: Any
    asked: Any
    running: Any
    paid: Any
    left: Any
    ride: Any
    blocking: Any
    display: Any
    departure: Any
    reserved: Any
    refused: Any
    invitation: Any
    member: Any
    mine: Any = field(default=None)  # of whoever tries

    @property
    def change(self) -> Any:
        return Change.objects.filter(booking=self.booking).first()

    @property
    def calendar(self) -> Any:
        return IncomingCalendar.objects.get()

    @property
    def double(self) -> Any:
        return self.inn.types.get()


def build() -> World:
    """Make the world: an office, a car park, a hotel and a train with the same staff; and one far away."""
    venue = office(hours=None, needs_approval=True, max_holds=99, payment="either")
    rate(venue, 2400)
    lot, run, far, inn = car_park(), soon(), office("far"), hotel()
    rooms(lot, 2), rooms(inn, 2)
    people = _everybody((venue, lot, inn, run.vehicle), far)
    free, taken, used, spare = rooms(venue, 4)
    guest, details = people["guest"], operations.Details(guest=people["guest"])
    made = [operations.book(taken, span(at, at + 1), by=None, details=details) for at in (8, 10)]
    money.take_at_desk(made[1], "cash", by=None)
    colleague = works_at(person("colleague"), venue)
    seats = Ride(run.pk, 0, 3, [seat(run, "1A")], (Traveler("Ada", "adult"),))
    left = _left(operations.book(used, span(14, 15), by=None, details=details))
    add_calendar(spare, by=None, name="Portal", url="https://example.com/busy.ics")
    waiting = operations.book(spare, span(14, 15), by=guest)
    _kept(people, made)
    return World(
        people={"nobody": AnonymousUser(), **people},
        place=venue,
        inn=inn,
        free=free,
        scarce=_scarce(venue), spare=spare,
        booking=made[0],
        asked=operations.book(taken, span(12, 13), by=guest),
        running=_begun(operations.book(used, span(9, 10), by=None, details=details)),
        paid=made[1],
        left=left,
        ride=operations.book_seats(seats, by=guest),
        blocking=operations.block(taken, span(18, 19), by=None),
        display=Display.objects.get(pk=operations.hang(venue, by=None, name="Door").pk),
        departure=run,
        reserved=money.pay(waiting, by=guest, card="4242 4242 4242 4242"),
        refused=Refund.objects.get(),
        invitation=Invitation.objects.create(
            venue=venue, email="new@example.com", role="staff", invited_by=people["owner"],
            created_at=database_now(), expires_at=span(0, 1).start,
        ),
        member=venue.memberships.get(user=colleague),
    )  # fmt: skip


def _everybody(places: Iterable[Any], far: Any) -> dict[str, Any]:
    """Return a person of each kind: three with a role at all these places, one with a place of their own."""
    people: dict[str, Any] = {name: person(name) for name in WHO[1:6]}
    for role in ("staff", "manager", "owner"):
        for place in places:
            works_at(people[role], place, role)
    people["superuser"] = person("superuser", is_superuser=True, is_staff=True)
    people["elsewhere"] = works_at(person("elsewhere"), far, "owner")
    for name in ("staff", "manager", "owner", "elsewhere"):
        User.objects.filter(pk=people[name].pk).update(is_staff=True)
    return people


def _scarce(venue: Any) -> Any:
    """Return a room of which no guest may have more than an hour a day."""
    booth = venue.types.create(name="Booth", capacity=8, policy=venue.policies.get())
    Quota.objects.create(venue=venue, type=booth, most=1, measure="hours", per="day")
    Question.objects.create(venue=venue, text="Shall we cater?", kind="yes_no")
    return room(venue, "Booth", type=booth)


def _kept(people: dict[str, Any], made: list[Booking]) -> None:
    """Make a row of everything that only superusers may look at."""
    now, guest, paid = database_now(), people["guest"], made[1]
    _written(made, guest)
    webhooks.ping(webhooks.subscribe("https://example.com/hook", by=guest))
    make_feed(by=guest)
    Acting.objects.create(by=people["superuser"], person=guest, began_at=now, ended_at=now)
    Notice.objects.create(
        booking=paid, kind="booked", at=now, recipient=guest, created_at=now, next_at=now, state="sent"
    )
    GatewayEvent.objects.create(gateway="sandbox", event="1", kind="ping", received_at=now)
    payment = Payment.objects.get(booking=paid)
    Refund.objects.create(payment=payment, amount=1, state="failed", key="refused", created_at=now)


def _written(made: list[Booking], guest: Any) -> None:
    """Let the guest ask about both of these, and one of them be closed again."""
    for one in made:
        operations.write_message(one, "question", "Is there a projector?", by=guest)
    operations.close_thread(made[1], by=None)


def _begun(made: Booking) -> Booking:
    begun({"reference": made.reference})
    made.refresh_from_db()
    return made


def _left(made: Booking) -> Booking:
    """Let the car be gone again, whose plate was noted."""
    operations.note_plate(made, by=None, plate=PLATE)
    operations.check_out(_begun(made), by=None)
    made.refresh_from_db()
    return made


@dataclass(frozen=True)
class Try:
    """One try at one door: which it is, and whether somebody could."""

    door: Callable[[World], str]
    act: Callable[[World, Any], bool]
    is_of: str = ""  # what it is tried on, where it is not the same for everybody

    def __call__(self, world: World, who: str) -> bool:
        """Return whether they could; all that it changed is taken back."""
        user = world.people[who]
        user.__dict__.pop("_roles", None)
        with transaction.atomic():
            try:
                return self.act(world, user)
            except NO:
                return False
            except PolicyViolation as refusal:
                if refusal.rule != quotas.RULE:
                    raise
                return False
            finally:
                transaction.set_rollback(True)
                user.__dict__.pop("_roles", None)


def page(way: str, post: Any = None, *, shows: str = "", done: bool = False) -> Try:
    """Return a try at a page, of the admin too: a GET, or a POST of what `post` returns.

    :param done: whether it counts only if it leads on: a form that shows what is wrong does nothing
    """
    act = _asking(way, post, shows=shows, done=done)
    return Try(lambda world: door_of(way.format(w=world)), act)


def api(way: str, post: Any = None, *, method: str = "", shows: str = "") -> Try:
    """Return a try at the API, with the same cookie."""
    verb = method or ("GET" if post is None else "POST")

    def door(world: World) -> str:
        found = match(way.format(w=world).partition("?")[0])
        assert found is not None, way
        return f"{verb} {found.methods[verb].path}"

    return Try(door, _asking(f"/api/v1/{way}", post, method=verb, shows=shows))


def _asking(
    way: str, post: Any, *, method: str = "", shows: str = "", done: bool = False
) -> Callable[[World, Any], bool]:
    def act(world: World, user: Any) -> bool:
        browser = Client()
        if user.is_authenticated:
            browser.force_login(User.objects.get(pk=user.pk))
        address = way.format(w=world)
        if post is None:
            answer = browser.generic(method or "GET", address)
        else:
            kind = {"content_type": "application/json"} if method else {}
            send = {"PUT": browser.put, "PATCH": browser.patch}.get(method, browser.post)
            answer = send(address, post(world), **kind)
        if done and answer.status_code == 200:
            return False
        return _could(answer) and shows.encode() in answer.getvalue()

    return act


def _could(answer: Any) -> bool:
    """Return whether the answer is a yes; anything but a yes or a no is a mistake of the table."""
    # The admin sends whoever asks for what is not there to its front page, and strangers to log in.
    sent_away = answer.status_code == 302 and re.search("/login/|^/admin/$", answer.headers["Location"])
    is_too_much = answer.status_code == 422 and b"Your limit of" in answer.content
    if answer.status_code in (401, 403, 404) or sent_away or is_too_much:
        return False
    assert answer.status_code in (200, 201, 202, 204, 302, 303), (answer.status_code, answer.content[-600:])
    return True


def line(verb: str, params: Callable[[World], dict[str, Any]]) -> Try:
    return Try(
        lambda world: f"line {verb}",
        lambda world, user: bool((line_methods.METHODS[verb](Call(user, params(world))), True)),
    )


def socket(name: str, of: str) -> Try:
    """Return a try to watch a topic, as a socket and a line do."""

    def act(world: World, user: Any) -> bool:
        topic = of.format(w=world)
        named = user if user.is_authenticated else None
        place = topics.place_of(topics.place_name(topic))
        return bool(topics.topic_for(topic, place, named, topics.is_staff))

    return Try(lambda world: f"socket {name}", act)


def own(make: Callable[[World, Any], Any], *tries: Try) -> list[Try]:
    """Return the same tries at what is made for whoever tries; a visitor tries at nobody's."""

    def act(one: Try) -> Callable[[World, Any], bool]:
        def mine(world: World, user: Any) -> bool:
            world.mine = make(world, user if user.is_authenticated else None)
            return one.act(world, user)

        return mine

    return [Try(one.door, act(one), "own") for one in tries]


def admin_action(model: str, name: str, row: Callable[[World], Any]) -> Try:
    """Return a try at an action of a list of the admin: whether it found anything to do, and did it."""

    def act(world: World, user: Any) -> bool:
        browser = Client()
        if user.is_authenticated:
            browser.force_login(User.objects.get(pk=user.pk))
        sent = {"action": name, "_selected_action": [row(world).pk], "sure": "1"}
        answer = browser.post(f"/admin/{model.replace('.', '/')}/", sent, follow=True)
        told = [str(one) for one in (answer.context or {}).get("messages", ())] if answer.context else []
        gave_file = "Content-Disposition" in answer.headers and len(answer.getvalue().splitlines()) > 1
        refused = ("Only the venue", "You do not", "is not yours", "No action", "must be selected")
        return gave_file or (bool(told) and not any(words in one for one in told for words in refused))

    return Try(lambda world: f"admin action {model}.{name}", act)


def door_of(address: str) -> str:
    """Return what the page at the address is called."""
    return resolve(address.partition("?")[0]).view_name


def kind_of(door: str) -> str:
    """Return which kind of door it is."""
    first = re.split("[ :]", door)[0]
    return "api" if first.isupper() else first if first in KINDS else "page"


def every_door() -> set[str]:
    """Return what every address, endpoint, verb, topic and action of the admin is called."""
    found = set(_addresses(get_resolver()))
    found |= {f"{one.method} {one.path}" for one in ENDPOINTS}
    found |= {f"line {verb}" for verb in (*VERBS, *line_methods.METHODS)}
    found |= {f"socket {topic}" for topic in (*topics.KINDS, *topics.OWN)}
    for model, options in admin.site._registry.items():
        names = [one if isinstance(one, str) else one.__name__ for one in options.actions or ()]
        found |= {f"admin action {model._meta.label_lower}.{name}" for name in names}
    return found


def _addresses(resolver: Any, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _addresses(one, (*spaces, one.namespace) if one.namespace else spaces)
        else:
            yield ":".join((*spaces, one.name or str(one.pattern)))


def fresh_key() -> str:
    return uuid.uuid4().hex


def refresh(world: World) -> None:
    """Read again what a try may have changed in memory before it was taken back."""
    for row in (world.booking, world.asked, world.running, world.paid, world.left, world.ride):
        row.refresh_from_db()
    world.departure = Departure.objects.get(pk=world.departure.pk)

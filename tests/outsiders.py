"""A venue that is not shown, a mark in every text of it, and the owner of another one, who looks for it."""

import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from api.routing import ENDPOINTS, Endpoint
from live import line_methods
from live.line_verbs import VERBS
from notifications.models import CalendarFeed
from payments.models import Payment
from rooms import operations
from rooms.models import Blocking, Booking, Passenger, Rate, Route, Stop, Venue, WaitlistEntry
from rooms.operations import AnyOf
from rooms.rides import Ride
from tests.api.programs import hour
from tests.days import TUE, WED, span
from tests.doors import PLATE, World, build
from tests.travel import line, soon, train
from tests.worlds import rooms, works_at

MARK, PRICE = "zqxjv", 7_777_713  # what no random secret has by chance
SECRET = re.compile(rf"{MARK}|{PRICE}|77.?777\.13|{PLATE}", re.IGNORECASE)
TEXTS = {
    *(
        "name",
        "slug",
        "city",
        "description",
        "title",
        "note",
        "floor",
        "email",
        "place",
        "station",
        "platform",
    ),
    *("operator", "delay_note", "url", "noun", "type_name", "sentence"),
}
PERSONAL = (User, Booking, Passenger, Blocking)
NONE = 424_242_424_242  # no row has this number


def hidden_world() -> World:
    """Return the world of tests.doors as venues that are not shown; "far" and a train are the outsider's."""
    made = build()
    for venue in Venue.objects.exclude(slug="far"):
        Venue.objects.filter(pk=venue.pk).update(is_listed=False)
    _furnish(made)
    _mark(made)
    return made


def shown_world() -> World:
    """Return the same as venues that everybody may see, with the mark in what is a person's own."""
    made = build()
    _furnish(made)
    Venue.objects.update(is_listed=True)
    for model in PERSONAL:
        for row in model._default_manager.all():
            if not _is_mine(row, set(), made):
                _mark_row(row)
    Booking.objects.exclude(venue__slug="far").update(price=PRICE)
    return made


def _furnish(world: World) -> None:
    """Give the outsider a room, a booking and a train on a route of the other railway."""
    mine = train("my-train")
    works_at(world.people["elsewhere"], mine, "owner")
    soon(mine, world.departure.route)
    other = train("other")
    soon(other, line("secret-route"))
    Venue.objects.filter(pk=other.pk).update(is_listed=False)
    ride = Ride(world.departure.pk, 0, 3, AnyOf(world.departure.vehicle.types.get(), 12))
    operations.join_waitlist(ride, by=world.people["guest"])
    (own,) = rooms(Venue.objects.get(slug="far"), 1)
    operations.book(own, span(9, 10), by=world.people["elsewhere"])


def _mark(world: World) -> None:
    """Put the mark into every text of every row that is not the outsider's, and change every price."""
    mine = {"far", "my-train"}
    for model in apps.get_models():
        if model._meta.app_label not in ("accounts", "rooms", "notifications"):
            continue
        for row in model._default_manager.all():
            if not _is_mine(row, mine, world):
                _mark_row(row)
    Rate.objects.update(amount=PRICE)
    Booking.objects.exclude(venue__slug="far").update(price=PRICE)
    for venue in Venue.objects.all():
        venue.save()


def _is_mine(row: Any, mine: set[str], world: World | None) -> bool:
    if isinstance(row, User):
        return row.email in ("elsewhere@example.com", "stranger@example.com")
    if isinstance(row, Route):
        return row.slug == "81042"
    if isinstance(row, Stop):
        return row.route.slug == "81042"
    row = getattr(row, "room", None) or getattr(row, "departure", None) or row
    venue = row if isinstance(row, Venue) else getattr(row, "venue", None) or getattr(row, "vehicle", None)
    return venue is not None and venue.slug in mine


def _mark_row(row: Any) -> None:
    marked = {
        field.name: f"{MARK}{row.pk}{getattr(row, field.name)}"[: field.max_length]
        for field in row._meta.concrete_fields
        if field.name in TEXTS
        and isinstance(field, models.CharField | models.TextField)
        and not field.choices
    }
    if marked:
        type(row)._default_manager.filter(pk=row.pk).update(**marked)
        row.refresh_from_db()


def browser_of(user: User) -> Client:
    """Return a browser in which that person is logged in."""
    found = Client()
    found.force_login(User.objects.get(pk=user.pk))
    return found


NOWHERE, NO_VENUE = "ZZZZ-ZZZZ", "nowhere"


def parts(world: World) -> dict[str, tuple[list[Any], Any, Any]]:
    """Return for each part of an address: the other venue's, the outsider's own, and what does not exist."""
    rows = [world.blocking, world.display, world.member, world.invitation, world.departure]
    # Each number is asked of every table: one that is a row of their own in another is rightly answered.
    own = {row.pk for one in rows for row in type(one)._default_manager.all() if _belongs(row)}
    numbers = [row.pk for row in rows if row.pk not in own] or [NONE]
    references = [world.booking.reference, world.paid.reference, world.ride.reference]
    payment = Payment.objects.get(booking=world.paid)
    mine = Booking.objects.get(venue__slug="far")
    others = Venue.objects.exclude(slug__in=("far", "my-train"))
    no_token = "0" * 32 + ".00000000000000000000"
    return {
        "slug": (list(others.values_list("slug", flat=True)), "far", NO_VENUE),
        "reference": (references, mine.reference, NOWHERE),
        "number": (numbers, NONE, NONE),
        "id": ([*numbers, *({world.people["guest"].pk} - own)], NONE, NONE),
        "departure": ([world.departure.pk], NONE, NONE),
        "entry": ([WaitlistEntry.objects.get().pk], NONE, NONE),
        "room": ([world.free.pk], NONE, NONE),
        "key": ([CalendarFeed.objects.get().pk], NONE, NONE),
        "refund": ([world.refused.pk], NONE, NONE),
        "payment": ([payment.uuid, world.reserved.uuid], uuid.uuid4(), uuid.uuid4()),
        "object_id": ([], NONE, NONE),  # by its table
        "content_type_id": (list(ContentType.objects.values_list("pk", flat=True)), NONE, NONE),
        "token": ([f"{CalendarFeed.objects.get().uuid.hex}.00000000000000000000"], no_token, no_token),
        "name": (["revenue"], "revenue", "revenue"),
        "report": (["revenue"], "revenue", "revenue"),
        "charge": ([world.reserved.reference[:-1]], "nothing", "nothing"),
        "gateway": (["sandbox"], "sandbox", "sandbox"),
        "app_label": (["rooms"], "rooms", "rooms"),
        "url": (["rooms/venue/1"], "x", "x"),
        "uidb36": (["1"], "zzz", "zzz"),
    }


def addresses(world: World) -> Iterator[tuple[str, str, list[str]]]:
    """Yield every address with what is the other venue's, with what is not there, and with what it says."""
    found = parts(world)
    for name, names in _names(get_resolver()):
        if not names:
            continue
        theirs = {
            part: _rows_of(name, found[part][0]) if part == "object_id" else found[part][0] for part in names
        }
        for number in range(max(map(len, theirs.values()))):
            chosen = {part: values[min(number, len(values) - 1)] for part, values in theirs.items()}
            yield _two(name, chosen, {part: found[part][2] for part in names})
            if len(names) > 1:
                # One's own venue with a row of the other one's.
                first = {names[0]: found[names[0]][1]}
                yield _two(name, chosen | first, {part: found[part][2] for part in names} | first)


def _rows_of(name: str, otherwise: list[Any]) -> list[Any]:
    """Return rows of the table of the admin whose page is called so: the first and the last."""
    tables = {f"{one._meta.app_label}_{one._meta.model_name}": one for one in admin.site._registry}
    table = tables.get("_".join(name.partition(":")[2].split("_")[:2]))
    rows = table._default_manager.order_by("pk") if table else []
    theirs = [row.pk for row in rows if not _belongs(row)] or [NONE]
    return [theirs[0], theirs[-1]]


def _two(name: str, theirs: dict[str, Any], none: dict[str, Any]) -> tuple[str, str, list[str]]:
    said = [str(value) for value in (*theirs.values(), *none.values())]
    return reverse(name, kwargs=theirs), reverse(name, kwargs=none), said


def _names(resolver: Any, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield from _names(one, (*spaces, one.namespace) if one.namespace else spaces)
        elif one.name:
            names = list(getattr(one.pattern, "converters", {})) or list(one.pattern.regex.groupindex)
            yield ":".join((*spaces, one.name)), names


def _belongs(row: Any) -> bool:
    return _is_mine(row, {"far", "my-train"}, None)


def again(browser: Client) -> Client:
    """Return the same person's browser without what earlier pages left to say."""
    browser.cookies.pop("messages", None)
    return browser


def _text(content: bytes) -> str:
    """Return the text of an answer; of a workbook, that of its cells."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/"))


def told(answer: Any, said: list[str]) -> tuple[int, str, str]:
    """Return the answer without what was asked for, and without what differs on every page."""
    # First of all: a random token may have what was asked for between two of its dashes.
    body = re.sub(r'(content|value|nonce)="[A-Za-z0-9+/=_-]{16,}"', "", _text(answer.getvalue()))
    where = answer.headers.get("Location", "")
    for word in sorted(set(said), key=len, reverse=True):
        asked = re.compile(rf"\b{word}\b" if word.isdigit() else re.escape(word), re.IGNORECASE)
        body, where = asked.sub("…", body), asked.sub("…", where)
    return answer.status_code, where, body


def calls(world: World) -> Iterator[tuple[str, Any, Any, list[str]]]:
    """Yield the method of every endpoint, a path and body of theirs, those of nothing, and what they say."""
    found, asked = parts(world), named_in_calls(world)
    for one in ENDPOINTS:
        names = re.findall(r"{(\w+)}", one.path)
        values = [found[name] for name in names]
        for number in range(max((len(theirs) for theirs, _, _ in values), default=0)):
            theirs = {
                name: own[0][min(number, len(own[0]) - 1)] for name, own in zip(names, values, strict=True)
            }
            none = {name: own[2] for name, own in zip(names, values, strict=True)}
            yield _call(one, theirs, none, {}, {})
        mine = {name: own[1] for name, own in zip(names, values, strict=True)}
        for theirs_sent, none_sent in asked.get(f"{one.method} {one.path}", []):
            yield _call(one, mine, mine, theirs_sent, none_sent)


def _call(
    one: Endpoint, theirs: Any, none: Any, sent: Any, none_sent: Any
) -> tuple[str, Any, Any, list[str]]:
    usual = (
        {**hour(1), "first": TUE, "last": WED, "arrive": TUE, "depart": WED} if one.method == "GET" else {}
    )
    takes = one.query.__struct_fields__
    asked = [
        {**{key: value for key, value in usual.items() if key in takes}, **own} for own in (sent, none_sent)
    ]
    said = [str(value) for own in (theirs, none, sent, none_sent) for value in own.values()]
    if one.method == "GET":
        return (
            one.method,
            (f"{one.path.format(**theirs)}?{urlencode(asked[0])}", {}),
            (f"{one.path.format(**none)}?{urlencode(asked[1])}", {}),
            said,
        )
    return one.method, (one.path.format(**theirs), asked[0]), (one.path.format(**none), asked[1]), said


def named_in_calls(world: World) -> dict[str, list[tuple[dict[str, Any], dict[str, Any]]]]:
    """Return what else a call may name of another venue, in its query or body, beside what is not there."""
    slug, room, run = Venue.objects.get(pk=world.place.pk).slug, world.free.pk, world.departure.pk
    times, hook = hour(1), {"url": "https://example.com/"}
    return {
        "GET bookings": [
            ({"venue": slug}, {"venue": "nowhere"}),
            ({"vehicle_of": world.left.reference}, {"vehicle_of": NOWHERE}),
        ],
        "GET reports/{report}": [({"venue": slug}, {"venue": "nowhere"}), ({"type": 1}, {"type": NONE})],
        "GET venues": [({"q": slug}, {"q": "nowhere"}), ({}, {})],
        "GET journeys": [
            ({"origin": place, "destination": place}, {"origin": "x", "destination": "x"})
            for place in Stop.objects.filter(place__startswith=MARK).values_list("place", flat=True)
        ],
        "GET stays": [({}, {})],
        "GET waitlist": [({}, {})],
        "GET watches": [({}, {})],
        "GET webhooks": [({}, {})],
        "POST bookings": [
            ({"venue": slug, "rooms": [room], **times}, {"venue": "nowhere", "rooms": [NONE], **times}),
            ({"venue": "far", "rooms": [room], **times}, {"venue": "far", "rooms": [NONE], **times}),
            ({"venue": "far", "room_type": 1, **times}, {"venue": "far", "room_type": NONE, **times}),
            ({"departure": run, "seats": ["1A"]}, {"departure": NONE, "seats": ["1A"]}),
        ],
        "POST waitlist": [
            ({"departure": run, "room_type": "Second"}, {"departure": NONE, "room_type": "Second"}),
            ({"venue": slug, "rooms": [room], **times}, {"venue": "nowhere", "rooms": [NONE], **times}),
            ({"venue": "far", "room_type": 1, **times}, {"venue": "far", "room_type": NONE, **times}),
        ],
        "POST watches": [({"room": room}, {"room": NONE})],
        "POST webhooks": [({**hook, "venue": slug}, {**hook, "venue": "nowhere"})],
        "POST venues/{slug}/blockings": [({"rooms": [room], **times}, {"rooms": [NONE], **times})],
        "POST bookings/{reference}/move": [({"rooms": [room]}, {"rooms": [NONE]})],
    }  # fmt: skip


def verbs(world: World) -> Iterator[tuple[str, dict[str, Any], dict[str, Any], list[str]]]:
    """Yield every verb that names something, with what is theirs, with what is not, and with what it says."""
    slug, run = Venue.objects.get(pk=world.place.pk).slug, world.departure.pk
    values: dict[str, tuple[Any, Any]] = {
        "venue": (slug, "nowhere"),
        "departure": (run, NONE),
        "reference": (world.booking.reference, NOWHERE),
    }
    for verb in line_methods.METHODS:
        wanted = {one.name for one in VERBS[verb].params}
        for name in wanted & set(values):
            usual = {
                "room": "Room 1",
                "start": f"{TUE}T09:00",
                "end": f"{TUE}T10:00",
                "count": 1,
                "type": "Second",
            }
            kept = {key: value for key, value in usual.items() if key in wanted}
            theirs, none = values[name]
            yield verb, {**kept, name: theirs}, {**kept, name: none}, [str(theirs), str(none)]


def own_addresses() -> Iterator[str]:
    """Yield every address that names nothing, and those of the outsider's own venue."""
    mine = {"slug": "far", "name": "revenue", "app_label": "rooms"}
    for name, names in _names(get_resolver()):
        if set(names) <= set(mine) and not name.endswith("logout"):
            yield reverse(name, kwargs={part: mine[part] for part in names})

"""From what a browser sends to what operations take; everything odd is Invalid, and says which field."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from accounts.models import User
from reservations import Invalid, NotFound, Span, wall_clock
from reservations.questions import FIELD
from reservations.spans import EARLIEST, LATEST
from rooms import permissions
from rooms.forms import wall
from rooms.models import Booking, Room, RoomType, Venue
from rooms.wishes import MAX_ROOMS, NO_DETAILS, AnyOf, Details

LARGEST_ID = 2**63 - 1
OF_TYPE = "type_"  # before the number of a type, in the name of a field that says how many of it


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of one request, from a form or a JSON object alike."""

    values: Mapping[str, Any]
    lists: Mapping[str, Sequence[Any]]

    def one(self, name: str, default: Any = "") -> Any:
        return self.values.get(name, default)

    def many(self, name: str) -> Sequence[Any]:
        return self.lists.get(name, ())


def asked(request: HttpRequest) -> Asked:
    """Return the request's fields.

    :raises Invalid: if a JSON body is broken, or is not an object
    """
    if request.content_type != "application/json":
        data = request.POST if request.method == "POST" else request.GET
        return Asked(data.dict(), dict(data.lists()))
    try:
        body = json.loads(request.body)
    except RequestDataTooBig as error:
        raise Invalid("The body is too large.") from error
    except (ValueError, RecursionError) as error:
        raise Invalid("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Invalid("The body is a JSON object.")
    return Asked(body, {key: value if isinstance(value, list) else [value] for key, value in body.items()})


def invalid(field: str, sentence: str) -> Invalid:
    """Return the refusal of one field."""
    return Invalid(sentence, field_errors={field: [sentence]})


def whole(value: Any, field: str, *, least: int = 0, most: int = LARGEST_ID) -> int:
    """Return the whole number, within its bounds.

    :raises Invalid: if it is none
    """
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most):
        raise invalid(
            field, f"This is a whole number from {least} to {most}." if most < LARGEST_ID else "No such one."
        )
    return int(text)


def moment(value: Any, field: str, zone: ZoneInfo) -> datetime:
    """Return the instant, in the venue's zone: as its offset says, or else by the venue's clocks.

    :raises Invalid: if it is none, the clocks skip it that night, or it lies outside every span
    """
    # fromisoformat stops reading at a NUL, and takes what comes before it.
    is_text = isinstance(value, str) and value.isprintable()
    try:
        parsed = datetime.fromisoformat(value.strip()) if is_text else None
    except ValueError:
        parsed = None
    if parsed is None:
        raise invalid(field, "Give a date and a time, such as 2026-11-23T10:00.")
    instant = wall_clock(parsed, zone, field=field)
    if not EARLIEST <= instant <= LATEST:
        raise invalid(field, f"The {field} must lie between the years 1970 and 2200.")
    return instant


def span_of(fields: Asked, zone: ZoneInfo) -> Span:
    """Return the span from `start` to `end`."""
    start = edge(fields, "start", zone)
    return Span(start, edge(fields, "end", zone))


def edge(fields: Asked, name: str, zone: ZoneInfo) -> datetime:
    """Return the instant; of a time that clocks show twice, the one a form was opened for and still shows."""
    known = fields.one(f"{name}_at")
    try:
        opened = moment(known, name, zone) if known else None
    except Invalid:
        opened = None
    typed = fields.one(name)
    return opened if opened and typed == wall(opened, zone) else moment(typed, name, zone)


def day(value: str | None, today: date) -> date:
    """Return the date in an address, or today where it makes no sense: an old link still shows a board."""
    try:
        found = date.fromisoformat(value or "")
    except ValueError:
        return today
    return found if 1971 <= found.year <= 2198 else today


def rooms_or_any(
    fields: Asked, venue: Venue, hidden: frozenset[int] = frozenset()
) -> list[Room] | list[AnyOf]:
    """Return the rooms that were named, or any `count` of a `type`, or of several: `type_12=2&type_13=1`.

    :param hidden: rooms of the venue that answer like none
    :raises Invalid: if neither was, or the numbers are none
    :raises NotFound: if the venue has no such room or type
    """
    if named := rooms_named(fields, venue, hidden):
        return named
    counts = _counts(fields)
    if not counts:
        raise invalid("room", "Choose a room.")
    types = RoomType.objects.filter(venue=venue, pk__in=counts)
    if hidden:
        shown = Room.objects.filter(venue=venue, archived_at=None).exclude(pk__in=hidden)
        types = types.filter(pk__in=shown.values("type"))
    if len(types) != len(counts):
        raise NotFound("There is no such type of room here.")
    return [AnyOf(kind, counts[kind.pk]) for kind in types]


def rooms_named(fields: Asked, venue: Venue, hidden: frozenset[int] = frozenset()) -> list[Room]:
    """Return the rooms that were named; none if none were.

    :param hidden: rooms of the venue that answer like none
    :raises NotFound: if the venue has one of them not
    """
    named = [*fields.many("room"), *fields.many("rooms")]
    if len(named) > MAX_ROOMS:
        raise invalid("room", f"Ask for at most {MAX_ROOMS} rooms.")
    ids = {whole(value, "room") for value in named}
    found = list(Room.objects.filter(venue=venue, pk__in=ids - hidden, archived_at=None)) if ids else []
    if len(found) != len(ids):
        raise NotFound("There is no such room here.")
    return found


def _counts(fields: Asked) -> dict[int, int]:
    """Return how many of which type are asked for; a type of which none is asked for is not."""
    if fields.one("type"):
        count = whole(fields.one("count", 1), "count", least=1, most=MAX_ROOMS)
        return {whole(fields.one("type"), "type"): count}
    names = [name for name in fields.values if name.startswith(OF_TYPE)]
    if len(names) > MAX_ROOMS:
        raise invalid("room", f"Ask for at most {MAX_ROOMS} rooms.")
    counts = {
        whole(name.removeprefix(OF_TYPE), name): whole(fields.one(name) or 0, name, most=MAX_ROOMS)
        for name in names
    }
    return {key: count for key, count in counts.items() if count}


def details(fields: Asked, kept: Details = NO_DETAILS) -> Details:
    """Return what the booking says of itself; what is not sent stays as it was kept."""
    party = fields.one("party", kept.party)
    return Details(
        title=fields.one("title", kept.title),
        party=whole(kept.party if party in ("", None) else party, "party", least=1, most=10_000),
        note=fields.one("note", kept.note),
        plate=fields.one("plate", kept.plate),
        answers=answers_in(fields),
    )


def answers_in(fields: Asked) -> dict[str, Any]:
    """Return what is answered to the venue's questions, each by its number, as forms name their fields."""
    before = f"{FIELD}."
    return {
        name.removeprefix(before): value for name, value in fields.values.items() if name.startswith(before)
    }


def guest_of(fields: Asked, by: Any, venue_id: int) -> User | str | None:
    """Return whom the staff book for: who has that address, or the name of who comes without an account.

    Nobody where nothing is written: then whoever books does so for themselves.

    :raises Forbidden: to guests, before they could learn whose address has an account
    """
    address = fields.one("guest")
    if not address or (isinstance(address, str) and not address.strip()):
        return None
    permissions.require_staff(by, venue_id, "book for somebody else")
    if isinstance(address, str) and "@" not in address:
        return address
    written = address.strip().lower() if isinstance(address, str) and address.isprintable() else ""
    found = User.objects.filter(email=written, is_active=True).first() if len(written) <= 254 else None
    if found is None:
        raise invalid("guest", "Nobody with that address has an account: write the name of who comes.")
    return found


def venue_called(slug: str, user: Any) -> Venue:
    """Return the venue, if this person may see it.

    :raises NotFound: if there is none, or it is shown to its staff only
    """
    venue = Venue.objects.filter(slug=slug).first()
    if venue is None or not (venue.is_listed or permissions.is_staff(user, venue.pk)):
        raise NotFound("There is no such venue.")
    return venue


def booking_called(
    reference: str, user: Any, allowed: permissions.Allowed = permissions.require_own
) -> Booking:
    """Return the booking, if this person may see it.

    :param allowed: refuses whom it is not for: others than the guest and the staff only where it says so
    :raises NotAuthenticated: to visitors, whether there is such a booking or not
    :raises NotFound: if there is none, or it is somebody else's
    """
    permissions.require_person(user)
    # Only what could be one is looked up: PostgreSQL ends a request that asks for a NUL with a 500.
    known = Booking.objects.select_related("venue", "guest")
    found = known.filter(reference=reference.upper()).first() if reference.isprintable() else None
    if found is None:
        raise NotFound("There is no such booking.")
    found.invited = allowed(user, found)  # type: ignore[attr-defined]
    return found

"""What somebody asks of a report: which days, which venues, how it is cut; everything odd is refused.

Days are those of each venue's own clocks, and both ends belong to the period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from accounts import roles
from reservations import Forbidden, Invalid, NotAuthenticated, NotFound, to_instant
from rooms.models import RoomType, VenueKind
from rooms.sql import database_now, fetch

USUAL_DAYS, MOST_DAYS = 30, 366
FIRST, LAST = date(1971, 1, 1), date(2198, 12, 31)
DAY = timedelta(days=1)
VENUES = "SELECT id, slug, name, kind, timezone, currency, is_listed FROM rooms_venue ORDER BY name, id"


@dataclass(frozen=True, slots=True)
class Place:
    """A venue, as far as reports need it."""

    id: int
    slug: str
    name: str
    kind: str
    timezone: str
    currency: str
    is_listed: bool

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its clocks."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a period in days, the venues it is about, and how the answer is cut."""

    first: date
    last: date
    places: tuple[Place, ...]
    by: str
    now: datetime
    type_id: int | None = None
    venue: str = ""
    kind: str = ""

    @property
    def zone(self) -> tzinfo:
        """The zone whose days the whole question is about: that of its only venue, or UTC."""
        return _zone(self.places)

    @property
    def days(self) -> list[date]:
        """Every day of the period."""
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> "Asked":
        """The same of as many days right before."""
        length = self.last - self.first + DAY
        return replace(self, first=self.first - length, last=self.first - DAY)

    def cut(self, by: str) -> "Asked":
        """Return the same question, cut otherwise."""
        return replace(self, by=by)

    def bounds(self) -> list[tuple[int, datetime, datetime, str, int]]:
        """Return each venue with the instants at which the period begins and ends there, its zone, and a
        number that all venues of that zone share.
        """
        zones = {place.timezone: place.zone for place in self.places}
        spans = {name: _span(self.first, self.last, zone) for name, zone in zones.items()}
        numbers = {name: number for number, name in enumerate(zones)}
        return [
            (place.id, *spans[place.timezone], place.timezone, numbers[place.timezone])
            for place in self.places
        ]


def _zone(places: Sequence[Place]) -> tzinfo:
    return places[0].zone if len(places) == 1 else UTC


def _span(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return to_instant(first, time.min, zone), to_instant(last + DAY, time.min, zone)


def managed_by(user: Any) -> list[Place]:
    """Return the venues whose reports this person may see: those they manage, all of them for superusers.

    :raises NotAuthenticated: if nobody is logged in
    :raises Forbidden: if they manage none
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        raise NotAuthenticated("Log in to see reports.")
    found = [place for place in _places() if roles.may(user, "see_reports", place.id)]
    if not found and not user.is_superuser:
        raise Forbidden("Reports are for the managers of a venue.")
    return found


def _places() -> list[Place]:
    names = [field.name for field in fields(Place)]
    return [Place(**dict(zip(names, row, strict=True))) for row in fetch(VENUES)]


def asked(
    told: Mapping[str, Any], mine: list[Place], *, ways: tuple[str, ...], now: datetime | None = None
) -> Asked:
    """Return the question that an address asks.

    :param mine: the venues whose reports whoever asks may see, as `managed_by` tells them
    :param ways: how this report can be cut, the usual way first
    :raises Invalid: if a filter makes no sense, with its field
    :raises Forbidden: if it asks for a venue that others manage
    :raises NotFound: if nobody can see such a venue
    """
    moment = now or database_now()
    chosen = _chosen(mine, told)
    first, last = _period(told, moment.astimezone(_zone(chosen)).date())
    by = _text(told, "by") or ways[0]
    if by not in ways:
        raise _invalid("by", f"This is one of: {', '.join(ways)}.")
    return Asked(
        first=first,
        last=last,
        places=tuple(chosen),
        by=by,
        now=moment,
        type_id=_type(told, chosen),
        venue=_text(told, "venue"),
        kind=_text(told, "kind"),
    )


def _chosen(mine: list[Place], told: Mapping[str, Any]) -> list[Place]:
    slug, kind = _text(told, "venue"), _text(told, "kind")
    if kind and kind not in VenueKind.values:
        raise _invalid("kind", f"This is one of: {', '.join(VenueKind.values)}.")
    found = [place for place in mine if not kind or place.kind == kind]
    if not slug:
        return found
    known = [place for place in mine if place.slug == slug]
    if not known:
        # What is shown to everybody is no secret; of everything else nobody learns whether it exists.
        if any(place.slug == slug and place.is_listed for place in _places()):
            raise Forbidden("Reports are for the managers of the venue.")
        raise NotFound("There is no such venue.")
    return [place for place in known if place in found]


def _period(told: Mapping[str, Any], today: date) -> tuple[date, date]:
    last = _date(told, "to") or max(today, _date(told, "from") or today)
    first = _date(told, "from") or last - (USUAL_DAYS - 1) * DAY
    if last < first:
        raise _invalid("to", "The period ends before it begins.")
    if (last - first).days >= MOST_DAYS:
        raise _invalid("to", f"A period has at most {MOST_DAYS} days.")
    return first, last


def _date_of(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    return moment.date()


def _date(told: Mapping[str, Any], name: str) -> date | None:
    """Return the date, or that of an instant as it is written; None where there is none."""
    value = _text(told, name)
    if not value:
        return None
    try:
        found = date.fromisoformat(value) if len(value) == 10 else _date_of(datetime.fromisoformat(value))
    except ValueError:
        raise _invalid(name, "Give a date, such as 2026-11-23.") from None
    if not FIRST <= found <= LAST:
        raise _invalid(name, "That date lies outside the calendar.")
    return found


def _type(told: Mapping[str, Any], chosen: list[Place]) -> int | None:
    value = _text(told, "type")
    if not value:
        return None
    known = value.isascii() and value.isdigit() and len(value) <= 18
    among = RoomType.objects.filter(venue__in=[place.id for place in chosen])
    if not known or not among.filter(pk=int(value)).exists():
        raise _invalid("type", "There is no such type of room at the venues of this report.")
    return int(value)


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name) or ""
    if not isinstance(value, str) or len(value) > 64 or not value.isprintable():
        raise _invalid(name, "This is too long, or has characters that cannot be.")
    return value.strip()


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, field_errors={field: [sentence]})

"""Small worlds for tests: venues, rooms and people, each made in one line and named by what it is for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from accounts.models import Membership, User
from reservations import ReservationError, Span
from rooms.models import (
    Allocation,
    Blocking,
    Booking,
    Change,
    IdempotencyKey,
    OpeningHours,
    Policy,
    Rate,
    Room,
    RoomPart,
    RoomType,
    Venue,
)
from rooms.queries.terms import VenueTerms, terms_of_venue

# A Monday, well before every span below: what is asked for lies in the future, whatever day tests run on.
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"  # noqa: S105 -- of people who exist only in tests


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
    """Return that time of the test Monday (or so many days later), in UTC."""
    return NOW.replace(hour=0) + timedelta(days=day, hours=hour, minutes=minute)


def span(start: float, end: float | None, day: int = 0) -> Span:
    """Return the span between two hours of the test Monday: span(9, 10.5) is 09:00 to 10:30."""
    midnight = at(0, day=day)
    return Span(midnight + timedelta(hours=start), None if end is None else midnight + timedelta(hours=end))


def person(name: str, **fields: Any) -> User:
    """Return a person called so, who can log in with PASSWORD."""
    return User.objects.create_user(f"{name}@example.com", PASSWORD, name=name.title(), **fields)


def office(
    slug: str = "office", *, timezone: str = "UTC", hours: tuple[int, int] | None = (7, 20), **policy: Any
) -> Venue:
    """Return a building with hours on weekdays and one type of meeting room, "Meeting room"."""
    venue = Venue.objects.create(
        slug=slug, name=slug.replace("-", " ").title(), timezone=timezone, currency="EUR"
    )
    terms = Policy.objects.create(venue=venue, **policy)
    RoomType.objects.create(venue=venue, name="Meeting room", capacity=8, policy=terms)
    if hours:
        for weekday in range(5):
            OpeningHours.objects.create(
                venue=venue, weekday=weekday, opens=time(hours[0]), closes=time(hours[1])
            )
    return venue


def room(venue: Venue, name: str = "Aurora", *, capacity: int = 8, **fields: Any) -> Room:
    """Return a room of the venue's first type."""
    kind = fields.pop("type", None) or venue.types.order_by("pk").first()
    return Room.objects.create(venue=venue, type=kind, name=name, capacity=capacity, **fields)


def rooms(venue: Venue, number: int, **fields: Any) -> list[Room]:
    """Return so many rooms, named Room 1, Room 2 and on."""
    return [room(venue, f"Room {n}", order=n, **fields) for n in range(1, number + 1)]


def hall(venue: Venue) -> dict[str, Room]:
    """Return a hall that divides into three: {"Grand Hall": …, "Hall A": …, "Hall B": …, "Hall C": …}."""
    whole = room(venue, "Grand Hall", capacity=300)
    parts = [room(venue, f"Hall {letter}", capacity=100) for letter in "ABC"]
    for part in parts:
        RoomPart.objects.create(whole=whole, part=part)
    return {one.name: one for one in (whole, *parts)}


def rate(venue: Venue, amount: int, **fields: Any) -> Rate:
    """Return a rate for the venue's first type, in cents an hour."""
    return Rate.objects.create(type=venue.types.order_by("pk").first(), amount=amount, **fields)


def works_at(user: User, venue: Venue, role: str = "staff") -> User:
    """Give the person a role at the venue."""
    Membership.objects.create(user=user, venue=venue, role=role)
    user.__dict__.pop("_roles", None)
    return user


def hotel(slug: str = "hotel", **policy: Any) -> Venue:
    """Return a hotel whose rooms are let by the night, from 15:00 to 11:00, as "Double"."""
    venue = Venue.objects.create(slug=slug, name=slug.title(), kind="hotel", timezone="UTC", currency="EUR")
    terms = Policy.objects.create(venue=venue, check_in=time(15), check_out=time(11), **policy)
    RoomType.objects.create(venue=venue, name="Double", capacity=2, unit="night", policy=terms)
    return venue


def car_park(slug: str = "parking", **policy: Any) -> Venue:
    """Return a car park whose spots are let until released, as "Spot"."""
    venue = Venue.objects.create(
        slug=slug, name=slug.title(), kind="car_park", timezone="UTC", currency="EUR"
    )
    terms = Policy.objects.create(venue=venue, **policy)
    RoomType.objects.create(venue=venue, name="Spot", noun="Spot", capacity=1, unit="open", policy=terms)
    return venue


def terms(venue: Venue) -> VenueTerms:
    """Return the venue's terms as they are in the tables now."""
    venue.refresh_from_db()
    return terms_of_venue(venue)


def traces() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that operations write: equal before and after a refusal."""
    tables = (Booking, Allocation, Blocking, Change, IdempotencyKey)
    found = {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in tables}
    return {**found, "revisions": list(Room.objects.order_by("pk").values_list("pk", "revision"))}


@contextmanager
def refused(kind: type[ReservationError], **facts: Any) -> Iterator[Any]:
    """Expect the refusal, with these facts, and that it leaves no trace."""
    before = traces()

    with pytest.raises(kind) as caught:
        yield caught

    told = {name: getattr(caught.value, name) for name in facts}
    assert told == facts, f"{told} and not {facts}"
    assert traces() == before, "The refusal left a trace."

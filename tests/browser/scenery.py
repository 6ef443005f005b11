"""What the tests need besides the demo; made inside the site by `manage.py shell`, never by a test.

Open House never closes, so that "now" is always bookable; the tower is as large as a board gets.
"""

from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from reservations import Span
from rooms import operations
from rooms.models import Change, OpeningHours, Policy, Question, Rate, Room, RoomType, Venue, VenueKind

TOWER_ROOMS, EACH = 200, 10


def build() -> None:
    """Create the venues."""
    with transaction.atomic():
        _open_house()
        _tower()
        _last_inn()
        _pay_first()
        _hill_parking()
        _watched()
        _curious()
        _patient()
        Change.objects.filter(told=False).update(told=True)  # nobody waits for 2,000 letters about it


def _venue(slug: str, name: str, **policy: int | str) -> RoomType:
    venue = Venue.objects.create(
        slug=slug, name=name, timezone="Europe/Istanbul", city="Istanbul", currency="EUR"
    )
    terms = Policy.objects.create(venue=venue, **policy)
    return RoomType.objects.create(venue=venue, name="Meeting room", capacity=8, policy=terms)


def _rooms(kind: RoomType, number: int, name: str) -> list[Room]:
    return [
        Room.objects.create(venue=kind.venue, type=kind, name=f"{name} {n}", capacity=2 + n % 8, order=n)
        for n in range(1, number + 1)
    ]


def _patient() -> None:
    # Windows that tests have closed keep their holds for seconds, all of them of the same few people.
    Policy.objects.update(max_holds=99)
    for venue in Venue.objects.all():
        venue.save()


def _watched() -> None:
    manager = User.objects.get(email="manager@example.com")
    for room in Room.objects.filter(venue__slug="pier-hall"):
        operations.watch(room.pk, by=manager, by_mail=room.name == "Hall A")


def _open_house() -> None:
    # Terms on which something is refused soon: a minute's patience, one renewal, quarter-hour buffers.
    kind = _venue("open-house", "Open House", max_advance_days=60, buffer_after_minutes=15, max_renewals=1)
    _rooms(kind, 6, "Nook")


def _tower() -> None:
    kind = _venue("tower", "The Tower")
    for weekday in range(7):
        OpeningHours.objects.create(venue=kind.venue, weekday=weekday, opens=time(7), closes=time(20))
    someone = User.objects.get(email="ayla.novak@example.com")
    day = datetime(2026, 12, 14, 7, tzinfo=kind.venue.zone)
    for room in _rooms(kind, TOWER_ROOMS, "Room"):
        for turn in range(EACH):
            start = day + timedelta(minutes=75 * turn + room.order % 4 * 15)
            operations.book(room, Span(start, start + timedelta(minutes=45)), by=someone)


def _last_inn() -> None:
    # One room: whoever holds it, holds the last.
    venue = Venue.objects.create(
        slug="last-inn", name="The Last Inn", kind=VenueKind.HOTEL, timezone="Europe/Istanbul", city="Izmir"
    )
    policy = Policy.objects.create(venue=venue, check_in=time(15), check_out=time(11))
    kind = RoomType.objects.create(venue=venue, name="Double", capacity=2, unit="night", policy=policy)
    Rate.objects.create(type=kind, unit="night", amount=10_000)
    Room.objects.create(venue=venue, type=kind, name="1", capacity=2)


def _pay_first() -> None:
    # Rooms by the hour that are booked by paying.
    kind = _venue("pay-first", "Pay First", max_advance_days=400, payment="online")
    Rate.objects.create(type=kind, amount=2_000)
    _rooms(kind, 1, "Studio")


def _curious() -> None:
    # Rooms of which something is asked, of some more than of others.
    kind = _venue("salons", "The Salons", max_advance_days=400)
    for weekday in range(7):
        OpeningHours.objects.create(venue=kind.venue, weekday=weekday, opens=time(7), closes=time(20))
    _rooms(kind, 2, "Salon")
    lounge = RoomType.objects.create(venue=kind.venue, name="Lounge", capacity=8, policy=kind.policy)
    for order, (text, more) in enumerate(
        (
            ("Which sofa?", {"type": lounge, "required": True}),
            ("How shall it be seated?", {"kind": "choice", "choices": ["Theater", "Round tables"]}),
            ("Cost center", {"required": True, "help": "Four digits."}),
        )
    ):
        Question.objects.create(venue=kind.venue, text=text, order=order, **more)
    Room.objects.create(venue=kind.venue, type=lounge, name="Lounge", capacity=8, order=9)


def _hill_parking() -> None:
    # One spot: whoever takes it makes the sign say that it is full.
    venue = Venue.objects.create(
        slug="hill-parking", name="Hill Parking", kind=VenueKind.CAR_PARK, timezone="Europe/Istanbul"
    )
    policy = Policy.objects.create(venue=venue, min_minutes=1)
    kind = RoomType.objects.create(
        venue=venue, name="Spot", noun="Spot", capacity=1, unit="open", policy=policy
    )
    Room.objects.create(venue=venue, type=kind, name="H1", floor="Level 1", x=0, y=0)

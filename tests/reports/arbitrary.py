"""Arbitrary weeks at an office, a hotel, a car park and a train, written past the operations: any state, any
time, in a zone whose clocks go back meanwhile."""

import random
from datetime import UTC, date, datetime, time, timedelta

from payments.models import LedgerEntry, Payment, Refund
from reports.asking import Asked, Place
from rooms.models import (
    Allocation,
    Booking,
    Change,
    Departure,
    Journey,
    OpeningException,
    OpeningHours,
    Policy,
    Refusal,
    Room,
    RoomPart,
    RoomType,
    Venue,
    WaitlistEntry,
)
from tests.travel import line, train
from tests.worlds import car_park, hotel, office, person, room

FIRST, LAST = date(2026, 10, 22), date(2026, 10, 28)  # clocks go back in Berlin on the 25th
NOW = datetime(2026, 10, 27, 9, 30, tzinfo=UTC)
ENDED = ("completed", "completed", "completed", "cancelled", "no_show", "expired", "declined")
ZONE = "Europe/Berlin"


class Weeks:
    """The venues, and what happened there by the seed's will."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311 -- a test, not a secret
        self.guests = [person(name) for name in ("ada", "lena", "omar")]
        self.office = _in_zone(office("office", timezone=ZONE, hours=(7, 20)))
        self.hotel, self.parking = _in_zone(hotel()), _in_zone(car_park())
        self.parking.currency = "TRY"
        self.parking.save()
        self.train, self.route = train(rows=1), line()
        self._build()
        self._fill()

    def _build(self):
        venue = self.office
        studio = RoomType.objects.create(
            venue=venue, name="Studio", policy=Policy.objects.get(venue=venue), capacity=2
        )
        whole, one, two = (room(venue, name) for name in ("Hall", "Hall A", "Hall B"))
        for part in (one, two):
            RoomPart.objects.create(whole=whole, part=part)
        late = room(venue, "Late", type=studio)
        OpeningHours.objects.create(
            venue=venue, room=late, weekday=self.chance.randrange(7), opens=time(18), closes=time(2)
        )
        OpeningException.objects.create(venue=venue, date=date(2026, 10, 23), opens=time(9), closes=time(12))
        suite = RoomType.objects.create(
            venue=self.hotel, name="Suite", unit="night", policy=Policy.objects.get(venue=self.hotel)
        )
        self.rooms = {
            "office": [whole, one, two, late, room(venue, "Small", type=studio)],
            "hotel": [room(self.hotel, "101"), room(self.hotel, "102"), room(self.hotel, "201", type=suite)],
            "parking": [room(self.parking, f"S{n}") for n in range(3)],
            "train": list(Room.objects.filter(venue=self.train).order_by("pk")),
        }
        gone = room(venue, "Gone")
        Room.objects.filter(pk=gone.pk).update(archived_at=datetime(2026, 10, 24, tzinfo=UTC))
        self.rooms["office"].append(gone)
        self.runs = [
            Departure.objects.create(
                route=self.route, vehicle=self.train, service_date=start.date(), starts_at=start,
                ends_at=start + timedelta(hours=5),
                state="cancelled" if n == 2 else "scheduled",
            )
            for n, start in enumerate(
                datetime(2026, 10, 20, 20, tzinfo=UTC) + timedelta(days=n) for n in range(10)
            )
        ]  # fmt: skip

    def _fill(self):
        for name, rooms in self.rooms.items():
            for _ in range(self.chance.randrange(12, 20)):
                self._book(name, rooms)
        self._park_for_ever()
        self._turn_away()
        self._rename()

    def _rename(self):
        for one in (self.rooms["hotel"][0], self.rooms["office"][3]):
            one.name = f"{one.name}, new"
            one.save()

    def _turn_away(self):
        chance = self.chance
        reasons = [("unavailable", ""), ("policy_violation", "notice"), ("policy_violation", "opening_hours")]
        for code, rule in reasons:
            for kind in [None, *RoomType.objects.order_by("pk")]:
                for n in chance.sample(range(11), 3):
                    venue = kind.venue if kind else self.office
                    day, times = date(2026, 10, 19) + timedelta(days=n), chance.randrange(1, 9)
                    Refusal.objects.create(
                        venue=venue, type=kind, day=day, code=code, rule=rule, times=times, rooms=2 * times
                    )
        for n in range(16):
            run = chance.choice([*self.runs, None])
            begins = run.starts_at if run else datetime(2026, 11, 20, 9, tzinfo=UTC)
            what = (
                {"departure": run, "venue": run.vehicle, "first": 0, "last": 3}
                if run
                else {"venue": self.office}
            )
            made = datetime(2026, 10, 20, 22, tzinfo=UTC) + timedelta(hours=18 * n)
            WaitlistEntry.objects.create(
                guest=self.guests[0], type=what["venue"].types.order_by("pk").first(), state="left",
                starts_at=begins, ends_at=begins + timedelta(hours=1), count=chance.randrange(1, 5),
                created_at=made, look_at=made, **what,
            )  # fmt: skip

    def _book(self, name, rooms):
        chance = self.chance
        taken = chance.sample(rooms, chance.choice([1, 1, 2]))
        start, end, lines, run = self._time(name, taken)
        price = sum(one["amount"] for one in lines)
        state = chance.choice(ENDED)
        made = start - timedelta(hours=chance.randrange(1, 90), minutes=chance.randrange(60))
        booking = Booking.objects.create(
            reference=f"{name[0]}{Booking.objects.count():04}", venue=taken[0].venue, state=state,
            guest=chance.choice([*self.guests, None]), starts_at=start, ends_at=end, price=price,
            kept=0 if state in ("cancelled", "no_show", "expired", "declined") else None, lines=lines,
            currency=taken[0].venue.currency, created_at=made,
        )  # fmt: skip
        for one in taken:
            Allocation.objects.create(
                room=one, booking=booking, starts_at=start, ends_at=end, blocks_from=start,
                blocks_until=end, state=chance.choice([state, state, state, "cancelled"]), active=False,
            )  # fmt: skip
        if run is not None:
            Journey.objects.create(booking=booking, departure=run, first=0, last=3)
        if state in ("cancelled", "no_show"):
            self._end(booking, taken[0])
        self._pay(booking)

    def _end(self, booking, room):
        at = booking.created_at + timedelta(hours=self.chance.randrange(120))
        was = self.chance.choice(["held", "confirmed", "confirmed"])
        Change.objects.create(
            room=room, revision=Change.objects.count() + 1, kind=booking.state, booking=booking, at=at,
            before={"state": was if booking.state == "cancelled" else "confirmed"},
        )  # fmt: skip

    def _time(self, name, taken):
        chance, run = self.chance, None
        if name == "train":
            run = chance.choice(self.runs)
            start = run.starts_at + timedelta(minutes=chance.choice([0, 65]))
            end = run.ends_at - timedelta(minutes=chance.choice([0, 110]))
            return start, end, [self._line(one, chance.randrange(500, 3000)) for one in taken], run
        day = date(2026, 10, 19) + timedelta(days=chance.randrange(11))
        zone = taken[0].venue.zone
        if name == "hotel":
            nights = chance.randrange(1, 5)
            start = datetime.combine(day, time(15), zone)
            left = chance.choice([nights, nights, nights - 1])  # some leave early, and pay for it all
            end = datetime.combine(day + timedelta(days=left), time(11 if left else 16), zone)
            lines = [line for one in taken for line in self._nights(one, day, nights)]
            return start.astimezone(UTC), end.astimezone(UTC), lines, None
        start = datetime.combine(day, time(chance.randrange(24), chance.choice([0, 15, 41])), zone)
        end = start.astimezone(UTC) + timedelta(
            minutes=chance.randrange(5, 700), seconds=chance.randrange(60)
        )
        is_free = chance.random() < 0.2
        lines = [] if is_free else [self._line(one, chance.randrange(100, 9000)) for one in taken]
        return start.astimezone(UTC), end, lines, None

    def _nights(self, room, day, nights):
        """Yield lines as prices have them: a run of nights of one rate is one line."""
        done = 0
        while done < nights:
            run = self.chance.randrange(1, nights - done + 1)
            one = self.chance.randrange(5000, 9999)
            yield self._line(room, one * run, day + timedelta(days=done), units=run, unit_amount=one)
            done += run
        if self.chance.random() < 0.3:  # by the hour, in minutes: it is of the nights that there are
            yield self._line(room, self.chance.randrange(100, 999), day, units=60 * 20 * nights)

    def _line(self, one, amount, day=None, *, units=1, unit_amount=None):
        """Return a priced line; half of them are old, and know no id of their room."""
        told = {"text": "x", "units": units, "unit_amount": unit_amount or amount, "amount": amount,
                "room": one.name, "on": day.isoformat() if day else None}  # fmt: skip
        return told | {"room_id": one.pk} if self.chance.random() < 0.5 else told

    def _pay(self, booking):
        chance = self.chance
        for _ in range(chance.randrange(3)):
            amount = chance.randrange(1, 20_000)
            at = booking.created_at + timedelta(hours=chance.randrange(100))
            payment = Payment.objects.create(
                booking=booking, key=f"k{Payment.objects.count()}", method="card", gateway="sandbox",
                amount=amount, currency=booking.currency, created_at=at,
            )  # fmt: skip
            _post(booking, payment, None, at, captured=amount, owed=amount)
            if chance.random() < 0.4:
                back, later = chance.randrange(1, amount + 1), at + timedelta(hours=chance.randrange(50))
                refund = Refund.objects.create(
                    payment=payment, amount=back, key=f"r{Refund.objects.count()}", created_at=later
                )
                _post(booking, payment, refund, later, owed=-back, refunded=back)

    def _park_for_ever(self):
        start = datetime(2026, 10, 26, 6, 7, 8, 999, tzinfo=UTC)
        booking = Booking.objects.create(
            reference="p9999", venue=self.parking, state="checked_in", starts_at=start, currency="TRY",
            created_at=start,
        )  # fmt: skip
        Allocation.objects.create(
            room=self.rooms["parking"][0], booking=booking, starts_at=start, blocks_from=start,
            state="checked_in", active=True,
        )  # fmt: skip

    def asked(self, by, *, first=FIRST, last=LAST, **more):
        """Return a question about all four venues."""
        places = [
            Place(one.pk, one.slug, one.name, one.kind, one.timezone, one.currency, is_listed=True)
            for one in Venue.objects.order_by("pk")
        ]
        return Asked(first=first, last=last, places=tuple(places), by=by, now=NOW, **more)


def _in_zone(venue):
    venue.timezone = ZONE
    venue.save()
    return venue


def _post(booking, payment, refund, at, **amounts):
    cause = f"c{LedgerEntry.objects.count()}"
    for account, amount in amounts.items():
        LedgerEntry.objects.create(
            booking=booking,
            payment=payment,
            refund=refund,
            account=account,
            amount=amount,
            cause=cause,
            at=at,
        )

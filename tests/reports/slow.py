"""The same numbers as the reports, one row after another in plain Python, as anybody would check them."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from payments.models import LedgerEntry
from reservations import Exception_, Hours, Opening, Span, open_spans
from rooms.models import (
    Allocation,
    Booking,
    Change,
    Departure,
    OpeningException,
    OpeningHours,
    Refusal,
    Room,
    RoomPart,
    RoomType,
    WaitlistEntry,
)
from tests.reports.arbitrary import NOW

USED = ("confirmed", "checked_in", "completed")


def day_of(moment, venue):
    return moment.astimezone(venue.zone).date()


def revenue(asked):
    """Return {group: [captured, refunded, revenue]}, a group being what the rows begin with."""
    sums = defaultdict(lambda: [0, 0, 0])
    for entry in LedgerEntry.objects.select_related("booking__venue"):
        booking = entry.booking
        if not asked.first <= (day := day_of(entry.at, booking.venue)) <= asked.last:
            continue
        for own, amount in _pieces(entry):
            if asked.type_id not in (None, own.type_id):
                continue
            group = {
                "total": (),
                "day": (day.isoformat(),),
                "venue": (booking.venue.name,),
                "type": (booking.venue.name, own.type.name),
                "room": (booking.venue.name, own.floor, own.name),
                "floor": (booking.venue.name, own.floor),
                "route": (_route(booking),),
            }[asked.by]
            sums[(*group, booking.currency)][("captured", "refunded", "owed").index(entry.account)] += amount
    return dict(sums)


def _route(booking):
    return booking.journey.departure.route.name if hasattr(booking, "journey") else "No journey"


def _pieces(entry):
    """Divide a posting by room: each piece ends at its share in millionths, cut down towards nothing."""
    booking = entry.booking
    rooms = {row.room for row in booking.allocations.select_related("room__type")}
    prices = {own: sum(one["amount"] for one in booking.lines if _is_of(one, own)) for own in rooms}
    if not sum(prices.values()):
        prices = dict.fromkeys(rooms, 1)
    ends, told = 0, 0
    for own in sorted(rooms, key=lambda own: (own.type_id, own.pk)):
        ends += prices[own]
        until = int(Fraction(entry.amount * (ends * 1_000_000 // sum(prices.values())), 1_000_000))
        yield own, until - told
        told = until


def _is_of(line, own, *, of_one_room=False):
    """Tell whether a line is of the room: an old one has its name at most, which it may have no longer."""
    return line["room_id"] == own.pk if "room_id" in line else line["room"] == own.name or of_one_room


class Occupancy:
    """What occupancy says of one group of rooms, added up room by room and day by day."""

    def __init__(self):
        self.rooms, self.rooms_of_day = set(), defaultdict(set)
        self.open = self.used = self.stays = 0
        self.spots, self.parked, self.seats, self.sat = 0, 0, 0, 0
        self.nights = self.sold = self.earned = 0

    def row(self, currency):
        return (
            len(self.rooms), self.open, self.used, _half_up(self.used * 1000, self.open), self.stays,
            _half_up(self.parked * 100, self.spots), _half_up(self.sat * 1000, self.seats),
            self.nights or None, self.sold if self.nights else None, currency,
            _half_up(self.earned, self.sold) if self.nights else None,
            _half_up(self.earned, self.nights) if self.nights else None,
        )  # fmt: skip


def occupancy(asked):
    """Return {group: measures}, each group ending with its currency."""
    found = defaultdict(Occupancy)
    wholes = set(RoomPart.objects.values_list("whole_id", flat=True))
    for own in Room.objects.select_related("venue", "type").exclude(pk__in=wholes):
        ends = _midnight(asked.last + timedelta(days=1), own.venue)
        if own.archived_at and own.archived_at < ends:
            continue
        for day in asked.days:
            _add(found, asked, own, day)
    return {group: sums.row(group[-1]) for group, sums in found.items()}


def _add(found, asked, own, day):
    spans = list(_open(asked, own, day))
    if not spans:
        return
    group = {
        "total": (),
        "venue": (own.venue.name,),
        "type": (own.venue.name, own.type.name),
        "room": (own.venue.name, own.floor, own.name),
        "floor": (own.venue.name, own.floor),
        "day": (day.isoformat(),),
    }[asked.by]
    sums, unit = found[(*group, own.venue.currency)], own.type.unit
    rows = Allocation.objects.filter(room=own, state__in=USED).select_related("booking")
    opened = sum(_seconds(span) for span in spans)
    used = sum(_shared(row, span) for row in rows for span in spans)
    came = sum(span.start <= row.starts_at < span.end for row in rows for span in spans)
    if unit == "night":
        midnight = _midnight(day + timedelta(days=1), own.venue)
        opened, used = 86_400, 86_400 * sum(row.starts_at < midnight <= row.ends_at for row in rows)
        priced, earned = _earned(asked, own, rows, day)
        sums.nights, sums.sold, sums.earned = sums.nights + 1, sums.sold + priced, sums.earned + earned
    sums.rooms.add(own)
    sums.open, sums.used, sums.stays = sums.open + opened, sums.used + used, sums.stays + came
    if unit == "open":
        sums.spots, sums.parked = sums.spots + 1, sums.parked + came
    if unit == "leg":
        sums.seats, sums.sat = sums.seats + opened, sums.sat + used


def _earned(asked, own, rows, day):
    """Return how often the night is priced by stays that reach into the period, and what it has of them."""
    since, until = _midnight(asked.first, own.venue), _midnight(asked.last + timedelta(days=1), own.venue)
    reaching = [row for row in rows if row.starts_at < until and row.ends_at > since]
    told = [
        [
            _of_night(one, day_of(row.ends_at, own.venue), day) for one in row.booking.lines
            if _is_of(one, own, of_one_room=not row.booking.allocations.exclude(room=own).exists())
        ]
        for row in reaching
    ]  # fmt: skip
    of_day = [[amount for amount in amounts if amount is not None] for amounts in told]
    return sum(1 for amounts in of_day if amounts), sum(map(sum, of_day))


def _of_night(line, leaves, day):
    """Return what one night has of a line of several: each ends at its share, cut down to whole cents.

    A line of hours counts minutes, so it is of the nights until they left; that of nights of all it prices.
    """
    first, amount, nights = date.fromisoformat(line["on"]), line["amount"], line["units"]
    if not amount or nights * line["unit_amount"] != amount:
        nights = max(1, min(nights, (leaves - first).days))
    number = (day - first).days
    return amount * (number + 1) // nights - amount * number // nights if 0 <= number < nights else None


def _open(asked, own, day):
    start, end = (_midnight(one, own.venue) for one in (day, day + timedelta(days=1)))
    if own.type.unit == "night":
        yield Span(start, end)
    elif own.type.unit == "leg":
        period = Span(_midnight(asked.first, own.venue), _midnight(asked.last + timedelta(days=1), own.venue))
        yield from (one for one in _runs(own.venue, period) if day_of(one.start, own.venue) == day)
    else:
        yield from open_spans(_hours(own), Span(start, end), own.venue.zone)


def _runs(vehicle, period):
    runs = Departure.objects.filter(vehicle=vehicle, state="scheduled")
    shared = (Span(run.starts_at, run.ends_at).intersection(period) for run in runs)
    return [one for one in shared if one is not None]


def _hours(own):
    weekly = OpeningHours.objects.filter(venue=own.venue)
    mine = weekly.filter(room=own)
    other = OpeningException.objects.filter(venue=own.venue, room=None)
    return Hours(
        tuple(Opening(row.weekday, row.opens, row.closes) for row in (mine or weekly.filter(room=None))),
        tuple(Exception_(row.date, row.opens, row.closes) for row in other),
    )


def _midnight(day, venue):
    return datetime.combine(day, time.min, venue.zone).astimezone(UTC)


def _seconds(span):
    return int(span.end.timestamp()) - int(span.start.timestamp())


def _shared(row, span):
    start = max(int(row.starts_at.timestamp()), int(span.start.timestamp()))
    end = min(int((row.ends_at or NOW).timestamp()), int(span.end.timestamp()))
    return max(0, end - start)


def _half_up(part, whole):
    return (2 * part + whole) // (2 * whole) if whole else None


def types_of(venue):
    return RoomType.objects.filter(venue=venue)


def made_in(asked, *, but=()):
    """Return the bookings that were made on days of the period."""
    found = Booking.objects.select_related("venue", "guest").order_by("pk")
    within = [one for one in found if asked.first <= day_of(one.created_at, one.venue) <= asked.last]
    return [one for one in within if one.state not in but]


def kept(booking):
    return sum(one.amount for one in LedgerEntry.objects.filter(booking=booking, account="owed"))


def ranked(sums):
    """Return the rows with their ranks: one more than how many have more of the first measure."""
    return {
        (1 + sum(other[0] > row[0] for other in sums.values()), *group): row for group, row in sums.items()
    }


def popular_routes(asked):
    """Return {(rank, route, mode, currency): [seats, bookings, departures, share, revenue]}."""
    found = defaultdict(lambda: [0, 0, set(), 0, 0])
    for booking in made_in(asked):
        sold = ("confirmed", "checked_in", "completed", "no_show")
        seats = Allocation.objects.filter(booking=booking, state__in=sold).count()
        if hasattr(booking, "journey") and seats:
            run = booking.journey.departure
            sums = found[(run.route.name, run.route.mode, booking.currency)]
            sums[0], sums[1], sums[4] = sums[0] + seats, sums[1] + 1, sums[4] + kept(booking)
            sums[2].add(run)
    every = sum(sums[0] for sums in found.values())
    told = {
        group: [seats, bookings, len(runs), _half_up(1000 * seats, every), revenue]
        for group, (seats, bookings, runs, _, revenue) in found.items()
    }
    return ranked(told)


def active_guests(asked):
    """Return {(rank, name, email, currency): [bookings, cancelled, no-shows, last, paid]}."""
    found = defaultdict(lambda: [0, 0, 0, "", 0])
    for booking in made_in(asked, but=("held", "expired")):
        if booking.guest:
            sums = found[(booking.guest.name, booking.guest.email, booking.currency)]
            sums[0] += 1
            sums[1] += booking.state == "cancelled"
            sums[2] += booking.state == "no_show"
            sums[3] = max(sums[3], day_of(booking.created_at, booking.venue).isoformat())
            sums[4] += kept(booking)
    return ranked(found)


def trends(asked):
    """Return {day: [made, cancelled, no-shows, seconds ahead on average]} of every day."""
    found = {day.isoformat(): [0, 0, 0, 0] for day in asked.days}
    ends = {one.booking_id: one for one in Change.objects.filter(kind__in=("cancelled", "no_show"))}
    given_up = {key for key, one in ends.items() if one.before["state"] == "held"}
    for booking in made_in(asked, but=("held", "expired")):
        if booking.pk not in given_up:
            sums = found[day_of(booking.created_at, booking.venue).isoformat()]
            ahead = int(booking.starts_at.timestamp()) - int(booking.created_at.timestamp())
            sums[0], sums[3] = sums[0] + 1, sums[3] + max(0, ahead)
    for key, one in ends.items():
        day = day_of(one.at, one.booking.venue).isoformat()
        if key not in given_up and day in found:
            found[day][1 if one.kind == "cancelled" else 2] += 1
    return {day: [*sums[:3], _half_up(sums[3], sums[0])] for day, sums in found.items()}


def heatmap(asked):
    """Return {(weekday, hour): [seconds in use, seconds there were]}, hour by hour and room by room."""
    found = defaultdict(lambda: [0, 0])
    wholes = set(RoomPart.objects.values_list("whole_id", flat=True))
    for own in Room.objects.select_related("venue").exclude(pk__in=wholes):
        start, end = (_midnight(day, own.venue) for day in (asked.first, asked.last + timedelta(days=1)))
        if own.archived_at and own.archived_at < end:
            continue
        rows = list(Allocation.objects.filter(room=own, state__in=USED))
        while start < end:
            local, hour = start.astimezone(own.venue.zone), Span(start, start + timedelta(hours=1))
            sums = found[(local.strftime("%A"), f"{local.hour:02}:00")]
            sums[0] += sum(_shared(row, hour) for row in rows)
            sums[1] += 3600
            start = hour.end
    return dict(found)


def turned_away(asked):
    """Return {group: [times, rooms]}."""
    found = defaultdict(lambda: [0, 0])
    wanted = [
        (row.venue, row.type, row.day, row.code, row.rule, row.times, row.rooms)
        for row in Refusal.objects.select_related("venue", "type")
    ]
    for row in WaitlistEntry.objects.select_related("venue", "type"):
        day = day_of(row.created_at, row.venue)
        wanted.append((row.venue, row.type, day, "waitlist", "", 1, row.count))
    for venue, kind, day, code, rule, times, rooms in wanted:
        if asked.first <= day <= asked.last and asked.type_id in (None, kind and kind.pk):
            group = {
                "total": (),
                "reason": (code, rule),
                "day": (day.isoformat(),),
                "venue": (venue.name,),
                "type": (venue.name, kind.name if kind else "Any"),
            }[asked.by]
            found[group][0], found[group][1] = found[group][0] + times, found[group][1] + rooms
    return dict(found)

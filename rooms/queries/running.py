"""What runs, for those who run it: the departures of a vehicle, and whom a change of one touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet, Sum

from rooms.models import Booking, Departure, Passenger, Route, Venue, WaitlistEntry
from rooms.queries.terms import terms_of_venue

TRAVELING = ("pending", "confirmed", "checked_in")
MOST_SHOWN = 100  # bookings of one departure on its page


def upcoming(vehicle: int, *, now: datetime) -> QuerySet[Departure]:
    """Return the departures of a vehicle that are not over yet, with how many travel, the next one first."""
    travels = Q(journeys__passengers__allocation__active=True, journeys__booking__state__in=TRAVELING)
    return (
        Departure.objects.filter(vehicle=vehicle, ends_at__gt=now)
        .select_related("route")
        .annotate(sold=Count("journeys__passengers", filter=travels))
        .order_by("starts_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """Until which day a vehicle has departures, and how many days ahead that is kept; None: it is not."""

    until: date | None
    days_ahead: int | None


def planned_of(vehicle: int, *, today: date) -> Planned:
    """Return until when departures of the vehicle are planned."""
    runs = Departure.objects.filter(vehicle=vehicle, state=Departure.State.SCHEDULED)
    goes_on = Q(timetables__vehicle=vehicle) & (
        Q(timetables__ends_on=None) | Q(timetables__ends_on__gt=today)
    )
    kept = Route.objects.filter(goes_on, days_ahead__gt=0).aggregate(days=Max("days_ahead"))
    last = runs.filter(service_date__gte=today).aggregate(last=Max("service_date"))
    return Planned(last["last"], kept["days"])


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom a change of a departure touches: bookings, passengers, what they paid for, and who waits."""

    bookings: int
    passengers: int
    held: int
    price: int
    waiting: int
    shown: Sequence[Booking]


def touched_by(departure: Departure) -> Touched:
    """Return whom a change of the departure touches now."""
    on_it = Booking.objects.filter(journey__departure=departure)
    travel = on_it.filter(state__in=TRAVELING)
    sums = travel.aggregate(bookings=Count("pk"), price=Sum("price"))
    aboard = Passenger.objects.filter(journey__booking__in=travel, allocation__active=True)
    rows = travel.select_related("guest", "journey").prefetch_related("allocations__room")
    return Touched(
        bookings=sums["bookings"],
        passengers=aboard.count(),
        held=on_it.filter(state="held").count(),
        price=sums["price"] or 0,
        waiting=WaitlistEntry.objects.filter(departure=departure, state="waiting").count(),
        shown=list(rows.order_by("journey__first", "pk")[:MOST_SHOWN]),
    )


@dataclass(frozen=True, slots=True)
class Lacking:
    """What stands in the way of another plan."""

    seats: tuple[str, ...]  # that are sold, and that the other vehicle has not
    busy: Departure | None  # of the other vehicle, at that time


def lacking(departure: Departure, vehicle: Venue, later: timedelta) -> Lacking:
    """Return what would keep the departure from running so much later, or with that vehicle."""
    starts, ends = departure.starts_at + later, departure.ends_at + later
    busy = Departure.objects.filter(
        vehicle=vehicle, state=Departure.State.SCHEDULED, starts_at__lt=ends, ends_at__gt=starts
    ).exclude(pk=departure.pk)
    rival = busy.select_related("route").order_by("starts_at").first()
    if vehicle.pk == departure.vehicle_id:
        return Lacking((), rival)
    known = {(room.name, room.type_name) for room in terms_of_venue(vehicle).rooms.values()}
    sold = Passenger.objects.filter(journey__departure=departure, allocation__active=True)
    seats = sold.values_list("allocation__room__name", "allocation__room__type__name").distinct()
    missing = sorted(name for name, kind in seats if (name, kind) not in known)
    return Lacking(tuple(missing), rival)

"""Book, list bookings and look at one."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from msgspec import UnsetType

from accounts import roles
from accounts.models import User
from api import answers, cursors, keys
from api.cancelling import cancellation
from api.contradictions import require_of_journey, require_of_rooms
from api.endpoints.journeys import run_called, travelers
from api.queries import after, booking_called, venue_called
from api.reading import KEY_HEADER, key_of, refused, require_in_order
from api.routing import Call, Reply, endpoint
from api.shapes_bookings import Booking, BookingPage, BookingsQuery, BookingWanted, Cancellation
from api.spans import span_between
from reservations import Forbidden, NotFound, Span, lifecycle
from reservations.spans import EARLIEST
from rooms import models, operations, permissions
from rooms.operations import Ride
from rooms.operations.traveling import asked_of
from rooms.queries.departures import Run
from rooms.queries.participants import invited_to
from rooms.queries.series import takes_place
from rooms.queries.terms import VenueTerms, terms_of_venue
from rooms.queries.vehicles import of_same_vehicle
from rooms.sql import database_now
from rooms.views.asking_journeys import class_called, seats_called, way_called
from rooms.wishes import AnyOf, Details, Repeated, wish

FILTERS = ("state", "since", "until", "venue", "mine", "vehicle_of", "invited")


@endpoint(
    "POST",
    "bookings",
    body=BookingWanted,
    answer=Booking,
    status=201,
    refuses=["forbidden", "not_found", "unavailable", "policy_violation", "idempotency_mismatch"],
    sent={KEY_HEADER: "A text of one's own: the same key and body give the same answer, once and for ever."},
    headers={"Location": "The address of the booking."},
)
def create_booking(call: Call) -> Reply:
    """Book rooms, or hold them: all of them, or none.

    With `hold` they are kept until `expires_at`; without, they are booked, or asked for where the venue
    has to approve. What cannot be had is answered with what can: `alternatives` are bodies for this call.
    With `recurrence` they are booked on every date of it, or on none; `conflicts` name all that is taken.
    Dates in `elsewhere` are booked in rooms of their own, in the same booking.
    """
    wanted: BookingWanted = call.body
    key = key_of(call.request)
    keyed = keys.Keyed(call, key) if key else None
    if keyed and (again := keyed.again()):
        return again
    if wanted.departure is not None:
        return _seats(call, wanted, keyed, key)
    require_of_rooms(wanted)
    venue, start, end = _where_and_when(wanted)
    terms = venue_called(venue, call.user, key=key)
    what = _what(wanted, terms)
    span = _when(wanted, span_between(start, end, terms, of=_type_of(what[0], terms)), terms)
    guest = _guest(wanted.guest, terms, call.user)
    details = Details(wanted.title, wanted.party or 1, wanted.note, guest, wanted.plate, wanted.answers)
    take = operations.hold if wanted.hold else operations.book

    def make() -> Booking:
        made = take(what, span, by=call.user, details=details, key=key)
        made.venue = models.Venue(pk=terms.id, slug=terms.slug, kind=terms.kind)
        return answers.booking(made, call.user)

    if keyed:
        asked = wish(what, span, by=call.user, details=details, key=key, hold=wanted.hold)
        return keyed.answered_once(asked, make)
    made = make()
    return Reply(made, 201, {"Location": keys.location(made.reference)})


def _when(wanted: BookingWanted, span: Span, terms: VenueTerms) -> Span | Repeated:
    """Return the span, or the series whose first date it is, with the rooms of dates that are elsewhere."""
    if wanted.recurrence is None:
        if wanted.elsewhere:
            raise refused("elsewhere", "Only a series has dates that can be elsewhere.")
        return span
    others = {one.date: rooms_of(one.rooms, terms) for one in wanted.elsewhere}
    if len(others) < len(wanted.elsewhere):
        raise refused("elsewhere", "Name each date once.")
    return Repeated(span, wanted.recurrence, others)


def _type_of(one: models.Room | AnyOf, terms: VenueTerms) -> int:
    return one.type.pk if isinstance(one, AnyOf) else terms.rooms[one.pk].type_id


def _where_and_when(wanted: BookingWanted) -> tuple[str, str, str | None]:
    """Return what every booking but that of a journey has to say."""
    if not isinstance(wanted.venue, str) or not wanted.venue:
        raise refused("venue", "This is needed.")
    if not isinstance(wanted.start, str):
        raise refused("start", "This is needed.")
    if isinstance(wanted.end, UnsetType):
        raise refused("end", "This is needed.")
    return wanted.venue, wanted.start, wanted.end


def _seats(call: Call, wanted: BookingWanted, keyed: keys.Keyed | None, key: str) -> Reply:
    """Take seats of a departure, all of them or none."""
    if wanted.recurrence is not None or wanted.elsewhere:
        raise refused("recurrence", "A departure runs once: book each of them by itself.")
    run = run_called(str(wanted.departure), call.user)
    require_of_journey(wanted, run)
    vehicle = run.departure.vehicle
    ride = _ride(wanted, run)
    guest = _guest(wanted.guest, terms_of_venue(vehicle), call.user)
    party = len(travelers(wanted.passengers)) or 1
    details = Details(wanted.title, party, wanted.note, guest, answers=wanted.answers)
    take = operations.hold_seats if wanted.hold else operations.book_seats

    def make() -> Booking:
        made = take(ride, by=call.user, details=details, key=key)
        made.venue = vehicle
        return answers.booking(made, call.user)

    if keyed:
        asked = asked_of(ride, run, by=call.user, details=details, key=key, hold=wanted.hold)
        return keyed.answered_once(asked, make)
    made = make()
    return Reply(made, 201, {"Location": keys.location(made.reference)})


def _ride(wanted: BookingWanted, run: Run) -> Ride:
    way = way_called(run, wanted.from_stop, wanted.to_stop)
    if (wanted.seats is None) == (wanted.room_type is None):
        raise refused("seats", "Give either seats, or a room_type and how many of it.")
    seats: list[models.Room] | AnyOf
    if wanted.seats is None:
        seats = AnyOf(class_called(run, wanted.room_type or ""), wanted.how_many)
    else:
        seats = seats_called(run, wanted.seats)
    return Ride(run.departure.pk, way.first, way.last, seats, travelers(wanted.passengers))


def _what(wanted: BookingWanted, terms: VenueTerms) -> list[models.Room] | list[AnyOf]:
    """Return the rooms that were named, or any so many of types; the operation reads nothing but ids."""
    if sum(one is not None for one in (wanted.rooms, wanted.room_type, wanted.room_types)) != 1:
        raise refused("rooms", "Give either rooms, or a room_type and how many of it, or room_types.")
    if wanted.rooms is not None:
        return rooms_of(wanted.rooms, terms)
    if wanted.room_type is not None:
        return [any_of(wanted.room_type, wanted.how_many, terms)]
    return [any_of(one.room_type, one.count, terms) for one in wanted.room_types or ()]


def any_of(called: int | str, count: int, terms: VenueTerms) -> AnyOf:
    """Return any so many of the type with that id or name.

    :raises NotFound: if the venue has none
    """
    for room in terms.rooms.values():
        if called in (room.type_id, room.type_name):
            return AnyOf(models.RoomType(pk=room.type_id, venue_id=terms.id), count)
    raise NotFound("There is no such type of room here.")


def rooms_of(ids: list[int], terms: VenueTerms) -> list[models.Room]:
    """Return the rooms of the venue with these ids.

    :raises NotFound: if the venue has one of them not, or no more
    :raises Invalid: if one is named twice
    """
    if len(set(ids)) != len(ids):
        raise refused("rooms", "A room is named twice.")
    permissions.require_known(ids, terms)
    return [models.Room(pk=key, venue_id=terms.id) for key in ids]


def _guest(email: str | None, terms: VenueTerms, user: Any) -> User | str | None:
    """Return whom the booking is for, with an account or by name; only staff may learn who has one."""
    if email is None or email.strip().lower() == user.email:
        return None
    if not permissions.is_staff(user, terms.id):
        raise Forbidden("Only the venue's staff may book for somebody else.")
    if "@" not in email:
        return email
    found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise refused("guest", "Nobody has an account with this e-mail address.")
    return found


@endpoint("GET", "bookings", query=BookingsQuery, answer=BookingPage, refuses=["not_found"])
def list_bookings(call: Call) -> Any:
    """List bookings, the newest first: one's own, and for staff those of their venues.

    With `invited` those that others invite one to.
    """
    asked: BookingsQuery = call.query
    require_in_order(asked.since, asked.until)
    of = ("bookings", call.caller.pk, *(getattr(asked, name) for name in FILTERS))
    found = _filtered(_theirs(call.person, asked), asked, database_now())
    if asked.vehicle_of:
        found = of_same_vehicle(found, booking_called(asked.vehicle_of, call.person))
    if asked.cursor:
        # By number and not by time: what is booked or moved meanwhile shifts no page.
        found = found.filter(pk__lt=cursors.place(asked.cursor, of=of)[0])
    rows = list(found.select_related("venue", "guest").order_by("-pk")[: asked.limit + 1])
    page, last = after(rows, asked.limit)
    following = cursors.cursor([last.pk], of=of) if last else None
    return BookingPage(answers.bookings(page, call.user), following)


def _theirs(person: User, asked: BookingsQuery) -> QuerySet[models.Booking]:
    own = Q(guest=person)
    if asked.invited:
        invited = invited_to(person)
        return invited.filter(venue=venue_called(asked.venue, person).id) if asked.venue else invited
    if asked.venue:
        terms = venue_called(asked.venue, person)
        at_venue = models.Booking.objects.filter(venue=terms.id)
        return at_venue if permissions.is_staff(person, terms.id) and not asked.mine else at_venue.filter(own)
    if asked.mine:
        return models.Booking.objects.filter(own)
    if person.is_superuser:
        return models.Booking.objects.all()
    staffed = [venue for venue in roles.roles_of(person) if roles.is_staff_at(person, venue)]
    return models.Booking.objects.filter(own | Q(venue__in=staffed) if staffed else own)


def _filtered(
    found: QuerySet[models.Booking], asked: BookingsQuery, now: datetime
) -> QuerySet[models.Booking]:
    ran_out = Q(state=lifecycle.HELD, expires_at__lte=now)
    if asked.state == lifecycle.HELD:
        found = found.filter(state=lifecycle.HELD, expires_at__gt=now)
    elif asked.state == lifecycle.EXPIRED:
        found = found.filter(ran_out | Q(state=lifecycle.EXPIRED))
    elif asked.state is not None:
        found = found.filter(state=asked.state)
    if asked.since is not None:
        found = found.filter(Q(ends_at=None) | Q(ends_at__gt=asked.since))
    if asked.until is not None:
        found = found.filter(starts_at__lt=asked.until)
    if asked.since is not None or asked.until is not None:
        since = asked.since or EARLIEST
        if asked.until is None or since < asked.until:  # a series only where one of its dates is
            found = found.filter(takes_place(Span(since, asked.until)))
    return found


@endpoint("GET", "bookings/{reference}", answer=Booking, refuses=["not_found"])
def show_booking(call: Call) -> Booking:
    """Tell everything of one booking; somebody else's is not found.

    Who is invited to it is told no price, note, plate or answers.
    """
    found = booking_called(call.path["reference"], call.person, permissions.require_to_see)
    return answers.booking(found, call.user)


@endpoint("GET", "bookings/{reference}/cancellation", answer=Cancellation, refuses=["not_found"])
def show_cancellation(call: Call) -> Cancellation:
    """Tell what cancelling now would mean: whether it is allowed, and what would come back."""
    found = booking_called(call.path["reference"], call.person)
    return cancellation(found, call.user, now=database_now())

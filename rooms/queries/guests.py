"""A guest's own bookings, as a list and as what a board shows of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from reservations import Span
from reservations.lifecycle import HELD, KEEPS_ROOM, kind_of
from rooms.models import Allocation, Booking, Change, WaitlistEntry
from rooms.sql import database_now


@dataclass(frozen=True, slots=True)
class OwnTaken:
    """An allocation with what only its guest and the venue's staff may know."""

    id: int
    room: int
    start: datetime
    end: datetime | None
    kind: str
    expires_at: datetime | None
    booking: int
    reference: str
    title: str
    guest_id: int | None
    guest: str
    occurrence: int | None  # of a series: which of its dates
    offered: bool  # a hold that its guest waited for


def own_taken(
    bookings: Q, span: Span, *, rooms: Iterable[int] | None = None, now: datetime | None = None
) -> list[OwnTaken]:
    """Return what is taken in the span, with titles, of the bookings that the condition picks."""
    moment = now or database_now()
    query = Allocation.objects.filter(bookings, active=True).filter(
        Q(expires_at=None) | Q(expires_at__gt=moment)
    )
    query = query.filter(Q(ends_at__gt=span.start) | Q(ends_at=None))
    if span.end is not None:
        query = query.filter(starts_at__lt=span.end)
    if rooms is not None:
        query = query.filter(room__in=list(rooms))
    columns = [
        "id", "room_id", "starts_at", "ends_at", "state", "expires_at", "booking_id",
        "booking__reference", "booking__title",
        "booking__guest_id", "booking__guest__name", "booking__guest__email", "occurrence", "offered",
    ]  # fmt: skip
    waited = WaitlistEntry.objects.filter(booking=OuterRef("booking"))
    query = query.annotate(offered=Q(Q(state=HELD), Exists(waited)))
    return [
        OwnTaken(*row[:4], kind_of(row[4]), *row[5:10], row[10] or row[11] or "", *row[12:])  # type: ignore[call-arg]
        for row in query.order_by("room_id", "starts_at").values_list(*columns)
    ]


def notes_of(allocations: Iterable[int]) -> dict[int, str]:
    """Return why these are out of use, for the venue's staff: of each that has a note, by its id."""
    noted = Allocation.objects.filter(pk__in=list(allocations), blocking__isnull=False)
    return dict(noted.exclude(blocking__note="").values_list("pk", "blocking__note"))


def revision_of(guest: int | None) -> int:
    """Return how far a guest's own bookings are: the revision of the topic `mine`, nothing for a visitor."""
    latest = Change.objects.filter(guest=guest).order_by().values("room").annotate(latest=Max("revision"))
    return 0 if guest is None else latest.aggregate(sum=Sum("latest"))["sum"] or 0


SCOPES = ("upcoming", "past", "cancelled")


def my_bookings(user: Any, scope: str = "upcoming", *, now: datetime | None = None) -> QuerySet[Booking]:
    """Return the person's bookings: those to come and holds, those that are over, or those given up."""
    return of_scope(Booking.objects.filter(guest=user), scope, now=now or database_now())


def of_scope(listed: QuerySet[Booking], scope: str, *, now: datetime) -> QuerySet[Booking]:
    """Return those of the bookings that are to come, over ("past") or given up ("cancelled"), in order."""
    order = ("starts_at", "pk") if scope == "upcoming" else ("-starts_at", "-pk")
    return listed.filter(_scopes(now)[scope]).select_related("venue").order_by(*order)


def counts_by_scope(listed: QuerySet[Booking], *, now: datetime) -> dict[str, int]:
    """Return how many of the bookings are of each scope, in one statement."""
    return listed.aggregate(**{scope: Count("pk", filter=within) for scope, within in _scopes(now).items()})


def _scopes(now: datetime) -> dict[str, Q]:
    over = Q(state__in=["completed", "no_show"]) | Q(
        state__in=["confirmed", "checked_in", "pending"], ends_at__lte=now
    )
    gone = Q(state__in=["cancelled", "declined", "expired"]) | Q(state="held", expires_at__lte=now)
    return {"upcoming": Q(state__in=list(KEEPS_ROOM)) & ~over & ~gone, "past": over, "cancelled": gone}

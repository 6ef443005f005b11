"""Who is invited to bookings: of one booking, and the bookings that one person is invited to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from reservations import inviting, lifecycle
from rooms.models import Booking, Change, Participant
from rooms.models.changes import PEOPLE

TAKES_PLACE = (lifecycle.PENDING, lifecycle.CONFIRMED, lifecycle.CHECKED_IN)
"""The states of a booking to which people are invited: what is only held may be nobody's in a minute."""

LET_CHANGE = PEOPLE[2]


def participants_of(booking: Booking) -> QuerySet[Participant]:
    """Return who is invited to the booking, in the order in which they were."""
    live = Participant.objects.filter(booking=booking.pk, uninvited_at=None)
    return live.select_related("person").order_by("pk")


def as_invited(person: int, booking: Booking) -> Participant | None:
    """Return as what the person is invited to the booking; None of who is not, or said no, in one query."""
    own = Participant.objects.filter(booking=booking.pk, person=person, uninvited_at=None)
    return own.exclude(answer=inviting.DECLINED).first()


def counts_of(booking: Booking) -> dict[str, int]:
    """Return how many who are invited stand how to it."""
    rows = Participant.objects.filter(booking=booking.pk, uninvited_at=None).order_by()
    return {**inviting.counted(()), **dict(rows.values_list("answer").annotate(Count("pk")))}


def invited_to(person: Any) -> QuerySet[Booking]:
    """Return the bookings that the person is invited to and has not said no to, whatever became of them."""
    own = Participant.objects.filter(booking=OuterRef("pk"), person=person.pk, uninvited_at=None)
    return Booking.objects.filter(Exists(own.exclude(answer=inviting.DECLINED)))


def to_come(bookings: QuerySet[Booking], *, now: datetime) -> QuerySet[Booking]:
    """Return those of the bookings that take place and are not over, what begins first first."""
    ahead = bookings.filter(Q(ends_at=None) | Q(ends_at__gt=now), state__in=TAKES_PLACE)
    return ahead.select_related("venue", "guest").order_by("starts_at", "pk")


def answers_of(person: Any, bookings: Iterable[Booking]) -> dict[int, Participant]:
    """Return as what the person is invited to each of the bookings."""
    rows = Participant.objects.filter(person=person.pk, booking__in=list(bookings), uninvited_at=None)
    return {one.booking_id: one for one in rows}


def invitations_of(person: User) -> QuerySet[Participant]:
    """Return every row about the person: also of an address that is theirs, and proved so only afterwards."""
    wanted = Q(person=person.pk)
    if owners_of([person.email]).get(person.email) == person.pk:
        wanted |= Q(address=person.email, person=None)
    return Participant.objects.filter(wanted)


def had_co_organizers(booking: Booking) -> bool:
    """Test whether anybody was ever let change the booking: the history knows that for ever."""
    return Change.objects.filter(booking=booking.pk, kind=LET_CHANGE).exists()


def is_over(booking: Booking, *, now: datetime) -> bool:
    """Test whether nobody is invited to the booking, or answers, any more."""
    ended = booking.ends_at is not None and booking.ends_at <= now
    return ended or booking.state not in TAKES_PLACE


def owners_of(addresses: Iterable[str]) -> dict[str, int]:
    """Return whose account has which of the addresses, as far as that is proved.

    Whoever registers with somebody else's address, and never reads the mail that confirms it, is not them.
    """
    unproved = EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=False)
    known = User.objects.filter(~Exists(unproved), email__in=list(addresses), is_active=True)
    return dict(known.values_list("email", "pk"))


def shown_to(participant: Participant, *, whole: bool) -> str:
    """Return how a participant is called: by name once they have answered, until then by their address.

    Else inviting an address would tell whether it has an account here, and whose. Others who are invited are
    not told a stranger's whole address.
    """
    has_answered = participant.answer != inviting.INVITED
    if has_answered and participant.person is not None and participant.person.name:
        return participant.person.name
    return participant.address if whole else f"{participant.address.partition('@')[0]}@…"


def called_guest(booking: Booking, *, whole: bool = False) -> str:
    """Return how the guest of a booking is called to who is invited; the guest was read with it."""
    guest = booking.guest
    if guest is None or guest.closed_at is not None:
        return ""
    return guest.name or (guest.email if whole else f"{guest.email.partition('@')[0]}@…")

"""Invite people to a booking, let them answer, let some of them change it, and uninvite them.

Addresses stand with the participants alone. What happened is a Change of one of the booking's rooms, as with
messages: so open pages, letters and the history hear of it, and none of them keeps an address.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reservations import Forbidden, Invalid, NotAuthenticated, NotFound, PolicyViolation, inviting
from rooms import permissions
from rooms.models import Booking, Participant
from rooms.models.changes import PEOPLE
from rooms.operations._invitable import (
    checked,
    require_few,
    require_invitable,
    require_not_hurried,
    require_proved,
    who_stopped,
)
from rooms.operations._told_of import Told, told_of
from rooms.operations._writing import writes
from rooms.queries.invitation_links import GONE, participant_of
from rooms.queries.participants import as_invited, is_over, owners_of, participants_of

HAS_INVITED, UNINVITED, LET_CHANGE, ANSWERED = PEOPLE


@writes
def invite(
    also: frozenset[int], booking: Booking, addresses: Sequence[str], *, by: Any, now: datetime | None = None
) -> list[Participant]:
    """Invite everybody with these addresses, or nobody; who is invited already stays so, and hears nothing.

    :raises Invalid: if one of them is no address
    :raises PolicyViolation: of seats and of who walked in, of what is over, or beyond 100 people
    :raises Forbidden: to whoever has not confirmed their own address: the letters go out in their name
    :raises Throttled: if this person has invited too many within a day, or one of the addresses too often
    """
    permissions.require_to_change(by, booking)
    wanted = checked(addresses)
    case = told_of(booking.pk, also, now)
    permissions.require_to_change(by, case.booking)
    require_invitable(case.booking, now=case.now)
    guest = case.booking.guest
    wanted = [one for one in wanted if guest is None or one != guest.email]
    known = {one.address: one for one in Participant.objects.filter(booking=case.booking)}
    fresh = [one for one in wanted if one not in known or not known[one].is_live]
    if fresh:
        require_few(fresh, known)
        require_proved(by)
        require_not_hurried(fresh, by, now=case.now)
        _write(case, fresh, known, by)
        case.tell(HAS_INVITED, {"participants": [known[one].pk for one in fresh]}, by)
    return list(participants_of(case.booking).filter(address__in=wanted))


def _write(case: Told, fresh: Sequence[str], known: dict[str, Participant], by: Any) -> None:
    owners, stopped = owners_of(fresh), who_stopped(fresh, by)
    for address in fresh:
        row = known.setdefault(address, Participant(booking=case.booking, address=address, times=0))
        row.person_id, row.mails = owners.get(address), row.mails and address not in stopped
        row.answer, row.answered_at, row.uninvited_at, row.may_change = inviting.INVITED, None, None, False
        row.answers = 0
        row.invited_by, row.invited_at, row.times = by, case.now, row.times + 1
        row.save()


@writes
def uninvite(
    also: frozenset[int], booking: Booking, participant: int, *, by: Any, now: datetime | None = None
) -> Participant:
    """Invite somebody no more: they see the booking no more, and their link answers nothing.

    :raises Forbidden: to a co-organizer, of another one
    """
    permissions.require_to_change(by, booking)
    case = told_of(booking.pk, also, now)
    permissions.require_to_change(by, case.booking)  # whoever it was taken from during the wait may not
    row = _row(case, participant)
    if row.may_change and not permissions.may_see(by, case.booking):
        raise Forbidden("Only its guest takes that from a co-organizer.")
    row.uninvited_at, row.may_change = max(case.now, row.invited_at), False
    row.save(update_fields=["uninvited_at", "may_change"])
    case.tell(UNINVITED, {"participants": [row.pk]}, by)
    return row


@writes
def let_change(
    also: frozenset[int],
    booking: Booking,
    participant: int,
    may_change: bool,
    *,
    by: Any,
    now: datetime | None = None,
) -> Participant:
    """Let somebody who is invited move and cancel the booking and invite others, or no longer.

    :raises Forbidden: to co-organizers themselves
    """
    permissions.require_to_change(by, booking)
    if not permissions.may_see(by, booking):
        raise Forbidden("Only its guest says who may change it.")
    case = told_of(booking.pk, also, now)
    if is_over(case.booking, now=case.now):
        raise PolicyViolation("This booking is over: nobody changes it any more.", rule="participants")
    row = _row(case, participant)
    if row.may_change != may_change:
        row.may_change = may_change
        row.save(update_fields=["may_change"])
        case.tell(LET_CHANGE, {"participants": [row.pk]}, by)
    return row


def _row(case: Told, participant: int) -> Participant:
    found = participants_of(case.booking).filter(pk=participant).first()
    if found is None:
        raise NotFound("Nobody is invited by that number.")
    return found


def answer(booking: Booking, said: str, *, by: Any, now: datetime | None = None) -> Participant:
    """Say whether one comes, as whoever is invited and logged in; until it is over, also otherwise again.

    :raises NotFound: to who is not invited, whether there is such a booking or not
    """
    permissions.require_person(by)
    if by is permissions.SYSTEM:
        raise NotAuthenticated("Log in to answer.")
    own = Participant.objects.filter(booking=booking.pk, person=by.pk, uninvited_at=None)
    found = as_invited(by.pk, booking) or own.first()
    if found is None:
        raise NotFound("There is no such booking.")
    return _answer(found, said, by=by, now=now)


def answer_by_link(token: str, said: str, *, by: Any, now: datetime | None = None) -> Participant:
    """Say whether one comes, as whoever has the mail; `by` is who is logged in there, or None.

    Who is logged in with the address that was invited, and has confirmed it, is known by it from then on.

    :raises NotFound: if nobody here gave that link, or it is over
    """
    return _answer(participant_of(token), said, by=by, now=now)


def mail_no_more_of(token: str) -> Participant:
    """Send whoever has the mail no more letters about this booking."""
    found = participant_of(token)
    Participant.objects.filter(pk=found.pk).update(mails=False)
    return found


def note_told(participant: int, told: dict[str, Any], *, now: datetime) -> None:
    """Note what a letter has told who is invited; it tells nobody else, and so it is no change."""
    Participant.objects.filter(pk=participant).update(told=told, told_at=now)


@writes
def _answer(
    also: frozenset[int], participant: Participant, said: str, *, by: Any, now: datetime | None
) -> Participant:
    if said not in inviting.ANSWERS:
        sentence = f"This is one of: {', '.join(inviting.ANSWERS)}."
        raise Invalid(sentence, field_errors={"answer": [sentence]})
    case = told_of(participant.booking_id, also, now)
    row = Participant.objects.filter(pk=participant.pk, uninvited_at=None).first()
    if row is None:
        raise NotFound(GONE)
    if is_over(case.booking, now=case.now):
        raise PolicyViolation("This is over, or was cancelled: nobody answers any more.", rule="participants")
    _know(row, by)
    if row.answer != said:  # a button pressed twice is one answer
        _require_decided(row)
        row.answer, row.answered_at, row.answers = said, case.now, row.answers + 1
        row.save(update_fields=["answer", "answered_at", "answers", "person"])
        case.tell(ANSWERED, {"participants": [row.pk], "answer": said}, by)
    return row


def _require_decided(row: Participant) -> None:
    """Refuse whoever says now yes, now no without end: each answer is kept for ever, and rings pages."""
    if row.answers >= inviting.MOST_ANSWERS:
        sentence = f"You have answered {row.answers} times: now ask whoever invited you."
        raise PolicyViolation(sentence, rule="participants")


def _know(row: Participant, by: Any) -> None:
    """Note whose address it is, once that is proved: a letter can be passed on, and so proves nothing."""
    if row.person_id is None and by is not None and owners_of([row.address]).get(row.address) == by.pk:
        row.person_id = by.pk
        row.save(update_fields=["person"])

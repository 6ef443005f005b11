"""Invite people to a booking, see who comes, and answer an invitation."""

from typing import Any

from api import cursors
from api.queries import after, booking_called, every_row_of
from api.routing import Call, endpoint
from api.shapes_participants import (
    Answered,
    Coming,
    Participant,
    ParticipantChanged,
    ParticipantList,
    ParticipantsQuery,
    PeopleInvited,
)
from reservations import NotFound, inviting
from rooms import models, operations, permissions
from rooms.queries import participants
from rooms.queries.terms import terms_of

AT = "bookings/{reference}/participants"
GROUP: dict[str, Any] = {"group": "participants"}
ORGANIZING: dict[str, Any] = GROUP | {"refuses": ["not_found", "forbidden", "policy_violation"]}


@endpoint("GET", AT, query=ParticipantsQuery, answer=ParticipantList, refuses=["not_found"], **GROUP)
def list_participants(call: Call) -> ParticipantList:
    """List who is invited to a booking: for its guest, the staff, and whoever is invited too.

    Whoever said no sees the booking no more; the link in their mail, or a new answer, takes them back.
    """
    return _listed(call, _called(call))


def _called(call: Call) -> models.Booking:
    return booking_called(call.path["reference"], call.person, permissions.require_to_see)


def _listed(call: Call, found: models.Booking) -> ParticipantList:
    asked = call.query if isinstance(call.query, ParticipantsQuery) else ParticipantsQuery()
    of = ("participants", found.pk)
    rows = participants.participants_of(found)
    if asked.cursor:
        rows = rows.filter(pk__gt=cursors.place(asked.cursor, of=of)[0])
    page, last = after(list(rows[: asked.limit + 1]), asked.limit)
    counts, whole = participants.counts_of(found), _is_told_all(call, found)
    return ParticipantList(
        items=[_participant(one, whole=whole) for one in page],
        next=cursors.cursor([last.pk], of=of) if last else None,
        counts=Coming(**counts),
        warning=_warning(found, counts) if whole else "",
    )


def _is_told_all(call: Call, found: models.Booking) -> bool:
    if permissions.may_see(call.user, found):
        return True
    invited = participants.as_invited(call.person.pk, found)
    return invited is not None and invited.may_change


def _warning(found: models.Booking, counts: dict[str, int]) -> str:
    rooms = {row.room_id for row in every_row_of([found.pk])[found.pk] if row.active}
    known = terms_of(found.venue_id, found.venue.terms_stamp).rooms
    seats = sum(known[room].capacity for room in rooms if room in known)
    return inviting.warning(counts, seats=seats) if rooms and any(counts.values()) else ""


def _participant(one: models.Participant, *, whole: bool) -> Participant:
    answer: Any = one.answer
    return Participant(
        id=one.pk,
        address=one.address if whole else "",
        name=participants.shown_to(one, whole=whole),
        answer=answer,
        answered_at=one.answered_at,
        may_change=one.may_change,
        invited_at=one.invited_at,
    )


@endpoint("POST", AT, body=PeopleInvited, answer=ParticipantList, status=200, **ORGANIZING)
def invite(call: Call) -> ParticipantList:
    """Invite everybody with these addresses, or nobody; each gets a mail with a link to answer by.

    Who is invited already hears nothing again. At most 100 people to a booking, 200 invitations by one person
    in a day, and 20 of one address; nobody to seats, to walk-ins, or to what is over (`rule` is
    `participants`). `forbidden` to whoever has not confirmed their own address.
    """
    wanted: PeopleInvited = call.body
    found = _called(call)
    operations.invite(found, wanted.addresses, by=call.user)
    return _listed(call, found)


@endpoint(
    "POST",
    f"{AT}/answer",
    body=Answered,
    answer=Participant,
    refuses=["not_found", "policy_violation"],
    **GROUP,
)
def answer_invitation(call: Call) -> Participant:
    """Say whether one comes, as whoever is invited; until it is over, also otherwise again."""
    wanted: Answered = call.body
    found = models.Booking.objects.filter(reference=call.path["reference"].upper()).first()
    said = operations.answer(found or models.Booking(), wanted.answer, by=call.person)
    return _participant(said, whole=True)


@endpoint("PATCH", f"{AT}/{{id}}", body=ParticipantChanged, answer=Participant, **ORGANIZING)
def change_participant(call: Call) -> Participant:
    """Make somebody who is invited a co-organizer, or no longer; for the guest and the staff."""
    wanted: ParticipantChanged = call.body
    changed = operations.let_change(_called(call), _number(call), wanted.may_change, by=call.user)
    return _participant(changed, whole=True)


@endpoint("DELETE", f"{AT}/{{id}}", **ORGANIZING)
def uninvite(call: Call) -> None:
    """Invite somebody no more: they see the booking no more, and their link answers nothing."""
    operations.uninvite(_called(call), _number(call), by=call.user)


def _number(call: Call) -> int:
    number = call.path["id"]
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise NotFound("Nobody is invited by that number.")
    return int(number)

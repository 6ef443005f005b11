"""What a booking answers to its venue's questions, by the terms that hold for the rooms it has."""

from collections.abc import Iterable
from typing import Any

from reservations import Invalid, questions
from rooms import permissions
from rooms.models import Booking
from rooms.queries.terms import VenueTerms, terms_of, terms_of_venue
from rooms.wishes import NO_DETAILS, Details

Kept = list[dict[str, Any]] | None


def answers_kept(
    details: Details, terms: VenueTerms, rooms: Iterable[int], *, by: Any, before: Kept = None, complete: bool
) -> Kept:
    """Return what the booking keeps as its answers; None, as at most venues, where there are none.

    Who works at the venue may leave open what a guest has to answer: whoever stands at the counter, or calls,
    was not asked.

    :param before: what it has kept so far
    :param complete: whether this makes it a booking, which has to answer what has to be answered
    :raises Invalid: if an answer is none, or is lacking
    """
    if not details.answers and not (complete and terms.questions):
        return before
    types = {terms.rooms[room].type_id for room in rooms if room in terms.rooms}
    kept = [questions.Answer(**one) for one in before or ()]
    asked = terms.questions, types, dict(details.answers)
    try:
        found = questions.answered(*asked, kept=kept, complete=complete)
    except Invalid:
        # Staff may more than guests: so only a refusal asks who they are.
        if not permissions.is_staff(by, terms.id):
            raise
        found = questions.answered(*asked, kept=kept)
    return [one.as_json() for one in found] or None


def require_answered(booking: Booking, *, by: Any) -> None:
    """Refuse to take a guest's money for a hold that does not answer yet what has to be answered.

    :raises Invalid: with a sentence for each question
    """
    terms = terms_of_venue(booking.venue)
    if any(one.required for one in terms.questions):
        fresh = Booking.objects.get(pk=booking.pk)  # it may just have been said
        rooms = fresh.allocations.filter(active=True).values_list("room_id", flat=True)
        answers_kept(NO_DETAILS, terms, rooms, by=by, before=fresh.answers, complete=True)


def still_asked(booking: Booking) -> tuple[tuple[int, questions.Value], ...]:
    """Return those of its answers that another booking like it can give again."""
    asked = {one.id for one in terms_of(booking.venue_id).questions} if booking.answers else ()
    return tuple((one.question, one.answer) for one in booking.answered if one.question in asked)

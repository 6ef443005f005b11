"""Several events at once: a room and a time for each."""

from datetime import timedelta

from api import answers
from api.queries import venue_called
from api.routing import ANYBODY, Call, endpoint
from api.shapes_agendas import Agenda, AgendaWanted, Left, Place
from reservations import Span
from rooms.queries.agendas import Event, find


@endpoint(
    "POST",
    "venues/{slug}/agenda",
    who=ANYBODY,
    body=AgendaWanted,
    answer=Agenda,
    status=200,
    refuses=["not_found"],
)
def plan_agenda(call: Call) -> Agenda:
    """Find a room and a time for each of several events, none in the way of another; nothing is booked.

    Each place is what `POST bookings` takes, as long as nobody was faster.
    """
    asked: AgendaWanted = call.body
    terms = venue_called(call.path["slug"], call.user)
    events = [
        Event(timedelta(minutes=one.minutes), one.party, one.title, frozenset(one.amenities), one.room_type)
        for one in asked.events
    ]
    found = find(terms, events, Span(asked.start, asked.end), apart=asked.apart, reader=call.user)
    places = [
        Place(
            one.event,
            [one.room.id],
            one.room.name,
            one.span.start,
            one.span.end or one.span.start,
            events[one.event].title,
            events[one.event].party,
            answers.quote(one.quote),
        )
        for one in found.placed
    ]
    return Agenda(terms.slug, found.is_whole, places, [Left(*one) for one in sorted(found.left.items())])

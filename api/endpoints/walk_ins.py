"""Let in who stands at the gate."""

from api import answers
from api.keys import location
from api.queries import venue_called
from api.reading import KEY_HEADER, key_of
from api.routing import STAFF, Call, Reply, endpoint
from api.shapes_bookings import Booking, WalkIn
from rooms import models, operations
from rooms.queries.availability import Wants


@endpoint(
    "POST",
    "venues/{slug}/walk-ins",
    body=WalkIn,
    body_required=False,
    answer=Booking,
    status=201,
    who=STAFF,
    refuses=["forbidden", "not_found", "unavailable", "policy_violation", "idempotency_mismatch"],
    sent={KEY_HEADER: "A text of one's own: the same key and body let one car in, and not two."},
    headers={"Location": "The address of the booking."},
)
def create_walk_in(call: Call) -> Reply:
    """Give the best free room to somebody without an account, from now until it is released.

    One with nothing booked later comes first; else `end` says until when.
    """
    wanted: WalkIn = call.body
    terms = venue_called(call.path["slug"], call.person)
    made = operations.walk_in(
        models.Venue(pk=terms.id, slug=terms.slug, terms_stamp=terms.stamp),
        by=call.user,
        plate=wanted.plate,
        wants=Wants(amenities=frozenset(wanted.amenities), floor=wanted.floor),
        key=key_of(call.request),
    )
    made.venue = models.Venue(pk=terms.id, slug=terms.slug, kind=terms.kind)
    return Reply(answers.booking(made, call.user), 201, {"Location": location(made.reference)})

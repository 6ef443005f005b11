"""Time for which rooms are out of use: decided by the staff, and by who may `edit` a room of that room."""

from typing import Any

from django.db.models import Q

from api import answers, cursors
from api.endpoints.bookings import rooms_of
from api.queries import after, venue_called
from api.reading import require_in_order
from api.routing import STAFF, Call, Reply, endpoint
from api.shapes import LARGEST_ID
from api.shapes_blockings import Blocking, BlockingPage, BlockingsQuery, BlockingWanted
from reservations import Forbidden, NotFound, Span
from reservations.rights import EDIT
from rooms import models, operations, permissions
from rooms.queries.rights import rights_of
from rooms.queries.terms import VenueTerms


def _venue(call: Call) -> VenueTerms:
    terms = venue_called(call.path["slug"], call.person)
    permissions.require_staff(call.user, terms.id, "take rooms out of use")
    return terms


def _venue_of_some(call: Call) -> VenueTerms:
    """Return the venue to whoever works there, or may `edit` a room of it: the operation asks which."""
    terms = venue_called(call.path["slug"], call.person)
    if any(EDIT in verbs for verbs in rights_of(call.user, [terms.id]).values()):
        return terms
    return _venue(call)


@endpoint(
    "POST",
    "venues/{slug}/blockings",
    group="blockings",
    who=STAFF,
    body=BlockingWanted,
    answer=Blocking,
    status=201,
    refuses=["forbidden", "not_found", "unavailable"],
    headers={"Location": "The address of the blocking."},
)
def create_blocking(call: Call) -> Reply:
    """Take rooms, with their parts, out of use; what is booked there has to be moved first."""
    wanted: BlockingWanted = call.body
    terms = _venue_of_some(call)
    made = operations.block(
        rooms_of(wanted.rooms, terms),
        Span(wanted.start, wanted.end),
        by=call.user,
        reason=wanted.reason,
        note=wanted.note,
    )
    location = f"/api/v1/venues/{terms.slug}/blockings/{made.pk}"
    return Reply(answers.blockings([made], terms.slug)[0], 201, {"Location": location})


@endpoint(
    "GET",
    "venues/{slug}/blockings",
    group="blockings",
    who=STAFF,
    query=BlockingsQuery,
    answer=BlockingPage,
    refuses=["forbidden", "not_found"],
)
def list_blockings(call: Call) -> Any:
    """List when rooms are out of use, the newest first."""
    asked: BlockingsQuery = call.query
    require_in_order(asked.since, asked.until)
    terms = _venue(call)
    of = ("blockings", terms.id, asked.since, asked.until, asked.lifted)
    found = models.Blocking.objects.filter(venue=terms.id)
    if not asked.lifted:
        found = found.filter(lifted_at=None)
    if asked.since is not None:
        found = found.filter(Q(ends_at=None) | Q(ends_at__gt=asked.since))
    if asked.until is not None:
        found = found.filter(starts_at__lt=asked.until)
    if asked.cursor:
        found = found.filter(pk__lt=cursors.place(asked.cursor, of=of)[0])
    page, last = after(list(found.order_by("-pk")[: asked.limit + 1]), asked.limit)
    following = cursors.cursor([last.pk], of=of) if last else None
    return BlockingPage(answers.blockings(page, terms.slug), following)


def _blocking(call: Call, terms: VenueTerms) -> models.Blocking:
    key = call.path["id"]
    known = key.isascii() and key.isdigit() and len(key) < 19 and int(key) <= LARGEST_ID
    found = models.Blocking.objects.filter(venue=terms.id, pk=int(key)).first() if known else None
    if found is None:
        raise NotFound("There is no such blocking.")
    return found


@endpoint(
    "GET",
    "venues/{slug}/blockings/{id}",
    group="blockings",
    who=STAFF,
    answer=Blocking,
    refuses=["forbidden", "not_found"],
)
def show_blocking(call: Call) -> Blocking:
    """Tell for what time which rooms are out of use, and why."""
    terms = _venue(call)
    return answers.blockings([_blocking(call, terms)], terms.slug)[0]


@endpoint(
    "DELETE",
    "venues/{slug}/blockings/{id}",
    group="blockings",
    who=STAFF,
    refuses=["forbidden", "not_found", "illegal_transition"],
)
def lift_blocking(call: Call) -> None:
    """Put rooms back into use."""
    found = _blocking(call, _venue_of_some(call))
    try:
        operations.unblock(found, by=call.user)
    except Forbidden as refusal:
        # The staff may: this is who may `edit` other rooms, and is not told that these are out of use.
        raise NotFound("There is no such blocking.") from refusal

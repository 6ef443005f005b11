"""Keep a view of a venue under a name, and forget it."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from reservations import Invalid, NotFound
from rooms import permissions
from rooms.models import SavedView, Venue
from rooms.texts import text

NAME = 60  # characters
QUERY, ASKED = 1000, 4000  # of what is kept, and of what it is read from
MOST = 20  # views of one venue, each person's
# Of an address; a date goes by, and a time of day does not.
KEPT = ("view", "capacity", "floor", "amenity", "free", "from", "to", "within", "on")


def kept_of(query: str) -> str:
    """Return what a saved view keeps of an address's query: view and filters, in one order."""
    fields = parse_qsl(query[:ASKED])
    kept = {(name, value) for name, value in fields if name in KEPT and value.isprintable()}
    return urlencode(sorted(kept, key=lambda field: (KEPT.index(field[0]), field[1])))


def save_view(venue: Venue, *, by: Any, name: str, query: str) -> SavedView:
    """Keep the view of the venue that an address's query asks for; the name's earlier one makes way for it.

    :raises Invalid: if it has no name, or the person keeps too many of this venue already
    """
    permissions.require_person(by)
    problems: dict[str, list[str]] = {}
    name, kept = text(name, "name", NAME, problems), kept_of(query)
    if not name and not problems:
        problems["name"] = ["Give it a name."]
    if len(kept) > QUERY:
        problems["query"] = ["These are more filters than a view can keep."]
    others = SavedView.objects.filter(owner=by, venue=venue).exclude(name=name)
    if not problems and others.count() >= MOST:
        problems["name"] = [f"You keep {MOST} views of {venue.name} already. Remove one first."]
    if problems:
        raise Invalid(next(iter(problems.values()))[0], field_errors=problems)
    view, _ = SavedView.objects.update_or_create(owner=by, venue=venue, name=name, defaults={"query": kept})
    return view


def forget_view(number: int, *, by: Any) -> SavedView:
    """Remove a saved view of one's own, and return it as it was.

    :raises NotFound: if the person has no such view
    """
    permissions.require_person(by)
    view = SavedView.objects.select_related("venue").filter(owner=by, pk=number).first()
    if view is None:
        raise NotFound("You have no such view.")
    view.delete()
    return view

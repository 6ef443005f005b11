"""How far the tables are: what a hub compares its views with, in a reader's thread; a loop only compares."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from live.own_topics import Heights, rooms_met, rooms_watched
from reservations import NotFound
from reservations.rights import SEE
from rooms.queries import displays
from rooms.queries.rights import closed_to_everybody
from rooms.queries.terms import terms_of
from rooms.queries.timeline import revisions, revisions_of

Ids = Collection[int]


@dataclass(frozen=True, slots=True)
class Watched:
    """What is watched in a process, by ids; `hiding` are the venues whose boards leave rooms out."""

    venues: Ids = ()
    guests: Ids = ()
    watchers: Ids = ()
    displays: Ids = ()
    hiding: Ids = ()

    def __bool__(self) -> bool:
        return bool(self.venues or self.guests or self.watchers or self.displays)


def heights(watched: Watched) -> Heights:
    """Return how far the tables are, in a query for each kind of what is watched."""
    found = revisions(watched.venues) if watched.venues else {}
    met = rooms_met(watched.guests) if watched.guests else {}
    seen = rooms_watched(watched.watchers) if watched.watchers else {}
    return Heights(
        found,
        {guest: own.height for guest, own in met.items()},
        {person: own.height for person, own in seen.items()},
        _hidden_at({venue: found[venue][0] for venue in watched.hiding if venue in found}),
        displays.heights(watched.displays) if watched.displays else {},
    )


def _hidden_at(stamps: Mapping[int, int]) -> dict[int, dict[int, int]]:
    """Return how far the rooms are that these venues hide, by the stamps of their terms."""
    hidden = {}
    for venue, stamp in stamps.items():
        with suppress(NotFound):  # deleted a moment ago: the next look will miss it
            hidden[venue] = closed_to_everybody(terms_of(venue, stamp))[SEE]
    every = {room for rooms in hidden.values() for room in rooms}
    known = revisions_of(every) if every else {}
    return {
        venue: {room: known[room] for room in rooms if room in known}
        for venue, rooms in hidden.items()
        if rooms
    }

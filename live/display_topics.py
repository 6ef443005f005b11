"""The topic of a display: what is free where it hangs, for who has its token, until it is switched off."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from live.frames import Picture, RoomNow
from reservations import Span
from rooms import boards
from rooms.queries import displays
from rooms.queries.terms import terms_of_venue
from rooms.queries.timeline import timeline
from rooms.sql import database_now

if TYPE_CHECKING:
    from live.own_topics import Heights

DISPLAY = "display:"


@dataclass(frozen=True, slots=True)
class DisplayTopic:
    """The rooms that a display shows, whoever else may see them: the staff hung it there.

    A token is no log-in, so nothing is told but which of them are taken, and on which floor they are.
    """

    name: str
    display_id: int
    venue_id: int

    @property
    def groups(self) -> tuple[str, ...]:
        return f"venue.{self.venue_id}", f"display.{self.display_id}"

    def read(self, span: Span, rooms: Collection[int] | None) -> Picture:
        found = displays.display_on(self.display_id)  # refused once it is off, and the view tells everybody
        terms, now = terms_of_venue(found.venue), database_now()
        shown = {room.id: room for room in displays.rooms_of(found, terms)}
        wanted = [room for room in shown if rooms is None or room in rooms]
        rows = timeline(terms, span, rooms=wanted, now=now)
        told = {
            row.id: RoomNow(
                row.id,
                row.revision,
                boards.about_on_display(shown[row.id]),
                [boards.allocation(taken) for taken in row.taken],
            )
            for row in rows.values()
        }
        return Picture(now, told, displays.mark_of(terms.stamp))

    def may_know(self, room: int, known: Mapping[int, int]) -> bool:
        return room in known

    def has_risen(self, known: Mapping[int, int], terms: str, heights: "Heights") -> bool:
        height = heights.displays.get(self.display_id)
        return height is None or height[0] != terms or height[1] > sum(known.values())

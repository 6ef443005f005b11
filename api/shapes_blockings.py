"""Shapes of blockings."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from api.shapes import PAGE, Cursor, Instant, Limit, RoomIds, Wanted, page_of
from api.shapes_bookings import RoomName


class BlockingWanted(Wanted):
    """Rooms to take out of use, with their parts."""

    rooms: RoomIds
    start: Instant
    end: Annotated[Instant | None, Meta(description="null: until somebody lifts it.")]
    reason: Literal["maintenance", "private", "closed"] = "maintenance"
    note: Annotated[str, Meta(max_length=200)] = ""


class Blocking(Struct, kw_only=True):
    """Time for which rooms are out of use."""

    id: int
    venue: str
    reason: Literal["maintenance", "private", "closed"]
    note: str
    start: Instant
    end: Instant | None
    created_at: Instant
    lifted_at: Instant | None
    rooms: list[RoomName]


BlockingPage = page_of("BlockingPage", Blocking)


class BlockingsQuery(Struct, kw_only=True, rename={"since": "from", "until": "to"}):
    since: Annotated[Instant | None, Meta(description="Only blockings that end after this.")] = None
    until: Annotated[Instant | None, Meta(description="Only blockings that start before this.")] = None
    lifted: Annotated[bool, Meta(description="Also those that are lifted.")] = False
    limit: Limit = PAGE
    cursor: Cursor = ""

"""Shapes of watching: the room, and whether mail tells of it too."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from api.shapes import Id, Instant, PageQuery, Wanted, page_of


class WatchWanted(Wanted):
    """The room to watch; asked for again, it says whether mail tells of it as well."""

    room: Id
    by_mail: Annotated[bool | UnsetType, Meta(description="No if nothing is said; then as it is.")] = UNSET


class Watching(Struct, kw_only=True):
    """A room that one watches; of one that may not be seen any more, nothing is said or heard."""

    room: int
    name: str | None
    venue: str | None
    by_mail: bool
    is_heard: Annotated[bool, Meta(description="False while the room is hidden or archived.")]
    created_at: Instant


WatchPage = page_of("WatchPage", Watching)


class WatchQuery(PageQuery, kw_only=True):
    pass

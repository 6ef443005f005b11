"""Shapes of what guests and venues write to each other about a booking."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from api.shapes import Cursor, Instant, Limit, Next, PageQuery, Wanted, page_of
from reservations.messaging import LONGEST

Standing = Literal["open", "answered", "closed"]
Kind = Literal["question", "problem", "answer"]


class MessageWanted(Wanted):
    """What to write: a guest's `question` (if nothing is said) or `problem`, or the venue's `answer`."""

    text: Annotated[str, Meta(min_length=1, max_length=LONGEST)]
    kind: Kind | UnsetType = UNSET


class ThreadClosed(Wanted):
    """What was read: of a guest's message that is newer nobody says that there is nothing to answer."""

    seen: (
        Annotated[int, Meta(ge=0, le=2**63 - 1, description="The `id` of the last message that was read.")]
        | UnsetType
    ) = UNSET


class Message(Struct, kw_only=True):
    """What one side wrote."""

    id: int
    at: Instant
    kind: Kind
    sender: Literal["guest", "venue"]
    author: Annotated[str, Meta(description="Who wrote it, for the staff; to guests nobody is named.")]
    text: Annotated[str, Meta(description="Empty once it is erased, with its guest's account.")]


class MessageList(Struct, kw_only=True):
    """One page of what was written about a booking, the oldest first, and how it stands."""

    items: list[Message]
    next: Next
    state: Annotated[Standing | None, Meta(description="`null` as long as nobody has written.")]
    write_until: Annotated[
        Instant | None, Meta(description="Until when its guest may write, where that is known.")
    ]


class MessagesQuery(PageQuery, kw_only=True):
    pass


class Thread(Struct, kw_only=True):
    """All that is written about one booking, as its venue's list tells of it."""

    booking: str
    state: Standing
    since: Annotated[
        Instant, Meta(description="Since when; of one that is `open`, since when its guest waits.")
    ]
    guest: Annotated[str, Meta(description="The guest's address; empty once their account is closed.")]
    messages: Annotated[int, Meta(description="How many there are.")]
    latest: Message


ThreadPage = page_of("ThreadPage", Thread)


class ThreadsQuery(Struct, kw_only=True):
    state: Standing = "open"
    limit: Limit = 100
    cursor: Cursor = ""

"""One's tickets as their page shows them: under three headings, the next ones with their codes."""

from datetime import datetime
from typing import Any

from rooms.queries.wallet import Kept, wallet
from rooms.views.ticket_codes import Code, code_of

MOST_CODES = 12  # a code is ten kilobytes of the page; those of later tickets are with their bookings
HEADINGS = (
    ("upcoming", "Upcoming tickets", "No ticket is waiting to be used."),
    ("used", "Used tickets", "None was used yet."),
    ("cancelled", "Cancelled tickets", "None was given back."),
)


def wallet_shown(user: Any, now: datetime) -> list[dict[str, Any]]:
    """Return the person's tickets under the headings of the page."""
    found = wallet(user, now=now)
    return [
        {
            "heading": heading,
            "none": none,
            "is_open": name == "upcoming",
            "count": found[name].count,
            "tickets": [(one, _code(one, place, name)) for place, one in enumerate(found[name].tickets)],
        }
        for name, heading, none in HEADINGS
    ]


def _code(kept: Kept, place: int, name: str) -> Code | None:
    return code_of(kept.ticket) if name == "upcoming" and place < MOST_CODES else None

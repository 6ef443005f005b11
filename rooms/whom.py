"""For whom a booking is, where that is not who books: a person with an account, or a name without one."""

from typing import Any

from django.contrib.auth import get_user_model

from rooms.texts import text

NAME = 80  # characters
BETWEEN = " · "  # such a name, and what else the booking is called


def cleaned(guest: Any, problems: dict[str, list[str]]) -> Any:
    """Return the person as they are, or the name in one spelling; what is neither is a problem."""
    if isinstance(guest, str):
        name = text(guest, "guest", NAME, problems)
        if not name:
            problems.setdefault("guest", []).append("Say who comes.")
        return name
    if guest is not None and (not isinstance(guest, get_user_model()) or guest.pk is None):
        problems.setdefault("guest", []).append("A booking is for a person with an account, or for a name.")
    return guest


def taken_by(guest: Any) -> int:
    """Return how many characters of a title the name takes, with what stands behind it."""
    return len(guest) + len(BETWEEN) if isinstance(guest, str) else 0


def called(guest: Any, title: str) -> str:
    """Return what the booking is called: by who comes, where they have no account, and by its title."""
    return BETWEEN.join(filter(None, [guest, title])) if isinstance(guest, str) else title


def parted(title: str) -> tuple[str, str]:
    """Return the name and the rest of what such a booking is called."""
    name, _, rest = title.partition(BETWEEN)
    return name, rest

"""What is left and what it costs, as pages about hotels print it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from reservations import Policy
from reservations.nights import Left
from reservations.spans import in_words
from rooms import money
from rooms.queries.stay_search import Found, Priced
from rooms.queries.stays import StayType

TONES = 3  # of a venue's picture, so that neighbors differ and each keeps its own everywhere
FEW = 2  # rooms: from here on they are scarce


def mood_of(left: Left) -> str:
    """Return how what is left looks; the same words as static/js/stays/words.js."""
    if left.free > FEW:
        return "free"
    if left.free:
        return "few"
    if left.mine:
        return "mine"
    return "held" if left.held else "sold"


def said(left: Left, nights: int) -> dict[str, Any]:
    """Return what is said of a stay: how many rooms are left, or when the first might be.

    Of several nights it says so: beside nights that have five rooms each, one may be left for all of them.
    """
    mood = mood_of(left)
    texts = {"mine": "On hold for you", "held": "On hold, frees in"}
    return {
        "mood": mood,
        "text": texts.get(mood) or _counted(left.free, nights),
        "frees_at": left.frees_at if mood == "held" else None,
    }


def _counted(free: int, nights: int) -> str:
    if nights == 1:
        return {0: "Sold out", 1: "Last room"}.get(free, f"{free} rooms left")
    rooms = {0: "No room", 1: "Last room"}.get(free, f"{free} rooms")
    return f"{rooms} for {'both' if nights == 2 else f'all {nights}'} nights"


def heard(left: Left) -> str:
    """Return what a screen reader hears of a night."""
    texts = {"mine": "on hold for you", "held": "on hold", "sold": "sold out"}
    return texts.get(mood_of(left)) or (
        f"{left.free} room left" if left.free == 1 else f"{left.free} rooms left"
    )


def strip(by_night: Iterable[tuple[date, Left]], arrive: date, depart: date) -> list[dict[str, Any]]:
    """Return nights as a row of them prints each, those of the stay marked."""
    return [
        {
            "date": day,
            "mood": mood_of(left),
            "number": left.free,
            "heard": heard(left),
            "is_picked": arrive <= day < depart,
        }
        for day, left in by_night
    ]


def price(priced: Priced, nights: int, count: int = 1) -> dict[str, Any]:
    """Return what a stay costs, in all and a night."""
    total, currency = priced.quote.total * count, priced.quote.currency
    return {
        "total_text": money.as_text(total, currency),
        "night_text": money.as_text(round(priced.quote.total / nights), currency),
        "lines": [
            {"text": line.text, "amount_text": money.as_text(line.amount, currency)}
            for line in priced.quote.lines
        ],
    }


def terms_of(kind: StayType) -> dict[str, Any]:
    """Return what the page's script needs to count nights as the server does."""
    policy = kind.policy
    check_in = policy.check_in
    check_out = policy.check_out or check_in
    return {
        "check_in": f"{check_in:%H:%M}" if check_in else "00:00",
        "check_out": f"{check_out:%H:%M}" if check_out else "00:00",
        "before": policy.buffer_before_minutes,
        "after": policy.buffer_after_minutes,
    }


def card(found: Found, arrive: date, depart: date) -> dict[str, Any]:
    """Return what a result of the search says of a hotel."""
    kind, nights = found.shown.kind, (depart - arrive).days
    return {
        "slug": found.venue.slug,
        "tone": found.venue.pk % TONES,
        "name": found.venue.name,
        "city": found.venue.city,
        "description": found.venue.description,
        "kind": kind,
        "amenities": kind.amenities,
        "left": said(found.left, nights),
        "is_full": mood_of(found.left) in ("held", "sold"),
        "broken": found.shown.broken.sentence if found.shown.broken else "",
        "nights": strip(found.strip, arrive, depart),
        **price(found.shown, nights),
    }


def terms_in_words(policy: Policy) -> list[str]:
    """Return how a type is paid and until when it is cancelled for nothing."""
    told = {
        "online": f"{policy.deposit_percent} % of the price is paid online to confirm",
        "either": "Paid online, or at the desk",
        "desk": "Paid at the desk",
    }
    words = [told[policy.payment]]
    whole = [hours for hours, percent in policy.cancellation_steps if percent == 100]
    if whole:
        words.append(f"Free cancellation until {in_words(min(whole) * 60)} before")
    check_in, check_out = policy.check_in, policy.check_out
    if check_in and check_out:
        words.append(f"Check in from {check_in:%H:%M}, check out by {check_out:%H:%M}")
    return words

"""What pages of car parks say: rates, lengths and ends, in a few words."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from reservations import Rate
from reservations.hours import in_local_words
from reservations.spans import in_words
from rooms import money
from rooms.models import Amenity, Booking
from rooms.queries.terms import RoomTerms, VenueTerms, terms_of_venue

WORDS = {
    "free": "free",
    "mine": "yours",
    "booked": "taken",
    "occupied": "taken",
    "pending": "taken",
    "held": "on hold",
    "blocked": "closed",
}


def amenity_names(rooms: Iterable[RoomTerms]) -> dict[str, Amenity]:
    """Return what the rooms have, by slug and in the order of its names."""
    slugs = {slug for room in rooms for slug in room.amenities}
    if not slugs:
        return {}
    return {amenity.slug: amenity for amenity in Amenity.objects.filter(slug__in=slugs).order_by("name")}


def rate_words(terms: VenueTerms) -> list[str]:
    """Return the prices by the hour as a sign prints them, each once."""
    rates = {rate for room in terms.rooms.values() for rate in room.rates if rate.unit == "hour"}
    ranked = sorted(rates, key=lambda rate: (rate.from_time is not None, -rate.priority, rate.name))
    return [_one_rate(rate, terms.currency) for rate in ranked][:6]


def _one_rate(rate: Rate, currency: str) -> str:
    words = [f"{money.as_text(rate.amount, currency)} an hour"]
    if rate.from_time and rate.until_time:
        words[0] += f" from {rate.from_time:%H:%M} until {rate.until_time:%H:%M}"
    if rate.most_a_day is not None:
        words.append(f"at most {money.as_text(rate.most_a_day, currency)} in 24 hours")
    if rate.free_minutes:
        words.append(f"the first {in_words(rate.free_minutes)} free if you leave by then")
    return ", ".join(words)


def length_words(length: timedelta) -> str:
    """Return how long it has been: "1 h 24 min"."""
    hours, minutes = divmod(max(int(length.total_seconds()), 0) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def until_words(until: datetime | None, terms: VenueTerms, now: datetime) -> str:
    """Return until when it lasts."""
    if until is None:
        return "until you release it"
    local = until.astimezone(terms.zone)
    if local.date() == now.astimezone(terms.zone).date():
        return f"until {local:%H:%M}"
    return f"until {in_local_words(until, terms.zone, seen_from=now)}"


RELEASED = "Released. The rest of the time is free for others."


def left_words(found: Booking, reader: Any) -> str:
    """Return what is said to whoever released it: to its driver, what the time they used costs, and where.

    What paid for the time it used ends as it is left: there is no rest of it.
    """
    if not found.metered:
        return RELEASED
    if found.guest_id != reader.pk:
        return "Released. It is free for others."
    if not found.price:
        return "You have left, and nothing is to be paid."
    cost, pays = money.as_text(found.price, found.currency), _pays(found)
    return f"You have left. {cost} is to be paid{pays}."


def _pays(found: Booking) -> str:
    """Return where it is paid, by the terms of its rooms."""
    terms = terms_of_venue(found.venue)
    rooms = [row.room_id for row in found.allocations.all() if row.room_id in terms.rooms]
    ways = {terms.rooms[room].policy.payment for room in rooms}
    return " at the desk" if "desk" in ways else " here" if "online" in ways else " here or at the desk"

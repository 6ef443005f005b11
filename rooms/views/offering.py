"""What a refusal offers instead, as a page shows it."""

from collections import Counter
from datetime import datetime
from typing import Any

from reservations import ReservationError
from reservations.questions import FIELD
from rooms.forms import as_typed
from rooms.models import Unit
from rooms.queries.terms import VenueTerms
from rooms.queries.words import stay_in_words

TIMES = "\u00d7"


def offers_in_words(refusal: ReservationError, terms: VenueTerms) -> list[dict[str, Any]]:
    """Return what a refusal offers instead, as buttons on a page need it: each a form of its own."""
    offers = getattr(refusal, "alternatives", ())
    return [
        _seats_offered(offer) if "departure" in offer else _rooms_offered(offer, terms)
        for offer in offers
        # The venue may have changed meanwhile.
        if all(room in terms.rooms for room in offer.get("rooms", ()))
    ]


def _seats_offered(offer: dict[str, Any]) -> dict[str, Any]:
    """Return seats as the form of their departure sends them."""
    fields = [("from_stop", offer["from_stop"]), ("to_stop", offer["to_stop"])]
    if "seats" in offer:
        fields += [("seat", seat) for seat in offer["seats"]]
    else:
        fields += [("together", 1), ("type", offer["room_type"]), ("count", offer["count"])]
    fields += [(name, one[name]) for one in offer["passengers"] for name in ("name", "kind")]
    return {"departure": offer["departure"], "fields": fields, "sentence": offer["sentence"]}


def _rooms_offered(offer: dict[str, Any], terms: VenueTerms) -> dict[str, Any]:
    return {
        "room_ids": offer["rooms"],
        "room_names": ", ".join(terms.rooms[room].name for room in offer["rooms"]),
        "stay": _stay_offered(offer, terms),
        "start": datetime.fromisoformat(offer["start"]),
        "end": datetime.fromisoformat(offer["end"]),
        "answers": [(f"{FIELD}.{key}", as_typed(value)) for key, value in offer.get("answers", {}).items()],
    }


def _stay_offered(offer: dict[str, Any], terms: VenueTerms) -> str:
    """Return an offer of nights in words, by the types of its rooms; of anything else nothing."""
    rooms = [terms.rooms[room] for room in offer["rooms"]]
    if not rooms or any(room.unit != Unit.NIGHT for room in rooms):
        return ""
    numbers = Counter(room.type_name for room in rooms)
    names = [name if number == 1 else f"{number} {TIMES} {name}" for name, number in numbers.items()]
    first, last = (
        datetime.fromisoformat(offer[edge]).astimezone(terms.zone).date() for edge in ("start", "end")
    )
    return f"{' and '.join(names)}, {stay_in_words(first, last)}"

"""The places that routes serve: what a search of journeys can be asked for."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from rooms.models import Stop
from rooms.places import key_of

MOST = 10_000  # stations


@dataclass(frozen=True, slots=True)
class Served:
    """A place by its first spelling, and the stations there, by name."""

    key: str
    name: str
    stations: tuple[str, ...]


def served(words: str = "", *, today: date) -> list[Served]:
    """Return the places of routes on which something that is shown runs now or later, by name.

    :param words: each begins a word of the place or of a station there, however it is typed
    """
    goes_on = Q(route__timetables__ends_on=None) | Q(route__timetables__ends_on__gte=today)
    stops = Stop.objects.filter(goes_on, route__timetables__vehicle__is_listed=True)
    rows = stops.order_by("place", "station").values_list("place", "station").distinct()[:MOST]
    found: dict[str, tuple[str, list[str]]] = {}
    for place, station in rows:
        _, stations = found.setdefault(key_of(place), (place, []))
        if station and station not in stations:
            stations.append(station)
    wanted = [key_of(word) for word in words.split()[:10]]
    places = [Served(key, name, tuple(stations)) for key, (name, stations) in sorted(found.items())]
    return [one for one in places if all(_begins(word, one) for word in wanted)]


def _begins(word: str, place: Served) -> bool:
    named = " ".join((place.key, *map(key_of, place.stations)))
    return any(part.startswith(word) for part in named.split())

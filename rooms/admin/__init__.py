"""The admin of rooms: venues and their terms are edited here, bookings are only asked of the operations.

Everybody sees their own venues and no trace of others; what changes a booking or a blocking is one call of
`rooms.operations` with `by=` whoever is logged in, so the admin cannot double-book and boards hear of it.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from rooms.admin import audit, blockings, bookings, displays, journeys, questions, rooms, terms, types, venues

__all__ = [
    "audit",
    "blockings",
    "bookings",
    "displays",
    "journeys",
    "questions",
    "rooms",
    "terms",
    "types",
    "venues",
]

admin.site.site_header = "Reserve"
admin.site.site_title = "Reserve admin"
admin.site.index_title = "What would you like to look after?"

# What is needed every day first, the record last; apps likewise.
ORDER = (
    *("Booking", "Blocking", "Departure", "Venue", "Room", "RoomType", "Rate", "Policy", "Quota"),
    *("Question", "Amenity", "Route", "Display"),
    *("Allocation", "Change"),
)
_by_name = admin.site.get_app_list


def in_daily_order(request: HttpRequest, app_label: str | None = None) -> list[Any]:
    """Return what the person may see, in the order in which it is needed."""
    apps = _by_name(request, app_label)
    for app in apps:
        if app["app_label"] == "rooms":
            app["models"].sort(key=lambda model: ORDER.index(model["object_name"]))
    return sorted(apps, key=lambda app: app["app_label"] != "rooms")


admin.site.get_app_list = in_daily_order  # type: ignore[method-assign]

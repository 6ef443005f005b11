"""Keeps terms and boards in step: any change to a venue's terms or rooms gives the venue a new stamp.

The stamp is written in the transaction that made the change, so whoever reads it next reads the terms
anew; after commit the venue is announced, and its boards draw themselves afresh.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete

from rooms import events, metrics, models, operations
from rooms.models.venues import fresh_stamp


def venues_of(row: Model) -> list[int]:
    """Return the venues whose terms the row is part of: a fare is of every vehicle that runs on its route."""
    if isinstance(row, models.Fare):
        vehicles = models.Venue.objects.filter(departures__route=row.route_id)
        return list(vehicles.order_by("pk").values_list("pk", flat=True).distinct())
    venue = venue_of(row)
    return [] if venue is None else [venue]


def venue_of(row: Model) -> int | None:
    """Return the one venue whose terms the row is part of."""
    match row:
        case models.Venue():
            return row.pk
        case (
            models.Room()
            | models.RoomType()
            | models.Policy()
            | models.Quota()
            | models.Question()
            | models.OpeningHours()
            | models.OpeningException()
        ):
            return row.venue_id
        case models.Rate():
            return row.type.venue_id
        case models.RoomPart():
            return row.whole.venue_id
    return None


def stamp(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """Give the venues of a changed row a new stamp."""
    venues = [] if kwargs.get("raw") else venues_of(instance)
    if not venues:
        return
    models.Venue.objects.filter(pk__in=venues).update(terms_stamp=fresh_stamp())
    change = events.Changed(venues=frozenset(venues))
    transaction.on_commit(lambda: events.changed.tell(change), robust=True)


def count(sender: object, changes: Sequence[models.Change], **kwargs: Any) -> None:
    """Count changes that are told, once that is sure: what is rolled back is told again."""
    kinds = [change.kind for change in changes]
    transaction.on_commit(lambda: metrics.happened(kinds), robust=True)


def look(sender: object, changes: Sequence[models.Change], **kwargs: Any) -> None:
    """Have the clock look at those who wait for what these changes gave back."""
    operations.note_freed(changes)


def connect() -> None:
    """Listen to every table that terms are read from, count what happens, and offer what comes free."""
    events.told.connect(count, dispatch_uid="count changes")
    events.told.connect(look, dispatch_uid="look at who waits")
    events.freed.connect(operations.offer_freed)
    for model in (
        models.Venue,
        models.Room,
        models.RoomType,
        models.Policy,
        models.Quota,
        models.Question,
        models.Rate,
        models.OpeningHours,
        models.OpeningException,
        models.RoomPart,
        models.Fare,
    ):
        post_save.connect(stamp, sender=model, dispatch_uid=f"stamp {model.__name__}")
        post_delete.connect(stamp, sender=model, dispatch_uid=f"unstamp {model.__name__}")
    m2m_changed.connect(_amenities, sender=models.Room.amenities.through, dispatch_uid="stamp amenities")
    post_save.connect(_amenity, sender=models.Amenity, dispatch_uid="stamp amenity")
    pre_delete.connect(_amenity, sender=models.Amenity, dispatch_uid="unstamp amenity")


def _amenities(sender: type[Model], instance: Model, action: str, **kwargs: Any) -> None:
    if action.startswith("post_") and isinstance(instance, models.Room):
        stamp(type(instance), instance)


def _amenity(sender: type[Model], instance: models.Amenity, **kwargs: Any) -> None:
    """Give a new stamp to every venue where a room has the amenity."""
    for venue in models.Venue.objects.filter(rooms__amenities=instance).distinct():
        stamp(type(venue), venue)

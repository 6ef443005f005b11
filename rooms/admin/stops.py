"""Stops on the page of their route: by the clocks of what runs on it, unless somebody says others."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from reservations import ReservationError, journeys
from rooms.admin import usual
from rooms.admin.fares import vehicles_sent
from rooms.admin.scope import EDITS, narrowed
from rooms.admin.seen import OwnRowsFormSet, SeenForm
from rooms.models import Route, Venue, VenueKind

ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class StopLine(SeenForm):
    """A stop; left open, its zone is that of the vehicle."""

    def __init__(self, *args: Any, zone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        if "timezone" in self.fields:  # not on the page of who only reads
            field = self.fields["timezone"]
            field.required, field.help_text = False, "Empty: that of its vehicle."
            field.widget.attrs["placeholder"] = zone or "its vehicle's"
            if not self.instance.pk:
                field.initial = ""

    def clean_timezone(self) -> str:
        chosen: str = self.cleaned_data["timezone"] or self.zone
        if not chosen:
            raise ValidationError(
                "Say its time zone: nothing says yet which vehicle runs here, or they differ."
            )
        return chosen


class Stops(OwnRowsFormSet):
    """Stops that a vehicle can serve one after another."""

    def clean(self) -> None:
        super().clean()
        if any(form.errors for form in self.forms):
            return
        stops = sorted(self.kept, key=lambda stop: stop.position)
        try:
            journeys.timed([(stop.place, stop.arrives, stop.departs) for stop in stops], ANY_TIME)
        except ReservationError as refusal:
            raise ValidationError(refusal.sentence) from refusal
        except OverflowError as error:
            raise ValidationError("That is further away than any calendar goes.") from error
        if [stop.position for stop in stops] != list(range(len(stops))):
            raise ValidationError("Number the stops 0, 1, 2 and on.")


def zone_of(request: HttpRequest, route: Route | None) -> str:
    """Return the zone of the vehicles that are sent, else of those that run there; "" if they differ."""
    vehicles = Venue.objects.filter(kind=VenueKind.VEHICLE)
    found = set(vehicles.filter(pk__in=vehicles_sent(request)).values_list("timezone", flat=True))
    if not found and route is not None:
        found = set(vehicles.filter(timetables__route=route).values_list("timezone", flat=True))
    if not found:
        found = set(narrowed(vehicles, request, "pk", EDITS).values_list("timezone", flat=True))
    return found.pop() if len(found) == 1 else usual.zone()

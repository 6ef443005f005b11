"""The page of one venue: its board for a day or a week, the list of what is free, or its floor plan."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rooms import permissions
from rooms.models import Venue, VenueKind
from rooms.queries.rights import terms_seen
from rooms.queries.timeline import timeline
from rooms.sql import database_now
from rooms.views import asking, floor_plans, lots, staying
from rooms.views.answers import answering
from rooms.views.board_data import context_of, wants_of
from rooms.views.calendar import VIEWS, Stretch
from rooms.views.departing import address_of_next
from rooms.views.free_times import free_list

CHARTS = ("week", "month", "list")  # views of a hotel's rooms one by one, and not of its types


@require_safe
@answering
def venue(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the venue live; without JavaScript, show what was true when it was asked for."""
    found, now = asking.venue_called(slug, request.user), database_now()
    view = request.GET.get("view", "day")
    if found.kind == VenueKind.CAR_PARK:
        return lots.page(request, found)
    if found.kind == VenueKind.HOTEL and view not in CHARTS:
        return staying.page(request, found)
    if found.kind == VenueKind.VEHICLE and not permissions.is_staff(request.user, found.pk):
        return HttpResponseRedirect(address_of_next(found, now))  # seats are booked by the departure
    is_plan = found.kind == VenueKind.BUILDING and view == floor_plans.VIEW
    return floor_plans.page(request, found, now) if is_plan else _board(request, found, view, now)


def _board(request: HttpRequest, found: Venue, view: str, now: datetime) -> HttpResponse:
    """Show the rooms one by one, by day, week or month, or as a list."""
    terms = terms_seen(found, request.user)
    today = now.astimezone(terms.zone).date()
    stretch = Stretch.of(terms, view if view in VIEWS else "day", asking.day(request.GET.get("date"), today))
    rows = timeline(terms, stretch.window, now=now)
    context = context_of(request, found, stretch, rows, now)
    if stretch.view == "list":
        wants, _ = wants_of(request)
        only_free = context["filters"]["free"]
        context["rooms"] = free_list(terms, stretch, rows, wants, only_free=only_free, now=now)
        context["none_fits"] = all(room["hidden"] for room in context["rooms"])
        return render(request, "rooms/venue_list.html", context)
    return render(request, "rooms/venue_board.html", context)

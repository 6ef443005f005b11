"""The plan editor: draw where rooms stand, for the venue's managers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import roles
from reservations import Forbidden, Invalid, NotAuthenticated, ReservationError
from rooms import operations, plans
from rooms.models import Room, RoomType, Venue, VenueKind
from rooms.operations.planning import Drawn
from rooms.texts import in_order
from rooms.views import asking
from rooms.views.answers import answering, problem, wants_json

MOST_IN_A_ROW = 200
LARGEST = 10**9  # what is larger need not be looked at more closely


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the editor, or make the rooms what was drawn."""
    found = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to draw the plan.")
    if not roles.manages(request.user, found.pk):
        raise Forbidden("The plan is drawn by the venue's managers.")
    if request.method != "POST":
        return _page(request, found)
    fields = asking.asked(request)
    try:
        is_drawing = request.content_type == "application/json"
        units = plans.units_of(found.kind)
        drawn = _drawn(fields, units) if is_drawing else [*_present(found), *_row(fields, units)]
        rooms = operations.draw_plan(found, drawn, by=request.user, kind=_kind(fields, found))
    except ReservationError as refusal:
        return problem(refusal) if wants_json(request) else _page(request, found, refusal)
    if wants_json(request):
        return JsonResponse({"rooms": [_told(room, units) for room in rooms]})
    messages.success(request, "The plan is saved.")
    return HttpResponseRedirect(reverse("rooms:plan", args=[found.slug]), status=303)


def _page(request: HttpRequest, found: Venue, refusal: ReservationError | None = None) -> HttpResponse:
    rooms = in_order(found.rooms.filter(archived_at=None))
    units = plans.units_of(found.kind)
    context = {
        "venue": found,
        "rooms": rooms,
        "types": list(found.types.order_by("pk")),
        "refusal": refusal,
        "floor_word": "Coach" if found.kind == VenueKind.VEHICLE else "Floor",
        "row_at": (0, 0) if units.scale > 1 else (40, 30),
        "data": {
            "rooms": [_told(room, units) for room in rooms],
            "pitch": units.pitch,
            "deep": units.deep,
            "grid": units.grid,
        },
    }
    return render(request, "rooms/plan.html", context, status=refusal.status if refusal else 200)


def _told(room: Room, units: plans.Units) -> dict[str, Any]:
    x, y = (None if value is None else value * units.scale for value in (room.x, room.y))
    return {"id": room.pk, "name": room.name, "floor": room.floor, "x": x, "y": y}


def _present(found: Venue) -> list[Drawn]:
    rows = in_order(found.rooms.filter(archived_at=None))
    return [Drawn(room.pk, room.name, room.floor, room.x or 0, room.y or 0) for room in rows]


def _drawn(fields: asking.Asked, units: plans.Units) -> list[Drawn]:
    """Return what the editor drew.

    :raises Invalid: if it is no drawing
    """
    rooms = fields.one("rooms")
    if not isinstance(rooms, list) or not all(isinstance(room, dict) for room in rooms):
        raise asking.invalid("rooms", "The rooms are a list.")
    return [_one_drawn(room, units) for room in rooms]


def _one_drawn(room: dict[str, Any], units: plans.Units) -> Drawn:
    key = room.get("id")
    x, y = (units.kept(_number(room.get(axis))) for axis in ("x", "y"))
    number = None if key is None else asking.whole(key, "id")
    return Drawn(number, room.get("name", ""), room.get("floor", ""), x, y)


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > LARGEST:
        raise asking.invalid("x", "A place is two numbers, and not too far off the plan.")
    return float(value)


def _row(fields: asking.Asked, units: plans.Units) -> list[Drawn]:
    """Return a row of new rooms, as the form without a script asks for it."""
    count = asking.whole(fields.one("count"), "count", least=1, most=MOST_IN_A_ROW)
    first = asking.whole(fields.one("first", 1), "first", least=0, most=9_999)
    left = asking.whole(fields.one("x", 0), "x", most=9_999)
    top = asking.whole(fields.one("y", 0), "y", most=9_999)
    prefix, floor = fields.one("prefix"), fields.one("floor")
    if not isinstance(prefix, str) or not isinstance(floor, str):
        raise Invalid("A name is a text.", field_errors={"prefix": ["A name is a text."]})
    return [
        Drawn(None, f"{prefix}{first + number}", floor, left + units.kept(number * units.pitch), top)
        for number in range(count)
    ]


def _kind(fields: asking.Asked, found: Venue) -> RoomType | None:
    if not fields.one("type"):
        return found.types.order_by("pk").first()
    return found.types.filter(pk=asking.whole(fields.one("type"), "type")).first()

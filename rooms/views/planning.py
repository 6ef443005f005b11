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
from rooms.queries.terms import terms_of_venue
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
    standing = _standing(found) if units.sized else {}
    context = {
        "venue": found,
        "rooms": rooms,
        "types": list(found.types.order_by("pk")),
        "refusal": refusal,
        "floor_word": "Coach" if found.kind == VenueKind.VEHICLE else "Floor",
        "sized": units.sized,
        "row_at": (0, 0) if units.scale > 1 else (40, 30),
        "data": {
            "rooms": [_told(room, units) | standing.get(room.pk, {}) for room in rooms],
            "pitch": units.pitch,
            "deep": units.deep,
            "grid": units.grid,
            "sized": units.sized,
        },
    }
    return render(request, "rooms/plan.html", context, status=refusal.status if refusal else 200)


def _told(room: Room, units: plans.Units) -> dict[str, Any]:
    x, y = (None if value is None else value * units.scale for value in (room.x, room.y))
    told = {"id": room.pk, "name": room.name, "floor": room.floor, "x": x, "y": y}
    if not units.sized:
        return told
    size = None if room.width is None or room.depth is None else (room.width, room.depth)
    width, depth = plans.drawn_size(size, room.capacity)
    return {**told, "width": width, "depth": depth}


def _standing(found: Venue) -> dict[int, dict[str, float]]:
    """Return where each room of a building is drawn, also those that nobody has put anywhere yet."""
    floors = plans.floor_plans(terms_of_venue(found).rooms.values())
    return {one.room.id: {"x": one.box.left, "y": one.box.top} for floor in floors for one in floor.places}


def _present(found: Venue) -> list[Drawn]:
    rows = in_order(found.rooms.filter(archived_at=None))
    return [Drawn(room.pk, room.name, room.floor, room.x, room.y) for room in rows]


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
    x, y = (units.kept(_number(room.get(axis), "x", A_PLACE)) for axis in ("x", "y"))
    given = [room.get(side) if units.sized else None for side in ("width", "depth")]
    width, depth = (None if one is None else _number(one, "width", A_SIZE) for one in given)
    number = None if key is None else asking.whole(key, "id")
    return Drawn(number, room.get("name", ""), room.get("floor", ""), x, y, width, depth)


A_PLACE = "A place is two numbers, and not too far off the plan."
A_SIZE = "A size is two numbers, and not too large for the plan."


def _number(value: Any, field: str, sentence: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > LARGEST:
        raise asking.invalid(field, sentence)
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

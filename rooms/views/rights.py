"""The pages on which a venue's managers say who may what in a room."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from reservations import NotFound, ReservationError
from reservations.rights import NOBODY, TAKES, VERBS
from rooms import operations
from rooms.models import Room, RoomRight, Venue, VenueKind
from rooms.operations import Given
from rooms.texts import in_order
from rooms.views import asking
from rooms.views.answers import answering, problem, wants_json
from rooms.views.auditing import venue_of

MAY = "edit_venue"
PAGE = 50  # rooms, or people
PASTED = 20_000  # characters of addresses
EVERYBODY: Mapping[str, str] = {
    NOBODY: "Nobody but those below",
    "see": "See when it is free",
    "book": "Book it, but not in a series",
    "repeat": "Book it, in a series too",
}
IN_SHORT: Mapping[str, str] = {
    NOBODY: "Hidden from everybody else",
    "see": "Everybody sees it",
    "book": "Everybody books it, but not in a series",
    "repeat": "Everybody books it, in a series too",
}
APART = re.compile(r"[\s,;<>]+")


@never_cache
@require_safe
@answering
def rooms(request: HttpRequest, slug: str) -> HttpResponse:
    """List the rooms of the venue, with what everybody may there and how many people may more."""
    found = _venue(request, slug)
    rows = found.rooms.filter(archived_at=None).select_related("type").annotate(people=Count("rights"))
    page = Paginator(in_order(rows), PAGE).get_page(request.GET.get("page"))
    for room in page:
        room.words = IN_SHORT[room.everybody]  # type: ignore[attr-defined]
    return render(request, "rooms/rights_of_rooms.html", {"venue": found, "page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def rights(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show who may what in the room; on a press of the button, change it."""
    found = _venue(request, slug)
    room = found.rooms.filter(pk=min(number, asking.LARGEST_ID), archived_at=None).first()
    if room is None:
        raise NotFound("There is no such room here.")
    room.venue = found
    if request.method != "POST":
        return _page(request, room)
    try:
        told = _change(room, asking.asked(request), request.user)
    except ReservationError as refusal:
        return problem(refusal) if wants_json(request) else _page(request, room, refusal)
    messages.success(request, told)
    return HttpResponseRedirect(request.get_full_path(), status=303)


def _venue(request: HttpRequest, slug: str) -> Venue:
    found = venue_of(request, slug, MAY)
    if found.kind == VenueKind.VEHICLE:
        raise NotFound("Seats have no rights of their own.")
    return found


def _page(request: HttpRequest, room: Room, refusal: ReservationError | None = None) -> HttpResponse:
    rows = RoomRight.objects.filter(room=room).select_related("person", "given_by").order_by("person__email")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    others = in_order(room.venue.rooms.filter(archived_at=None).exclude(pk=room.pk))
    asked = asking.Asked(request.POST.dict(), dict(request.POST.lists()))
    context = {
        "venue": room.venue,
        "room": room,
        "page": page,
        "people": [{"row": row, "marks": [(verb, verb in row.verbs) for verb in VERBS]} for row in page],
        "verbs": VERBS.items(),
        "choices": EVERYBODY.items(),
        "everybody": (refusal and _everybody(asked)) or room.everybody,
        "pasted": str(asked.one("people"))[:PASTED] if refusal else "",
        "chosen": asked.many("may") if refusal else ("book",),
        "others": others[:500],
        "refusal": refusal,
    }
    return render(request, "rooms/rights.html", context, status=refusal.status if refusal else 200)


def _change(room: Room, fields: asking.Asked, by: Any) -> str:
    """Do what was asked for, and return what to say of it."""
    if fields.one("copy_from"):
        source = room.venue.rooms.filter(pk=asking.whole(fields.one("copy_from"), "copy_from")).first()
        if source is None:
            raise NotFound("There is no such room here.")
        operations.copy_rights(room, source, by=by)
        return f"{room.name} has the rights of {source.name} now."
    everybody = _everybody(fields)
    if everybody is not None and everybody not in TAKES:
        raise asking.invalid("everybody", "Choose what everybody may.")
    people = {**_ticked(room, fields), **_pasted(fields)}
    operations.give_rights(room, Given(everybody, people), by=by)
    return "Saved. It counts from now on, on every open page within seconds."


def _everybody(fields: asking.Asked) -> str | None:
    """Return what everybody is to have, if it was changed here: else what others said meanwhile stays."""
    chosen = fields.one("everybody")
    return None if chosen in ("", fields.one("was")) else chosen


def _ticked(room: Room, fields: asking.Asked) -> dict[str, list[str]]:
    """Return of the people on this page of the table those whose rights were changed, with their verbs."""
    shown = {asking.whole(one, "person") for one in fields.many("person")[:PAGE]}
    marks, were = _marks(fields, "right", shown), _marks(fields, "had", shown)
    # As they were shown, and not as they are: what another has said meanwhile is not taken back unseen.
    changed = [number for number in shown if set(marks[number]) != set(were[number])]
    rows = RoomRight.objects.filter(room=room, person__in=changed).select_related("person")
    return {row.person.email: marks[row.person_id] for row in rows}


def _marks(fields: asking.Asked, name: str, shown: Iterable[int]) -> dict[int, list[str]]:
    """Return the verbs of each of these people that the fields of that name tell, as 17:book."""
    marks: dict[int, list[str]] = {number: [] for number in shown}
    for mark in fields.many(name)[: PAGE * len(VERBS)]:
        number, _, verb = str(mark).partition(":")
        marks.get(asking.whole(number, name), []).append(verb)
    return marks


def _pasted(fields: asking.Asked) -> dict[str, list[str]]:
    """Return everybody whose address was pasted, with the verbs that were chosen for them."""
    pasted, verbs = fields.one("people"), [str(verb) for verb in fields.many("may")[: len(VERBS)]]
    if not isinstance(pasted, str) or len(pasted) > PASTED:
        raise asking.invalid("people", f"At most {PASTED} characters of addresses.")
    addresses = [one for one in APART.split(pasted) if one]
    if addresses and not verbs:
        raise asking.invalid("may", "Choose what they may.")
    return dict.fromkeys(addresses, verbs)

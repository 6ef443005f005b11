"""Wait for what is taken: the form with which one stands in line, and leaving it."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from reservations import Invalid, NotAuthenticated, NotFound, ReservationError, Span, iso
from rooms import forms, operations, permissions
from rooms.models import RoomType, Unit, Venue, WaitlistEntry
from rooms.operations import AnyOf, Details
from rooms.queries.rights import terms_seen
from rooms.queries.stays import stay_types
from rooms.queries.terms import RoomTerms, VenueTerms
from rooms.queries.waiting import ahead_of
from rooms.views import asking
from rooms.views.answers import answering, problem, wants_json, with_retry
from rooms.views.stay_forms import DatesForm
from rooms.views.waiting_words import in_line
from rooms.wishes import MAX_ROOMS, TITLE

WAITED_FOR = (Unit.HOUR, Unit.NIGHT)
KEPT = ("room", "start", "end", "title", "party", "type", "arrive", "depart", "count")


class WaitForRoom(forms.SpanForm):
    """Which room one waits for, from when to when."""

    title = django_forms.CharField(
        max_length=TITLE, required=False, help_text="Shown to you and to the venue's staff."
    )
    party = django_forms.IntegerField(label="People", min_value=1, max_value=10_000, initial=1)


class WaitForType(forms.ToldForm, DatesForm):
    """Rooms of which type one waits for, how many of them, and for which nights."""

    type = django_forms.ChoiceField(label="Room")
    count = django_forms.IntegerField(label="Rooms", min_value=1, max_value=MAX_ROOMS, initial=1)
    party = django_forms.IntegerField(label="Guests", min_value=1, max_value=10_000, initial=1)
    field_order = ("type", "arrive", "depart", "count", "party")

    def __init__(self, terms: VenueTerms, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        types = {room.type_id: room.type_name for room in terms.rooms.values() if room.unit == Unit.NIGHT}
        self.fields["type"].choices = list(types.items())  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@answering
def wait(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what one would wait for; on a press of the button, stand in line for it."""
    found = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to wait for it.")
    terms, fields = terms_seen(found, request.user), asking.asked(request)
    if request.method != "POST":
        if not any(room.unit in WAITED_FOR for room in terms.rooms.values()):
            raise NotFound("Nobody waits for anything here.")
        return render(request, "rooms/wait.html", _page(found, terms, fields, None))
    try:
        entry = _stand(request.user, found, terms, fields)
    except ReservationError as refusal:
        if wants_json(request):
            return problem(refusal)
        context = _page(found, terms, fields, refusal)
        return with_retry(render(request, "rooms/wait.html", context, status=refusal.status), refusal)
    ahead = ahead_of([entry])[entry.pk]
    if wants_json(request):
        return JsonResponse({"id": entry.pk, "ahead": ahead}, status=201)
    messages.success(request, f"{in_line(ahead)} As soon as it is free, it is held for you.")
    return HttpResponseRedirect(f"{reverse('rooms:bookings')}#waiting", status=303)


def _stand(user: Any, found: Venue, terms: VenueTerms, fields: asking.Asked) -> WaitlistEntry:
    permissions.require_person(user)
    what = asking.rooms_or_any(fields, found, terms.hidden)
    details = Details(title=fields.one("title", ""), party=asking.details(fields).party)
    if not isinstance(what[0], AnyOf):
        return operations.wait(what, asking.span_of(fields, terms.zone), by=user, details=details)
    if len(what) > 1:
        raise asking.invalid("type", "One waits for rooms of one type.")
    return operations.wait(what[0], _span(what[0].type, terms, fields), by=user, details=details)


def _span(kind: RoomType, terms: VenueTerms, fields: asking.Asked) -> Span:
    """Return the nights between two dates, or any span from instant to instant."""
    if not (fields.one("arrive") or fields.one("depart")):
        return asking.span_of(fields, terms.zone)
    stay = next((one for one in stay_types(terms) if one.id == kind.pk), None)
    if stay is None:
        raise asking.invalid("type", "Rooms of this type are not let by the night.")
    dates = DatesForm({name: str(fields.one(name)) for name in ("arrive", "depart")})
    if not dates.is_valid():
        errors = {name: list(map(str, told)) for name, told in dates.errors.items()}
        raise Invalid(next(iter(errors.values()))[0], field_errors=errors)
    return stay.span(dates.cleaned_data["arrive"], dates.cleaned_data["depart"])


def _page(
    found: Venue, terms: VenueTerms, fields: asking.Asked, refusal: ReservationError | None
) -> dict[str, Any]:
    room = _room(terms, fields)
    by_night = room.unit == Unit.NIGHT if room else found.kind == "hotel"
    values = _values(room, terms, fields, by_night=by_night)
    kind = WaitForType if by_night else WaitForRoom
    form = kind(terms, data=values) if refusal else kind(terms, initial=values)
    if refusal:
        form.show(refusal)
    name = room.name if room and not by_night else room.type_name if room else "a room"
    return {
        "venue": found,
        "zone_label": found.zone_label,
        "name": name,
        "form": form,
        "refusal": refusal
        and {"sentence": refusal.sentence, "is_free": getattr(refusal, "rule", "") == "free"},
        "book": _where_to_book(found, values, by_night=by_night),
    }


def _room(terms: VenueTerms, fields: asking.Asked) -> RoomTerms | None:
    """Return the room in the address, or one of the type there; none where it makes no sense."""
    try:
        if fields.one("type"):
            kind = asking.whole(fields.one("type"), "type")
            return next((room for room in terms.rooms.values() if room.type_id == kind), None)
        return terms.rooms.get(asking.whole(fields.one("room"), "room"))
    except Invalid:
        return None


def _values(
    room: RoomTerms | None, terms: VenueTerms, fields: asking.Asked, *, by_night: bool
) -> dict[str, Any]:
    """Return what the form holds: what was typed or chosen, by the venue's clocks."""
    values = {name: str(fields.one(name)) for name in KEPT if fields.one(name)}
    # Half a surrogate, which JSON can say, has no bytes: the page that shows it again could not be sent.
    values = {name: value.encode(errors="replace").decode() for name, value in values.items()}
    try:
        span = asking.span_of(fields, terms.zone)
    except Invalid:
        span = None
    if span is not None and span.end is not None:
        edges = span.start.astimezone(terms.zone), span.end.astimezone(terms.zone)
        values |= forms.edges(span.start, span.end, terms.zone)
        if by_night and "arrive" not in values:
            values |= {"arrive": edges[0].date().isoformat(), "depart": edges[1].date().isoformat()}
    if by_night and room is not None:
        values["type"] = str(room.type_id)
    return {"party": str(fields.one("guests", 1))[:5], "count": "1", **values}


def _where_to_book(found: Venue, values: dict[str, Any], *, by_night: bool) -> str:
    """Return where it is booked, should it be free."""
    page, names = ("venue", ("arrive", "depart")) if by_night else ("book", ("room", "start", "end"))
    kept: dict[str, str] = {name: values[name] for name in names if name in values}
    return f"{reverse(f'rooms:{page}', args=[found.slug])}?{urlencode(kept)}"


def where_to_wait(found: Venue | VenueTerms, room: RoomTerms, span: Span) -> str:
    """Return the page on which one waits for the room over the span."""
    chosen = {"room": str(room.id), "start": iso(span.start), "end": iso(span.end) if span.end else ""}
    return f"{reverse('rooms:wait', args=[found.slug])}?{urlencode(chosen)}"


@require_POST
@answering
def leave(request: HttpRequest, entry: int) -> HttpResponse:
    """Give up a place in a queue."""
    found = WaitlistEntry.objects.filter(pk=min(entry, asking.LARGEST_ID)).first()
    if found is None:
        raise NotFound("There is no such place in a queue.")
    left = operations.leave_waitlist(found, by=request.user)
    if left.booking is not None:
        messages.info(request, "It came free before you left, and is held for you: let it go if you like.")
        return HttpResponseRedirect(reverse("rooms:booking", args=[left.booking.reference]), status=303)
    messages.success(request, "You no longer wait for it.")
    if found.departure_id is None or request.POST.get("back") == "bookings":
        return HttpResponseRedirect(reverse("rooms:bookings"), status=303)
    return HttpResponseRedirect(reverse("rooms:journey", args=[found.departure_id]), status=303)

"""Saved views of a venue: one's own, by name, beside its filters."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from reservations import Invalid
from rooms import operations
from rooms.models import SavedView, Venue
from rooms.operations.viewing import kept_of
from rooms.views import asking
from rooms.views.answers import answering, wants_json


def saved_by(user: Any, found: Venue, query: str) -> dict[str, Any]:
    """Return what the page says of saved views: the person's own of this venue, and how it looks now."""
    own = SavedView.objects.filter(owner=user, venue=found).order_by("name") if user.is_authenticated else []
    return {"saved_views": list(own), "kept_query": kept_of(query)}


@require_POST
@answering
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep how the venue is looked at now under a name."""
    found = asking.venue_called(slug, request.user)
    fields = asking.asked(request)
    query = str(fields.one("query", ""))
    try:
        view = operations.save_view(found, by=request.user, name=str(fields.one("name", "")), query=query)
    except Invalid as refusal:
        if wants_json(request):
            raise
        messages.error(request, refusal.sentence)
        return _back(found, kept_of(query))
    if wants_json(request):
        return JsonResponse(_told(view), status=201)
    messages.success(request, f"“{view.name}” is kept in your views.")
    return _back(found, view.query)


@require_POST
@answering
def forget(request: HttpRequest, number: int) -> HttpResponse:
    """Remove one of one's own."""
    view = operations.forget_view(number, by=request.user)
    if wants_json(request):
        return HttpResponse(status=204)
    messages.success(request, f"“{view.name}” is no longer kept.")
    return _back(view.venue, view.query)


def _told(view: SavedView) -> dict[str, Any]:
    return {"id": view.pk, "name": view.name, "query": view.query}


def _back(found: Venue, query: str) -> HttpResponse:
    address = reverse("rooms:venue", args=[found.slug])
    return HttpResponseRedirect(f"{address}?{query}" if query else address, status=303)

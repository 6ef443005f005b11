"""The way to the desks: the venues where one works."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts import roles
from reservations import Forbidden, NotAuthenticated
from rooms.models import Venue
from rooms.views.answers import answering

PAGE = 60  # venues


@require_safe
@answering
def desks(request: HttpRequest) -> HttpResponse:
    """List the venues where the person works; whoever works at one is at its desk at once."""
    user = request.user
    if not user.is_authenticated:
        raise NotAuthenticated("Log in to open the desk.")
    if not roles.works_somewhere(user):
        raise Forbidden("The desk is for the venue's staff.")
    found = Venue.objects.order_by("kind", "name")
    if not user.is_superuser:
        found = found.filter(pk__in=roles.roles_of(user))
    first = list(found[:2])
    if len(first) == 1:
        return HttpResponseRedirect(reverse("rooms:desk", args=[first[0].slug]))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "rooms/desks.html", {"page": page})

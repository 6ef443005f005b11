"""Pages about roles and people: who may do what, taking an invitation, and acting for somebody."""

import functools
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import acting, inviting
from accounts.models import Membership, Role, User
from accounts.roles import ACTIONS, RANK, WORDS
from reservations.errors import ReservationError

View = Callable[..., HttpResponse]
SHOWN = 20  # roles of one's own


def refusing(view: View) -> View:
    """Answer a refusal with the page of its status; who is not logged in is asked to, and comes back."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        try:
            return view(request, **named)
        except ReservationError as refusal:
            template = {404: "404.html", 403: "403.html", 503: "503.html"}.get(refusal.status, "400.html")
            return render(request, template, {"sentence": refusal.sentence}, status=refusal.status)

    return answer


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Show the table of accounts.roles."""
    rows = [
        {"words": WORDS[action], "marks": [rank >= RANK[least] for rank in RANK.values()]}
        for action, least in ACTIONS.items()
    ]
    held = Membership.objects.filter(user=request.user.pk).select_related("venue").order_by("venue__name")
    mine = [{"venue": one.venue.name, "role": one.get_role_display().lower()} for one in held[:SHOWN]]
    names = ["guest", *(str(label).lower() for label in Role.labels)]
    return render(request, "account/roles.html", {"roles": names, "rows": rows, "mine": mine})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@refusing
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Offer the role, and give it to whoever accepts: once."""
    if request.method != "POST":
        found = inviting.invitation_of(token)
        return render(request, "account/invitation.html", {"invitation": found, "token": token})
    taken = inviting.accept(token, by=request.user)
    messages.success(request, f"Welcome to {taken.venue.name}.")
    return HttpResponseRedirect(f"/desk/{taken.venue.slug}/", status=303)


@require_POST
@refusing
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Let a superuser see the site as the person does."""
    # Asked for before anybody learns which people there are.
    acting.require_superuser(request)
    acting.begin(request, get_object_or_404(User, pk=number))
    return HttpResponseRedirect("/", status=303)


@require_POST
@refusing
def stop_acting(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    person = cast(User, request.user)
    acting.end(request)
    messages.success(request, f"You no longer act for {person.email}.")
    return HttpResponseRedirect("/", status=303)

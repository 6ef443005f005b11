"""Who works at a venue: its owners invite, change roles and take them away."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import inviting, operations
from accounts.models import Role
from reservations import ReservationError
from rooms.models import Venue
from rooms.views import asking
from rooms.views.answers import answering, problem, wants_json
from rooms.views.auditing import venue_of

PAGE = 50  # members
MAY = "manage_members"


@never_cache
@require_safe
@answering
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """List who works at the venue, and who is invited."""
    return _page(request, venue_of(request, slug, MAY))


def _page(request: HttpRequest, found: Venue, refusal: ReservationError | None = None) -> HttpResponse:
    rows = found.memberships.select_related("user").order_by("user__email")
    context: dict[str, Any] = {
        "venue": found,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "invitations": inviting.open_invitations(found.pk).select_related("invited_by"),
        "roles": Role.choices,
        "asked": {name: str(request.POST.get(name, ""))[:254] for name in ("email", "role")},
        "refusal": refusal,
    }
    return render(request, "rooms/members.html", context, status=refusal.status if refusal else 200)


def _done(request: HttpRequest, found: Venue, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse("rooms:members", args=[found.slug]), status=303)


def _refused(request: HttpRequest, found: Venue, refusal: ReservationError) -> HttpResponse:
    return problem(refusal) if wants_json(request) else _page(request, found, refusal)


@require_POST
@answering
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Send somebody a mail that offers a role."""
    found = venue_of(request, slug, MAY)
    fields = asking.asked(request)
    token = "token-of-it"  # noqa: S105 -- a place in an address
    address = request.build_absolute_uri(reverse("invitation", args=[token])).replace(token, "{}")
    try:
        made = inviting.invite(
            found, str(fields.one("email")).strip(), fields.one("role"), by=request.user, address=address
        )
    except ReservationError as refusal:
        return _refused(request, found, refusal)
    return _done(request, found, f"A mail is on its way to {made.email}. Its link is good for a week.")


@require_POST
@answering
def change(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Give a member another role, or none."""
    found = venue_of(request, slug, MAY)
    role = asking.asked(request).one("role")
    try:
        member = operations.set_role(found, number, role, by=request.user)
    except ReservationError as refusal:
        return _refused(request, found, refusal)
    who = member.user.called
    return _done(request, found, f"{who} is {role} now." if role else f"{who} does not work here any more.")


@require_POST
@answering
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Let an invitation be good no more."""
    found = venue_of(request, slug, MAY)
    try:
        inviting.withdraw(found, number, by=request.user)
    except ReservationError as refusal:
        return _refused(request, found, refusal)
    return _done(request, found, "The invitation is good no more.")

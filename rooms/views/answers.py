"""From what operations answer to what a browser gets: a page, JSON, or a refusal as either."""

import functools
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_vary_headers

from reservations import NotAuthenticated, ReservationError, iso, lifecycle
from reservations.lifecycle import kind_of
from rooms import metrics, money, permissions
from rooms.models import Booking
from rooms.texts import natural

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def wants_json(request: HttpRequest) -> bool:
    """Test whether the answer goes to a script and not to a person."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def live_head(now: datetime) -> dict[str, Any]:
    """Return what the script of every live page begins with: where news comes from, and what time it is."""
    return {"socket": "/ws/live/", "now": iso(now)}


def answering(view: View[P]) -> View[P]:
    """Turn a refusal that the view does not answer itself into a problem document or a page."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except ReservationError as refusal:
            response = problem(refusal) if wants_json(request) else page(request, refusal)
        # One address says two things: without this, a browser's Back button may show the JSON.
        patch_vary_headers(response, ["Accept"])
        return response

    return cast("View[P]", answer)


def answering_json(view: View[P]) -> View[P]:
    """Turn a refusal into a problem document, whoever asks: the view speaks JSON only."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ReservationError as refusal:
            return problem(refusal)

    return cast("View[P]", answer)


def problem(refusal: ReservationError) -> HttpResponse:
    """Return the refusal as RFC 9457 asks."""
    metrics.refused("page", refusal.code)
    body = {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        **refusal.as_problem(),
    }
    response = JsonResponse(body, status=refusal.status, content_type="application/problem+json")
    return with_retry(response, refusal)


def page(request: HttpRequest, refusal: ReservationError) -> HttpResponse:
    """Return the refusal as a page that helps; who is not logged in is asked to, and comes back."""
    metrics.refused("page", refusal.code)
    if isinstance(refusal, NotAuthenticated):
        return redirect_to_login(_way_back(request))
    template = {404: "404.html", 403: "403.html", 503: "503.html"}.get(refusal.status, "400.html")
    response = render(request, template, {"sentence": refusal.sentence}, status=refusal.status)
    return with_retry(response, refusal)


def _way_back(request: HttpRequest) -> str:
    """Return the page to come back to after log-in: this one, or the one whose button was pressed."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        came = urlsplit(request.META.get("HTTP_REFERER", ""))
    except ValueError:
        return "/"
    path = came._replace(scheme="", netloc="", fragment="").geturl()
    # A path that begins with two slashes would name another host.
    is_ours = came.netloc == request.get_host() and path.startswith("/") and not path.startswith("//")
    return path if is_ours else "/"


def with_retry(response: HttpResponse, refusal: ReservationError) -> HttpResponse:
    """Say when to come again, where the refusal knows."""
    if after := getattr(refusal, "retry_after", None):
        response.headers["Retry-After"] = str(after)
    return response


def address_of(booking: Booking) -> str:
    """Return where its guest goes on: to pay for what is on hold, where one can, or to its page."""
    if booking.state == lifecycle.HELD and booking.price:
        return where_to_pay(booking)
    return reverse("rooms:booking", args=[booking.reference])


def where_to_pay(booking: Booking) -> str:
    """Return the checkout, which shows the booking itself where nothing is due; or its page right away."""
    try:
        return reverse("payments:checkout", args=[booking.reference])
    except NoReverseMatch:  # this site takes no money
        return reverse("rooms:booking", args=[booking.reference])


def told_to(reader: Any, booking: Booking) -> dict[str, Any]:
    """Return the booking as this person may see it: who is invited is told of no money."""
    told = booking_json(booking)
    return told if permissions.may_see(reader, booking) else {**told, "price": None}


def booking_json(booking: Booking) -> dict[str, Any]:
    """Return the booking as its guest and the venue's staff may see it."""
    found = booking.allocations.select_related("room").order_by("pk")
    rows = sorted(found, key=lambda row: (row.room.order, natural(row.room.name)))
    told = [row for row in rows if row.active] or rows
    return {
        "reference": booking.reference,
        "page": address_of(booking),
        "state": booking.state,
        "venue": booking.venue.slug,
        "title": booking.title,
        "party": booking.party,
        "start": iso(booking.starts_at),
        "end": iso(booking.ends_at) if booking.ends_at else None,
        "expires_at": iso(booking.expires_at) if booking.expires_at else None,
        "price": money.as_json(booking.price, booking.currency),
        "rooms": [{"id": row.room_id, "name": row.room.name} for row in told],
        "allocations": [
            {
                "id": row.pk,
                "room": row.room_id,
                "start": iso(row.starts_at),
                "end": iso(row.ends_at) if row.ends_at else None,
                "state": kind_of(row.state),
                **({"expires_at": iso(row.expires_at)} if row.expires_at else {}),
            }
            for row in told
        ],
    }


def rooms_text(booking: Booking) -> str:
    """Return the names of the booking's rooms."""
    return names_text([(row.active, row.room.name) for row in booking.allocations.all()])


def names_text(taken: Sequence[tuple[bool, str]]) -> str:
    """Return the names of what is taken still; where nothing is, of what was."""
    names = sorted({name for active, name in taken if active} or {name for _, name in taken})
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")

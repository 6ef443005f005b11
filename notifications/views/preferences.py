"""Which letters one gets: chosen on a page, and reminders switched off by a link in one of them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from notifications.forms import PreferenceForm
from notifications.mail import operations
from notifications.mail.queries import preference_of
from notifications.mail.tokens import user_of
from reservations import NotAuthenticated, NotFound
from rooms.operations import mail_no_more, mail_no_more_of
from rooms.queries.invitation_links import participant_of
from rooms.views.answers import answering


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and change which letters the person gets."""
    user: Any = request.user
    if not user.is_authenticated:
        raise NotAuthenticated("Log in to choose your mails.")
    form = PreferenceForm(request.POST if request.method == "POST" else None, instance=preference_of(user))
    if request.method == "POST" and form.is_valid():
        operations.choose(by=user, **form.cleaned_data)
        messages.success(request, "Your choice is saved.")
        return HttpResponseRedirect(reverse("notifications:preferences"), status=303)
    return render(request, "notifications/preferences.html", {"form": form})


@csrf_exempt  # RFC 8058: a mail program sends this, without cookies; the secret in the address is the proof
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch reminders off; by POST alone, for programs that look at mails follow every link in them."""
    return _switch_off(request, token, "reminders", operations.unsubscribe)


@csrf_exempt  # as above
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def unwatch(request: HttpRequest, token: str) -> HttpResponse:
    """Switch mails about rooms that are watched off; the rooms stay watched on pages."""
    return _switch_off(request, token, "watching", mail_no_more)


@csrf_exempt  # as above
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def stop_invited(request: HttpRequest, token: str) -> HttpResponse:
    """Send whoever is invited, with an account or without, no more mails about one booking."""
    participant_of(token)
    if request.method == "POST":
        mail_no_more_of(token)
    context = {"done": request.method == "POST", "what": "invited"}
    return render(request, "notifications/unsubscribe.html", context)


def _switch_off(request: HttpRequest, token: str, what: str, off: Callable[[User], Any]) -> HttpResponse:
    user = user_of(token)
    if user is None:
        raise NotFound("This link is over, or was cut off on its way.")
    if request.method == "POST":
        off(user)
    context = {"done": request.method == "POST", "what": what}
    return render(request, "notifications/unsubscribe.html", context)

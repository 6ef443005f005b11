"""The doors to the provider and back: there where one is configured, and nowhere else."""

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from allauth.socialaccount.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from accounts import operations, sso
from accounts.models import User
from accounts.proving import require_password
from reservations.errors import ReservationError


@method_decorator(never_cache, name="dispatch")
class OnlyIfOn(View):
    """A page that is not there without a provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sso.is_on():
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class SignOnView(OnlyIfOn):
    """Send whoever wants to log in to the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    @method_decorator(rate_limit(action="login"))
    def post(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, get_adapter(request).begin(request))


class BackView(OnlyIfOn):
    """Log in whoever comes back from the provider, or say why not."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, get_adapter(request).finish(request))


class OnesOwnDoor(OnlyIfOn, LoginRequiredMixin):
    """A door from the profile, behind which an open browser is not enough."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_profile"))

    @method_decorator(reauthentication_required)
    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            require_password(cast(User, request.user))
            return self.act(request)
        except ReservationError as refusal:
            messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("account_profile"))

    def act(self, request: HttpRequest) -> HttpResponse:
        """Do what the door is for."""
        raise NotImplementedError


class LinkView(OnesOwnDoor):
    """Send the person to the provider, to log in there from now on."""

    def act(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, get_adapter(request).begin(request, to_link=True))


class UnlinkView(OnesOwnDoor):
    """Let the provider open the account no more."""

    def act(self, request: HttpRequest) -> HttpResponse:
        person = cast(User, request.user)
        if operations.unlink(person, sso.issuer()):
            get_adapter(request).tell(request, person, "unlinked")
            messages.success(request, f"{sso.provider()} opens your account no more.")
        return HttpResponseRedirect(reverse("account_profile"))

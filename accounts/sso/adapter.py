"""Where this site differs from allauth when somebody logs in at a provider: whom it lets in, its words."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts import operations, sso
from accounts.models import User
from accounts.operations.sign_ons import Opened
from accounts.proving import TAKEN_OVER
from accounts.sso.protocol import SignOnProtocol, SignOnProvider
from accounts.sso.wire import Wire
from reservations.errors import Forbidden, ReservationError, Unready

logger = logging.getLogger(__name__)
STALE = "That log-in is over, or was begun in another browser. Please begin anew."
LONGEST_LOGGED = 300  # characters of what a provider answered


class SignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Allauth's hooks, filled in; there is one provider, that of the settings."""

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> SignOnProvider:
        return SignOnProvider(request)

    def get_requests_session(self) -> Wire:
        return Wire()

    def begin(self, request: HttpRequest, *, to_link: bool = False) -> HttpResponse:
        """Send the browser to the provider.

        By a page and not by a redirect: browsers hold everything a form leads to against `form-action`, also
        wherever the provider sends them on.
        """
        process = AuthProcess.CONNECT if to_link else AuthProcess.LOGIN
        try:
            sent = SignOnProvider(request).redirect(request, process, get_next_redirect_url(request))
        except OAuth2Error as error:
            return _unanswered(request, error)
        if sent.status_code != HttpResponseRedirect.status_code:
            return sent
        context = {"provider": sso.provider(), "url": sent["Location"]}
        page = render(request, "account/sign_on.html", context)
        page.headers["Refresh"] = f"0; url={sent['Location']}"
        return page

    def finish(self, request: HttpRequest) -> HttpResponse:
        """Log in, or link, whoever comes back from the provider."""
        protocol = SignOnProtocol(request, sso.issuer())
        try:
            page: HttpResponse = OAuth2CallbackView.adapter_view(protocol)(request)
        except OAuth2Error as error:
            return _unanswered(request, error)
        return page

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: SignOnProvider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Say what went wrong, on a page with a way back."""
        if error == AuthError.CANCELLED:
            messages.info(request, f"You did not log in with {sso.provider()}.")
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        if exception is None and not (extra_context or {}).get("state"):
            raise ImmediateHttpResponse(_refused(request, Forbidden(STALE)))
        raise ImmediateHttpResponse(_unanswered(request, exception or OAuth2Error("It says error.")))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide whose log-in it is; allauth then begins their session as it begins any other."""
        try:
            if sociallogin.nonce != sociallogin.state["nonce"]:
                raise Forbidden(STALE)
            if sociallogin.state.get("process") == AuthProcess.CONNECT:
                raise ImmediateHttpResponse(self._linked(request, sociallogin))
            sociallogin.user, how = operations.sign_on(sociallogin.identity)
        except ReservationError as refusal:
            raise ImmediateHttpResponse(_refused(request, refusal)) from refusal
        if how in (Opened.LINKED, Opened.TAKEN_OVER):
            self.tell(request, sociallogin.user, "linked")
        if how is Opened.TAKEN_OVER:
            messages.info(request, TAKEN_OVER)

    def _linked(self, request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
        person = request.user
        if not isinstance(person, User):
            raise Forbidden(STALE)
        if operations.link(person, sociallogin.identity):
            self.tell(request, person, "linked")
        messages.success(request, f"From now on you can log in with {sso.provider()}.")
        return HttpResponseRedirect(reverse("account_profile"))

    def tell(self, request: HttpRequest, person: User, what: str) -> None:
        """Mail the person that the provider opens their account from now on, or does not any more."""
        context = {"provider": sso.provider()}
        account_adapter(request).send_notification_mail(
            f"account/email/sign_on_{what}", person, context, email=person.email
        )


def _unanswered(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("A log-in with the provider failed: %s", str(error)[:LONGEST_LOGGED])
    return _refused(request, Unready(f"{sso.provider()} does not answer as it should.", retry_after=10))


def _refused(request: HttpRequest, refusal: ReservationError) -> HttpResponse:
    context = {"provider": sso.provider(), "refusal": refusal}
    page = render(request, "account/sign_on_failed.html", context, status=refusal.status)
    if isinstance(refusal, Unready):
        page.headers["Retry-After"] = str(refusal.retry_after)
    return page

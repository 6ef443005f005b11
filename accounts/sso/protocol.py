"""Allauth's half of OpenID Connect, made stricter: it believes nothing that it has not looked at.

Authorization code with PKCE; `state`, kept in the session, is good once and for ten minutes. The ID token
comes from the provider itself, over TLS, so its signature need not be looked at; whom it is for, from whom
and until when is. Its nonce must be the one that this browser was sent there with.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from requests import RequestException

from accounts import sso
from accounts.sso.claims import identity_of
from accounts.sso.wire import require_secure

REMEMBERED = 10 * 60  # seconds that the provider's addresses are good for
ENDPOINTS = ("authorization_endpoint", "token_endpoint")


@contextmanager
def provider_to_blame() -> Iterator[None]:
    """Take every answer that makes no sense, and every one that does not come, for one failure."""
    try:
        yield
    except (RequestException, KeyError, TypeError, ValueError, AttributeError) as error:
        raise OAuth2Error(f"{type(error).__name__}: {error}") from error


class SignOnProtocol(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """The questions to the provider."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider says of itself, if it is the provider that was meant."""
        key = f"oidc:{hashlib.sha256(sso.issuer().encode()).hexdigest()}"
        found: dict[str, Any] | None = getattr(self, "_openid_config", None) or cache.get(key)
        if found is None:
            with provider_to_blame():
                found = self._asked()
            cache.set(key, found, REMEMBERED)
        self._openid_config = found
        return found

    def _asked(self) -> dict[str, Any]:
        told: dict[str, Any] = super().openid_config
        del self._openid_config
        if told["issuer"].rstrip("/") != sso.issuer():
            raise ValueError(f"It calls itself {told['issuer'][:200]!r}.")
        for name in ENDPOINTS:
            require_secure(told[name])
        return told

    @property
    def basic_auth(self) -> bool:
        # Without a list it is the basic one, by the standard; in the body a colon in the id does no harm.
        return "client_secret_post" not in self.openid_config.get("token_endpoint_auth_methods_supported", [])

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Return the address to come back to; a forged Host header must not lead the code to a stranger."""
        return f"{settings.BASE_URL.rstrip('/')}{reverse('account_sign_on_back')}"

    def get_access_token_data(self, *args: Any, **options: Any) -> Any:
        with provider_to_blame():
            return super().get_access_token_data(*args, **options)

    def parse_token(self, data: Any) -> Any:
        with provider_to_blame():
            return super().parse_token(data)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **told: Any) -> SocialLogin:
        """Return the log-in, with the identity and the nonce that it came with."""
        with provider_to_blame():
            claims = self._decode_id_token(app, told["response"]["id_token"])
            more = self._fetch_user_info(token.token) if "userinfo_endpoint" in self.openid_config else {}
            identity = identity_of(claims, more, issuer=app.provider_id, domains=settings.OIDC_EMAIL_DOMAINS)
            # Allauth is told who it is, and keeps nothing else.
            found = self.get_provider().sociallogin_from_response(request, {"sub": identity.subject})
            found.identity, found.nonce = identity, claims.get("nonce")
            return found


class SignOnProvider(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider of the settings."""

    oauth2_adapter_class = SignOnProtocol

    def __init__(self, request: HttpRequest) -> None:
        app = SocialApp(
            provider=self.id,
            provider_id=sso.issuer(),
            name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_CLIENT_SECRET,
            settings={"server_url": sso.issuer(), "oauth_pkce_enabled": True},
        )
        super().__init__(request, app=app)

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **more: Any
    ) -> HttpResponse:
        """Return the way to the provider; its nonce is kept with the state, to be compared later."""
        nonce = get_random_string(32)
        sent = {**self.get_auth_params(), "nonce": nonce}
        found: HttpResponse = super().redirect(
            request, process, next_url, data, auth_params=sent, nonce=nonce, **more
        )
        return found

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {}

"""What a browser may load, and what the site refuses to start with."""

from collections.abc import Awaitable
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from accounts.middleware import Middleware
from accounts.sso.checks import the_provider_is_configured
from payments.checks import the_gateway_is_configured

# No 'unsafe-inline', no foreign host: a stored title that smuggles in a script has nothing to run with.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


SECRETS, REMARK = ("METRICS_TOKEN", "FIELD_KEYS"), "#"


class ContentSecurityPolicyMiddleware(Middleware):
    """Say with every answer what browsers and caches may do with it."""

    def __call__(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        if self.is_later:
            return self._later(request)
        return _protected(self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponse:
        return _protected(await self.get_response(request))


class RefuseForeignCharsets(Middleware):
    """Answer 400 to a body that claims to be written in anything but UTF-8.

    Python knows charsets that are no charsets ("hex"), and Django trusts the name: a form in one would
    end in an error of ours.
    """

    def __call__(self, request: HttpRequest) -> Any:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.strip("\"'").lower().replace("_", "-") not in ("utf-8", "utf8", "us-ascii"):
            refusal = HttpResponseBadRequest("Bodies are written in UTF-8.", content_type="text/plain")
            return self.said(refusal)
        return self.get_response(request)


def _protected(response: HttpResponse) -> HttpResponse:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    # A page shows who is logged in: a proxy that keeps whatever nobody forbids would show it to the next.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


@register(Tags.security)
def refuse_unsafe_settings(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse to start outside DEBUG with a key or hosts that only a demo may have."""
    if settings.DEBUG:
        return []
    found = []
    key = settings.SECRET_KEY.strip()
    if key == settings.DEMO_SECRET_KEY or len(key) < 50 or key.startswith(REMARK):
        found.append(
            Error(
                "DEBUG is off and SECRET_KEY is missing, too short or the demo's.",
                hint="Set SECRET_KEY=<50 or more random characters> in the environment or in .env, "
                "for example with: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
                id="reserve.E001",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "DEBUG is off and ALLOWED_HOSTS accepts every host.",
                hint="Set ALLOWED_HOSTS=reserve.example.com in the environment or in .env.",
                id="reserve.E002",
            )
        )
    found += [_no_secret(name) for name in SECRETS if _is_remark(getattr(settings, name))]
    return found


def _is_remark(kept: str | list[str]) -> bool:
    """Test whether a secret, or one of several, is a remark of .env: everybody can read what that says."""
    return any(one.strip().startswith(REMARK) for one in ([kept] if isinstance(kept, str) else kept))


def _no_secret(name: str) -> Error:
    hint = f"Set {name}=<a long random text>, and leave remarks on lines of their own."
    return Error(
        f"DEBUG is off and {name} begins with {REMARK}, as a remark does.", hint=hint, id="reserve.E009"
    )


def require_safe_settings() -> None:
    """Refuse to make an application of unsafe settings: servers of others import it and check nothing.

    :raises ImproperlyConfigured: with the line to set
    """
    checks = (refuse_unsafe_settings, the_gateway_is_configured, the_provider_is_configured)
    found = [error for check in checks for error in check(None)]
    if found := [error for error in found if error.is_serious()]:
        raise ImproperlyConfigured(" ".join(f"{error.msg} {error.hint}" for error in found))

"""What Django checks before it starts: that a provider of identities is named wholly, and asked by https."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

LONGEST_ISSUER, LONGEST_NAME = 200, 40  # characters: of allauth's column, and of a button on a phone
HINT = "docs/single-sign-on.md says what to enter."


@register(Tags.security)
def the_provider_is_configured(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Refuse half a provider, a name that fits no button, and outside DEBUG one that is asked without TLS."""
    named = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    missing = [name for name in named if not getattr(settings, name)]
    if len(missing) == len(named):
        return []
    if missing:
        return [
            Error(f"Single sign-on has not got its {' and '.join(missing)}.", hint=HINT, id="reserve.E006")
        ]
    found = []
    if not _is_sound(settings.OIDC_ISSUER):
        says = f"OIDC_ISSUER is no https:// address of at most {LONGEST_ISSUER} characters."
        found.append(Error(says, hint=HINT, id="reserve.E007"))
    name = settings.OIDC_NAME
    if not (name.strip() and name.isprintable() and len(name) <= LONGEST_NAME):
        says = f"OIDC_NAME has 1 to {LONGEST_NAME} characters that can be shown."
        found.append(Error(says, hint=HINT, id="reserve.E008"))
    return found


def _is_sound(issuer: str) -> bool:
    try:
        parts = urlsplit(issuer)
        plain = parts.query == parts.fragment == "" and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
    schemes = ("https", "http") if settings.DEBUG else ("https",)
    return plain and bool(parts.hostname) and parts.scheme in schemes and len(issuer) <= LONGEST_ISSUER

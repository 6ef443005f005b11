"""Single sign-on: people log in at their organization's identity provider, by OpenID Connect.

Allauth speaks the protocol; here is what this site asks of it, and whom it lets in. Only `adapter` and what
it imports know the protocol's packages: they are loaded when somebody logs in that way, and never elsewhere.
"""

from django.conf import settings


def provider() -> str:
    """Return what the provider is called on buttons; nothing where there is none."""
    return str(settings.OIDC_NAME) if is_on() else ""


def is_on() -> bool:
    """Test whether people may log in at a provider."""
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET)


def issuer() -> str:
    """Return the provider's address; it is part of what its people are known by here."""
    return str(settings.OIDC_ISSUER).rstrip("/")

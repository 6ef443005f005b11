"""A stand-in for a provider of identities on this machine: OpenID Connect as far as this site speaks it.

It is as strict as the standard: codes are good once, for the client and the address they were given to, and
for whoever knows the secret behind the challenge.
"""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests import standing_in

SIGN_ON, BACK = "/accounts/sso/", "/accounts/sso/back/"
CLIENT, SECRET = "reserve", "the-secret-of-this-client-0123456789"


class Provider:
    """Who is logged in there, and how it behaves; `asked` is every call."""

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None  # else the same claims
        self.token: dict[str, Any] = {}  # what the ID token says differently
        self.broken: dict[str, tuple[int, bytes]] = {}
        self.slow: dict[str, float] = {}  # seconds
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._access: set[str] = set()

    def knows(self, subject: str, email: str, **claims: Any) -> None:
        """Log somebody in there, with a confirmed address unless it says otherwise."""
        self.claims = {"sub": subject, "email": email, "email_verified": True, **claims}

    def discovery(self) -> dict[str, Any]:
        named = ("authorization", "token", "userinfo")
        endpoints = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in named}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **endpoints}

    def sends_back(self, url: str) -> str:
        """Return where the browser is sent that came by the address, once its person has logged in."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{self.issuer}/authorization?")
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert (set(asked["scope"].split()), asked["code_challenge_method"]) == (
            {"openid", "profile", "email"},
            "S256",
        )
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, path: str, sent: dict[str, str], authorization: str) -> tuple[int, bytes]:
        name = path.removeprefix("/")
        self.asked.append(name)
        time.sleep(self.slow.get(name, 0))
        if name in self.broken:
            return self.broken[name]
        answers: dict[str, Callable[[], dict[str, Any] | None]] = {
            ".well-known/openid-configuration": self.discovery,
            "token": lambda: self._exchanged(sent, authorization),
            "userinfo": lambda: self._who(authorization),
        }
        told = answers[name]()
        return (400, b'{"error": "invalid_grant"}') if told is None else (200, json.dumps(told).encode())

    def _exchanged(self, sent: dict[str, str], authorization: str) -> dict[str, Any] | None:
        asked = self._codes.pop(sent["code"], None)
        client = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or authorization != f"Basic {client}" or challenge != asked["code_challenge"]:
            return None
        if sent["redirect_uri"] != asked["redirect_uri"]:
            return None
        access = secrets.token_urlsafe(8)
        self._access.add(access)
        moment = int(time.time())
        told = {
            **self.claims, "iss": self.issuer, "aud": CLIENT, "nonce": asked["nonce"],
            "iat": moment, "exp": moment + 60, **self.token,
        }  # fmt: skip
        return {"access_token": access, "token_type": "Bearer", "id_token": jwt.encode(told, SECRET)}

    def _who(self, authorization: str) -> dict[str, Any] | None:
        if authorization.removeprefix("Bearer ") not in self._access:
            return None
        return self.claims if self.userinfo is None else self.userinfo


def serve(provider: Provider) -> ThreadingHTTPServer:
    """Serve the provider until it is shut down."""

    def answer(asked: BaseHTTPRequestHandler, path: str, sent: dict[str, str]) -> tuple[int, bytes]:
        return provider.answer(path, sent, asked.headers.get("Authorization", ""))

    server, provider.issuer = standing_in.serve(answer)
    return server


def begin(browser: Client, to: str = "", door: str = SIGN_ON) -> str:
    """Press the button, and return the address at the provider that the page leads to."""
    page = browser.post(door, {"next": to} if to else {})
    assert page.status_code == 200, page
    onward: str = page.headers["Refresh"]
    return onward.removeprefix("0; url=")


def back(browser: Client, address: str) -> Any:
    """Come back by the address, which is one of this site."""
    assert address.startswith(f"{settings.BASE_URL}{BACK}?")
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def sign_on(browser: Client, provider: Provider, to: str = "", door: str = SIGN_ON) -> Any:
    """Log in at the provider, and come back."""
    return back(browser, provider.sends_back(begin(browser, to, door)))


def sentence(page: HttpResponse) -> str:
    """Return why a log-in came to nothing."""
    found: list[str] = re.findall(r'role="alert">(.*?)</p>', page.content.decode())
    [said] = found
    return said

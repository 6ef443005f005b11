"""Sessions in the database, found only by keys that this site could have given out."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session


class SessionStore(DatabaseSessionStore):
    """Django's own store, with stricter ears."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        return Session

    def _validate_session_key(self, key: str | None) -> bool:
        # A quoted cookie can smuggle in a NUL ("\000"), at which PostgreSQL ends the request with a 500.
        return key is not None and len(key) == 32 and key.isascii() and key.isalnum()

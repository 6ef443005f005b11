"""Mail on the console: who gets it, what it is about, and its plain text; the other parts are only named."""

import sys
import threading
from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_lock = threading.Lock()


class EmailBackend(BaseEmailBackend):
    """Print mails so that a person can read them, links and all."""

    def __init__(self, *args: Any, stream: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stream = stream

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        stream = self._stream or sys.stdout
        with _lock:
            for message in email_messages:
                stream.write(in_words(message))
            stream.flush()
        return len(email_messages)


def in_words(message: EmailMessage) -> str:
    """Return the mail as the console shows it."""
    parts = [content_type for _, content_type in getattr(message, "alternatives", ())]
    also = f"(also as {', '.join(map(str, parts))})\n" if parts else ""
    text = "\n".join(f"  | {line}".rstrip() for line in str(message.body).strip().splitlines())
    return f"\nMail to {', '.join(message.to)}: {message.subject}\n{text}\n{also}"

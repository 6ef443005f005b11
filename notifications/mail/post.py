"""One letter to the mail server, step by step, so that of every failure it is known whether it was taken.

By smtplib's single steps and not by its `sendmail`: a server that hangs up before the letter's last line
does not have it, one that hangs up after it may. Where mail does not go by SMTP, there is the backend's word.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from smtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from notifications.mail.outcome import Outcome

TAKEN, WILL_FORWARD, GO_ON, REFUSED_FOR_NOW, REFUSED = 250, 251, 354, 400, 500
MOMENT = 0.02  # seconds in which one hears of a server that has hung up
ANSWER = 60.0  # seconds for the one answer that matters; a server may look at the letter before it gives it
Mark = Callable[[], bool]
"""Notes that the letter is handed over now, and returns whether it still may be."""
NOT_OURS = Outcome("Somebody else sends it by now.")


def hand_over(message: EmailMessage, mark: Mark) -> Outcome:
    """Give the letter to the mail server and return what came of it, whatever the server does."""
    connection = get_connection()
    if not isinstance(connection, EmailBackend):
        return _by_backend(connection, message, mark)
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        return Outcome(f"The mail server could not be reached: {_words(error)}")
    try:
        return _by_smtp(connection.connection, message, mark)
    finally:
        with suppress(OSError, SMTPException):
            connection.close()


def _by_backend(connection: Any, message: EmailMessage, mark: Mark) -> Outcome:
    if not mark():
        return NOT_OURS
    try:
        connection.send_messages([message])
    except (OSError, SMTPException) as error:
        return Outcome(f"The mail could not be written: {_words(error)}")
    return Outcome()


def _by_smtp(server: Any, message: EmailMessage, mark: Mark) -> Outcome:
    """Send all but the last line; mark it; send the last line, and hear the answer."""
    try:
        trouble = _envelope(server, message)
        if trouble is None:
            server.send(_data(message))
    except (OSError, SMTPException) as error:
        return Outcome(f"The mail server broke off: {_words(error)}")
    except ValueError as error:
        return Outcome(f"That cannot be put into a letter: {error}", is_final=True)
    return trouble or (_ended(server) if mark() else NOT_OURS)


def _envelope(server: Any, message: EmailMessage) -> Outcome | None:
    """Return why the server does not take the letter, if it does not."""
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(sanitize_address(message.from_email, "utf-8"))
    if code != TAKEN:
        return Outcome(f"The sender was refused: {_said(code, said)}")
    code, said = server.rcpt(sanitize_address(message.to[0], "utf-8"))
    if code not in (TAKEN, WILL_FORWARD):
        return Outcome(f"The address was refused: {_said(code, said)}", is_final=code >= REFUSED)
    code, said = server.docmd("DATA")
    if code != GO_ON:
        return Outcome(f"The letter was refused: {_said(code, said)}")
    return None


def _data(message: EmailMessage) -> bytes:
    """Return the letter as it goes over the wire, without the line that ends it."""
    composed: Any = message.message()  # Django's, whose as_bytes knows linesep
    written: bytes = composed.as_bytes(linesep="\r\n")
    lines = written if written.endswith(b"\r\n") else written + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)  # a line of one period would end the letter


def _hung_up(server: Any) -> bool:
    """Test whether the server has gone, or said anything, before the letter ended: either way, it is off."""
    wire = server.sock
    try:
        wire.settimeout(MOMENT)
        wire.recv(1)
    except TimeoutError:
        return False
    except OSError:
        return True
    finally:
        wire.settimeout(ANSWER)
    return True


def _ended(server: Any) -> Outcome:
    try:
        if _hung_up(server):
            raise SMTPServerDisconnected
        server.send(b".\r\n")
    except (OSError, SMTPException):
        return Outcome("The mail server hung up in the middle of the letter.")
    try:
        code, said = server.getreply()
    except (OSError, SMTPException) as error:
        return Outcome(f"The mail server did not acknowledge the letter: {_words(error)}", is_unsure=True)
    if code == TAKEN:
        return Outcome()
    refused = code >= REFUSED_FOR_NOW
    words = f"The letter was {'refused' if refused else 'answered oddly'}: {_said(code, said)}"
    return Outcome(words, is_final=code >= REFUSED, is_unsure=not refused)


def _words(error: Exception) -> str:
    if isinstance(error, SMTPServerDisconnected):
        return "it hung up."
    if isinstance(error, SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return str(error) or type(error).__name__


def _said(code: int, said: bytes | str) -> str:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}"

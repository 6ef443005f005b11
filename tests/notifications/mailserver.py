"""A real mail server on this machine, which can be down, and hang up at any step of a conversation."""

import email
import socket
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, syntax

ACCEPTED, BUSY, NO_SUCH_BOX = "250 OK", "451 Later, please", "550 No such mailbox"


class Hanging(SMTP):
    """Hangs up where it is told to: at a command, within the letter, or when it has it but did not say so."""

    async def _handle_client(self):
        if self.event_handler.hangs_up_at == "connect":
            self.transport.abort()
            return
        await super()._handle_client()

    @syntax("DATA")
    async def smtp_DATA(self, arg):  # noqa: N802 -- aiosmtpd's
        match self.event_handler.hangs_up_at:
            case "data":
                self.transport.abort()
            case "content":
                await self.push("354 Go on")
                self.transport.abort()
            case _:
                await super().smtp_DATA(arg)


class MailServer:
    """Takes letters, unless told otherwise; `letters` are those it took, whether or not it said so."""

    def __init__(self):
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.letters: list[EmailMessage] = []
        self.hangs_up_at = ""
        self.answers: list[str] = []
        self._controller = None

    def up(self):
        own = self

        class Listening(Controller):
            def factory(self):
                return Hanging(own, hostname="mail.example", enable_SMTPUTF8=True)

        self._controller = Listening(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def down(self):
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def subjects(self):
        return [letter["Subject"] for letter in self.letters]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 -- aiosmtpd's
        session.host_name = hostname
        self._perhaps_hang_up(server, "ehlo")
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 -- aiosmtpd's
        self._perhaps_hang_up(server, "mail")
        envelope.mail_from = address
        return ACCEPTED

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 -- aiosmtpd's
        self._perhaps_hang_up(server, "rcpt")
        if address.startswith("nobody@"):
            return NO_SUCH_BOX
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 -- aiosmtpd's
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))
        self._perhaps_hang_up(server, "answer")
        return ACCEPTED

    def _perhaps_hang_up(self, server, step):
        if self.hangs_up_at == step:
            server.transport.abort()


def parts(letter):
    """Return the letter's parts by their type."""
    return {part.get_content_type(): part for part in letter.walk() if not part.is_multipart()}


def calendar_of(letter):
    """Return the text of the calendar part, as it arrived."""
    return parts(letter)["text/calendar"].get_payload(decode=True).decode()

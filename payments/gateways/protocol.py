"""What a gateway is: six calls, each with an idempotency key, each answered by one of a few results.

A gateway talks to whoever moves the money and knows nothing of bookings. Its calls are made outside of
any transaction, and may be made again with the same key at any time: the same key is the same act. What
it cannot know, because nobody answered, it says by raising `GatewayDown`: then it is asked again later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reservations import ReservationError


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid: `key` names it at the gateway, `back` is where its own page leads when done."""

    key: str
    amount: int
    currency: str
    text: str
    back: str
    capture: bool = True
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The money is there: `captured` is all that was taken of this charge so far."""

    reference: str
    captured: int


@dataclass(frozen=True, slots=True)
class Authorized:
    """The money is reserved, and waits to be captured."""

    reference: str


@dataclass(frozen=True, slots=True)
class NeedsAction:
    """The payer has to do something at this address."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The bank has not answered yet; a webhook will tell."""

    reference: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It was refused: a code for programs, a sentence for people."""

    code: str
    sentence: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It was given up, and nothing will come of it any more."""

    reference: str = ""


Result = Succeeded | Authorized | NeedsAction | Pending | Failed | Cancelled


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook told: of a charge by its `key`, or (with `refund`) of a refund by its own."""

    id: str
    kind: str
    key: str
    result: Result | None
    refund: str = ""


class GatewayDown(Exception):
    """Nobody answered, or not in time: what became of the call is not known."""


class Forged(ReservationError):
    """A webhook that its gateway did not sign, or signed too long ago."""

    code = "invalid"
    usual = "This was not signed by the gateway."


class PaymentGateway(Protocol):
    """Whoever moves the money."""

    name: str
    takes_card: bool  # our page asks for the card, rather than a page of the gateway's

    def start(self, charge: Charge, *, card: str = "") -> Result:
        """Begin to take the charge, or say again what became of it."""

    def look(self, charge: Charge) -> Result | None:
        """Say what became of the charge; None if the gateway never heard of it."""

    def capture(self, charge: Charge, amount: int, *, key: str) -> Result:
        """Take so much of what is reserved, and release the rest."""

    def cancel(self, charge: Charge, *, key: str) -> Result:
        """Give the charge up for ever, heard of or not, unless it was taken: then say so."""

    def refund(self, charge: Charge, amount: int, *, key: str) -> Result:
        """Give so much of what was taken back."""

    def parse_webhook(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Event:
        """Read what the gateway tells.

        :raises Forged: if it is not signed by it, or was signed too long ago
        """

"""The desk: staff take cash, or a card on their own terminal, and give it back the same way."""

from collections.abc import Mapping
from datetime import datetime

from payments.gateways.protocol import Cancelled, Charge, Event, Failed, Forged, Result, Succeeded


class DeskGateway:
    """What staff say they took was taken; nobody else is asked."""

    name = "desk"
    takes_card = False

    def start(self, charge: Charge, *, card: str = "") -> Result:
        return Succeeded(charge.key, charge.amount)

    def look(self, charge: Charge) -> Result | None:
        # Whether it was handed over, only the payment says: one that was begun and not taken was not.
        return None

    def capture(self, charge: Charge, amount: int, *, key: str) -> Result:
        return Succeeded(charge.key, amount)

    def cancel(self, charge: Charge, *, key: str) -> Result:
        return Cancelled(charge.key)

    def refund(self, charge: Charge, amount: int, *, key: str) -> Result:
        # Nobody is asked (payments/operations/_ledger.py): what was handed over, the staff say.
        return Failed("by_hand", "It waits at the desk.")

    def parse_webhook(self, body: bytes, headers: Mapping[str, str], *, now: datetime) -> Event:
        raise Forged("The desk sends nothing.")

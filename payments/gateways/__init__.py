"""Gateways by name. `PAYMENT_GATEWAY` says which one takes cards; each payment keeps the one it began with.

To add one: write a class with what `protocol.PaymentGateway` asks for, and name it here (docs/payments.md).
"""

from collections.abc import Callable

from django.conf import settings

from payments.gateways.protocol import PaymentGateway
from reservations import NotFound


def _sandbox() -> PaymentGateway:
    from payments.gateways.sandbox import SandboxGateway

    return SandboxGateway()


def _stripe() -> PaymentGateway:
    from payments.gateways.stripe import StripeGateway  # its library is slow to import, and not always used

    return StripeGateway(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET)


def _desk() -> PaymentGateway:
    from payments.gateways.desk import DeskGateway

    return DeskGateway()


GATEWAYS: dict[str, Callable[[], PaymentGateway]] = {"sandbox": _sandbox, "stripe": _stripe, "desk": _desk}
DESK = "desk"


def gateway_called(name: str) -> PaymentGateway:
    """Return the gateway of that name.

    :raises NotFound: if there is none
    """
    if name not in GATEWAYS:
        raise NotFound("There is no such gateway.")
    return GATEWAYS[name]()


def takes_cards() -> bool:
    """Test whether cards are taken: not by the sandbox of a real site, unless meant, nor without keys."""
    if settings.PAYMENT_GATEWAY == "sandbox":
        return bool(settings.DEBUG or settings.PAYMENTS_SANDBOX)
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)


def takes_number() -> bool:
    """Test whether our own page asks for a card's number: a real bank asks on its own."""
    return gateway_called(settings.PAYMENT_GATEWAY).takes_card

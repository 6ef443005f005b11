"""What is kept of money: payments, refunds, the ledger, what gateways told, and the sandbox's own books."""

from payments.models.ledger import Balance, LedgerEntry
from payments.models.payments import OPEN, GatewayEvent, Payment, Refund
from payments.models.sandbox import SandboxCharge, SandboxEvent, SandboxRefund

__all__ = [
    "OPEN",
    "Balance",
    "GatewayEvent",
    "LedgerEntry",
    "Payment",
    "Refund",
    "SandboxCharge",
    "SandboxEvent",
    "SandboxRefund",
]

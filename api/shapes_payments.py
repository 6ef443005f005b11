"""Shapes of payments and refunds."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from api.shapes import Instant, Money, Next, Wanted
from api.shapes_bookings import Booking

Method = Literal["card", "cash", "terminal"]
Card = Annotated[
    str, Meta(max_length=40, description="For the sandbox: one of its test cards. It is never kept.")
]
Amount = Annotated[
    str, Meta(max_length=20, pattern=r"^\d+(\.\d+)?$", examples=["24.00"], description="Less than is due.")
]


class MoneyWanted(Wanted):
    """An amount as every answer tells it."""

    amount: Amount
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", examples=["EUR"], description="The booking's own.")]


class PaymentWanted(Wanted):
    """How to pay: online by card; or, for the venue's staff, what the desk took."""

    method: Annotated[Method, Meta(description="card: online; cash and terminal: at the desk, by staff.")]
    card: Card = ""
    amount: Amount | MoneyWanted | UnsetType = UNSET


class Refund(Struct):
    """Money that goes back, or went."""

    amount: Money
    state: Literal["owed", "sent", "done", "failed"]
    created_at: Instant
    done_at: Instant | None


class Payment(Struct, kw_only=True):
    """One attempt to pay something of a booking's price, and what of it went back."""

    id: str
    method: Method
    state: Literal["created", "needs_action", "pending", "authorized", "captured", "failed", "cancelled"]
    amount: Money
    captured: Money
    refunded: Money
    action_url: Annotated[str | None, Meta(description="Where its payer has to take a second step.")]
    failure: Annotated[str | None, Meta(description="Why it failed, for programs.")]
    created_at: Instant
    refunds: list[Refund]


class PaymentMade(Payment, kw_only=True):
    """A payment, and the booking as it is now because of it."""

    booking: Booking


class PaymentList(Struct, kw_only=True):
    """All payments of one booking, the newest first, and what they come to."""

    items: list[Payment]
    next: Next
    price: Money
    paid: Annotated[Money, Meta(description="What was taken and is not given back.")]
    refunded: Money
    due: Money
    receipt: Annotated[str | None, Meta(description="Where the receipt is, once something was paid.")]

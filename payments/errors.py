"""The refusal of this floor, hung under the tree of `reservations.errors`."""

from typing import ClassVar

from reservations import ReservationError


class PaymentFailed(ReservationError):
    """The payment was refused; the hold stays. `reason` says why, for programs."""

    code: ClassVar[str] = "payment_failed"
    usual: ClassVar[str] = "The payment failed. Nothing was taken; please try again, or another card."

    def __init__(self, sentence: str = "", *, reason: str = "", **facts: object) -> None:
        super().__init__(sentence, **facts)
        self.reason = reason

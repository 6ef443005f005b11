"""Everything that is done with money; pages, programs, gateways and the clock call these and nothing else.

Pay:     conclude        what a guest said at the checkout, and how they pay
         pay             online, by a card; the same again where the same is asked again
         take_at_desk    cash, or a card on the desk's own terminal; by the venue's staff
         capture, drop   what is only reserved, or not paid yet; by the venue's staff
Hear:    receive         a webhook of a gateway, signed, once, in any order
         look            ask the gateway what became of a payment
Settle:  settle          owe back what was paid beyond what is owed
         follow          what follows from money that came: the booking is confirmed, or it goes back
         hand_back       give an owed refund back at the desk; by the venue's staff
         give_back       give back what the terms would keep, out of goodwill; by the venue's staff
         forgive         ask no more for what somebody left without paying; by the venue's staff
Clock:   send_refunds, chase    what is owed is sent; what nothing is heard of is asked about
         forget          what gateways told long ago

No gateway is called inside a transaction: what is to be done is written, then done, then written down.
"""

from payments.operations.chasing import chase, look
from payments.operations.concluding import Way, conclude
from payments.operations.deciding import capture, drop
from payments.operations.following import follow
from payments.operations.forgiving import forgive
from payments.operations.goodwill import give_back
from payments.operations.paying import pay, take_at_desk
from payments.operations.receiving import receive
from payments.operations.refunding import hand_back, send_refunds
from payments.operations.settling import settle
from payments.operations.upkeep import forget

__all__ = [
    "Way",
    "capture",
    "chase",
    "conclude",
    "drop",
    "follow",
    "forget",
    "forgive",
    "give_back",
    "hand_back",
    "look",
    "pay",
    "receive",
    "send_refunds",
    "settle",
    "take_at_desk",
]

"""Everything that is done to webhooks; the API and the clock call these and nothing else.

Subscribe:  subscribe, unsubscribe, enable, ping    by whoever owns the webhook
Spread:     spread     from Changes, the outbox, to one Delivery for each webhook that shall hear of it
Send:       claim, prepare, settle    one delivery at a time of each booking
Upkeep:     forget     deliveries of long ago
"""

from notifications.operations.sending import Claim, Message, claim, prepare, settle
from notifications.operations.spreading import spread
from notifications.operations.subscribing import enable, ping, subscribe, unsubscribe
from notifications.operations.upkeep import forget

__all__ = [
    "Claim",
    "Message",
    "claim",
    "enable",
    "forget",
    "ping",
    "prepare",
    "settle",
    "spread",
    "subscribe",
    "unsubscribe",
]

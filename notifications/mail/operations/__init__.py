"""Everything that is done to letters; receivers, the clock, pages and the admin call these and nothing else.

Owe:     owe, owe_reminders       one Notice for each cause and person
         owe_participants         one for all that happens for half a minute to what somebody is invited to
         owe_watchers             one for all that happens for some minutes in rooms that somebody watches
         owe_account              what an account has to be told, such as the link that confirms its address
Send:    claim, prepare, settle   one at a time of each booking
Choose:  choose, unsubscribe      by whoever gets them
Upkeep:  retry, forget            what was given up, what is long over
"""

from notifications.mail.operations.choosing import choose, unsubscribe
from notifications.mail.operations.inviting import owe_participants
from notifications.mail.operations.of_accounts import owe_account
from notifications.mail.operations.owing import owe
from notifications.mail.operations.reminding import owe_reminders
from notifications.mail.operations.sending import Claim, claim, handing_over, prepare, settle
from notifications.mail.operations.upkeep import forget, retry
from notifications.mail.operations.watching import owe_watchers

__all__ = [
    "Claim",
    "choose",
    "claim",
    "forget",
    "handing_over",
    "owe",
    "owe_account",
    "owe_participants",
    "owe_reminders",
    "owe_watchers",
    "prepare",
    "retry",
    "settle",
    "unsubscribe",
]

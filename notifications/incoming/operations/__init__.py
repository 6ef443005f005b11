"""Everything that is done to incoming calendars; pages, the admin and the clock call these and nothing else.

Add:    add_calendar, read_now, remove_calendar    by the venue's managers
Read:   claim, prepare, settle, note_failure    one at a time, by whoever is first
"""

from notifications.incoming.operations.adding import add_calendar, read_now, remove_calendar
from notifications.incoming.operations.claiming import Claim, Overtaken, claim
from notifications.incoming.operations.settling import note_failure, prepare, settle

__all__ = [
    "Claim",
    "Overtaken",
    "add_calendar",
    "claim",
    "note_failure",
    "prepare",
    "read_now",
    "remove_calendar",
    "settle",
]

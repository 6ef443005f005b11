"""Events: `owed`, for letters that accounts owe."""

from django.dispatch import Signal

# Sent with `letter: Letter`, of accounts/letters.py: a receiver writes down that it is owed, in the same
# transaction, and does nothing else.
owed = Signal()

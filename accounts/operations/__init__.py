"""Everything that is done to a person's account from more than one place.

Log-ins:  begin_login, refresh, end_login, forget_logins   of programs
          log_out_everywhere, prove                        of everybody
          sign_on, link, unlink                            at an identity provider
People:   register, set_role      accounts/inviting.py has the rest of roles
Leave:    close                   for good, by oneself or by a superuser
          note_erased             that nothing personal is left of them
"""

from accounts.operations.closing import close, note_erased
from accounts.operations.logins import (
    Pair,
    begin_login,
    end_login,
    forget_logins,
    log_out_everywhere,
    prove,
    refresh,
)
from accounts.operations.members import set_role
from accounts.operations.sign_ons import link, sign_on, unlink
from accounts.registering import register

__all__ = [
    "Pair",
    "begin_login",
    "close",
    "end_login",
    "forget_logins",
    "link",
    "log_out_everywhere",
    "note_erased",
    "prove",
    "refresh",
    "register",
    "set_role",
    "sign_on",
    "unlink",
]

"""Letters of accounts: sealed while they wait, not sent once they are of no use, not kept when it is over.

They carry codes and links that log in. So the table has them only encrypted, with a key that is made of
SECRET_KEY: whoever steals the table alone reads none, and with another key they would lead nowhere anyway.
"""

import json
from base64 import urlsafe_b64encode
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts import letters as accounts
from notifications.mail.letters import Letter, as_said
from notifications.models import Notice
from rooms.sql import database_now

State = Notice.State


def owe_account(letter: accounts.Letter, *, now: datetime | None = None) -> Notice:
    """Write down that the letter is owed, whatever the mail server does."""
    moment = now or database_now()
    said = json.dumps([letter.subject, letter.text])
    return Notice.objects.create(
        kind=Notice.Kind.ACCOUNT,
        letter={"sealed": _opener().encrypt(said.encode()).decode()},
        address=letter.to,
        at=moment,
        until=letter.until,
        created_at=moment,
        next_at=moment,
    )


def prepare(mine: QuerySet[Notice], notice: Notice, *, now: datetime) -> Letter | None:
    """Return the letter as it was written, or None if it would come too late.

    :param mine: the notice itself, while the claim on it holds
    """
    if notice.until is not None and notice.until > now:
        try:
            subject, text = json.loads(_opener().decrypt(notice.letter["sealed"]))  # type: ignore[index]
            return as_said(notice, subject, text)
        except InvalidToken:
            why = "It was sealed with another SECRET_KEY, with which its links are over too."
    else:
        why = "It would have come too late to be of use."
    mine.update(state=State.SKIPPED, error=why, letter={})
    return None


def leave_out(notice: QuerySet[Notice]) -> None:
    """Keep nothing of what the letter said, if it is one of an account: it went, or never will."""
    notice.filter(kind=Notice.Kind.ACCOUNT).update(letter={})


def _opener() -> Fernet:
    return Fernet(urlsafe_b64encode(salted_hmac("letters of accounts", "", algorithm="sha256").digest()))

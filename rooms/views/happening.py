"""What happened to a booking, as its page tells it: in words, and by whom as far as the reader may know."""

from datetime import datetime
from typing import Any

from accounts import roles
from reservations import recurrence
from reservations.hours import date_in_words
from rooms import money
from rooms.models import Booking, Change
from rooms.models.changes import MESSAGES, PEOPLE
from rooms.queries import participants
from rooms.queries.terms import VenueTerms
from rooms.queries.words import span_in_words

HAPPENED = {
    "held": "Held",
    "offered": "Came free, and was held",
    "booked": "Booked",
    "requested": "Asked for",
    "renewed": "Hold prolonged",
    "described": "Details changed",
    "approved": "Approved",
    "declined": "Declined",
    "cancelled": "Cancelled",
    "expired": "Hold ran out",
    "checked_in": "Checked in",
    "check_in_undone": "Check-in taken back",
    "completed": "Over",
    "released": "Given back",
    "no_show": "Not shown up",
    "paid": "Paid {amount}",
    "refunded": "Refunded {amount}",
    "forgiven": "Forgiven {amount}",
    "payment_failed": "Payment of {amount} failed",
    "message": "Message",
    "message_closed": "Messages closed",
    "message_reopened": "Messages taken up again",
    "invited": "Somebody invited",
    "uninvited": "Somebody uninvited",
    "let_change": "Co-organizers changed",
    "answered": "Invitation answered",
    "erased": "Personal data erased",
}
# A page that is loaded again is no news, though boards count down by it; messages stand on the same page, and
# so does who comes.
QUIET = ("left", "back", *MESSAGES, *PEOPLE)
MOST_CHANGES = 50


def history(found: Booking, terms: VenueTerms, reader: Any) -> list[dict[str, Any]]:
    """Return what happened to the booking, newest first; staff are not named to guests."""
    found_rows = Change.objects.filter(booking=found).exclude(kind__in=QUIET).order_by("-at", "-pk")
    most = MOST_CHANGES * (recurrence.MOST if found.recurrence else 1)
    # A whole of which a part was taken is only numbered: the part's row says what happened.
    rows = [row for row in found_rows[:most] if row.before or row.after]
    who = _doers(found, {row.by_id for row in rows}, reader)
    told: dict[tuple[Any, str], dict[str, Any]] = {}
    for row in rows:
        said = {"at": row.at, "sentence": _sentence(row, found, terms), "by": who[row.by_id]}
        told.setdefault((row.at, row.kind), said)
    return list(told.values())


def _doers(found: Booking, people: set[int | None], reader: Any) -> dict[int | None, str]:
    """Return how those are called who did something with the booking.

    Who was invited is forgotten a month later: who does not work there was a co-organizer, if it had any.
    """
    who = {found.guest_id: "the guest", None: "the system", reader.pk: "you"}
    others = people - set(who)
    if others and participants.had_co_organizers(found):
        staff = roles.staff_among(others, found.venue_id)
        return {**{one: "the staff" if one in staff else "a co-organizer" for one in others}, **who}
    return {**dict.fromkeys(others, "the staff"), **who}


def _sentence(row: Change, found: Booking, terms: VenueTerms) -> str:
    if row.kind != "moved":
        return _said(row, found)
    if "start" not in row.after:
        return "Moved"
    if row.after.get("state") == "cancelled" and "occurrence" in row.after:
        left_out = datetime.fromisoformat(row.after["start"]).astimezone(terms.zone)
        return f"Left out on {date_in_words(left_out)}"
    end = row.after.get("end")
    start = datetime.fromisoformat(row.after["start"])
    asked = ", asked for" if row.after.get("state") == "pending" else ""
    return f"Moved to {span_in_words(start, datetime.fromisoformat(end) if end else None, terms.zone)}{asked}"


def _said(row: Change, found: Booking) -> str:
    said = HAPPENED.get(row.kind, row.kind.replace("_", " ").capitalize())
    if row.kind == "declined" and "reason" in row.after:
        return f"{said}: {row.after['reason']}"
    if row.after.get("because") == "paid":
        return f"{said}, as it was paid"
    return said.format(amount=money.as_text(row.after.get("amount", 0), found.currency))

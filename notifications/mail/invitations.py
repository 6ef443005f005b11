"""Letters to those who are invited: with what is new to them, two links to answer by, and no price."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.calendars import ics
from notifications.calendars.entries import address, entry_of, risen
from notifications.calendars.ics import CANCELLED, CONFIRMED, TENTATIVE, Entry
from notifications.calendars.queries import rooms_of
from notifications.mail.dates import dates_told, news_of_dates
from notifications.mail.letters import Letter, headers_with, when
from notifications.models import Notice
from reservations import inviting, lifecycle
from rooms.models import Allocation, Booking, Participant
from rooms.queries.invitation_links import token_of
from rooms.queries.participants import called_guest, is_over

NEW, MOVED, CANCELS, UNINVITED = "new", "moved", "cancelled", "uninvited"
HEADINGS = {
    NEW: "{who} invites you",
    MOVED: "What you are invited to has changed",
    CANCELS: "What you were invited to is cancelled",
    UNINVITED: "You are no longer invited",
}
SUBJECTS = {NEW: "Invitation", MOVED: "Changed", CANCELS: "Cancelled", UNINVITED: "No longer invited"}
SENTENCES = {
    NEW: "Please say whether you come. You need no account for it.",
    MOVED: "From now on this holds.",
    CANCELS: "It does not take place.",
    UNINVITED: "It may take place without you.",
}
ASKED = "The venue has not agreed to it yet."
AGREED = "The venue has agreed to it."
PARTSTAT = {
    inviting.INVITED: "NEEDS-ACTION",
    inviting.ACCEPTED: "ACCEPTED",
    inviting.DECLINED: "DECLINED",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells somebody who is invited, and what is kept of it to compare the next with."""

    what: str
    participant: Participant
    booking: Booking
    entry: Entry
    was: str  # when it was, of one that moved
    news: tuple[str, ...] = ()  # what became of which dates of a series, and whether the venue has agreed

    @property
    def moves(self) -> int:
        """How many changes somebody who never answered has been told, with this letter."""
        if self.what != MOVED or self.participant.answer != inviting.INVITED:
            return 0
        return int((self.participant.told or {}).get("moves", 0)) + 1

    @property
    def kept(self) -> dict[str, Any]:
        """What the letter said, as far as the next one depends on it."""
        return {
            "mark": _mark(self.entry),
            "sequence": self.entry.sequence,
            "cancels": self.entry.status == CANCELLED,
            "when": _when(self.booking, self.entry),
            "times": self.participant.times,
            "moves": self.moves,
            "status": self.entry.status,
            "dates": dates_told(self.booking, self.entry),
        }


def told_to(participant: Participant, *, now: datetime) -> Told | None:
    """Return what is new to them since the last letter; None where nothing is."""
    booking = Booking.objects.select_related("venue", "guest").get(pk=participant.booking_id)
    last = participant.told or {}
    entry = _entry(booking, participant, last)
    what = _what(participant, booking, entry, last, now)
    if what is None:
        return None
    if what in (CANCELS, UNINVITED):
        entry = replace(entry, status=CANCELLED)
    was = str(last["when"]) if what == MOVED else ""
    news = _news(booking, entry, last if what == MOVED else {}, now)
    return Told(what, participant, booking, entry, was if was != _when(booking, entry) else "", news)


def _news(booking: Booking, entry: Entry, last: dict[str, Any], now: datetime) -> tuple[str, ...]:
    """Return what the reader is to know of it beside when it is, as far as they were not told."""
    if entry.status == CANCELLED:
        return ()
    news = [AGREED] if (last.get("status"), entry.status) == (TENTATIVE, CONFIRMED) else []
    news += [ASKED] if entry.status == TENTATIVE else []
    return (*news, *news_of_dates(booking, entry, last.get("dates", {}), now=now))


def _what(
    participant: Participant, booking: Booking, entry: Entry, last: dict[str, Any], now: datetime
) -> str | None:
    knows = bool(last) and not last["cancels"]
    is_off = booking.state in lifecycle.EXITS
    if participant.answer == inviting.DECLINED or (is_over(booking, now=now) and not is_off):
        return None
    if is_off or not participant.is_live:
        # Who never heard of it, or heard of its end, has nothing to strike out.
        return (CANCELS if participant.is_live else UNINVITED) if knows else None
    # Invited again, they are asked again: an answer from before was forgotten.
    if not knows or last.get("times", participant.times) != participant.times:
        return NEW
    return MOVED if _mark(entry) != last["mark"] else None


def _entry(booking: Booking, participant: Participant, last: dict[str, Any]) -> Entry:
    """Return the booking as their calendar is to have it: each letter with a higher number than the last."""
    names = rooms_of(Allocation.objects.filter(booking=booking).select_related("room"))
    entry = entry_of(booking, names, risen([booking.pk]).get(booking.pk, []))
    after = last["sequence"] + 1 if last else 0
    # No link: a calendar is shared, and whoever has the link of a participant answers for them.
    return replace(entry, sequence=max(entry.sequence, after), url="")


def _mark(entry: Entry) -> str:
    """Tell what the reader sees of it apart from what they saw before."""
    times = (entry.start, entry.end, entry.zone.key, entry.repeats)
    seen = (*times, entry.summary, entry.location, entry.status)
    return f"{zlib.crc32(repr(seen).encode()):x}"


def _when(booking: Booking, entry: Entry) -> str:
    return booking.series_words if booking.recurrence else when(entry.start, entry.end, entry.zone)


def _link(participant: Participant, answer: str = "") -> str:
    path = reverse("rooms:invited", args=[token_of(participant)])
    return address(f"{path}?answer={answer}" if answer else path)


def letter(notice: Notice, told: Told) -> Letter:
    """Return the letter that tells it, by the clocks of the venue."""
    participant, booking = told.participant, told.booking
    who = called_guest(booking) or booking.venue.name
    is_asked = told.entry.status != CANCELLED
    stop = (
        address(reverse("notifications:stop_invited", args=[token_of(participant)]))
        if participant.is_live
        else ""
    )
    facts = {
        "heading": HEADINGS[told.what].format(who=ics.one_line(who)),
        "sentences": [SENTENCES[told.what], *map(ics.one_line, told.news)],
        "facts": _facts(told, who),
        "venue": ics.one_line(booking.venue.name),
        "because": f"You get this because {ics.one_line(who)} invited you to a booking.",
        "preferences": address(reverse("notifications:preferences")) if participant.person_id else "",
        "unsubscribe": stop,
        "stop": "No more mails about it",
        "links": _links(participant) if is_asked else [],
    }
    subject = f"{SUBJECTS[told.what]}: {told.entry.summary}, {_when(booking, told.entry)}"
    return Letter(
        to=participant.address,
        subject=ics.one_line(subject)[:200],
        text=render_to_string("mail/letter.txt", facts),
        html=render_to_string("mail/letter.html", facts),
        calendar=_calendar(told),
        method=ics.method_of(told.entry),
        headers=headers_with(notice, stop),
    )


def _links(participant: Participant) -> list[tuple[str, str]]:
    return [
        ("I come", _link(participant, inviting.ACCEPTED)),
        ("I do not come", _link(participant, inviting.DECLINED)),
    ]


def _facts(told: Told, who: str) -> list[tuple[str, str]]:
    booking, entry = told.booking, told.entry
    facts = [
        ("What", entry.summary),
        ("When", f"{_when(booking, entry)} ({booking.venue.zone_label})"),
        *([("Before", told.was)] if told.was else []),
        ("Where", entry.location),
        ("Invited by", who),
        ("Reference", booking.reference),
    ]
    return [(label, ics.one_line(value)) for label, value in facts]


def _calendar(told: Told) -> bytes:
    organizer = ics.Person(told.booking.venue.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    person = told.participant.person
    attendee = ics.Person(person.name if person else "", told.participant.address)
    return ics.invitation(told.entry, organizer, attendee, answer=PARTSTAT[told.participant.answer])

"""Letters: what happened, as text, as HTML and as a calendar part, by the venue's clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.calendars import ics
from notifications.calendars.entries import address, host, place_of
from notifications.mail.queries import Before, Story
from notifications.mail.tokens import token_of
from notifications.mail.words import MOVED_TO, UNASKED, WORDS, Words
from notifications.models import Notice
from reservations import Span, lifecycle
from reservations.hours import in_local_words
from rooms import money
from rooms.models import Booking, VenueKind
from rooms.queries.messages import closes_at
from rooms.queries.offer_links import token_of as offer_token

Kind = Notice.Kind
MOST_NAMES = 3  # of rooms, in a subject
UNSAID = "UTC"  # the zone of an account until its owner says which it is
RECEIPT = "Your payment arrived, thank you. The receipt is on the same page."


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to be sent: the same each time it is written, its Message-ID above all."""

    to: str
    subject: str
    text: str
    html: str
    calendar: bytes | None
    method: str
    headers: dict[str, str]
    files: tuple[tuple[str, str, str], ...] = ()  # name, text and type of each

    def as_message(self) -> EmailMultiAlternatives:
        """Return the letter as a mail of up to three parts, the plainest first."""
        message = EmailMultiAlternatives(self.subject, self.text, None, [self.to], headers=self.headers)
        if self.html:
            message.attach_alternative(self.html, "text/html")
        if self.calendar is not None:
            message.attach_alternative(self.calendar.decode(), f"text/calendar; method={self.method}")
        for file in self.files:
            message.attach(*file)
        return message


def as_written(notice: Notice) -> Letter:
    """Return a letter that is kept as it was written."""
    told = notice.letter or {}
    file = told.get("file")
    return Letter(
        to=notice.reader.email,
        subject=ics.one_line(told.get("subject", ""))[:200],
        text=told.get("text", ""),
        html="",
        calendar=None,
        method="",
        headers=_own(notice),
        files=((file["name"], file["text"], file["type"]),) if file else (),
    )


def as_said(notice: Notice, subject: str, text: str) -> Letter:
    """Return a letter of plain text to an address, with an account or without one."""
    return Letter(
        to=notice.address,
        subject=ics.one_line(subject)[:200],
        text=text,
        html="",
        calendar=None,
        method="",
        headers=_own(notice),
    )


def letter(story: Story) -> Letter:
    """Return the letter that tells the story."""
    words = _words(story)
    told = {
        "heading": words.heading,
        "sentences": [*filter(None, [words.sentence]), *_more(story)],
        "facts": _facts(story),
        "links": _links(story),
        "link": address(reverse("rooms:booking", args=[story.booking.reference])),
        "preferences": address(reverse("notifications:preferences")),
        "unsubscribe": _unsubscribe(story),
        "venue": ics.one_line(story.booking.venue.name),
    }
    place = f"{_some(story.rooms) or story.booking.reference} at {story.booking.venue.name}"
    span = _span_told(story)
    subject = f"{words.subject}: {place}, {span if story.span else span[:1].lower() + span[1:]}"
    return Letter(
        to=story.recipient.email,
        subject=ics.one_line(subject)[:200],
        text=render_to_string("mail/letter.txt", told),
        html=render_to_string("mail/letter.html", told),
        calendar=_calendar(story),
        method=ics.method_of(story.entry),
        headers=_headers(story),
    )


def _links(story: Story) -> list[tuple[str, str]]:
    """Return what takes the reader where nothing but one press is left to do."""
    if story.notice.kind != Kind.OFFERED:
        return []
    return [("Book it, or let it go", address(reverse("rooms:offered", args=[offer_token(story.booking)])))]


def _words(story: Story) -> Words:
    """Return the words of the letter: a move that only asks for something does not say that it holds."""
    if story.notice.kind == Kind.MOVED and story.before is not None:
        was, now = (state == lifecycle.PENDING for state in (story.before.state, story.state))
        if was or now:
            return MOVED_TO["booked" if not now else "request" if was else "asked"]
    return UNASKED if story.is_unasked else WORDS[Kind(story.notice.kind)]


def _some(rooms: Sequence[str]) -> str:
    """Return the names of the first rooms, and how many there are besides."""
    more = len(rooms) - MOST_NAMES
    return ", ".join(rooms[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _before_told(before: Before, story: Story) -> str:
    """Return where and when it was before; of what stayed the same, nothing is said again."""
    span, rooms = Span(before.start, before.end), sorted(before.rooms)
    told = [] if rooms == sorted(story.rooms) else [_some(before.rooms)]
    if not told or span != story.span:
        told.append(when(before.start, before.end, story.entry.zone))
    return ", ".join(told)


def _more(story: Story) -> list[str]:
    """Return what else the reader wants to know: how late it is, or what became of their money."""
    if story.delay is not None:
        minutes, note = story.delay
        said = f"It is about {minutes} minutes late" if minutes else "It is on time again"
        return [f"{said}: {note}." if note else f"{said}."]
    if story.notice.kind == Kind.OFFERED and story.booking.expires_at is not None:
        ends = in_local_words(story.booking.expires_at, story.entry.zone, seen_from=story.notice.at)
        return [f"The hold ends at {ends}."]
    if story.notice.kind == Kind.MESSAGE:
        return _answer(story)
    if story.notice.kind != Kind.CANCELLED:
        return [*story.changed, *_why(story)]
    off = story.called_off
    why = f": {off}" if off else ""
    return [*([] if off is None else [f"The departure does not run{why}."]), *_owed(story.booking)]


def _answer(story: Story) -> list[str]:
    """Return what the venue wrote, a paragraph for each line of it, and whether its reader can write back."""
    lines = [ics.one_line(line) for line in story.reason.splitlines() if line.strip()]
    until = closes_at(story.booking)
    can_write = until is None or story.notice.at < until
    back = ["You can write back on the page of the booking."] if can_write else []
    return [f"{ics.one_line(story.booking.venue.name)} writes:", *lines, *back]


def _why(story: Story) -> list[str]:
    """Return what the staff wrote, or that there is a receipt for what was paid."""
    if story.reason:
        return [f"{ics.one_line(story.booking.venue.name)} writes: {ics.one_line(story.reason)}"]
    return [RECEIPT] if story.notice.kind == Kind.BOOKED and story.amount is not None else []


def _owed(booking: Booking) -> list[str]:
    """Return what of the price of a cancelled booking stays owed."""
    if not booking.price or booking.kept is None:
        return []
    if booking.kept == 0:
        return ["Nothing is owed for it; whatever was paid is given back."]
    kept = money.as_text(booking.kept, booking.currency)
    return [f"By its terms {kept} stays owed; whatever was paid beyond that is given back."]


def _facts(story: Story) -> list[tuple[str, str]]:
    booking, venue, entry = story.booking, story.booking.venue, story.entry
    told = [("Name" if venue.kind == VenueKind.HOTEL else "What", booking.title)] if booking.title else []
    told.append(("When", f"{_span_told(story)} ({venue.zone_label})"))
    if story.span is not None and (own := _own_zone(story, story.span.start)) is not None:
        told.append(("For you", f"{when(story.span.start, story.span.end, own)} ({_town(own)} time)"))
    if story.date is not None:
        told.append(("Series", booking.series_words))
    if story.before is not None and story.notice.kind == Kind.MOVED:
        told.append(("Before", _before_told(story.before, story)))
    told.append(("Where", place_of(booking, story.rooms) if story.date else entry.location))
    if booking.price:
        told.append(("Price", money.as_text(booking.price, booking.currency)))
    if story.amount is not None:
        label = "Paid" if story.notice.kind == Kind.BOOKED else "Amount"
        told.append((label, money.as_text(story.amount, booking.currency)))
    told.append(("Reference", booking.reference))
    if story.notice.kind in (Kind.BOOKED, Kind.REQUESTED) and story.recipient.pk == booking.guest_id:
        told += [(one.text, one.words) for one in booking.answered]
    return [(label, ics.one_line(value)) for label, value in told]


def _span_told(story: Story) -> str:
    """Return when it is, by the venue's clocks: from when to when, or as a series."""
    span = story.span
    return when(span.start, span.end, story.entry.zone) if span else story.booking.series_words


def _own_zone(story: Story, start: datetime) -> ZoneInfo | None:
    """Return the reader's zone where their clock differs from the venue's; None if nobody said which it is.

    A night in a hotel is by the clock of the hotel alone.
    """
    own = ZoneInfo(story.recipient.timezone)
    if own.key == UNSAID or story.booking.venue.kind == VenueKind.HOTEL:
        return None
    return (
        own if start.astimezone(own).utcoffset() != start.astimezone(story.entry.zone).utcoffset() else None
    )


def _town(zone: ZoneInfo) -> str:
    return zone.key.rpartition("/")[2].replace("_", " ")


def when(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """Return the span with its year: a letter is read again long after."""
    first = start.astimezone(zone)
    if end is None:
        return f"{_day(first)}, from {first:%H:%M}"
    last = end.astimezone(zone)
    if first.date() == last.date():
        return f"{_day(first)}, {first:%H:%M} to {last:%H:%M}"
    return f"{_day(first)}, {first:%H:%M} to {_day(last)}, {last:%H:%M}"


def _day(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}"


def _calendar(story: Story) -> bytes | None:
    """Return the calendar part; while a booking is only held there is nothing to note down."""
    if story.booking.state == "held" and story.notice.kind in (Kind.OFFERED, Kind.PAYMENT_FAILED):
        return None
    if story.notice.kind == Kind.MESSAGE:
        return None  # nothing of the booking has changed
    organizer = ics.Person(story.booking.venue.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    attendee = ics.Person(story.recipient.name, story.recipient.email)
    return ics.invitation(story.entry, organizer, attendee)


def _headers(story: Story) -> dict[str, Any]:
    told = headers_with(story.notice, _unsubscribe(story))
    if story.notice.kind == Kind.MESSAGE:
        # So a mail program shows all answers about a booking as one conversation; there is no such letter.
        first = f"<messages-{story.booking.reference}@{host()}>"
        told |= {"In-Reply-To": first, "References": first}
    return told


def headers_with(notice: Notice, unsubscribe: str) -> dict[str, Any]:
    """Return the headers of a letter, and where its kind is switched off, if anywhere."""
    told = _own(notice)
    if unsubscribe:
        told["List-Unsubscribe"] = f"<{unsubscribe}>"
        told["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return told


def _own(notice: Notice) -> dict[str, Any]:
    """Return the headers that every letter has."""
    return {
        "Message-ID": f"<{notice.uuid}@{host()}>",
        # RFC 3834: no holiday reply comes back for it.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def _unsubscribe(story: Story) -> str:
    if story.notice.kind != Kind.REMINDER:
        return ""
    return address(reverse("notifications:unsubscribe", args=[token_of(story.recipient)]))

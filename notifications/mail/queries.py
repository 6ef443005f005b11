"""What is read of letters: which is due, what happened, and what its reader wants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from notifications.calendars.entries import as_it_was, entry_of, risen
from notifications.calendars.ics import Entry
from notifications.calendars.queries import rooms_of
from notifications.models import OPEN, MailPreference, Notice
from reservations import Span, messaging
from rooms.models import Allocation, Booking, Change, Departure, Journey, Message
from rooms.queries.words import span_in_words

Kind = Notice.Kind
OF_MONEY = (Kind.PAID, Kind.REFUNDED, Kind.PAYMENT_FAILED)
OTHERS_DOING = (Kind.MOVED, Kind.DELAYED, Kind.CANCELLED, Kind.DECLINED, Kind.OFFERED)
"""Letters that everybody gets, if it was not they themselves who did it."""


def due(*, now: datetime) -> Notice | None:
    """Return a letter that may be sent, the longest due first: the earliest of its booking, or participant.

    Those about watched rooms come after all others, for nobody waits for them: the earliest of its reader,
    as each goes on where the one before ended.
    """
    earlier = Notice.objects.filter(booking=OuterRef("booking"), pk__lt=OuterRef("pk"), state__in=OPEN)
    before = Notice.objects.filter(
        kind=Kind.WATCHED, recipient=OuterRef("recipient"), pk__lt=OuterRef("pk"), state__in=OPEN
    )
    waiting = Notice.objects.filter(state__in=OPEN, next_at__lte=now)
    to_same = Notice.objects.filter(
        participant=OuterRef("participant"), pk__lt=OuterRef("pk"), state__in=OPEN
    )
    letters = waiting.exclude(kind=Kind.WATCHED).filter(~Exists(earlier), ~Exists(to_same))
    watched = waiting.filter(~Exists(before), kind=Kind.WATCHED)
    return letters.order_by("next_at", "pk").first() or watched.order_by("next_at", "pk").first()


@dataclass(frozen=True, slots=True)
class Before:
    """A booking as it was before it moved."""

    start: datetime
    end: datetime | None
    rooms: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Story:
    """What a letter has to tell: the booking as it was when something happened to it."""

    notice: Notice
    entry: Entry
    rooms: list[str]
    before: Before | None  # of a move: where and from when
    by_themselves: bool
    amount: int | None  # of money that went one way or the other
    delay: tuple[int, str] | None = None  # of a departure: how many minutes it is late, and why
    called_off: str | None = None  # of a departure that does not run: why, as far as anybody said
    reason: str = ""  # what the venue wrote: why money comes back or a request is declined, or an answer
    changed: tuple[str, ...] = ()  # of a series: what became of which date
    date: Span | None = None  # of a reminder of a series: the date that it reminds of
    state: str = ""  # that a move left it in
    is_unasked: bool = False  # of what the venue wrote: its guest had not written anything

    @property
    def booking(self) -> Booking:
        """The booking, as it is now."""
        return booking_of(self.notice)

    @property
    def span(self) -> Span | None:
        """From when to when it is, of a reminder of a series the date; None of a series as a whole.

        A series keeps the venue's clock, whatever the reader's says.
        """
        if self.booking.recurrence:
            return self.date
        return Span(self.entry.start, self.entry.end)

    @property
    def recipient(self) -> User:
        """Whom it is told."""
        return self.notice.reader


def booking_of(notice: Notice) -> Booking:
    """Return the booking that a letter tells of; one that tells of none is never asked."""
    if notice.booking is None:
        raise TypeError(f"Notice {notice.pk} tells of no booking.")
    return notice.booking


def story_of(notice: Notice) -> Story:
    """Return what the letter has to tell; its booking with the venue, and its recipient, are at hand."""
    kind = Kind(notice.kind)
    if kind == Kind.REMINDER:
        return _reminder(notice)
    happened = _changes(notice, kind)
    by_themselves = any(change.by_id == notice.recipient_id for change in happened)
    if kind in OF_MONEY:
        amount = next((one for change in happened if type(one := change.after.get("amount")) is int), None)
        # Of a payment that failed, the reason is a code for programs.
        reason = _reason(happened if kind == Kind.REFUNDED else ())
        return Story(notice, *_now(booking_of(notice)), None, by_themselves, amount=amount, reason=reason)
    if kind == Kind.DELAYED:
        late = next(((one.after["delay_minutes"], one.after["note"]) for one in happened), None)
        return Story(notice, *_now(booking_of(notice)), None, by_themselves, amount=None, delay=late)
    if kind == Kind.MESSAGE:
        written, is_unasked = _written(happened)
        return Story(
            notice, *_now(booking_of(notice)), None, by_themselves,
            amount=None, reason=written, is_unasked=is_unasked,
        )  # fmt: skip
    entry, rooms, before = _then(notice, happened)
    off = _called_off(notice) if kind == Kind.CANCELLED and not by_themselves else None
    changed = _of_dates(happened, entry) if kind == Kind.MOVED else ()
    return Story(
        notice, entry, rooms, before, by_themselves,
        amount=_paid_with(notice), called_off=off, changed=changed, reason=_reason(happened),
        state=next((str(one.after["state"]) for one in happened if "state" in one.after), ""),
    )  # fmt: skip


def _reminder(notice: Notice) -> Story:
    """Return what there is to be reminded of: of a series one date, in its own rooms."""
    entry, rooms = _now(booking_of(notice))
    taken = _taken_at(notice) if booking_of(notice).recurrence else []
    if not taken:
        return Story(notice, entry, rooms, None, by_themselves=False, amount=None)
    date = Span(taken[0].starts_at, taken[0].ends_at)
    return Story(notice, entry, rooms_of(taken), None, by_themselves=False, amount=None, date=date)


def _taken_at(notice: Notice) -> list[Allocation]:
    """Return what of the series begins when the reminder says."""
    own = Allocation.objects.filter(booking=notice.booking_id, active=True, starts_at=notice.at)
    return list(own.select_related("room"))


def _reason(happened: Iterable[Change]) -> str:
    """Return why the staff did it, where they said so."""
    return next((str(one.after["reason"]) for one in happened if "reason" in one.after), "")


def _written(happened: Iterable[Change]) -> tuple[str, bool]:
    """Return what the venue wrote, nothing once it is erased; and whether nobody had asked."""
    keys = [one.after["message"] for one in happened if "message" in one.after]
    said = list(Message.objects.filter(pk__in=keys, kind=messaging.ANSWER).order_by("pk"))
    if not said:
        return "", False
    before = Message.objects.filter(thread=said[0].thread_id, pk__lt=said[0].pk)
    is_unasked = not before.filter(kind__in=messaging.OF_GUESTS).exists()
    return "\n".join(one.text for one in said), is_unasked


def _of_dates(happened: list[Change], entry: Entry) -> tuple[str, ...]:
    """Return what became of which dates of a series, in order."""
    told: dict[int, tuple[datetime, str]] = {}
    for change in happened:
        after = change.after
        if "occurrence" not in after:
            continue
        start, end = _span(after)
        if after.get("state") != "cancelled":
            sentence = f"{span_in_words(start, end, entry.zone)}: {change.room.name}."
            told[after["occurrence"]] = (start, sentence)
        elif after["occurrence"] not in told:
            told[after["occurrence"]] = (start, f"{span_in_words(start, end, entry.zone)}: left out.")
    return tuple(sentence for _, sentence in sorted(told.values()))


def _called_off(notice: Notice) -> str | None:
    """Return why the departure of the booking does not run, "" if nobody said; None if it runs."""
    ride = Journey.objects.filter(booking=notice.booking_id, departure__state=Departure.State.CANCELLED)
    return ride.values_list("departure__delay_note", flat=True).first()


def _paid_with(notice: Notice) -> int | None:
    """Return what was paid until it was booked, for which there is no letter of its own."""
    if notice.kind != Kind.BOOKED:
        return None
    paid = Change.objects.filter(booking=notice.booking_id, kind="paid", at__lte=notice.at)
    amounts = [change.after.get("amount") for change in paid]
    return sum(amount for amount in amounts if type(amount) is int) or None


def _changes(notice: Notice, kind: Notice.Kind) -> list[Change]:
    told = Change.objects.filter(
        booking=notice.booking, kind="expired" if kind == Kind.HELD_EXPIRED else kind, at=notice.at
    )
    return list(told.select_related("room").order_by("room__order", "room__name"))


def _now(booking: Booking) -> tuple[Entry, list[str]]:
    names = rooms_of(Allocation.objects.filter(booking=booking).select_related("room"))
    return entry_of(booking, names, risen([booking.pk]).get(booking.pk, [])), names


def _then(notice: Notice, happened: list[Change]) -> tuple[Entry, list[str], Before | None]:
    """Return the booking as the change left it, so that letters sent late tell things in their order."""
    left = [change for change in happened if "start" in change.after]
    named = (change.room.name for change in left or happened if change.before or change.after)
    names = list(dict.fromkeys(named))  # a series has a change for each of its dates
    booking = booking_of(notice)
    moments = risen([booking.pk], until=notice.at).get(booking.pk, [])
    entry = entry_of(booking, names, moments)
    if booking.recurrence:
        return entry, names, None  # each of its dates has a before and an after of its own
    if left:
        start, end = _span(left[0].after)
        entry = as_it_was(entry, start=start, end=end, state=left[0].after.get("state", ""))
    return entry, names, _before(happened)


def _before(happened: Iterable[Change]) -> Before | None:
    """Return where and when it was, and in which state; None of what was nowhere before."""
    earlier = [change for change in happened if "start" in change.before]
    if not earlier:
        return None
    rooms = tuple(change.room.name for change in earlier)
    return Before(*_span(earlier[0].before), rooms, str(earlier[0].before.get("state", "")))


def _span(picture: dict[str, Any]) -> tuple[datetime, datetime | None]:
    end = picture.get("end")
    return datetime.fromisoformat(picture["start"]), datetime.fromisoformat(end) if end else None


def wants(story: Story) -> bool:
    """Test whether the person gets this letter: what they must know always, the rest unless they said no."""
    kind = Kind(story.notice.kind)
    if kind in OF_MONEY or story.amount or (kind in OTHERS_DOING and not story.by_themselves):
        return True
    chosen = preference_of(story.recipient)
    return chosen.reminders if kind == Kind.REMINDER else chosen.bookings


def preference_of(user: User) -> MailPreference:
    """Return which letters the person wants: all of them, unless they have said otherwise."""
    return MailPreference.objects.filter(user=user).first() or MailPreference(user=user)


def is_still_true(story: Story, *, now: datetime) -> bool:
    """Test whether there still is something to remind of, or on offer; what happened, happened."""
    if story.notice.kind == Kind.OFFERED:
        ends = story.booking.expires_at
        return story.booking.state == "held" and ends is not None and ends > now
    if story.notice.kind == Kind.MESSAGE:
        return bool(story.reason)
    if story.notice.kind != Kind.REMINDER:
        return True
    booking, start = story.booking, story.notice.at
    takes_place = story.date is not None if booking.recurrence else booking.starts_at == start
    return booking.state == "confirmed" and takes_place and start > now

"""Digests: the letter about rooms that are watched, with everything since the one before."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse

from notifications.calendars import ics
from notifications.calendars.entries import address
from notifications.mail.letters import Letter, headers_with, when
from notifications.mail.tokens import token_of
from notifications.models import Notice
from reservations.spans import counted
from reservations.watching import WORDS
from rooms.models import Watch
from rooms.queries.watching import News, called, news, watched

MOST = 100  # lines of one letter; what is more is counted
MOST_CHANGES = 1_000  # of all its rooms together that are read for it, the latest of each


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in the rooms that a person watches by mail, and up to which revision of each that is."""

    news: list[tuple[Watch, News]]
    upto: dict[str, int]  # by the ids of watches
    is_cut: bool = False  # more happened before than is read


def of(person: int) -> Digest:
    """Return what happened since mail told last, as far as the person may see it now."""
    watches = {one.room_id: one for one in _watches(person)}
    seen = watched([person], watches)[person]
    # Of a room that is hidden nothing is told, now or later.
    upto = {room: seen[room].revision if room in seen else one.room.revision for room, one in watches.items()}
    after = {room: watches[room].mailed for room in seen}
    most = _share([upto[room] - after[room] for room in seen])
    spans = {room: (max(after[room], upto[room] - most), upto[room]) for room in seen}
    is_cut = any(spans[room][0] > after[room] for room in seen)
    staff = [room for room, one in seen.items() if one.is_staff]
    found = news(spans, reader=person, staff=staff, since=None)
    told = [(watches[room], one) for room, own in found.items() for one in own]
    told.sort(key=lambda pair: (pair[1].at, pair[1].revision))
    return Digest(told, {str(watches[room].pk): revision for room, revision in upto.items()}, is_cut)


def _share(numbers: list[int], most: int = MOST_CHANGES) -> int:
    """Return how many changes of each room are read, so that there are not too many of all together."""
    left = most
    for place, number in enumerate(sorted(numbers)):
        each = left // (len(numbers) - place)
        if number > each:
            return each
        left -= number
    return most


def _watches(person: int) -> list[Watch]:
    by_mail = Watch.objects.filter(person=person, by_mail=True)
    return list(by_mail.select_related("room__venue", "room__type"))


def letter(notice: Notice, digest: Digest) -> Letter:
    """Return the letter that tells of it, by the clocks of each room's venue."""
    lines = [_line(watch, one) for watch, one in digest.news[:MOST]]
    rooms = list(dict.fromkeys(_name(watch) for watch, _ in digest.news))
    more = len(digest.news) - len(lines)
    besides = [counted(more, "more change")] if more else []
    besides += ["what happened earlier, which was too much for one letter"] if digest.is_cut else []
    unsubscribe = address(reverse("notifications:unwatch", args=[token_of(notice.reader)]))
    told = {
        "heading": f"News of {_all(rooms)}",
        "facts": lines + ([("Besides", ", and ".join(besides))] if besides else []),
        "link": address(reverse("rooms:watching")),
        "preferences": address(reverse("notifications:preferences")),
        "unsubscribe": unsubscribe,
        "because": "You get this because you watch these rooms by e-mail.",
        "action": "What you watch",
        "stop": "No more mails about rooms",
    }
    several = f"{_all(rooms)}: {'more than ' if digest.is_cut else ''}{counted(len(digest.news), 'change')}"
    subject = several if len(digest.news) > 1 or digest.is_cut else f"{lines[0][0]}: {_said(*digest.news[0])}"
    return Letter(
        to=notice.reader.email,
        subject=ics.one_line(subject)[:200],
        text=render_to_string("mail/letter.txt", told),
        html=render_to_string("mail/letter.html", told),
        calendar=None,
        method="",
        headers=headers_with(notice, unsubscribe),
    )


def _line(watch: Watch, one: News) -> tuple[str, str]:
    """Return which room it was, and what happened when; to staff also whose it is."""
    whose = ics.one_line(", ".join(filter(None, [one.title, one.guest, one.reference])))
    said = _said(watch, one)
    return _name(watch), f"{said} ({whose})" if whose else said


def _said(watch: Watch, one: News) -> str:
    """Return what happened when, by the clocks of the venue."""
    zone = watch.room.venue.zone
    said = f"{WORDS[one.what]} {when(one.start, one.end, zone)}"
    if one.was:
        said += f" (before: {when(*one.was, zone)})"
    return said + (f" and {counted(one.dates - 1, 'more date')}" if one.dates > 1 else "")


def _name(watch: Watch) -> str:
    return ics.one_line(f"{called(watch.room)}, {watch.room.venue.name}")


def _all(rooms: list[str]) -> str:
    return rooms[0] if len(rooms) == 1 else counted(len(rooms), "room") + " you watch"

"""Reports by mail: ordered by managers, written when they are due, and sent as every other letter is.

Order:   order, stop
Write:   write_due      by the clock; each once, however many clocks there are
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from notifications.models import Notice, ReportMail
from reports import catalog, exports, showing
from reports.asking import DAY, Asked, Place, asked, managed_by
from reports.catalog import Answer
from reservations import Invalid, NotFound, PolicyViolation, ReservationError, Unready, to_instant
from rooms.models import RoomType, VenueKind
from rooms.sql import database_now

AT = time(6)  # by the clocks of the venue, or UTC where there are several
MOST = 20  # report mails of one person
KEPT = ("venue", "kind", "type", "by")  # filters; the days are those before each mail
MOST_ROWS = 2_000  # in a file of a letter; more are told by its link alone
LATER = timedelta(minutes=15)  # until a report that took too long is tried again


def order(
    name: str, fields: Mapping[str, Any], *, every: str, by: Any, now: datetime | None = None
) -> ReportMail:
    """Have a report mailed from now on: every day, week or month, of the days before.

    :raises NotAuthenticated: if nobody is logged in
    :raises Forbidden: if they manage no venue
    :raises NotFound: if there is no such report
    :raises Invalid: if a filter makes no sense, or there is no such time
    :raises PolicyViolation: if they get many already
    """
    moment, mine = now or database_now(), managed_by(by)  # before anybody learns which reports there are
    question = asked(fields, mine, ways=catalog.called(name).ways, now=moment)
    if every not in ReportMail.Every.values:
        raise Invalid("Choose how often.", field_errors={"every": ["Choose how often."]})
    kept = {key: str(fields[key]) for key in KEPT if fields.get(key)}
    if ReportMail.objects.filter(owner=by).count() >= MOST:
        raise PolicyViolation(f"At most {MOST} reports are mailed to one person.", rule="report_mails")
    made, _ = ReportMail.objects.get_or_create(
        owner=by, report=name, query=urlencode(kept), every=every,
        defaults={"next_at": next_time(every, question.zone, after=moment), "created_at": moment},
    )  # fmt: skip
    return made


def stop(key: int, *, by: Any) -> None:
    """Mail a report no more.

    :raises NotFound: if it is not theirs
    """
    if not ReportMail.objects.filter(pk=key, owner=by).delete()[0]:
        raise NotFound("There is no such mail.")


def write_due(*, now: datetime | None = None, limit: int = 20) -> int:
    """Write the letters that are due, and return how many; they leave with all the others."""
    moment = now or database_now()
    due = ReportMail.objects.filter(next_at__lte=moment, owner__is_active=True).select_related("owner")
    return sum(_write(one, moment) for one in due.order_by("next_at", "pk")[:limit])


def _write(mail: ReportMail, now: datetime) -> bool:
    due = mail.next_at
    mine = ReportMail.objects.filter(pk=mail.pk, next_at=due)
    report, fields = catalog.REPORTS.get(mail.report), dict(parse_qsl(mail.query))
    try:
        if report is None:
            raise NotFound("There is no such report.")
        question = asked(fields, managed_by(mail.owner), ways=report.ways, now=now)
        found = catalog.answer(report, _of_the_days_before(mail, question))
    except Unready:
        mine.update(next_at=now + LATER)
        return False
    except ReservationError:
        mine.delete()  # they manage it no more, or it is gone: nothing is told any more
        return False
    with transaction.atomic():
        if not mine.update(next_at=next_time(mail.every, found.asked.zone, after=now)):
            return False  # another clock was first
        Notice.objects.create(
            kind=Notice.Kind.REPORT, at=due, recipient=mail.owner, letter=letter(found, fields),
            created_at=now, next_at=now,
        )  # fmt: skip
    return True


def _of_the_days_before(mail: ReportMail, question: Asked) -> Asked:
    """Return the question with the days that have just ended there."""
    first, last = period(mail.every, question.now.astimezone(question.zone).date())
    return replace(question, first=first, last=last)


def period(every: str, today: date) -> tuple[date, date]:
    """Return the days that a mail of today tells of: yesterday, the week up to it, or the month before."""
    if every == ReportMail.Every.MONTH:
        last = today.replace(day=1) - DAY
        return last.replace(day=1), last
    return today - (7 if every == ReportMail.Every.WEEK else 1) * DAY, today - DAY


def next_time(every: str, zone: tzinfo, *, after: datetime) -> datetime:
    """Return when the next mail is due: in the morning, of a day, of a Monday, or of the first of a month."""
    day = after.astimezone(zone).date()
    while True:
        day += DAY
        if every == ReportMail.Every.DAY or (
            day.weekday() == 0 if every == ReportMail.Every.WEEK else day.day == 1
        ):
            return to_instant(day, AT, zone)  # type: ignore[arg-type]  # of a venue, or UTC


def letter(found: Answer, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what the letter says, ready for JSON: the figures, a link, and the rows as a file."""
    query = urlencode({**fields, "from": found.asked.first, "to": found.asked.last})
    link = settings.BASE_URL.rstrip("/") + reverse("reports:report", args=[found.report.name])
    title = f"{found.report.title} of {_places(found.asked)}, {_days(found.asked)}"
    figures = [f"{one.title}: {one.text} ({one.change})" for one in showing.figures(found)]
    text = "\n".join(
        [
            title,
            "",
            *(figures or ["There is nothing to tell of these days."]),
            "",
            f"All numbers: {link}?{query}",
            "To get this no more, open the report and press Stop.",
            "",
        ]
    )
    told: dict[str, Any] = {"subject": title, "text": text}
    if len(found.table.rows) <= MOST_ROWS:
        name = f"{found.report.name}-{found.asked.first}-{found.asked.last}.csv"
        told["file"] = {"name": name, "type": "text/csv", "text": exports.csv(found.table.shown)}
    return told


def _places(asked: Asked) -> str:
    """Return what a letter is about: who gets several tells them apart by it."""
    return asked.places[0].name if len(asked.places) == 1 else f"{len(asked.places)} venues"


def _days(asked: Asked) -> str:
    first, last = (f"{day.day} {day:%B %Y}" for day in (asked.first, asked.last))
    return first if first == last else f"{first} to {last}"


def about(mails: Iterable[ReportMail], mine: Iterable[Place]) -> list[str]:
    """Return of what each of the mails tells, as its reader chose it."""
    chosen = [dict(parse_qsl(mail.query)) for mail in mails]
    keys = [fields["type"] for fields in chosen if "type" in fields]
    known: dict[str, Mapping[str, Any]] = {
        "venue": {place.slug: place.name for place in mine},
        "kind": dict(VenueKind.choices),
        "type": {str(kind.pk): kind.name for kind in RoomType.objects.filter(pk__in=keys)} if keys else {},
        "by": {way: f"by {name.lower()}" for way, name in catalog.WAYS.items()},
    }
    return [
        ", ".join(
            str(known[name].get(fields[name], fields[name])) if name in fields else "All of mine"
            for name in KEPT
            if name in fields or name == "venue"
        )
        for fields in chosen
    ]

"""Messages about bookings: the thread on the page of one, and what a desk has to answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from reservations import Invalid, iso, messaging
from reservations.hours import day_span, in_local_words
from rooms import operations, panels, permissions
from rooms.models import Booking, Message, Thread, Venue
from rooms.queries import messages
from rooms.queries.terms import VenueTerms
from rooms.queries.timeline import revisions
from rooms.sql import database_now, estimated_now
from rooms.views import asking
from rooms.views.acting import action
from rooms.views.answers import answering, live_head, names_text
from rooms.views.desks import venue_of_staff

GIST = 160  # characters of a message in a list
NAMES = {messaging.OPEN: "Open", messaging.ANSWERED: "Answered", messaging.CLOSED: "Closed"}
NONE = {
    messaging.OPEN: "Nobody waits for an answer.",
    messaging.ANSWERED: "Nothing is answered yet that is not closed.",
    messaging.CLOSED: "Nothing is closed yet.",
}


def show() -> None:
    """Show the thread on the page of each booking, and on each desk who waits for an answer."""
    panels.add(panel)
    panels.add_to_desks(desk_panel)


def panel(request: HttpRequest, booking: Booking) -> tuple[str, dict[str, Any]] | None:
    """Return the booking's thread and the form by which this person writes; None where nobody would read."""
    thread = messages.thread_of(booking)
    if booking.guest_id is None and thread is None:
        return None
    is_guest = booking.guest_id == request.user.pk
    may_write, sentence = _may_write(booking, thread, is_guest=is_guest)
    if thread is None and not may_write:
        return None
    page, last_page = _page_of(request, thread)
    may_turn = permissions.is_staff(request.user, booking.venue_id) and thread is not None
    seen = messages.newest_of(booking) if may_turn else 0  # first: what comes then was not seen
    return "includes/messages.html", {
        "thread": thread,
        "state_name": NAMES[thread.state] if thread else "",
        "messages": _listed(booking, page, is_guest=is_guest) if thread else [],
        "earlier": page + 1 if page < last_page else None,
        "later": page - 1 if page > 1 else None,
        "is_guest": is_guest,
        "may_write": may_write,
        "sentence": sentence,
        "typed": request.POST.get("text", ""),
        "chosen": request.POST.get("kind", messaging.QUESTION),
        "most": messaging.LONGEST,
        "may_turn": may_turn,
        "seen": seen,
    }


def _may_write(booking: Booking, thread: Thread | None, *, is_guest: bool) -> tuple[bool, str]:
    """Return whether this side can write now; with until when a guest can, or why nobody can any more."""
    if booking.guest is None or booking.guest.closed_at is not None:
        return False, "The guest has closed their account."
    most = messaging.most_of(is_guest=is_guest)
    if thread is not None and thread.messages_count >= most:
        return False, f"There are {most} messages: you can write no more."
    until = messages.closes_at(booking)
    if not is_guest or until is None:
        return True, ""
    now = estimated_now()
    told, is_over = in_local_words(until, booking.venue.zone, seen_from=now), until <= now
    return not is_over, f"You could write until {told}." if is_over else f"You can write until {told}."


def _page_of(request: HttpRequest, thread: Thread | None) -> tuple[int, int]:
    """Return which page of the thread is asked for, counted from its end, and the number of the last."""
    last = -(-thread.messages_count // messages.SHOWN) if thread else 1
    try:
        return min(asking.whole(request.GET.get("messages", "1"), "messages", least=1), last), last
    except Invalid:
        return 1, last


def _listed(booking: Booking, page: int, *, is_guest: bool) -> list[dict[str, Any]]:
    """Return one page of the thread in the order it was written; guests read no names of the staff."""
    newest = messages.messages_of(booking).order_by("-pk")
    rows = newest[(page - 1) * messages.SHOWN : page * messages.SHOWN]
    return [_told(row, booking, is_guest=is_guest) for row in reversed(rows)]


def _told(row: Message, booking: Booking, *, is_guest: bool) -> dict[str, Any]:
    from_guest = row.kind != messaging.ANSWER
    if is_guest:
        who = "You" if from_guest else booking.venue.name
    else:
        who = row.author.called if row.author else "The venue"
    return {
        "row": row,
        "who": who,
        "is_own": from_guest == is_guest,
        "is_problem": row.kind == messaging.PROBLEM,
    }


def desk_panel(request: HttpRequest, terms: VenueTerms, now: datetime) -> tuple[str, dict[str, Any]]:
    """Return who waits longest for an answer at the venue, and how many do."""
    found = list(messages.threads_at(terms.id, messaging.OPEN)[: messages.AT_DESK])
    number = len(found) if len(found) < messages.AT_DESK else messages.counts_at(terms.id)[messaging.OPEN]
    return "includes/desk_messages.html", {"lines": lines_of(found), "number": number}


def lines_of(threads: Sequence[Thread]) -> list[dict[str, Any]]:
    """Return what a list says of each thread: of what booking, from whom, since when, and how it ends."""
    latest, rooms = messages.latest_of(threads), messages.rooms_of(threads)
    return [_line(thread, latest[thread.pk], names_text(rooms[thread.pk])) for thread in threads]


def _line(thread: Thread, last: Message, rooms: str) -> dict[str, Any]:
    guest = thread.booking.guest
    return {
        "thread": thread,
        "reference": thread.booking.reference,
        "rooms": rooms,
        "who": guest.called if guest else "",
        "is_problem": last.kind == messaging.PROBLEM,
        "gist": Truncator(" ".join(last.text.split())).chars(GIST),
    }


@require_safe
@answering
def inbox(request: HttpRequest, slug: str) -> HttpResponse:
    """List what guests of the venue have written, who waits longest first."""
    found = venue_of_staff(request, slug)
    now, revision = database_now(), revisions([found.pk])[found.pk][1]  # first: what comes then is news
    show = request.GET.get("show", messaging.OPEN)
    show = show if show in messaging.STATES else messaging.OPEN
    counts = messages.counts_at(found.pk)
    pages = Paginator(messages.threads_at(found.pk, show), messages.PAGE)
    pages.count = counts[show]  # for the tabs it was counted already
    page = pages.get_page(request.GET.get("page"))
    context = {
        "venue": found,
        "zone_label": found.zone_label,
        "show": show,
        "tabs": [
            {"state": state, "name": NAMES[state], "count": counts[state]} for state in messaging.STATES
        ],
        "number": counts[messaging.OPEN],
        "page": page,
        "lines": lines_of(list(page.object_list)),
        "none": NONE[show],
        "data": _data(found, revision, now),
    }
    return render(request, "rooms/inbox.html", context)


def _data(found: Venue, revision: int, now: datetime) -> dict[str, Any]:
    today = day_span(now.astimezone(found.zone).date(), found.zone)
    return {
        **live_head(now),
        "venue": {"slug": found.slug, "timezone": found.timezone},
        "topics": {"desk": f"desk:{found.slug}", "mine": None},
        "revisions": {"desk": revision},
        "window": {"start": iso(today.start), "end": iso(today.end or now)},
    }


def _write(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    is_guest = found.guest_id == user.pk
    kind = fields.one("kind", messaging.QUESTION if is_guest else messaging.ANSWER)
    operations.write_message(found, kind, fields.one("text"), by=user)
    return found


def _close(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    seen = fields.one("seen")
    seen = asking.whole(seen, "seen") if seen not in ("", None) else None
    operations.close_thread(found, by=user, seen=seen)
    return found


def _reopen(found: Booking, user: Any, fields: asking.Asked) -> Booking:
    operations.reopen_thread(found, by=user)
    return found


write = action("Sent.", _write)
close = action("Closed. It opens again when the guest writes.", _close)
reopen = action("Open again.", _reopen)

"""The audit trail of a venue, for its managers: who changed what, when, from where, before and after."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import roles
from accounts.models import User
from reservations import Forbidden, Invalid, NotAuthenticated
from reservations.hours import day_span
from rooms import money
from rooms.models import Change, Venue
from rooms.queries.at_door import displays_named
from rooms.queries.history import NOBODY, PAGE, Sought, changes_of
from rooms.texts import in_order
from rooms.views import asking
from rooms.views.answers import answering
from rooms.views.happening import HAPPENED

LONGEST = 254  # characters of a filter
MOST_ROOMS = 1_000  # in the choice
DOORS = {"page": "a page", "api": "the API", "admin": "the admin", "line": "a line"}
MORE = {"blocked": "Taken out of use", "lifted": "Put back into use", "moved": "Moved", "delayed": "Late"}
MORE |= {"left": "Page of the hold left", "back": "Page of the hold opened again"}
MORE["conflict"] = "Conflict with another calendar"
NAMES = {
    **{
        kind: words.replace(" {amount}", "").replace(" of failed", " failed")
        for kind, words in HAPPENED.items()
    },
    **MORE,
}


def venue_of(request: HttpRequest, slug: str, action: str) -> Venue:
    """Return the venue, if the table of roles lets this person do the action there."""
    found = asking.venue_called(slug, request.user)
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to see that.")
    if not roles.may(request.user, action, found.pk):
        raise Forbidden(f"This is for who may {roles.WORDS[action]}.")
    return found


@never_cache
@require_safe
@answering
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what happened at the venue, the latest first; the address says what is left out."""
    found = venue_of(request, slug, "see_history")
    asked = {name: request.GET.get(name, "").strip()[:LONGEST] for name in FIELDS}
    problem, rows = "", []
    try:
        _are_texts(asked)
        before = asking.whole(asked["before"], "before") if asked["before"] else None
        rows = list(changes_of(found.pk, _sought(asked, found), before=before)[: PAGE + 1])
    except Invalid as refusal:
        problem = refusal.sentence
    shown = rows[:PAGE]
    acted, named = _people(shown), displays_named(shown)
    context = {
        "venue": found,
        "zone_label": found.zone_label,
        "asked": asked,
        "is_narrowed": any(asked[name] for name in FIELDS if name != "before"),
        "problem": problem,
        "kinds": sorted(NAMES.items(), key=lambda one: one[1]),
        "rooms": in_order(found.rooms.only("order", "name", "venue"))[:MOST_ROOMS],
        "nobody": NOBODY,
        "lines": [_line(row, found, acted, _door(row, named)) for row in shown],
        "older": shown[-1].pk if len(rows) > PAGE else None,
    }
    return render(request, "rooms/history.html", context, status=400 if problem else 200)


FIELDS = ("kind", "who", "room", "reference", "from", "to", "before")


def _are_texts(asked: Mapping[str, str]) -> None:
    """Refuse what no text of ours has: at a NUL PostgreSQL ends the request."""
    for name, value in asked.items():
        if not value.isprintable():
            raise asking.invalid(name, "This has characters that cannot be.")


def _sought(asked: Mapping[str, str], found: Venue) -> Sought:
    return Sought(
        kind=asked["kind"],
        who=asked["who"],
        room=asking.whole(asked["room"], "room") if asked["room"] else None,
        reference=asked["reference"],
        since=_day(asked["from"], "from", found),
        until=_day(asked["to"], "to", found, days=1),
    )


def _day(text: str, field: str, found: Venue, days: int = 0) -> datetime | None:
    """Return the beginning of the day at the venue, or of the day after it."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise asking.invalid(field, "Give a date, such as 2026-11-23.") from None
    if not 1971 <= day.year <= 2198:
        raise asking.invalid(field, "Give a date between 1971 and 2198.")
    return day_span(day + timedelta(days=days), found.zone).start


def _people(rows: list[Change]) -> dict[int, str]:
    """Return the addresses of superusers who acted for somebody in these rows."""
    keys = {int(row.origin.rpartition("#")[2]) for row in rows if "#" in row.origin}
    return {one.pk: str(one) for one in User.objects.filter(pk__in=keys)}


def _door(row: Change, named: Mapping[str, str]) -> str:
    """Return by which door it was asked for, in words; a display by its name."""
    doors = {**DOORS, **named}
    return next((doors[part] for part in row.origin.split() if part in doors), "")


def _line(row: Change, found: Venue, acted: Mapping[int, str], door: str) -> dict[str, Any]:
    network = next((part for part in row.origin.split() if "/" in part), "")
    number = row.origin.rpartition("#")[2] if "#" in row.origin else ""
    before, after = _told(row.before, found), _told(row.after, found)
    return {
        "at": row.at,
        "what": NAMES.get(row.kind, row.kind.replace("_", " ").capitalize()),
        "room": row.room.name,
        "revision": row.revision,
        "reference": row.booking.reference if row.booking else "",
        "who": row.by.called if row.by else "",
        "email": row.by.email if row.by else "",
        "door": door,
        "network": network,
        "acted_by": acted.get(int(number), "a superuser") if number else "",
        "facts": [
            {"name": name.replace("_", " "), "before": before.get(name, ""), "after": after.get(name, "")}
            for name in dict.fromkeys([*before, *after])
            if before.get(name) != after.get(name)
        ],
    }


def _told(facts: Any, found: Venue) -> dict[str, str]:
    """Return what a change says of before or after, each fact as people read it."""
    if not isinstance(facts, dict):
        return {}
    coin = facts.get("currency")
    if coin and isinstance(facts.get("amount"), int):
        facts = {**facts, "amount": money.as_text(facts["amount"], coin)}
        del facts["currency"]
    return {str(name): _in_words(value, found) for name, value in facts.items()}


def _in_words(value: Any, found: Venue) -> str:
    if isinstance(value, str) and len(value) >= 16 and value[4:5] == "-":
        try:
            return f"{datetime.fromisoformat(value).astimezone(found.zone):%a %d %b %Y, %H:%M}"
        except ValueError:
            pass
    if value is None:
        return "open"
    return str(value).replace("_", " ")[:200]

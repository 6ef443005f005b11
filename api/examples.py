"""One call of each endpoint, as the manual shows it; the tests make every one of them."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from api.routing import ANYBODY, PREFIX, Endpoint

SPAN = {"start": "2026-12-01T10:00:00+03:00", "end": "2026-12-01T11:00:00+03:00"}


@dataclass(frozen=True, slots=True)
class Example:
    """What stands in the path, the query and the body of one call."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


OFFICE = {"slug": "harbour-office"}
MINE = {"reference": "R7XK-42QM"}
EXAMPLES: Mapping[str, Example] = {
    "log_in": Example(body={"email": "guest@example.com", "password": "reserve-demo"}),
    "refresh": Example(body={"refresh": "OwPfy9tFVN8jRHwKseTFk2.NlDoiJ56TTEDs…"}),
    "register": Example(
        body={"email": "ada@example.com", "password": "correct horse battery", "name": "Ada Kaya"}
    ),
    "list_venues": Example(query={"kind": "building", "q": "harbour"}),
    "show_venue": Example(OFFICE),
    "list_rooms": Example(OFFICE, {"limit": "50"}),
    "show_availability": Example(OFFICE, {**SPAN, "capacity": "6", "floor": "2", "within": "0,0,400,300"}),
    "plan_agenda": Example(
        OFFICE,
        body={
            "start": "2026-12-01T09:00:00+03:00",
            "end": "2026-12-01T18:00:00+03:00",
            "events": [
                {"title": "Opening", "minutes": 60, "party": 18},
                {"title": "Workshop", "minutes": 90, "party": 8, "amenities": ["screen"]},
            ],
            "apart": True,
        },
    ),
    "show_timeline": Example(
        OFFICE, {"start": "2026-12-01T00:00:00+03:00", "end": "2026-12-02T00:00:00+03:00"}
    ),
    "show_nights": Example({"slug": "lantern-house"}, {"first": "2026-12-04", "last": "2026-12-17"}),
    "search_stays": Example(
        query={"arrive": "2026-12-04", "depart": "2026-12-08", "guests": "2", "place": "Istanbul"}
    ),
    "list_places": Example(query={"q": "ist"}),
    "list_journeys": Example(query={"origin": "Istanbul", "destination": "Ankara", "date": "2026-12-01"}),
    "list_seats": Example({"id": "7"}, {"from_stop": "0", "to_stop": "2"}),
    "join_waitlist": Example(
        body={"venue": "harbour-office", "room_type": "Meeting room", "count": 2, **SPAN, "party": 6}
    ),
    "leave_waitlist": Example({"id": "7"}),
    "watch_room": Example(body={"room": 1, "by_mail": True}),
    "list_watches": Example(query={"limit": "20"}),
    "unwatch_room": Example({"room": "1"}),
    "create_booking": Example(
        body={
            "venue": "harbour-office",
            "room_type": "Meeting room",
            "count": 2,
            **SPAN,
            "title": "Planning",
            "party": 6,
            "hold": True,
        },
        headers={"Idempotency-Key": "planning-2026-12-01"},
    ),
    "list_bookings": Example(query={"state": "confirmed", "from": SPAN["start"]}),
    "show_booking": Example(MINE),
    "show_cancellation": Example(MINE),
    "confirm": Example(MINE, body={"title": "Planning the new year"}),
    "describe": Example(MINE, body={"title": "Planning the new year", "party": 8}),
    "cancel": Example(MINE),
    "note_plate": Example(MINE, body={"plate": "34 KZ 1978"}),
    "create_walk_in": Example({"slug": "pier-parking"}, body={"plate": "34 KZ 1978"}),
    "renew": Example(MINE),
    "check_in": Example(MINE),
    "check_out": Example(MINE),
    "undo_check_in": Example(MINE),
    "mark_no_show": Example(MINE),
    "release": Example(MINE),
    "approve": Example(MINE),
    "decline": Example(MINE, body={"reason": "The floor is polished that evening."}),
    "move": Example(MINE, body={"start": "2026-12-01T14:00:00+03:00", "end": "2026-12-01T15:00:00+03:00"}),
    "skip_occurrence": Example({**MINE, "number": "3"}),
    "move_occurrence": Example({**MINE, "number": "4"}, body={"start": "2026-12-22T14:00:00+03:00"}),
    "create_payment": Example(
        MINE,
        body={"method": "card", "card": "4242424242424242"},
        headers={"Idempotency-Key": "paid-once"},
    ),
    "list_payments": Example(MINE),
    "list_messages": Example(MINE, {"limit": "50"}),
    "write_message": Example(MINE, body={"kind": "problem", "text": "The screen shows no picture."}),
    "close_thread": Example(MINE, body={"seen": 8}),
    "reopen_thread": Example(MINE),
    "list_threads": Example(OFFICE, {"state": "open"}),
    "list_participants": Example(MINE, {"limit": "50"}),
    "invite": Example(MINE, body={"addresses": ["ada@example.org", "ben@example.org"]}),
    "answer_invitation": Example(MINE, body={"answer": "accepted"}),
    "change_participant": Example({**MINE, "id": "7"}, body={"may_change": True}),
    "uninvite": Example({**MINE, "id": "7"}),
    "create_blocking": Example(
        OFFICE, body={"rooms": [1], **SPAN, "reason": "maintenance", "note": "New carpet"}
    ),
    "list_blockings": Example(OFFICE),
    "show_rights": Example({**OFFICE, "room": "1"}),
    "replace_rights": Example(
        {**OFFICE, "room": "1"},
        body={
            "everybody": "see",
            "people": [{"email": "guest@example.com", "verbs": ["book"]}],
        },
    ),
    "show_blocking": Example({**OFFICE, "id": "7"}),
    "lift_blocking": Example({**OFFICE, "id": "7"}),
    "show_report": Example(
        {"report": "revenue"}, {"from": "2026-11-01", "to": "2026-11-30", "venue": "lantern-house"}
    ),
    "create_webhook": Example(body={"url": "https://example.com/reserve", "venue": "harbour-office"}),
    "list_webhooks": Example(query={"limit": "20"}),
    "show_webhook": Example({"id": "7"}),
    "delete_webhook": Example({"id": "7"}),
    "enable_webhook": Example({"id": "7"}),
    "test_webhook": Example({"id": "7"}),
    "list_deliveries": Example({"id": "7"}, {"limit": "50"}),
}


def curl(one: Endpoint, base_url: str) -> str:
    """Return the call as one types it."""
    example = EXAMPLES.get(one.name, Example())
    address = base_url.rstrip("/") + PREFIX + one.path.format(**example.path)
    if example.query:
        address += "?" + urlencode(example.query, safe=":")
    words = [f"curl {shlex.quote(address)}"]
    if one.method != "GET" and not (one.method == "POST" and example.body is not None):
        words.append(f"-X {one.method}")
    if one.who != ANYBODY:
        words.append('-H "Authorization: Bearer $TOKEN"')
    words += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in example.headers.items()]
    if example.body is not None:
        told = json.dumps(example.body, ensure_ascii=False, indent=2)
        words += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(told)}"]
    return " \\\n  ".join(words)

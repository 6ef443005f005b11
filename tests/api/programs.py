"""Programs that call the API, and the time they ask for: soon, for the API asks the database's clock."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from accounts import operations
from api import openapi
from api.routing import PREFIX, match
from rooms.models import Booking

MORNING = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=2)


def hour(start: float, end: float | None = None) -> dict[str, Any]:
    """Return the span of so many hours after that morning at ten, as a body says it."""
    last = MORNING + timedelta(hours=start + 1 if end is None else end)
    return {"start": told(MORNING + timedelta(hours=start)), "end": told(last)}


def told(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


class Program:
    """A program with a token, or without."""

    def __init__(self, person: Any = None, **defaults: Any) -> None:
        self.person = person
        self.pair = operations.begin_login(person) if person else None
        self.client = Client(**defaults)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Make the call and return its answer, with `.told` for its JSON."""
        if self.pair:
            headers.setdefault("authorization", f"Bearer {self.pair.access}")
        sent = json.dumps(body) if body is not None and not isinstance(body, bytes | str) else body
        kind = {"content_type": headers.pop("content_type", "application/json")}
        answer: Any = self.client.generic(
            method,
            f"/api/v1/{path}",
            sent or "",
            **kind,
            headers=headers,
        )
        answer.told = json.loads(answer.content) if answer.content else None
        _require_documented(method, path, answer.status_code)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)

    def book(self, room: Any, span: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Book the room and return the booking."""
        headers = {"idempotency-key": more.pop("key")} if "key" in more else {}
        answer = self.post(
            "bookings", {"venue": room.venue.slug, "rooms": [room.pk], **span, **more}, **headers
        )
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.told
        return found


def _require_documented(method: str, path: str, status: int) -> None:
    """Hold every answer in every test to the document: it tells of each status but that of our mistakes."""
    found = match(path.partition("?")[0])
    one = found.methods.get(method) if found else None
    if one is not None and status != 500:
        assert str(status) in openapi.document()["paths"][PREFIX + one.path][method.lower()]["responses"]


def begun(made: dict[str, Any]) -> dict[str, Any]:
    """Let the booking have begun an hour ago: nobody waits two days in a test."""
    began = datetime.now(UTC) - timedelta(hours=1)
    booking = Booking.objects.get(reference=made["reference"])
    Booking.objects.filter(pk=booking.pk).update(starts_at=began)
    booking.allocations.update(starts_at=began, blocks_from=began)
    return made


def problem_of(answer: Any) -> tuple[int, str]:
    """Return status and code of a refusal, which has the form of one."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    assert answer.told["status"] == answer.status_code
    assert {"type", "title", "detail"} <= answer.told.keys()
    return answer.status_code, answer.told["code"]


def every_page(program: Program, path: str) -> list[Any]:
    """Return the items of every page of a list, following `next`."""
    items, following = [], ""
    while following is not None:
        answer = program.get(path + (f"{'&' if '?' in path else '?'}cursor={following}" if following else ""))
        assert answer.status_code == 200, answer.content
        items += answer.told["items"]
        following = answer.told["next"]
    return items

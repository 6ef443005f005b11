"""The JSON Schema of the frames: published, whole, and strict; all other tests here hold each frame to it."""

import copy
import json

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from live import messages, schema
from live.hub import hub
from live.sockets import Socket
from rooms import operations
from tests.days import TUE, WED, span
from tests.live.clients import in_thread, log_in, until
from tests.live.recorded import name_of, validator
from tests.worlds import office, person, room, works_at

WINDOW = {"start": f"{TUE}T00:00:00Z", "end": f"{WED}T00:00:00Z"}
SAID = [
    {"type": "auth", "token": "abc"},
    {"type": "watch", "topic": "mine"},
    {"type": "watch", "topic": "venue:office", **WINDOW, "since": {"7": 3}, "terms": "1f", "window": "x/y"},
    {"type": "watch", "topic": "venue:office", "start": None, "end": None, "since": None},
    {"type": "unwatch", "topic": "venue:office"},
    {"type": "stay", "reference": "RX7K-42QM"},
    {"type": "ping"},
]


def knows(name, frame):
    return validator(name).is_valid(frame)


def test_is_published_for_everybody():
    answer = Client().get("/api/v1/live.schema.json")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert json.loads(answer.content) == schema.document()
    assert schema.document()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema.document())


def test_knows_what_the_code_answers():
    assert set(schema.MESSAGES) == set(Socket._ANSWERS)
    assert {one["type"] for one in SAID} == set(schema.MESSAGES)


@pytest.mark.parametrize("message", SAID, ids=lambda message: message["type"])
def test_knows_what_a_client_says_and_nothing_besides(message):
    assert knows("from_client", message)
    assert not knows("from_client", {**message, "more": 1})
    assert not knows("from_server", message)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "shout"}, {"type": "watch"}, {"type": "stay"}, {"type": "watch", "topic": ""},
        {"type": "watch", "topic": "x" * (messages.LONGEST_TOPIC + 1)},
        {"type": "watch", "topic": "mine", "since": {"a": 1}}, {"type": "auth", "token": 7},
    ],
)  # fmt: skip
def test_knows_nothing_of_what_is_refused(wrong):
    assert not knows("from_client", wrong)


def _with_one_field_more(frame, path=()):
    """Yield the frame with a field more, in each of its objects in turn."""
    whole = copy.deepcopy(frame)
    found = whole
    for step in path:
        found = found[step]
    if isinstance(found, dict):
        yield whole | {"more": 1} if not path else _put(whole, path)
        parts = list(found.items())
    else:
        parts = list(enumerate(found)) if isinstance(found, list) else []
    for step, part in parts:
        if isinstance(part, dict | list):
            yield from _with_one_field_more(frame, (*path, step))


def _put(whole, path):
    found = whole
    for step in path:
        found = found[step]
    found["more"] = 1
    return whole


async def test_knows_a_recorded_session_and_no_frame_with_a_field_more(transactional_db, in_memory, connect):
    def world():
        venue = office()
        aurora, birch = room(venue), room(venue, "Birch")
        guest, staff = person("guest"), works_at(person("staff"), venue)
        operations.book(aurora, span(9, 10), by=guest)
        operations.watch(birch.pk, by=guest)
        operations.block([birch], span(12, 13), by=staff)
        sign = operations.hang(venue, by=None, name="Sign")
        return aurora, birch, guest, staff, log_in(guest), log_in(staff), sign

    aurora, birch, guest, staff, hers, theirs, sign = await in_thread(world)
    client, desk = await connect(hers), await connect(theirs)
    boards = [
        await client.watch("venue:office", **WINDOW), await client.watch("mine"),
        await client.watch("watching"), await desk.watch("desk:office", **WINDOW),
        await client.watch(f"display:{sign.token}"),
    ]  # fmt: skip
    before = [len(board.frames) for board in boards]
    await in_thread(operations.hold, aurora, span(10, 11), by=guest)
    await in_thread(operations.book, birch, span(14, 15), by=staff)
    await until(lambda: all(len(board.frames) > n for board, n in zip(boards, before, strict=True)))
    await hub().beat()
    client.say(type="ping")
    client.say(type="watch", topic="venue:nowhere")
    others = [await client.answer() for _ in range(2)]

    frames = [*others, *(frame for board in boards for frame in board.frames)]
    assert {name_of(frame) for frame in frames} == set(schema.frames())
    for frame in frames:
        assert knows("from_server", frame)
        for strange in _with_one_field_more(frame):
            assert not knows("from_server", strange), strange

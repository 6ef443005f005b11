"""docs/line-protocol.md is true: its examples go to a real server, and its answers are what comes back."""

import json
import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from live import line_client, line_connection, line_protocol, line_server, line_verbs
from reservations import STATUS
from rooms import operations
from rooms.models import Timetable
from tests.days import TUE, WED
from tests.travel import line, train
from tests.worlds import office, rooms

MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "line-protocol.md").read_text()
SAID = re.compile(r"^    ([→←]) (.+)$", re.MULTILINE)


def matches(shown, heard, names):
    """Return the pattern's verdict: `…` is anything, <A> is the same text wherever it stands."""
    pattern = re.escape(shown).replace("…", ".*")
    for name in re.findall(r"<[A-Z]>", shown):
        known = names.get(name)
        pattern = pattern.replace(re.escape(name), re.escape(known) if known else f'(?P<{name[1]}>[^"]+)', 1)
    found = re.fullmatch(pattern, heard)
    if found:
        names.update({f"<{name}>": value for name, value in found.groupdict().items()})
    return found


def runs_on(day):
    """A train that leaves Istanbul at eight that day."""
    Timetable.objects.create(
        route=line(), vehicle=train("train-81042"), departs=time(8), starts_on=day, ends_on=day
    )
    operations.generate_departures(date.fromisoformat(day), date.fromisoformat(day))


def test_every_example_is_answered_as_the_manual_says(server, connect, transactional_db):
    venue = office("harbour-office", timezone="Europe/Istanbul")
    rooms(venue, 10)
    runs_on(TUE)
    program = connect(server)
    names = {}

    for direction, text in SAID.findall(MANUAL.replace("2026-11-24", TUE).replace("2026-11-25", WED)):
        if direction == "→":
            for name, value in names.items():
                text = text.replace(name, value)
            if '"login"' in text:  # a line that is somebody's stays theirs
                program = connect(server)
            program.send(text.encode() + b"\n")
        else:
            is_told = text.startswith('{"jsonrpc":"2.0","method":')
            said = program.notification() if is_told else program.answer()
            heard = line_protocol.encode(said).decode().strip()
            assert matches(text, heard, names), f"The manual says\n{text}\nand the server\n{heard}"


def test_every_method_has_its_part_in_the_order_of_a_story():
    told = re.findall(r"^### (\w+)$", MANUAL, re.MULTILINE)

    assert sorted(told) == sorted(line_verbs.VERBS)


@pytest.mark.parametrize("verb", line_verbs.TABLE, ids=lambda verb: verb.name)
def test_every_parameter_is_told_of(verb):
    part = MANUAL.partition(f"### {verb.name}\n")[2].partition("\n### ")[0]
    part += MANUAL.partition("### book\n")[2].partition("\n### ")[0] if verb.name == "hold" else ""
    part += (
        MANUAL.partition("### book_seats\n")[2].partition("\n### ")[0] if verb.name == "hold_seats" else ""
    )

    missing = [one.name for one in verb.params if f"`{one.name}`" not in part and f'"{one.name}"' not in part]

    assert missing == []


def test_every_code_and_limit_is_told_of():
    usual, patience = line_server.Limits(), line_connection.Patience()
    numbers = (line_protocol.LONGEST, usual.lines, usual.per_network)

    assert [code for code in STATUS if code != "payment_failed" and f"| `{code}` |" not in MANUAL] == []
    assert [number for number in numbers if f"{number:,}" not in MANUAL] == []
    assert (patience.idle, patience.line, patience.reading, line_protocol.MOST_IN_BATCH) == (600, 30, 30, 20)
    codes = (line_client.FINE, line_client.ENDED, line_client.NOT_LET_IN, line_client.REFUSED)
    assert codes == (0, 1, 3, 4)
    assert " ".join(line_client.CODES.split()).removeprefix("Exit codes: ")[:40] in " ".join(MANUAL.split())


def test_the_examples_of_help_work_as_they_stand(server, connect, transactional_db):
    rooms(office("harbour-office", timezone="Europe/Istanbul"), 10)
    person = {"email": "guest@example.com", "password": "reserve-demo"}
    connect(server).call("register", **person)
    refused = {}

    for verb in line_verbs.TABLE:
        program = connect(server)
        if verb.name not in ("login", "register"):
            program.call("login", **person)
        program.send(json.dumps(verb.as_json(datetime.now(UTC).date())["example"]).encode() + b"\n")
        answer = program.answer()
        if "error" in answer:
            refused[verb.name] = answer["error"]["data"]["code"]

    assert refused.pop("wait") == "policy_violation"  # they hold it themselves by now
    assert refused == dict.fromkeys(
        (
            *("leave_waitlist", "confirm", "describe", "cancel", "release", "skip", "move_date"),
            *("seats", "hold_seats", "book_seats", "tickets"),
        ),
        "not_found",
    )  # there is none of that number

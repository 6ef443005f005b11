"""What a watcher is told of each kind of change, as a table."""

from datetime import UTC, datetime

import pytest

from reservations.watching import WORDS, Happened, happened

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


def hour(number):
    return AT.replace(hour=number)


def picture(state, start=10, end=11):
    return {"state": state, "start": hour(start).isoformat(), "end": end and hour(end).isoformat()}


TEN = hour(10), hour(11)
TOLD = [
    # kind         before                     after                          what is told
    ("booked", {}, picture("confirmed"), ("booked", *TEN)),
    ("requested", {}, picture("pending"), ("requested", *TEN)),
    ("booked", picture("held"), picture("confirmed"), ("booked", *TEN)),  # a hold is confirmed
    ("approved", picture("pending"), picture("confirmed"), ("booked", *TEN)),
    ("booked", {}, picture("checked_in", 8, None), ("booked", hour(8), None)),  # a car drives in
    ("moved", picture("confirmed"), picture("confirmed", 12, 13), ("moved", hour(12), hour(13), TEN)),
    ("moved", {}, picture("confirmed"), ("moved_here", *TEN)),
    ("moved", picture("confirmed"), {}, ("moved_away", *TEN)),
    ("cancelled", picture("confirmed"), picture("cancelled"), ("cancelled", *TEN)),
    ("declined", picture("pending"), picture("declined"), ("cancelled", *TEN)),  # how it ended is private
    ("no_show", picture("confirmed", 7, 11), picture("no_show", 7, 11), ("freed", AT, hour(11))),
    ("released", picture("checked_in", 7, None), picture("completed", 7, 8), ("freed", AT, None)),
    ("blocked", {}, picture("blocked"), ("closed", *TEN)),
    ("unblocked", picture("blocked"), {}, ("reopened", *TEN)),
    ("unblocked", picture("blocked", 7, 9), {}, ("reopened", AT, hour(9))),
]
SILENT = [
    ("held", {}, picture("held")),
    ("offered", {}, picture("held")),  # that somebody waited is nobody's business
    ("moved", picture("held"), picture("held", 12, 13)),
    ("expired", picture("held"), picture("expired")),
    ("cancelled", picture("held"), picture("cancelled")),
    ("checked_in", picture("confirmed"), picture("checked_in")),
    ("completed", picture("confirmed", 6, 8), picture("completed", 6, 8)),  # its time was over anyway
    ("unblocked", picture("blocked", 6, 7), {}),
    ("paid", {}, {"amount": 100}),
    ("delayed", {}, {"delay_minutes": 5, "note": ""}),
    ("conflict", {}, {"start": "2026-11-30T10:00:00Z"}),
    ("erased", picture("completed", 6, 7), picture("completed", 6, 7)),
]


@pytest.mark.parametrize(("kind", "before", "after", "told"), TOLD)
def test_what_a_board_shows_is_told(kind, before, after, told):
    assert happened(kind, before, after, at=AT) == Happened(*told)
    assert told[0] in WORDS


@pytest.mark.parametrize(("kind", "before", "after"), SILENT)
def test_what_a_board_does_not_show_is_not_told(kind, before, after):
    assert happened(kind, before, after, at=AT) is None

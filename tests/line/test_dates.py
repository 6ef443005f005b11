"""When, as people type it: one table, each row with its word."""

from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.line_client_dates import House, NotADate, when

NOW = datetime.fromisoformat("2026-11-23T14:38")  # a Monday
HOTEL = House(time(15), time(11))
OFFICE = None


def at(day, clock, year=2026):
    return datetime.fromisoformat(f"{year}-{day}T{clock}")


@pytest.mark.parametrize(
    ("typed", "house", "start", "end"),
    [
        ("tomorrow 15:00 2 nights", HOTEL, at("11-24", "15:00"), at("11-26", "11:00")),
        ("tomorrow 2 nights", HOTEL, at("11-24", "15:00"), at("11-26", "11:00")),  # from check-in
        ("tomorrow", HOTEL, at("11-24", "15:00"), at("11-25", "11:00")),  # one night
        ("tonight", HOTEL, at("11-23", "15:00"), at("11-24", "11:00")),
        ("a night", HOTEL, at("11-23", "15:00"), at("11-24", "11:00")),
        ("2 nights from tomorrow", HOTEL, at("11-24", "15:00"), at("11-26", "11:00")),  # any order
        ("fri until mon", HOTEL, at("11-27", "15:00"), at("11-30", "11:00")),
        ("24.12. - 27.12.", HOTEL, at("12-24", "15:00"), at("12-27", "11:00")),
        ("24 dec 3 nights", HOTEL, at("12-24", "15:00"), at("12-27", "11:00")),
        ("dec 24 to dec 27", HOTEL, at("12-24", "15:00"), at("12-27", "11:00")),
        ("tomorrow 15:00 2 nights", OFFICE, at("11-24", "15:00"), at("11-26", "11:00")),
        ("mon 10-11", OFFICE, at("11-23", "10:00"), at("11-23", "11:00")),  # today is a Monday
        ("next mon 10-11", OFFICE, at("11-30", "10:00"), at("11-30", "11:00")),
        ("tuesday 10 to 11", OFFICE, at("11-24", "10:00"), at("11-24", "11:00")),
        ("Tomorrow 10-11", OFFICE, at("11-24", "10:00"), at("11-24", "11:00")),
        ("today 10:00-11:00", OFFICE, at("11-23", "10:00"), at("11-23", "11:00")),
        ("today 10.30 \N{EN DASH} 11.45", OFFICE, at("11-23", "10:30"), at("11-23", "11:45")),
        ("10:00 - 11:00 tomorrow", OFFICE, at("11-24", "10:00"), at("11-24", "11:00")),
        ("2026-11-23 15:00 90m", OFFICE, at("11-23", "15:00"), at("11-23", "16:30")),
        ("2026-11-23T15:00 90 minutes", OFFICE, at("11-23", "15:00"), at("11-23", "16:30")),
        ("2026-11-23T15:00 - 2026-11-24T16:00", OFFICE, at("11-23", "15:00"), at("11-24", "16:00")),
        ("15:00 2h", OFFICE, at("11-23", "15:00"), at("11-23", "17:00")),
        ("15:00 1h30", OFFICE, at("11-23", "15:00"), at("11-23", "16:30")),
        ("15:00 for 1.5 hours", OFFICE, at("11-23", "15:00"), at("11-23", "16:30")),
        ("15:00", OFFICE, at("11-23", "15:00"), at("11-23", "16:00")),  # an hour
        ("3pm", OFFICE, at("11-23", "15:00"), at("11-23", "16:00")),
        ("12am-12pm", OFFICE, at("11-23", "00:00"), at("11-23", "12:00")),
        ("noon to 13:30", OFFICE, at("11-23", "12:00"), at("11-23", "13:30")),
        ("now 45m", OFFICE, at("11-23", "14:30"), at("11-23", "15:15")),  # the quarter that runs
        ("until 16:00", OFFICE, at("11-23", "14:30"), at("11-23", "16:00")),
        ("22:00-02:00", OFFICE, at("11-23", "22:00"), at("11-24", "02:00")),  # past midnight
        ("20-24", OFFICE, at("11-23", "20:00"), at("11-24", "00:00")),
        ("in 2 days 9-10", OFFICE, at("11-25", "09:00"), at("11-25", "10:00")),
        ("in 1 week 9-10", OFFICE, at("11-30", "09:00"), at("11-30", "10:00")),
        ("on the 24th nov at 9 for 2 hours", OFFICE, at("11-24", "09:00"), at("11-24", "11:00")),
        ("24.11.2026 9:00 1 day", OFFICE, at("11-24", "09:00"), at("11-25", "09:00")),
        ("now until released", OFFICE, at("11-23", "14:30"), None),
        ("open", OFFICE, at("11-23", "14:30"), None),
        ("2.1. 9-10", OFFICE, at("01-02", "09:00", 2027), at("01-02", "10:00", 2027)),  # the next there is
    ],
)
def test_is_understood(typed, house, start, end):
    assert when(typed, NOW, house) == (start, end)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("soon", "“soon” says no time"),
        ("tomorrow", "Say at what time"),
        ("", "Say at what time"),
        ("mon tue 10-11", "two times"),
        ("10-11-12", "two times"),
        ("25:00", "There is no 25:00"),
        ("10:60", "There is no 10:60"),
        ("13pm", "There is no 13pm"),
        ("2026-02-30 10:00", "There is no 2026-02-30"),
        ("31.11. 10:00", "There is no 2026-11-31"),
        ("9999-12-31 10:00 3 days", "further away"),
        ("0m 10:00", "ends before it starts"),
        ("2026-11-25 10:00 until 2026-11-24 9:00", "ends before it starts"),
    ],
)
def test_is_refused_with_a_sentence_that_helps(typed, sentence):
    with pytest.raises(NotADate, match=sentence):
        when(typed, NOW)


@given(st.text(alphabet="0123456789 :-.hmdnightsamptorwunf", max_size=30) | st.text(max_size=20))
def test_is_always_a_time_or_a_sentence(typed):
    try:
        start, end = when(typed, NOW)
    except NotADate as refused:
        sentence = str(refused)
    else:
        sentence = f"From {start} until {end}." if end is None or end > start else ""

    assert sentence

"""How the text of an outside calendar is understood: its zones, its lines, and what is odd in it."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.incoming.reading import MOST, TITLE, read
from reservations import Invalid, busy
from reservations.busy import mark
from tests.notifications.outside import calendar, event

ISTANBUL = ZoneInfo("Europe/Istanbul")
NINE = datetime(2027, 7, 1, 9, tzinfo=UTC)
ALARM = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nUID:other\r\nDURATION:PT5M\r\nEND:VALARM"
BERLIN_SPELLED_OUT = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:Customized Time Zone",
        "BEGIN:STANDARD",
        "DTSTART:16011028T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010325T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
)
ENDLESS = BERLIN_SPELLED_OUT.replace("FREQ=YEARLY", "FREQ=SECONDLY")
CHANGING_MONTHLY = BERLIN_SPELLED_OUT.replace("FREQ=YEARLY", "FREQ=MONTHLY")
ONE_CHANGE = "\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETTO:+0100\r\nEND:STANDARD"
CHANGING_OFTEN = BERLIN_SPELLED_OUT.replace("Time Zone", f"Time Zone{ONE_CHANGE * 200}")
IN_ITS_ZONE = ";TZID=Customized Time Zone:20270701T090000"


def events(*parts):
    found = read(calendar(*parts), ISTANBUL, own_host="reserve.example.com")
    assert found.unread == []
    return found.events


def unread(*parts):
    return [one.why for one in read(calendar(*parts), ISTANBUL, own_host="reserve.example.com").unread]


class TestWhenItIs:
    @pytest.mark.parametrize(
        ("start", "zones", "instant"),
        [
            (":20270701T090000Z", (), "09:00"),
            (":20270701T090000", (), "06:00"),  # by the clocks of the place
            (";TZID=America/New_York:20270701T090000", (), "13:00"),
            (';TZID="W. Europe Standard Time":20270701T090000', (), "07:00"),
            (";TZID=/mozilla.org/20050126_1/Europe/Berlin:20270701T090000", (), "07:00"),
            (";TZID=Customized Time Zone:20270701T090000", (BERLIN_SPELLED_OUT,), "07:00"),
            (";TZID=Customized Time Zone:20270101T090000", (BERLIN_SPELLED_OUT,), "08:00"),
        ],
        ids=["an instant", "floating", "a zone", "Windows", "dressed up", "spelled out", "and in winter"],
    )
    def test_is_told_by_the_clocks_it_names(self, start, zones, instant):
        (found,) = events(*zones, event("a", start, None, "DURATION:PT1H"))

        assert f"{found.start.astimezone(UTC):%H:%M}" == instant
        assert f"{found.end - found.start}" == "1:00:00"

    def test_lasts_a_day_where_dates_say_no_end(self):
        (found,) = events(event("a", date(2027, 7, 1)))

        assert (found.start, found.end) == (date(2027, 7, 1), date(2027, 7, 2))

    def test_has_its_rule_and_what_is_left_out_and_elsewhere(self):
        rule = "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=TH", "EXDATE:20270708T090000Z,20270715T090000Z"
        moved = event("a", NINE.replace(hour=14), None, "DURATION:PT1H", "RECURRENCE-ID:20270722T090000Z")

        series, other = events(event("a", NINE, None, "DURATION:PT1H", *rule), moved)

        assert series.left_out == {mark(NINE.replace(day=8)), mark(NINE.replace(day=15))}
        assert (series.rule.frequency, other.instead_of) == ("WEEKLY", mark(NINE.replace(day=22)))


class TestWhatItSays:
    def test_is_read_over_folds_escapes_and_alarms(self):
        (found,) = events(event("a", NINE, NINE.replace(hour=10), ALARM, title="Ada\\, Gra\r\n ce\\nHopper"))

        assert (found.uid, found.title) == ("a", "Ada, Grace Hopper")

    def test_is_cut_in_the_spelling_in_which_it_is_kept(self):
        (found,) = events(event("a", NINE, NINE.replace(hour=10), title="\u0958" * TITLE))

        assert found.title == "\u0915\u093c" * (TITLE // 2)

    @pytest.mark.parametrize(
        "line", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"]
    )
    def test_is_not_busy_where_it_takes_no_time(self, line):
        assert [one.is_busy for one in events(event("a", NINE, None, "DURATION:PT1H", line))] == [False]

    def test_is_not_taken_in_where_it_went_out_from_here(self):
        assert events(event("taken-7@reserve.example.com", NINE, NINE.replace(hour=10))) == []


class TestWhatIsOdd:
    @pytest.mark.parametrize(
        ("lines", "why"),
        [
            (
                event("a", ";TZID=Nowhere/Land:20270701T090000"),
                "a time zone that nobody knows, “Nowhere/Land”",
            ),
            (event("a", ":tomorrow"), "its times make no sense"),
            (event("a", ":20271341T250000"), "its times make no sense"),
            (event("a", ":99991231T235959Z"), "too long ago, or too far ahead"),
            (event("a", NINE, None, "DURATION:PT1H", "RRULE:FREQ=SECONDLY"), "FREQ is one of"),
            (event("a", NINE, None, "DURATION:soon"), "its times make no sense"),
            (event("", NINE), "has no UID"),
            (event("a", NINE, None, "DURATION:P900000D"), "ends or recurs too long ago, or too far ahead"),
            (event("a", NINE, None, "DURATION:P99999999999D"), "its times make no sense"),
            (event("a", NINE, None, "DURATION:PT1H", "RDATE:99991231T235959Z"), "or too far ahead"),
            (event("a", NINE, ":09000101T000000Z"), "too long ago"),
            (ENDLESS + "\r\n" + event("a", IN_ITS_ZONE), "nobody knows"),
            (CHANGING_MONTHLY + "\r\n" + event("a", IN_ITS_ZONE), "nobody knows"),
            (CHANGING_OFTEN + "\r\n" + event("a", IN_ITS_ZONE), "nobody knows"),
        ],
        ids=[
            "zone",
            "word",
            "month 13",
            "year 9999",
            "by the second",
            "length",
            "no UID",
            "long",
            "endless",
            "date",
            "year 900",
            "endless zone",
            "monthly zone",
            "zone of 200 changes",
        ],
    )
    def test_in_one_event_costs_that_event(self, lines, why):
        (told,) = unread(lines, event("b", NINE, NINE.replace(hour=10)))

        assert why in told

    def test_in_its_zones_costs_no_more_than_is_allowed_the_whole_file(self, monkeypatch):
        monkeypatch.setattr(busy, "LOOKED_AT", 100_000)
        costly = BERLIN_SPELLED_OUT.replace("BYDAY=-1SU", "BYDAY=MO,TU,WE,TH,FR,SA,SU")
        many = [
            event(f"{year}", NINE, None, "DURATION:PT1H", f"EXDATE{IN_ITS_ZONE.replace('2027', f'{year}')}")
            for year in range(1950, 2150)
        ]

        told = unread(costly, *many)

        assert 150 < len(told) < 200
        assert {why.split(" more")[0] for why in told} == {"Its events repeat"}

    def test_of_years_beyond_all_clocks_is_looked_at_once(self, monkeypatch):
        monkeypatch.setattr(busy, "LOOKED_AT", 20_000)
        away = "EXDATE;TZID=Customized Time Zone:{}0101T090000"
        many = [event(f"{n}", IN_ITS_ZONE, None, "DURATION:PT1H", away.format(9990 - n)) for n in range(50)]

        assert len(events(BERLIN_SPELLED_OUT, *many)) == 50

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            (b"<!doctype html><title>Log in</title>", "no calendar"),
            (b"", "no calendar"),
            (b"\xff\xfe\x00" * 99, "no calendar"),
            (calendar(event("a", NINE, NINE.replace(hour=10)))[:-20], "breaks off"),
            (calendar(*["BEGIN:VEVENT\r\nEND:VEVENT"] * (MOST + 1)), "more than 10,000 events"),
        ],
        ids=["a page", "nothing", "noise", "cut off", "too many"],
    )
    def test_in_the_file_costs_the_file(self, text, why):
        with pytest.raises(Invalid, match=why):
            read(text, ISTANBUL, own_host="reserve.example.com")

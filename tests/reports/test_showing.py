"""Figures above a report: how they changed, and whether that is good news."""

from dataclasses import replace

import pytest

from reports.asking import Asked
from reports.catalog import REPORTS, Answer
from reports.showing import charts, figures, heat, lines
from reports.tables import Column, Table
from tests.worlds import NOW


def figure(column, now, before):
    """Return the figure of a column that comes to so much now, and came to so much in as many days before."""
    day, report = NOW.date(), replace(REPORTS["trends"], figures=(column.name,))
    asked = Asked(first=day, last=day, places=(), by="total", now=NOW)
    totals, earlier = (Table((column,), ((value,),)) for value in (now, before))
    return figures(Answer(report, asked, totals, totals, earlier))[0]


@pytest.mark.parametrize(
    ("name", "kind", "now", "before", "change", "is_better"),
    [
        ("made", "count", 150, 100, "up 50 %", True),
        ("made", "count", 50, 100, "down 50 %", False),
        ("cancelled", "count", 150, 100, "up 50 %", False),
        ("no_shows", "count", 50, 100, "down 50 %", True),
        ("refunded", "money", 3000, 1000, "up 200 %", False),
        ("lead_hours", "hours", 7200, 3600, "up 100 %", None),
        ("occupancy", "share", 125, 100, "up 2.5 points", True),
        ("made", "count", 1001, 1000, "up a little", True),
        ("made", "count", 7, 7, "no change", None),
        ("made", "count", 7, 0, "new", None),
        ("made", "count", 0, 0, "no change", None),
    ],
)
def test_a_figure_says_how_it_changed_and_whether_that_is_good(name, kind, now, before, change, is_better):
    found = figure(Column(name, name.title(), kind), now, before)

    assert (found.change, found.is_better) == (change, is_better)


def test_the_screen_parts_the_thousands_of_what_is_added_up():
    kinds = ("text", "day", "text", "money", "hours", "share", "ratio", "count")
    columns = [Column(name, name, kind) for name, kind in zip("abcdefgh", kinds, strict=True)]
    columns[2] = Column("currency", "Currency")
    row = ("Hall 1000", "2026-11-23", "EUR", 1_045_000, 226_217_700, 198, 31, None)

    (shown,) = lines(Table(tuple(columns), (row,)), [row])

    assert [cell["text"] for cell in shown] == [
        *("Hall 1000", "2026-11-23", "EUR", "10,450.00", "62,838.25", "19.8", "0.31", ""),
    ]


def test_hours_that_show_the_same_figure_are_as_deep():
    shares = (124, 116, 0, 600)  # in thousandths: the first two read 12
    rows = tuple(("Monday", f"{hour:02}:00", share) for hour, share in enumerate(shares))
    table = Table(tuple(Column(name, name) for name in ("weekday", "hour", "share")), rows)
    asked = Asked(first=NOW.date(), last=NOW.date(), places=(), by="hour", now=NOW)

    [(_, cells)] = heat(Answer(REPORTS["heatmap"], asked, table, table, table))

    assert [(cell.text, cell.tint) for cell in cells[:4]] == [("12", 1), ("12", 1), ("0", 0), ("60", 5)]


def test_every_bar_says_which_rule_it_is_of():
    names, day = ("reason", "code", "rule"), NOW.date()
    rows = (
        ("Already taken", "unavailable", "", 9),
        ("Against the terms", "policy_violation", "opening_hours", 5),
        ("Against the terms", "policy_violation", "notice", 2),
    )
    table = Table((*(Column(name, name) for name in names), Column("times", "Times", "count")), rows)
    asked = Asked(first=day, last=day, places=(), by="reason", now=NOW)

    (chart,) = charts(Answer(REPORTS["turned-away"], asked, table, table, table))

    assert [bar.name for bar in chart.bars] == [
        "Already taken",
        "Against the terms: opening hours",
        "Against the terms: notice",
    ]

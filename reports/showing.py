"""How a report looks on its page: figures beside those of the days before, charts, and cells of a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reports import charts as drawing
from reports import words
from reports.asking import Asked
from reports.catalog import Answer
from reports.tables import Column, Row, Table
from rooms import money
from rooms.models import RoomType

NO_FLOOR = "No floor"
NAMES = ("venue", "route", "reason", "guest", "email")  # what a bar may be called by
MOST_CURRENCIES = 3  # of which a page draws charts
UNLUCKY = {"refunded", "cancelled", "no_shows", "times", "rooms"}  # of these, more is no good news
NEITHER = {"lead_hours"}  # how far ahead people book is neither good nor bad
UNITS = {"share": "%", "hours": "h"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that stands above a report: what it is, and how it was in as many days before."""

    title: str
    text: str
    change: str
    is_better: bool | None  # None: no change, nothing to compare with, or neither good nor bad


def figures(found: Answer) -> list[Figure]:
    """Return the telling figures, of each currency there is; those that nothing is known of are left out."""
    before = {_coin(found.before, row): row for row in found.before.rows}
    shown = []
    for row in found.totals.rows[:MOST_CURRENCIES]:
        coin = _coin(found.totals, row)
        for name in found.report.figures:
            place = found.totals.place(name)
            if row[place] is not None:
                earlier = before[coin][place] if coin in before else None
                shown.append(_figure(found.totals.columns[place], row[place], earlier, coin))
    return shown


def _coin(table: Table, row: Row) -> str:
    return words.currency_of(table, row)


def _figure(column: Column, value: int, earlier: int | None, coin: str) -> Figure:
    text = money.as_text(value, coin) if column.kind == "money" else _spoken(value, column)
    title = column.title.removesuffix(", %")
    return Figure(title, text, *_change(value, earlier, column))


def _spoken(value: int, column: Column) -> str:
    if column.kind == "hours":
        return f"{words.figure(value, column):,.0f} h"
    if column.kind in words.SCALE:
        unit = " %" if column.kind == "share" else ""
        return f"{words.figure(value, column):,}{unit}"
    return f"{value:,}"


def _change(value: int, earlier: int | None, column: Column) -> tuple[str, bool | None]:
    if earlier is None or (earlier == 0 and column.kind != "share"):
        return ("new" if value else "no change"), None
    if value == earlier:
        return "no change", None
    word = "up" if value > earlier else "down"
    is_better = None if column.name in NEITHER else (value > earlier) != (column.name in UNLUCKY)
    if column.kind == "share":
        return f"{word} {abs(value - earlier) / 10:.1f} points", is_better
    percent = abs(value - earlier) * 100 / abs(earlier)
    return f"{word} {percent:,.0f} %" if percent >= 1 else f"{word} a little", is_better


def charts(found: Answer) -> list[drawing.Chart]:
    """Return a chart of the column that matters most, one for each currency."""
    coins = list(dict.fromkeys(_coin(found.table, row) for row in found.table.rows))[:MOST_CURRENCIES]
    column = found.table.columns[found.table.place(found.report.shown)]
    by_coin = column.kind == "money"
    some = [_chart(found, column, coin) for coin in (coins if by_coin else coins[:1])]
    return [one for one in some if one is not None]


def _chart(found: Answer, column: Column, coin: str) -> drawing.Chart | None:
    if found.asked.by == "hour":
        return None  # shown as a table whose cells are tinted
    place = found.table.place(column.name)
    rows = [row for row in found.table.rows if row[place] is not None and _coin(found.table, row) == coin]
    if not rows:
        return None
    values = [float(words.number(row[place], column, coin)) for row in rows]
    unit = coin if column.kind == "money" else UNITS.get(column.kind, "")
    title = f"{column.title.removesuffix(', %')} by {found.asked.by.replace('type', 'room type')}"
    if found.table.columns[0].kind == "day":
        return drawing.curve(title, [_short_day(row[0]) for row in rows], values, unit=unit)
    return drawing.bars(title, [_name(found.table, row) for row in rows], values, unit=unit)


def _name(table: Table, row: Row) -> str:
    """Return what stands beside the bar of a row."""
    cells = dict(zip([column.name for column in table.columns], row, strict=True))
    for name in ("type", "room", "floor"):
        if name in cells:
            return f"{cells[name] or NO_FLOOR}, {cells['venue']}"
    if cells.get("rule"):
        return f"{cells['reason']}: {cells['rule'].replace('_', ' ')}"
    return str(next((cells[name] for name in NAMES if cells.get(name)), ""))


def _short_day(day: str) -> str:
    found = date.fromisoformat(day)
    return f"{found.day} {found:%b}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday: its share in per cent, and how deep its tint is, of five."""

    text: str
    tint: int


def heat(found: Answer) -> list[tuple[str, list[Cell]]]:
    """Return a line of 24 cells for each weekday of the period, or nothing where hours are not told."""
    if found.asked.by != "hour":
        return []
    shares = {(row[0], row[1]): row[found.table.place("share")] for row in found.table.rows}
    days, most = dict.fromkeys(weekday for weekday, _ in shares), _per_cent(max(shares.values(), default=0))
    hours = [f"{hour:02}:00" for hour in range(24)]
    return [(day, [_cell(shares.get((day, hour)), most) for hour in hours]) for day in days]


def _cell(share: int | None, most: int) -> Cell:
    if share is None:
        return Cell("", 0)
    shown = _per_cent(share)
    return Cell(str(shown), -(-5 * shown // most) if most else 0)  # equal figures are as deep


def _per_cent(share: int) -> int:
    """Return a share in thousandths as the figure that is shown."""
    return round(share / 10)


def lines(table: Table, rows: Iterable[Row]) -> list[list[dict[str, Any]]]:
    """Return the cells of some rows, and which of them are numbers."""
    return [
        [
            {
                "text": words.written(value, column, words.currency_of(table, row)),
                "is_number": column.is_number,
            }
            for value, column in zip(row, table.columns, strict=True)
        ]
        for row in rows
    ]


def types(asked: Asked) -> list[tuple[int, str]]:
    """Return the types of room of the one venue that is asked about; of several they would be too many."""
    if not asked.venue:
        return []
    found = RoomType.objects.filter(venue__in=[place.id for place in asked.places])
    return list(found.order_by("name").values_list("pk", "name"))


def spans(asked: Asked) -> list[dict[str, Any]]:
    """Return periods to choose from with one press, all of which end with the one that is shown."""
    names = (("Week", 7), ("Month", 30), ("Quarter", 91), ("Year", 365))
    length = (asked.last - asked.first).days + 1
    return [
        {"name": name, "first": asked.last - timedelta(days=days - 1), "is_shown": days == length}
        for name, days in names
    ]

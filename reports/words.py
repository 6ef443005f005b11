"""Values of tables as people and programs read them: one figure, the same on the screen and in every file.

Only the screen parts thousands: programs read the files.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reports.tables import Column, Row, Table
from rooms import money

SCALE = {"share": Decimal(10), "hours": Decimal(3600), "ratio": Decimal(100)}
STEP = {"share": Decimal("0.1"), "hours": Decimal("0.01"), "ratio": Decimal("0.01")}


def written(value: Any, column: Column, currency: str) -> str:
    """Return one value as the screen shows it: thousands apart, "10,450.00"."""
    if value is None or not column.is_number:
        return text(value, column, currency)
    return f"{number(value, column, currency):,}"


def text(value: Any, column: Column, currency: str) -> str:
    """Return one value as a text; nothing where there is none."""
    if value is None:
        return ""
    if column.kind == "money":
        return str(money.decimal_of(value, currency))
    return str(figure(value, column) if column.kind in SCALE else value)


def figure(value: int, column: Column) -> Decimal:
    """Return a share in per cent, hours, or a ratio, rounded as it is shown."""
    return (Decimal(value) / SCALE[column.kind]).quantize(STEP[column.kind], ROUND_HALF_UP)


def as_json(table: Table, row: Row) -> dict[str, Any]:
    """Return a row for programs: money as everywhere, days as dates, figures as numbers."""
    currency = currency_of(table, row)
    return {
        column.name: _json(value, column, currency) for value, column in zip(row, table.columns, strict=True)
    }


def _json(value: Any, column: Column, currency: str) -> Any:
    if value is None:
        return None
    if column.kind == "money":
        return money.as_json(value, currency)
    return float(figure(value, column)) if column.kind in SCALE else value


def number(value: Any, column: Column, currency: str) -> Any:
    """Return one value for a cell of a workbook: a number where it is one."""
    if value is None or not column.is_number:
        return value
    if column.kind == "money":
        return money.decimal_of(value, currency)
    return figure(value, column) if column.kind in SCALE else value


def currency_of(table: Table, row: Row) -> str:
    """Return the currency of a row's money; nothing where the table has none."""
    names = [column.name for column in table.columns]
    return str(row[names.index("currency")] or "") if "currency" in names else ""

"""Tables as files: the same rows, columns and figures as on the screen, and no cell that computes."""

import io
from collections.abc import Iterator
from typing import Any

from reports import words
from reports.tables import Table
from rooms import money, spreadsheets

FORMATS = {"share": "0.0", "hours": "#,##0.00", "ratio": "0.00", "count": "#,##0"}
LONGEST_SHEET = 31  # letters that a workbook allows


def csv(table: Table) -> str:
    """Return the table as CSV."""
    head = [column.title for column in table.columns]
    return spreadsheets.BYTE_ORDER + "".join(spreadsheets.lines(head, _rows(table)))


def _rows(table: Table) -> Iterator[list[Any]]:
    """Yield the rows as the screen shows them; figures as such, so that one that is negative stays one."""
    for row in table.rows:
        currency = words.currency_of(table, row)
        yield [
            words.text(value, column, currency) if not column.is_number or value is None
            else words.number(value, column, currency)
            for value, column in zip(row, table.columns, strict=True)
        ]  # fmt: skip


def xlsx(table: Table, title: str) -> bytes:
    """Return the table as a workbook of one sheet; texts are written as texts, whatever they begin with."""
    from xlsxwriter import Workbook  # only whoever asks for a workbook waits for it

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(title[:LONGEST_SHEET])
        bold = book.add_format({"bold": True})
        coins = {words.currency_of(table, row) for row in table.rows}
        formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        formats |= {coin: book.add_format({"num_format": _of_money(coin)}) for coin in coins}
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.title, bold)
            sheet.set_column(place, place, 14 if column.is_number else 24)
        for line, row in enumerate(table.rows, start=1):
            _write(sheet, line, row, table, formats)
        sheet.freeze_panes(1, 0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    return file.getvalue()


def _write(sheet: Any, line: int, row: tuple[Any, ...], table: Table, formats: dict[str, Any]) -> None:
    currency = words.currency_of(table, row)
    for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
        if value is None:
            continue
        if column.is_number:
            form = formats[currency if column.kind == "money" else column.kind]
            sheet.write_number(line, place, words.number(value, column, currency), form)
        else:
            sheet.write_string(line, place, words.text(value, column, currency))


def _of_money(currency: str) -> str:
    """Return the format of amounts: a yen has no hundredths, and a dinar has thousandths."""
    return f"#,##{money.decimal_of(0, currency):f}"

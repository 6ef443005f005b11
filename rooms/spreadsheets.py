"""Tables for spreadsheets: lines of CSV, one after another, in which no cell acts as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# A spreadsheet computes a text that begins so: a guest called "=HYPERLINK(…)" would act on whoever opens it.
ACTING = ("=", "+", "-", "@", "\t", "\r")
BYTE_ORDER = "\ufeff"  # before the first line, or a spreadsheet takes names for another alphabet


def lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a table, so that one of a million rows needs no more memory than one of ten."""
    writer = csv.writer(_Echo())
    yield writer.writerow(head)
    for row in rows:
        yield writer.writerow([_harmless(cell) for cell in row])


def _harmless(cell: Any) -> Any:
    """Return the cell as a text that a spreadsheet only shows; numbers and dates are what they are."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip("'").startswith(ACTING) else cell


def as_typed(cell: str) -> str:
    """Return what a cell of such a table was before it was made harmless: floor -1 stands there as '-1."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(ACTING) else cell


class _Echo:
    """A file that gives each line back."""

    def write(self, line: str) -> str:
        return line

"""Tables: what a report comes to. Pages, programs, CSV, XLSX and charts all show the same one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "day", "count", "money", "share", "hours", "ratio"]
"""How a value is kept: money in minor units of the row's currency, a share in thousandths, hours in seconds,
a ratio in hundredths; all whole numbers, so that every place shows the same figure."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, its heading for people, and what its values are."""

    name: str
    title: str
    kind: Kind = "text"

    @property
    def is_number(self) -> bool:
        """Test whether one adds it up, and sets it flush right."""
        return self.kind not in ("text", "day")


Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `is_cut` says that there are more than are told."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    is_cut: bool = False

    @property
    def shown(self) -> "Table":
        """The same without columns that are empty in every row: a car park has no nights."""
        told = [
            place
            for place in range(len(self.columns))
            if not self.rows or any(row[place] not in (None, "") for row in self.rows)
        ]
        if len(told) == len(self.columns):
            return self
        rows = tuple(tuple(row[place] for place in told) for row in self.rows)
        return Table(tuple(self.columns[place] for place in told), rows, self.is_cut)

    def place(self, name: str) -> int:
        """Return where a column stands."""
        return [column.name for column in self.columns].index(name)

    def column(self, name: str) -> list[Any]:
        """Return the values of a column."""
        place = self.place(name)
        return [row[place] for row in self.rows]

    def as_mappings(self) -> list[Mapping[str, Any]]:
        """Return each row by the names of its columns."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]

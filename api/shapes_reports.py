"""Shapes of reports: rows under columns, whatever is asked."""

import datetime as dt
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from api.shapes import PAGE, Cursor, Kind, Limit, Next

DATE = "A date by each venue's own clocks, such as 2026-11-23; both ends belong to the period."
Way = Literal["day", "venue", "type", "room", "floor", "route", "guest", "hour", "reason"]


class ReportQuery(Struct, kw_only=True, rename={"first": "from", "last": "to"}):
    first: Annotated[str, Meta(max_length=64, description=f"{DATE} Left out: 30 days up to the end.")] = ""
    last: Annotated[str, Meta(max_length=64, description=f"{DATE} Left out: today.")] = ""
    venue: Annotated[str, Meta(max_length=60, description="Only this venue; else all that one manages.")] = ""
    kind: Annotated[Kind | None, Meta(description="Only venues of this kind.")] = None
    type: Annotated[str, Meta(max_length=18, description="Only this type of room, by its id.")] = ""
    by: Annotated[Way | None, Meta(description="How the rows are cut; a report knows some of these.")] = None
    limit: Limit = PAGE
    cursor: Cursor = ""


class ReportColumn(Struct):
    """What stands in one field of every row."""

    name: str
    title: str
    kind: Annotated[
        str, Meta(description="text, day, count, money, share (per cent), hours or ratio (a plain number).")
    ]


class Report(Struct, kw_only=True, rename={"first": "from", "last": "to"}):
    """The rows of a report, all of them in one, and the same of as many days before.

    Each row has the fields that `columns` names: money as everywhere, shares in per cent, and null for what a
    venue has not, such as the nights of a car park.
    """

    name: str
    title: str
    first: dt.date
    last: dt.date
    by: str
    columns: list[ReportColumn]
    items: list[dict[str, Any]]
    next: Next
    totals: list[dict[str, Any]]
    before: Annotated[list[dict[str, Any]], Meta(description="The totals of as many days before.")]

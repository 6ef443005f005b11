"""Reports, for managers: the numbers of their pages, for programs and spreadsheets."""

from typing import Any

from api import cursors
from api.routing import MANAGER, Call, Reply, endpoint
from api.shapes_reports import Report, ReportColumn, ReportQuery
from reports import asking, catalog, exports, words
from reports.catalog import Answer
from reports.tables import Table

CSV = "text/csv; charset=utf-8"


@endpoint(
    "GET",
    "reports/{report}",
    who=MANAGER,
    query=ReportQuery,
    answer=Report,
    refuses=["not_found"],
    kinds={"text/csv": "The rows as a table for spreadsheets, where the name ends with `.csv`."},
)
def show_report(call: Call) -> Any:
    """Tell what a report comes to; with `.csv` after its name, as a table for spreadsheets.

    Reports are `revenue`, `occupancy`, `popular-routes`, `active-guests`, `trends`, `heatmap` and
    `turned-away`.
    """
    mine = asking.managed_by(call.user)  # before anybody learns which reports there are
    name = call.path["report"]
    report = catalog.called(name.removesuffix(".csv"))
    asked: ReportQuery = call.query
    fields = {
        "from": asked.first,
        "to": asked.last,
        "venue": asked.venue,
        "kind": asked.kind,
        "type": asked.type,
        "by": asked.by,
    }
    found = catalog.answer(report, asking.asked(fields, mine, ways=report.ways))
    if name.endswith(".csv"):
        return Reply(exports.csv(found.table).encode(), headers={"Content-Type": CSV})
    return _told(call, found)


def _told(call: Call, found: Answer) -> Report:
    limit, start = call.query.limit, 0
    asked = found.asked
    of = (
        "report",
        call.caller.pk,
        found.report.name,
        asked.by,
        str(asked.first),
        str(asked.last),
        asked.venue,
        asked.kind,
        asked.type_id,
    )
    if call.query.cursor:
        start = cursors.place(call.query.cursor, of=of)[0]
    rows, end = found.table.rows, start + limit
    return Report(
        name=found.report.name,
        title=found.report.title,
        first=found.asked.first,
        last=found.asked.last,
        by=found.asked.by,
        columns=[ReportColumn(one.name, one.title, one.kind) for one in found.table.columns],
        items=[words.as_json(found.table, row) for row in rows[start:end]],
        next=cursors.cursor([end], of=of) if end < len(rows) else None,
        totals=_rows(found.totals),
        before=_rows(found.before),
    )


def _rows(table: Table) -> list[dict[str, Any]]:
    return [words.as_json(table, row) for row in table.rows]

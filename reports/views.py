"""The pages of reports: an address is a question, and a page, CSV and XLSX are the same answer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications.models import ReportMail
from reports import catalog, exports, operations, showing
from reports.asking import Asked, Place, asked, managed_by
from reports.catalog import Answer
from reservations import NotAuthenticated
from rooms.models import VenueKind
from rooms.views.answers import answering

PAGE = 60  # rows
OVERVIEW = ("total",)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@never_cache
@answering
def overview(request: HttpRequest) -> HttpResponse:
    """Show every report with the figures that say most of it."""
    mine = managed_by(request.user)
    question = asked(request.GET.dict(), mine, ways=OVERVIEW)
    found = catalog.figures(question)
    context = {
        "asked": question,
        "reports": [{"report": one.report, "figures": showing.figures(one)[:2]} for one in found],
        **_filters(mine, question, OVERVIEW),
    }
    return render(request, "reports/overview.html", context)


@require_safe
@never_cache
@answering
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Show one report: its figures beside those of the days before, a chart, and every number."""
    mine = managed_by(request.user)
    found = _answer(request, name, mine)
    page = Paginator(found.table.rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "report": found.report,
        "reports": catalog.REPORTS.values(),
        "asked": found.asked,
        "figures": showing.figures(found),
        "charts": showing.charts(found),
        "heat": showing.heat(found),
        "columns": found.table.columns,
        "lines": showing.lines(found.table, page.object_list),
        "page": page,
        "is_cut": found.table.is_cut,
        "query": _query(request),
        "mails": ReportMail.objects.filter(owner_id=request.user.pk, report=name).order_by("pk"),
        "every": ReportMail.Every.choices,
        **_filters(mine, found.asked, found.report.ways),
    }
    return render(request, "reports/report.html", context)


@require_safe
@never_cache
@answering
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """Give the report as CSV."""
    found = _answer(request, name, managed_by(request.user))
    return _file(exports.csv(found.table).encode(), "text/csv; charset=utf-8", found, "csv")


@require_safe
@never_cache
@answering
def xlsx(request: HttpRequest, name: str) -> HttpResponse:
    """Give the report as a workbook."""
    found = _answer(request, name, managed_by(request.user))
    return _file(exports.xlsx(found.table, found.report.title), EXCEL, found, "xlsx")


@require_POST
@answering
def order_mail(request: HttpRequest, name: str) -> HttpResponse:
    """Have the report mailed from now on, with the filters of the page."""
    every = request.POST.get("every", "")
    made = operations.order(name, request.POST.dict(), every=every, by=request.user)
    messages.success(request, f"It is mailed {made.get_every_display().lower()} from now on.")
    return HttpResponseRedirect(f"{reverse('reports:report', args=[name])}?{made.query}", status=303)


@require_POST
@answering
def stop_mail(request: HttpRequest, key: int) -> HttpResponse:
    """Mail a report no more."""
    if not request.user.is_authenticated:
        raise NotAuthenticated("Log in to change your mails.")
    operations.stop(key, by=request.user)
    messages.success(request, "It is mailed no more.")
    return HttpResponseRedirect(reverse("reports:overview"), status=303)


def _answer(request: HttpRequest, name: str, mine: list[Place]) -> Answer:
    """Return what the report comes to: only who has a list of venues learns which reports there are."""
    report = catalog.called(name)
    return catalog.answer(report, asked(request.GET.dict(), mine, ways=report.ways))


def _file(content: bytes, kind: str, found: Answer, ending: str) -> HttpResponse:
    name = f"{found.report.name}-{found.asked.first}-{found.asked.last}.{ending}"
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _filters(mine: list[Place], question: Asked, ways: tuple[str, ...]) -> dict[str, Any]:
    """Return what the filters of a page offer, and what is chosen."""
    kinds = {place.kind for place in mine}
    return {
        "venues": mine,
        "kinds": [(value, label) for value, label in VenueKind.choices if value in kinds],
        "ways": [(way, catalog.WAYS[way]) for way in ways if way in catalog.WAYS],
        "types": showing.types(question),
        "days": (question.last - question.first).days + 1,
        "spans": showing.spans(question),
    }


def _query(request: HttpRequest) -> str:
    """Return the filters of the address without the page, for links to the same question."""
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()

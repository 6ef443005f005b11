"""The pages of reports: an address is a question, and a page, CSV and XLSX are the same answer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications.models import ReportMail
from reports import catalog, exports, operations, showing
from reports.asking import Asked, Place, asked, managed_by
from reports.catalog import Answer
from reservations import Invalid, NotAuthenticated
from rooms import metrics
from rooms.models import VenueKind
from rooms.views.answers import answering, wants_json

PAGE = 60  # rows
OVERVIEW = ("total",)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@never_cache
@answering
def overview(request: HttpRequest) -> HttpResponse:
    """Show every report with the figures that say most of it."""
    mine = managed_by(request.user)
    question, kept, problem = _question(request, mine, OVERVIEW)
    found = catalog.figures(question)
    context = {
        "asked": question,
        "kept": kept,
        "problem": problem,
        "reports": [{"report": one.report, "figures": showing.figures(one)[:2]} for one in found],
        **_filters(mine, question, OVERVIEW),
    }
    return render(request, "reports/overview.html", context, status=400 if problem else 200)


@require_safe
@never_cache
@answering
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Show one report: its figures beside those of the days before, a chart, and every number."""
    mine = managed_by(request.user)
    told = catalog.called(name)  # only who has a list of venues learns which reports there are
    question, kept, problem = _question(request, mine, told.ways)
    found = catalog.answer(told, question)
    table = found.table.shown
    page = Paginator(table.rows, PAGE).get_page(request.GET.get("page"))
    mails = ReportMail.objects.filter(owner_id=request.user.pk, report=name).order_by("pk")
    context = {
        "report": found.report,
        "reports": catalog.REPORTS.values(),
        "asked": found.asked,
        "figures": showing.figures(found),
        "charts": showing.charts(found),
        "heat": showing.heat(found),
        "columns": table.columns,
        "lines": showing.lines(table, page.object_list),
        "page": page,
        "is_cut": found.table.is_cut,
        "kept": kept,
        "problem": problem,
        "mails": list(zip(mails, operations.about(mails, mine), strict=True)),
        "every": ReportMail.Every.choices,
        **_filters(mine, found.asked, found.report.ways),
    }
    return render(request, "reports/report.html", context, status=400 if problem else 200)


@require_safe
@never_cache
@answering
def csv(request: HttpRequest, name: str) -> HttpResponse:
    """Give the report as CSV."""
    found = _answer(request, name)
    return _file(exports.csv(found.table.shown).encode(), "text/csv; charset=utf-8", found, "csv")


@require_safe
@never_cache
@answering
def xlsx(request: HttpRequest, name: str) -> HttpResponse:
    """Give the report as a workbook."""
    found = _answer(request, name)
    return _file(exports.xlsx(found.table.shown, found.report.title), EXCEL, found, "xlsx")


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


def _answer(request: HttpRequest, name: str) -> Answer:
    """Return what the report comes to: only who has a list of venues learns which reports there are."""
    mine = managed_by(request.user)
    report = catalog.called(name)
    return catalog.answer(report, asked(request.GET.dict(), mine, ways=report.ways))


def _question(request: HttpRequest, mine: list[Place], ways: tuple[str, ...]) -> tuple[Asked, QueryDict, str]:
    """Return the question of the address, its filters for links, and what is wrong with it.

    A person sees the report without the filters that make no sense, and the form to choose others; it is no
    dead end to take another venue while a type of room is chosen. A program is refused.
    """
    kept, problem = request.GET.copy(), ""
    kept.pop("page", None)
    while True:
        try:
            return asked(kept.dict(), mine, ways=ways), kept, problem
        except Invalid as refusal:
            # A period that is too long by its beginning alone has no end to leave out.
            wrong = {field if field in kept else "from" for field in refusal.field_errors}
            if wants_json(request) or not wrong & kept.keys():
                raise
            for field in wrong:
                kept.pop(field, None)
            metrics.refused("page", refusal.code)
            problem = problem or refusal.sentence


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

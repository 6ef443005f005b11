"""Tickets on paper: a page for each passenger, with the code that the check-in reads."""

import functools
import io
from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A6, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from rooms import tickets
from rooms.queries.departures import Run
from rooms.queries.tickets import Issued
from rooms.views.ticket_codes import squares

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"  # the standard fonts of PDF do not know İ
INK, SOFT, ACCENT = colors.HexColor("#1d2233"), colors.HexColor("#5b6275"), colors.HexColor("#3450c8")
WIDTH, HEIGHT = landscape(A6)
CODE = 44 * mm  # the side of the code


@functools.cache
def _fonts() -> None:
    """Register the fonts that come with Matplotlib."""
    import matplotlib  # only its data: drawing is loaded by whoever draws

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))


def pdf(run: Run, issued: list[Issued]) -> bytes:
    """Return the tickets as a document of one page each."""
    _fonts()
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=landscape(A6))
    canvas.setTitle(f"Tickets {issued[0].ticket.booking}")
    canvas.setAuthor(run.departure.route.operator or run.departure.route.name)
    for one in issued:
        _page(canvas, run, one)
        canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _page(canvas: Canvas, run: Run, one: Issued) -> None:
    journey = one.passenger.journey
    leaves, comes = run.calls[journey.first], run.calls[journey.last]
    span = run.span_of(run.way(journey.first, journey.last))
    departs, arrives = span.start.astimezone(leaves.zone), (span.end or span.start).astimezone(comes.zone)
    left, top = 9 * mm, HEIGHT - 12 * mm
    canvas.setFillColor(ACCENT)
    canvas.rect(0, HEIGHT - 3 * mm, WIDTH, 3 * mm, stroke=0, fill=1)
    _text(canvas, left, top, f"{run.departure.route.name}  {run.departure.route.operator}", 9, color=SOFT)
    _text(canvas, left, top - 9 * mm, f"{leaves.place} to {comes.place}", 15, bold=True)
    _text(canvas, left, top - 16 * mm, f"{departs:%A} {departs.day} {departs:%B %Y}", 9)
    _text(canvas, left, top - 26 * mm, f"{departs:%H:%M}", 17, bold=True)
    _text(canvas, left + 24 * mm, top - 26 * mm, f"{arrives:%H:%M}", 17, bold=True)
    _text(canvas, left, top - 31 * mm, leaves.station or leaves.place, 8, color=SOFT)
    _text(canvas, left + 24 * mm, top - 31 * mm, comes.station or comes.place, 8, color=SOFT)
    seat = one.ticket.seat.rpartition("/")[2]
    place = f"Coach {one.coach}, seat {seat}" if one.coach else f"Seat {seat}"
    _text(canvas, left, top - 42 * mm, place, 13, bold=True)
    _text(canvas, left, top - 48 * mm, f"{one.type_name}, {one.passenger.get_kind_display().lower()}", 9)
    if leaves.platform:
        _text(canvas, left, top - 53 * mm, f"Platform or gate {leaves.platform}", 9)
    _text(canvas, left, top - 64 * mm, one.passenger.name or "Passenger", 11, bold=True)
    _text(canvas, left, top - 70 * mm, f"Booking {one.ticket.booking}", 8, color=SOFT)
    _code(canvas, tickets.signed(one.ticket), WIDTH - CODE - 8 * mm, 14 * mm)
    _text(canvas, WIDTH - CODE - 6 * mm, 9 * mm, "One passenger, one ride.", 7, color=SOFT)


def _text(canvas: Canvas, x: float, y: float, text: str, size: float, **how: Any) -> None:
    canvas.setFont(BOLD if how.get("bold") else REGULAR, size)
    canvas.setFillColor(how.get("color", INK))
    canvas.drawString(x, y, text[:60])


def _code(canvas: Canvas, text: str, x: float, y: float) -> None:
    matrix = squares(text, border=2)
    side = CODE / len(matrix)
    canvas.setFillColor(colors.black)
    for down, row in enumerate(matrix):
        for across, is_dark in enumerate(row):
            if is_dark:
                canvas.rect(x + across * side, y + CODE - (down + 1) * side, side, side, stroke=0, fill=1)

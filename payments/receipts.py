"""Receipts: a booking's lines, tax, payments and refunds on a page, in the venue's own time."""

import functools
import io
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from payments import queries
from payments.models import Refund
from rooms import money as words
from rooms import permissions
from rooms.models import Booking
from rooms.queries.series import together
from rooms.queries.words import span_in_words

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"  # the standard fonts of PDF know neither İ nor ₺
INK, SOFT, LINE = colors.HexColor("#1d2233"), colors.HexColor("#5b6275"), colors.HexColor("#d9dce4")
Row = tuple[str, str]


@functools.cache
def _fonts() -> None:
    """Register the fonts that come with Matplotlib."""
    import matplotlib  # only its data: drawing is loaded by whoever draws

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, folder / f"{name}.ttf"))


def pdf(booking: Booking, *, by: Any, now: datetime) -> bytes:
    """Return the receipt of everything paid for the booking so far, with as much of its plate as they see."""
    _fonts()
    paper = io.BytesIO()
    title = f"Receipt {booking.reference}"
    document = SimpleDocTemplate(
        paper, pagesize=A4, title=title, author=booking.venue.name, leftMargin=22 * mm, rightMargin=22 * mm
    )
    document.build(_story(booking, by, now))
    return paper.getvalue()


def _story(booking: Booking, by: Any, now: datetime) -> list[Any]:
    """Return what stands on the page, from top to bottom."""
    venue, zone = booking.venue, booking.venue.zone
    guest = booking.title or (booking.guest.name if booking.guest else "")
    plate = vehicle_in_words(booking, by)
    when = booking.series_words or span_in_words(booking.starts_at, booking.ends_at, zone)
    return [
        _text(venue.name, 18, bold=True),
        _text(f"Receipt for booking {booking.reference}", 11, color=SOFT),
        Spacer(1, 8 * mm),
        _text(guest, 11, bold=True),
        _text(f"{when} ({venue.zone_label})", 9.5, color=SOFT),
        _text(_rooms(booking), 9.5, color=SOFT),
        *([_text(plate, 9.5, color=SOFT)] if plate else []),
        Spacer(1, 6 * mm),
        _table(lines_of(booking)),
        Spacer(1, 2 * mm),
        _text(tax_in_words(booking), 9, color=SOFT),
        Spacer(1, 8 * mm),
        _text("Payments", 12, bold=True),
        _table(movements_of(booking, now)),
        Spacer(1, 8 * mm),
        _text(f"Written {_local(now, zone)}, {venue.zone_label}.", 8, color=SOFT),
    ]


def vehicle_in_words(booking: Booking, by: Any) -> str:
    """Return which car it was for, as this person may see its plate; nothing where none is known."""
    plate = permissions.plate_for(by, booking)
    return f"Number plate {plate}" if plate else ""


def lines_of(booking: Booking) -> list[Row]:
    """Return the priced lines, and their sum."""
    rows = [
        (line["text"], words.as_text(line["amount"], booking.currency)) for line in together(booking.lines)
    ]
    return [*rows, ("Total", words.as_text(booking.price, booking.currency))]


def tax_of(booking: Booking) -> int:
    """Return how much of the price is tax, which prices include, rounded to the nearest."""
    percent = booking.venue.tax_percent
    hundredths = int(percent * 100)
    return (2 * booking.price * hundredths + (10_000 + hundredths)) // (2 * (10_000 + hundredths))


def tax_in_words(booking: Booking) -> str:
    """Return the tax that the price includes."""
    percent = booking.venue.tax_percent
    if not percent:
        return "No tax is charged."
    shown = f"{percent.normalize():f}" if hasattr(percent, "normalize") else str(percent)
    return f"Includes {shown} % tax: {words.as_text(tax_of(booking), booking.currency)}."


def movements_of(booking: Booking, now: datetime) -> list[Row]:
    """Return what was paid and given back, the oldest first, and what that comes to."""
    zone = booking.venue.zone
    payments = queries.payments_of(booking)
    rows = [
        (payment.captured_at, payment.get_method_display(), payment.captured)
        for payment in payments
        if payment.captured_at is not None
    ]
    for refund in queries.refunds_of(payments):
        done = refund.state == Refund.State.DONE
        said = "Refund" if done else "Refund, on its way"
        rows.append((refund.done_at or refund.created_at, said, -refund.amount))
    told = [
        (f"{said}, {_local(at, zone)}", words.as_text(amount, booking.currency))
        for at, said, amount in sorted(rows)
    ]
    money = queries.money_of(booking, now=now)
    due = [("Still to be paid", words.as_text(money.due, booking.currency))] if money.due else []
    return [*told, *due, ("Paid", words.as_text(money.paid, booking.currency))]


def _rooms(booking: Booking) -> str:
    names = booking.allocations.order_by("room__order", "room__name").values_list("room__name", flat=True)
    return ", ".join(dict.fromkeys(names))


def _local(moment: datetime, zone: Any) -> str:
    return f"{moment.astimezone(zone):%d %B %Y, %H:%M}"


def _text(text: str, size: float, *, bold: bool = False, color: Any = INK) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=BOLD if bold else REGULAR, fontSize=size, leading=size * 1.45, textColor=color
    )
    return Paragraph(escape(text), style)


def _table(rows: list[Row]) -> Table:
    cells = [
        [
            _text(text, 10, bold=number == len(rows) - 1),
            _amount(amount, bold=number == len(rows) - 1),
        ]
        for number, (text, amount) in enumerate(rows)
    ]
    table = Table(cells, colWidths=[120 * mm, 46 * mm])
    table.setStyle([("LINEBELOW", (0, 0), (-1, -2), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table


def _amount(text: str, *, bold: bool) -> Paragraph:
    style = ParagraphStyle(
        "amount", fontName=BOLD if bold else REGULAR, fontSize=10, leading=14.5, textColor=INK, alignment=2
    )
    return Paragraph(escape(text), style)

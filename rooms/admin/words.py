"""Spans in words, by the venue's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.html import format_html


def in_words(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """Return the span by the venue's clock, short enough for a list: Mon 23 Nov 2026, 10:00 to 11:00."""
    first = start.astimezone(zone)
    begins = f"{first:%a} {first.day} {first:%b %Y}, {first:%H:%M}"
    if end is None:
        return f"{begins}, no end yet"
    last = end.astimezone(zone)
    if last.date() == first.date():
        return f"{begins} to {last:%H:%M}"
    year = "" if last.year == first.year else f" {last.year}"
    return f"{begins} to {last:%a} {last.day} {last:%b}{year}, {last:%H:%M}"


def in_lines(start: datetime, end: datetime | None, zone: ZoneInfo) -> str:
    """Return the same on two lines, for a column of a list: the day, and the time of day."""
    day, _, rest = in_words(start, end, zone).partition(", ")
    return format_html('<span class="when">{}<br><b>{}</b></span>', day, rest)

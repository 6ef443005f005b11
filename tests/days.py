"""Days that lie ahead whenever the tests run: a Tuesday in a week or two, and those after it."""

from datetime import UTC, datetime, time, timedelta

from reservations import Span

_NOW = datetime.now(UTC)
_TUESDAY = (_NOW + timedelta(days=7 + (1 - _NOW.weekday()) % 7)).date()
TUE, WED, THU, FRI = (str(_TUESDAY + timedelta(days=days)) for days in range(4))


def span(start: float, end: float) -> Span:
    """Return the span between two hours of that Tuesday, in UTC."""
    midnight = datetime.combine(_TUESDAY, time(), UTC)
    return Span(midnight + timedelta(hours=start), midnight + timedelta(hours=end))

"""Calendar files: of one booking, and the feeds that calendar programs come back for."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.views.decorators.http import require_safe

from notifications.calendars import ics
from notifications.calendars.entries import entry_of, risen
from notifications.calendars.queries import entries_of, feed_called, name_of, rooms_of, stamp_of
from rooms.sql import database_now
from rooms.views import asking
from rooms.views.answers import answering

TYPE = "text/calendar; charset=utf-8"


@require_safe
@answering
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the booking as a calendar file, to its guest and to the venue's staff."""
    found = asking.booking_called(reference, request.user)
    names = rooms_of(found.allocations.select_related("room"))
    entry = entry_of(found, names, risen([found.pk]).get(found.pk, []))
    return _file(ics.published([entry]), f"{found.reference}.ics")


@require_safe
@answering
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give what is booked to a calendar program that knows the secret; unchanged, it is told just that."""
    now = database_now()
    found = feed_called(token)
    etag = quote_etag(stamp_of(found, now=now))
    # A proxy, or our own compression, makes a tag a weak one: it still says that nothing changed.
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    if etag in known:
        response = HttpResponse(status=304)
    else:
        response = _file(ics.published(entries_of(found, now=now), name=name_of(found)), "reserve.ics")
    response.headers["ETag"] = etag
    return response


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)
    return response

"""`/metrics` for Prometheus: what this site counts, and what waits in its tables (docs/operations.md)."""

import ipaddress
import secrets
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from live.hub import bring_metrics_up_to_date
from reservations import NotFound
from reservations_site import waiting
from reservations_site.sharing import shared_directory
from rooms.views.answers import answering

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP")


@never_cache
@require_safe
@answering
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the counts to whoever may read them; to all others there is no such page."""
    if not may_read(request):
        raise NotFound("There is no such page.")
    bring_metrics_up_to_date()
    return HttpResponse(
        generate_latest(counted()) + generate_latest(TABLES), content_type=CONTENT_TYPE_LATEST
    )


def may_read(request: HttpRequest) -> bool:
    """Test whether this is who has METRICS_TOKEN, a superuser, or a program on this very machine."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    return _is_from_here(request) or (request.user.is_active and request.user.is_superuser)


def _is_from_here(request: HttpRequest) -> bool:
    # A proxy on this machine asks from here for the whole world: what it passes on has one of these.
    if settings.BEHIND_PROXY or any(name in request.META for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def counted() -> CollectorRegistry:
    """Return what was counted: by this process, or by all that share a directory."""
    if not shared_directory():
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


class Tables(Collector):
    """What waits in the tables, read when it is asked for: true whichever process answers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        up = GaugeMetricFamily("reserve_database_up", "Whether the database answered this scrape.")
        queue = GaugeMetricFamily("reserve_queue_depth", "What waits for the clock.", labels=["queue"])
        lag = GaugeMetricFamily(
            "reserve_clock_lag_seconds", "How late the oldest thing is that the clock should have done."
        )
        try:
            depths, late = waiting.depths(), waiting.lag()
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        for name, depth in depths.items():
            queue.add_metric([name], depth)
        lag.add_metric([], late)
        yield from (up, queue, lag)

    def describe(self) -> list[GaugeMetricFamily]:
        return []


TABLES = CollectorRegistry()
TABLES.register(Tables())

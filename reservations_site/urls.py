"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path

from reservations_site import errors, health, metrics

urlpatterns = [
    path("", include("rooms.urls")),
    path("", include("notifications.urls")),
    path("", include("payments.urls")),
    path("accounts/", include("accounts.urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("api.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    # Not what lacks a slash at its end: Django first tries the address with one.
    re_path(r"^(?:.*/|.*\.[^/]*)$", errors.not_found),
]

handler400 = "reservations_site.errors.bad_request"
handler500 = "reservations_site.errors.server_error"
handler429 = "reservations_site.errors.too_many"
